import type { SchemaObject } from 'ajv';
import { loadNow } from '../base/load-now.ts';

/** What a schema asks for, in words. */
export function describeSchema(schema: SchemaObject): string {
  const { description, type, minimum, maximum, minLength, maxLength } = schema;
  if (typeof description === 'string') return description;
  if (schema['enum'])
    return `one of ${schema['enum'].map((value: unknown) => JSON.stringify(value)).join(', ')}`;
  if ('const' in schema) return JSON.stringify(schema['const']);
  const branches: SchemaObject[] | undefined = schema['anyOf'] ?? schema['oneOf'];
  if (branches) return branches.map(describeSchema).join(' or ');
  if (schema['typeOf']) return `a ${schema['typeOf']}`;
  if (Array.isArray(type)) return type.map((each) => describeSchema({ ...schema, type: each })).join(' or ');
  switch (type) {
    case 'string':
      return `a ${minLength ? 'non-empty ' : ''}string${maxLength === undefined ? '' : ` of at most ${maxLength} characters`}`;
    case 'number':
    case 'integer':
      return `a ${type === 'integer' ? 'whole ' : ''}number${range(minimum, maximum)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return schema['minItems'] ? 'a non-empty list' : 'a list';
    case 'object':
      return 'an object';
    default:
      return 'another value';
  }
}

function range(minimum: number | undefined, maximum: number | undefined): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `, at least ${minimum}`;
  return maximum === undefined ? '' : `, at most ${maximum}`;
}

/** A key of 16 bytes has 22 characters or more in every spelling, and no token is worth its name with fewer. */
const SHORTER_THAN_KEYS = 15;

/**
 * A value of the config as a message may quote it. Not for options of plugins: they can be secret. Nor are long texts
 * quoted: a key gets everywhere, above all where it does not belong.
 */
export function show(value: unknown): string {
  if (typeof value === 'string' && value.length <= SHORTER_THAN_KEYS) return JSON.stringify(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : kindOf(value);
}

/** What kind of value it is, and how long: nothing of its content. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string')
    return value === '' ? 'an empty string' : `a string of length ${value.length}`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of length ${value.length}`;
  if (typeof value === 'object' && Object.keys(value).length === 0) return 'an empty object';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** A text where one of some names was expected: quoted only when it can be nothing but a name, or is nearly a known one. */
export const showName = (text: string, known: readonly string[]): string =>
  nearestOf(text, known) !== undefined || /^[a-z][a-z-]{0,14}$/i.test(text) ? `"${text}"` : kindOf(text);

function nearestOf(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const { closest, distance } = loadNow<typeof import('fastest-levenshtein')>('fastest-levenshtein');
  const best = closest(name, known);
  const isNear =
    distance(name.toLowerCase(), best.toLowerCase()) <= Math.max(2, Math.min(name.length, best.length) / 3);
  return isNear ? best : undefined;
}

/** ` Did you mean "key-acme"?`, or else what there is to choose from (`fallback` in its place, if given). */
export function nearest(name: string, known: readonly string[], fallback?: string): string {
  const best = nearestOf(name, known);
  if (best !== undefined) return ` Did you mean "${best}"?`;
  return fallback ?? (known.length > 0 ? ` Choose from: ${known.join(', ')}.` : '');
}
