/** The doors of the package: what they let out changes when somebody says so, and everything is explained. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DOORS, exportsOf, reportOf } from './report.ts';
import { reportPath } from './report-path.ts';

const test = suite('doors');

for (const door of Object.keys(DOORS) as (keyof typeof DOORS)[]) {
  test(`${door} lets out what is recorded: npm run test:api -- --write records a change, CHANGELOG.md tells of it`, () => {
    const [now, kept] = [reportOf(door), readFileSync(reportPath(door), 'utf8')].map((text) =>
      text.split('\n'),
    );
    assert.equal(
      {
        more: now!.filter((line) => !kept!.includes(line)),
        less: kept!.filter((line) => !now!.includes(line)),
      },
      { more: [], less: [] },
    );
  });

  test(`something is said of every name of ${door}`, () => {
    const silent = exportsOf(door).filter(({ isDocumented }) => !isDocumented);
    assert.equal(
      silent.map(({ name }) => name),
      [],
    );
  });
}

test.run();
