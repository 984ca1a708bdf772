/** A text without percent encoding; one that is not encoded properly as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone percent sign
  }
}

/** A name in a folder. A slash that was encoded, and a backslash on some systems, leads elsewhere once it is decoded. */
export const isName = (name: string): boolean => !/[/\\\0]/.test(name) && !['', '.', '..'].includes(name);

/** Relative, and downwards. */
export const isInside = (path: string): boolean => path.split('/').every(isName);
