/** Puts the packages of package-lock.json into SECURITY.md: `npm run packages`, after dependencies have changed. */
import { keepInReadme } from '../helpers/commands/readme.ts';
import { lockedPackages } from './lock-file.ts';
import { SECURITY } from './security.ts';
import { packageTable } from './table.ts';

await keepInReadme('packages', packageTable(await lockedPackages('dependencies')), SECURITY);
await keepInReadme('tools', packageTable(await lockedPackages('devDependencies')), SECURITY);
