/** A name in a folder. A slash that was encoded, and a backslash on some systems, leads elsewhere once it is decoded. */
export const isName = (name: string): boolean => !/[/\\\0]/.test(name) && !['', '.', '..'].includes(name);

/** Relative, and downwards. */
export const isInside = (path: string): boolean => path.split('/').every(isName);
