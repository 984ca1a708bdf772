import type { SchemaObject } from 'ajv';

/**
 * One schema or another, by what the value is. A condition, not a union: a mistake inside is then told as what it is, and not as
 * something that is neither.
 */
export const conditional = (
  condition: SchemaObject,
  met: SchemaObject,
  otherwise: SchemaObject,
): SchemaObject => ({
  if: condition,
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: met,
  else: otherwise,
});
