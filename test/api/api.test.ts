/** The doors of the package: what they let out changes when somebody says so, and everything is explained. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DIST, DOORS, exportsOf, reportOf } from './report.ts';
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

  // A class of which only the type is let out would be taken for one that can be made.
  test(`what is declared of ${door} to be there when a program runs is there, and nothing else`, async () => {
    const values = exportsOf(door).filter(({ isValue }) => isValue);
    const module: object = await import(join(DIST, `${DOORS[door]}.js`));
    assert.equal(
      values.map(({ name }) => name),
      Object.keys(module).sort(),
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
