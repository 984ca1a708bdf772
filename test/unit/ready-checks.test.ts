/** The checks that are made with the package say the same of a value as the compiler whose words are printed. */
import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import type { SchemaObject } from 'ajv';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FORMATS } from '../../core/config/formats.ts';
import { checkName, type ReadyChecks } from '../../core/config/ready-checks.ts';
import { schemaCompiler } from '../../core/config/schema-compiler.ts';
import { valuesFor } from '../helpers/random/values-for.ts';
import { compileChecks, ownSchemas } from '../ready-checks/compile-checks.ts';

const test = suite('ready checks');

const SCHEMAS = ownSchemas();
let checks: ReadyChecks;

test.before(async () => {
  const module: { exports?: ReadyChecks } = {};
  const load = new Function('module', 'require', await compileChecks(SCHEMAS));
  load(module, createRequire(import.meta.url));
  checks = module.exports!;
  Object.assign(checks.formats, FORMATS);
});

test('all schemas have one', () => {
  assert.ok(SCHEMAS.length > 20);
  for (const schema of SCHEMAS) assert.type(checks[checkName(schema)], 'function');
});

test('verdicts are those of the compiler, of right values and of wrong ones at every place', () => {
  const compiler = schemaCompiler({ allErrors: true, verbose: true, code: { optimize: false } });
  const isRight = (schema: SchemaObject, value: unknown) => compiler.validate(schema, value) === true;
  for (const schema of SCHEMAS) {
    const check = checks[checkName(schema)]!;
    const isValid = compiler.compile(schema);
    const verdicts = new Set<boolean>();
    for (const value of valuesFor(schema, isRight)) {
      const verdict = isValid(value);
      verdicts.add(verdict);
      if (check(value) !== verdict)
        assert.unreachable(`${inspect(value)} by ${describe(schema)}: ${!verdict}`);
    }
    assert.is(verdicts.size, 2, describe(schema));
  }
});

const describe = (schema: SchemaObject): string => JSON.stringify(schema).slice(0, 200);

test('a schema that says anything else is another one', () => {
  assert.is(checkName({ type: 'object' }), checkName({ type: 'object' }));
  assert.is.not(checkName({ type: 'object' }), checkName({ type: 'object', minProperties: 1 }));
});

test.run();
