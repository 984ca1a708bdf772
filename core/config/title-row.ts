import type { SchemaObject } from 'ajv';
import { ROW_SCHEMA } from './schema.ts';
import type { ConfigFields, TitleRow } from './types.ts';

/** JSON Schema of the fields that a row may set, by their names; what else a row has are columns for placeholders. */
export const ROW_FIELDS: Readonly<Record<string, SchemaObject>> = ROW_SCHEMA['properties'];

/** What of a row is a field of a title. A value of `null` sets nothing: databases write it for no value. */
export function fieldsOfRow(row: TitleRow): Omit<ConfigFields, 'plugins'> {
  const fields = Object.entries(row).filter(
    ([name, value]) => value !== null && Object.hasOwn(ROW_FIELDS, name),
  );
  return Object.fromEntries(fields);
}
