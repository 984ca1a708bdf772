/** SECURITY.md lists what package-lock.json brings along, and nothing else. */
import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lockedPackages, type Roots } from './lock-file.ts';
import { SECURITY } from './security.ts';
import { packageTable } from './table.ts';

const test = suite('packages');

const SECTIONS: Readonly<Record<Roots, string>> = { dependencies: 'packages', devDependencies: 'tools' };

/** Permissive ones: whoever packages with Sealpack need not publish anything of his own. */
const LICENSES = /^\(?(MIT|ISC|BSD-[23]-Clause|Apache-2\.0|Python-2\.0|MIT OR Apache-2\.0)\)?$/;

for (const [roots, section] of Object.entries(SECTIONS) as [Roots, string][]) {
  test(`SECURITY.md lists the ${section} of package-lock.json (else: npm run packages)`, async () => {
    const text = await readFile(SECURITY, 'utf8');
    const [begin, end] = [`<!-- ${section} -->`, `<!-- /${section} -->`];
    const listed = text.slice(text.indexOf(begin) + begin.length, text.indexOf(end)).trim();
    assert.is(listed, packageTable(await lockedPackages(roots)));
    assert.not.match(listed, /direct: \|/, 'a package of which nobody has said why it is there');
    assert.not.match(listed, /\| +\|/, 'a package without version or licence');
  });
}

test('every package that users install is under a permissive licence', async () => {
  for (const { name, license } of await lockedPackages('dependencies')) assert.match(license, LICENSES, name);
});

test.run();
