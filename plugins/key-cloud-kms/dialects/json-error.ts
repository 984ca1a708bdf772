const MEMBERS = ['code', 'error_code', 'errorCode', 'error', 'message', 'error_message', 'errorMessage'];

/**
 * The words of a JSON error. Key servers answer with XML: a body that is JSON at all is an error, whatever its members
 * are called.
 */
export function jsonError(body: string): string | undefined {
  const value = parsed(body);
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null) return String(value);
  const known = MEMBERS.flatMap((name) => {
    const member = (value as Readonly<Record<string, unknown>>)[name];
    return typeof member === 'string' || typeof member === 'number' ? String(member) : [];
  });
  return known.length > 0 ? known.join(' ') : JSON.stringify(value);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
