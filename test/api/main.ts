/** `npm run test:api -- --write` keeps what the doors of the package let out now; without words it prints it. */
import { writeFileSync } from 'node:fs';
import { DOORS, reportOf } from './report.ts';
import { reportPath } from './report-path.ts';

for (const door of Object.keys(DOORS) as (keyof typeof DOORS)[]) {
  if (process.argv.includes('--write')) writeFileSync(reportPath(door), reportOf(door));
  else console.log(`${door}\n\n${reportOf(door)}`);
}
