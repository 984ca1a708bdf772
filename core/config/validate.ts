import type { Ajv, ErrorObject, SchemaObject, ValidateFunction } from 'ajv';
import { withoutKeys } from '../base/key-like.ts';
import { readyCheck } from './ready-checks.ts';
import { schemaCompiler } from './schema-compiler.ts';
import { unsetBelow, unsetIn } from './unset.ts';
import { describeSchema, kindOf, nearest, show, showName } from './wording.ts';

let compiler: Ajv | undefined;

/** What is wrong, of all there is. Most configs are right, and get by without. */
function faults(value: unknown, schema: SchemaObject): readonly ErrorObject[] {
  // Each schema is used once: not worth an optimised validator.
  compiler ??= schemaCompiler({ allErrors: true, verbose: true, code: { optimize: false } });
  const check: ValidateFunction = compiler.compile(schema);
  return check(value) ? [] : relevant(check.errors ?? []);
}

export interface ValidateOptions {
  /** Before the path of each complaint: `plugins[2] (key-acme)`; empty for the config itself. */
  readonly where: string;
  /** Values may be keys or tokens: say of what kind they are and nothing more. */
  readonly secret: boolean;
}

/** All mistakes of a value, a sentence each. @throws Error when the schema itself is not valid */
export function validate(value: unknown, schema: SchemaObject, options: ValidateOptions): string[] {
  if (isTriviallyValid(value, schema)) return [];
  const errors = readyCheck(schema)?.(value) ? [] : faults(value, schema);
  const lines = errors
    .filter(({ data }) => unsetIn(data).length === 0)
    .map((error) => complaint(error, options));
  const unset = unsetBelow(described(value, schema)).map(
    ({ pointer, name }) => `${locate(options.where, pointer)}: the environment variable ${name} is not set.`,
  );
  return [...new Set([...lines, ...unset])];
}

/** Without the properties that the schema leaves to others to look at. */
function described(value: unknown, { properties = {} }: SchemaObject): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => properties[name] !== true));
}

/** No options at all, where none is required: the case of most plugins needs no validator. */
const isTriviallyValid = (value: unknown, { type, required, properties, ...rest }: SchemaObject): boolean =>
  type === 'object' &&
  !required?.length &&
  Object.keys(rest).every((keyword) => keyword === 'additionalProperties' || keyword === 'description') &&
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length === 0;

/**
 * Of a union that fits nowhere the branches fail too: only the union as a whole is worth a line. Of a conditional only
 * the branch is: it says what is wrong, `if` that something is; so does `propertyNames`, after the rule that a name broke.
 */
function relevant(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  return errors.filter(
    ({ keyword, schemaPath }) =>
      keyword !== 'if' &&
      keyword !== 'propertyNames' &&
      !unions.some((union) => schemaPath.startsWith(`${union.schemaPath}/`)),
  );
}

/** Keywords whose rule `describeSchema` puts into words; ajv's own words do for the others. */
const DESCRIBED = new Set(
  'type enum const not anyOf oneOf format pattern typeOf minimum maximum minLength maxLength minItems maxItems minProperties'.split(
    ' ',
  ),
);

function complaint(error: ErrorObject, { where, secret }: ValidateOptions): string {
  const { keyword, instancePath, params, message, data } = error;
  const schema = error.parentSchema as SchemaObject;
  const properties: Readonly<Record<string, SchemaObject>> = schema['properties'] ?? {};
  const at = (name?: string) => locate(where, instancePath, name);
  if (keyword === 'additionalProperties') {
    const name: string = params['additionalProperty'];
    return `${withoutKeys(at(name))}: there is no such option.${nearest(name, Object.keys(properties))}`;
  }
  if (keyword === 'required') {
    const name: string = params['missingProperty'];
    return `${at(name)}: missing; expected ${describeSchema(properties[name] ?? {})}.`;
  }
  if (!DESCRIBED.has(keyword)) return `${at()}: ${message}.`;
  const names = typeof data === 'string' ? namesIn(schema) : [];
  const hint = typeof data === 'string' && names.length > 0 ? nearest(data, names, '') : '';
  return `${at()}: expected ${describeSchema(schema)}, got ${shown(data, names, secret)}.${hint}`;
}

/** The words that a schema has to choose from, in whatever branch. */
const namesIn = (schema: SchemaObject): string[] => [
  ...(schema['enum'] ?? []).filter((value: unknown) => typeof value === 'string'),
  ...(schema['anyOf'] ?? schema['oneOf'] ?? []).flatMap(namesIn),
];

function shown(data: unknown, names: readonly string[], secret: boolean): string {
  if (typeof data === 'string' && names.length > 0) return showName(data, names);
  return secret ? kindOf(data) : show(data);
}

/** `inputs[1]`, `plugins[2] (key-acme).key`: a JSON pointer as a programmer would write it. */
function locate(where: string, pointer: string, name?: string): string {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (name !== undefined) steps.push(name);
  const path = steps.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`)).join('');
  return where === '' ? path.replace(/^\./, '') || 'the config' : `${where}${path}`;
}
