import type { Ajv, KeywordCxt, Options } from 'ajv';
import { loadNow } from '../base/load-now.ts';
import { FORMATS } from './formats.ts';

/** What makes validators of schemas. Loading and making it costs more than all the rest of a start. */
export function schemaCompiler(options: Options): Ajv {
  const { Ajv, _ } = loadNow<typeof import('ajv')>('ajv');
  const compiler = new Ajv({
    logger: false,
    strict: true,
    strictTuples: false,
    strictTypes: false,
    strictRequired: false,
    allowUnionTypes: true,
    // Schemas are the program's own: not worth a check.
    meta: false,
    validateSchema: false,
    ...options,
  });
  for (const [name, isValid] of Object.entries(FORMATS)) compiler.addFormat(name, isValid);
  return compiler.addKeyword({
    keyword: 'typeOf',
    schemaType: 'string',
    code: (context: KeywordCxt) => context.fail(_`typeof ${context.data} !== ${context.schemaValue}`),
  });
}
