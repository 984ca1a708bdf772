import { ROW_FIELDS } from './title-row.ts';
import type { TitleRow } from './types.ts';
import { nearest, showName } from './wording.ts';

/** What of a template is a reference to a value of the program, or made of functions: no text of the title. */
const LEFT_ALONE = new Set(['preset', 'plugins']);

/** `{season}`; `{{` and `}}` stand for braces. */
const PLACEHOLDER = /\{\{|\}\}|\{([^{}]*)\}/g;

export interface Filled<T> {
  readonly value: T;
  /** A sentence each, with the place in the template. */
  readonly complaints: readonly string[];
  /** The columns that its placeholders ask for. */
  readonly columns: ReadonlySet<string>;
}

/** A template in two: the fields that are the same for every row, and those that have a placeholder or a brace. */
export interface Halves<T> {
  readonly still: T;
  readonly open: Partial<T>;
}

export function withoutPlaceholders<T extends object>(template: T): Halves<T> {
  const isOpen = (value: unknown): boolean => {
    if (typeof value === 'string') return /[{}]/.test(value);
    if (Array.isArray(value)) return value.some(isOpen);
    return isPlain(value) && Object.values(value).some(isOpen);
  };
  const fields = Object.entries(template);
  const open = fields.filter(([name, value]) => !LEFT_ALONE.has(name) && isOpen(value));
  const names = new Set(open.map(([name]) => name));
  const still = fields.filter(([name]) => !names.has(name));
  return { still: Object.fromEntries(still) as T, open: Object.fromEntries(open) as Partial<T> };
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/**
 * The plain data of a template with `{column}` in its strings filled from a row. Of a config its own fields: what plugins and presets
 * are given stays as it is.
 */
export function fillPlaceholders<T extends object>(template: T, row: TitleRow): Filled<T> {
  const complaints: string[] = [];
  const columns = new Set<string>();
  const text = (value: string, place: string): string =>
    value.replace(PLACEHOLDER, (found, column: string | undefined) => {
      if (column === undefined) return found.charAt(0);
      columns.add(column);
      const filling = fillingOf(row, column);
      if ('text' in filling) return filling.text;
      complaints.push(`${place}: {${column}} ${filling.fault}`);
      return found;
    });
  const fill = (value: unknown, place: string): unknown => {
    if (typeof value === 'string') return text(value, place);
    if (Array.isArray(value)) return value.map((each, index) => fill(each, `${place}[${index}]`));
    if (!isPlain(value)) return value;
    const below = Object.entries(value).map(([name, each]) => {
      const isAlone = place === '' && LEFT_ALONE.has(name);
      return [name, isAlone ? each : fill(each, place === '' ? name : `${place}.${name}`)];
    });
    return Object.fromEntries(below);
  };
  return { value: fill(template, '') as T, complaints, columns };
}

/** The text for a placeholder, or the end of the sentence that says what is wrong with it. */
function fillingOf(row: TitleRow, column: string): { readonly text: string } | { readonly fault: string } {
  const value = Object.hasOwn(row, column) ? row[column] : undefined;
  if (value === undefined || value === null || value === '') {
    const hint = Object.hasOwn(row, column) ? '' : nearest(column, Object.keys(row), '');
    return { fault: `has no value in this row.${hint}` };
  }
  if (typeof value !== 'string' && typeof value !== 'number')
    return { fault: 'is filled with a text or a number, and this is neither.' };
  const filling = String(value);
  if (/\p{Cc}/u.test(filling)) return { fault: 'would be filled with control characters.' };
  // It does not lead out of a folder that the template names before it. Where the template names none (`{folder}`, `{folder}/dash`), the
  // row says where, as it may in a column of the field's own name.
  if (filling.split(/[\\/]/).some((step) => step === '..' || step === '.'))
    return { fault: 'would lead to another folder: neither . nor .. is taken.' };
  return { text: filling };
}

/** Columns of a row that are neither fields nor asked for: most often a name that was mistyped. */
export function surplusColumns(row: TitleRow, asked: ReadonlySet<string>): string[] {
  const surplus = Object.keys(row).filter((name) => !Object.hasOwn(ROW_FIELDS, name) && !asked.has(name));
  if (surplus.length === 0) return [];
  const known = [...Object.keys(ROW_FIELDS), ...asked];
  return surplus.map(
    (name) =>
      `${showName(name, known)} is no field of a title, and no placeholder of the template asks for it.${nearest(name, known, '')}`,
  );
}
