import { _, type SchemaObject } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { FORMATS } from '../../core/config/formats.ts';
import { checkName } from '../../core/config/ready-checks.ts';
import {
  CONFIG_SCHEMA,
  MARKER_LIST_SCHEMA,
  OVERRIDES_SCHEMA,
  PRESET_SCHEMA,
} from '../../core/config/schema.ts';
import { schemaCompiler } from '../../core/config/schema-compiler.ts';
import { plugins } from '../../plugins/index.ts';
import { presets } from '../../presets/index.ts';

interface HasSchema {
  readonly schema?: object | undefined;
}
type Factory = (options: object) => HasSchema;

/** All schemas that the package has: of configs and of the options of its plugins and presets. */
export function ownSchemas(): SchemaObject[] {
  const factories = [...Object.values(plugins), ...Object.values(presets)] as readonly Factory[];
  return [
    ...[CONFIG_SCHEMA, PRESET_SCHEMA, OVERRIDES_SCHEMA, MARKER_LIST_SCHEMA],
    ...factories.flatMap((make) => make({}).schema ?? []),
  ];
}

/** A schema that is said more than once, as most fields of configs are, is worth a function of its own from here. */
const LONG = 100;

/**
 * Formats are functions of ours, to be given once the checks are loaded. All stands at the top level: in a function of the
 * formats the engine would parse everything twice, 25 ms of a start.
 */
const FORMATS_GIVEN = `
  export const formats = {};
  const given = Object.fromEntries(
    ${JSON.stringify(Object.keys(FORMATS))}.map((name) => [name, (text) => formats[name](text)]),
  );
`;

/**
 * The text of a CommonJS module: `ReadyChecks`.
 * @throws Error when a schema is not valid
 */
export async function compileChecks(schemas: readonly SchemaObject[]): Promise<string> {
  const compiler = schemaCompiler({
    messages: false,
    inlineRefs: false,
    code: { source: true, esm: true, formats: _`given` },
  });
  const added = new Set<string>();
  const add = (schema: SchemaObject): string => {
    const name = checkName(schema);
    if (!added.has(name)) {
      added.add(name);
      compiler.addSchema(verdictOnly(withoutWords(withFields(schema)) as SchemaObject), name);
    }
    return name;
  };
  const withFields = ({ properties, ...rest }: SchemaObject): SchemaObject => ({
    ...rest,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties as Record<string, SchemaObject>).map(([name, field]) =>
          JSON.stringify(field).length < LONG ? [name, field] : [name, { $ref: add(field) }],
        ),
      ),
    }),
  });
  const names = schemas.map(add);
  const checks = standalone.default(compiler, Object.fromEntries(names.map((name) => [name, name])));
  const { outputFiles } = await build({
    stdin: { contents: `${FORMATS_GIVEN}${checks}`, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    write: false,
    external: ['ajv'],
    format: 'cjs',
    target: 'node20',
    logLevel: 'warning',
  });
  return outputFiles[0]?.text ?? '';
}

/** Below `not` ajv makes no objects of what is wrong. */
const verdictOnly = (schema: SchemaObject): SchemaObject => ({ not: { not: schema } });

/** Without what is for complaints alone. */
function withoutWords(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutWords);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([name, value]) => name !== 'description' || typeof value !== 'string')
      .map(([name, value]) => [name, withoutWords(value)]),
  );
}
