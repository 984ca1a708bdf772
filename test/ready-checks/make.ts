/** Part of `npm run build`: the schemas of the package as functions, so that no start has to compile them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileChecks, ownSchemas } from './compile-checks.ts';

writeFileSync(join(import.meta.dirname, '../../dist/checks.cjs'), await compileChecks(ownSchemas()));
