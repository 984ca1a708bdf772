/** Damage is done to packages, one thing at a time: the checks name that thing and nothing else; of what is whole they say nothing. */
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decryptPackage } from '../../core/engine/decrypt/decrypt-package.ts';
import { verifyTitle } from '../../core/engine/verify/verify-title.ts';
import { WorkerPool } from '../../core/engine/worker-pool.ts';
import type { TitleOptions } from '../../core/index.ts';
import { localPackage } from '../../core/inspect/files/local-package.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { PackageCopy } from '../helpers/damage/copy.ts';
import type { Damage } from '../helpers/damage/damage.ts';
import { DASH_FILE_DAMAGES, MPD_DAMAGES } from '../helpers/damage/dash-damages.ts';
import { FOREIGN } from '../helpers/damage/foreign.ts';
import { HLS_DAMAGES } from '../helpers/damage/hls-damages.ts';
import { IMAGE_DAMAGES } from '../helpers/damage/image-damages.ts';
import { KEY_DAMAGES } from '../helpers/damage/key-damages.ts';
import { MP4_DAMAGES } from '../helpers/damage/mp4-damages.ts';
import { damageTitle, PACKAGE_NAMES, type PackageName, undamaged } from '../helpers/damage/packages.ts';
import { checkFolder } from '../helpers/damage/read-package.ts';
import { TEXT_DAMAGES } from '../helpers/damage/text-damages.ts';
import { TS_DAMAGES, TS_SAMPLE_DAMAGES } from '../helpers/damage/ts-damages.ts';

const test = suite('verification of damaged packages');

const DAMAGES = [
  ...MPD_DAMAGES,
  ...DASH_FILE_DAMAGES,
  ...HLS_DAMAGES,
  ...MP4_DAMAGES,
  ...TS_DAMAGES,
  ...TEXT_DAMAGES,
  ...IMAGE_DAMAGES,
  ...KEY_DAMAGES,
];

const said = (findings: Awaited<ReturnType<typeof checkFolder>>): string =>
  findings.map(({ code, message }) => `${code}: ${message}`).join('\n');

for (const name of PACKAGE_NAMES)
  test(`${name}: nothing is wrong`, async () => {
    assert.is(said(await checkFolder(await undamaged(name))), '');
  });

for (const { of, what, codes, damage } of DAMAGES.filter(({ beside }) => !beside))
  test(`${of}: ${what}`, async () => {
    const copy = new PackageCopy(await undamaged(of));
    damage(copy);
    const found = await checkFolder(copy.folder);
    assert.equal([...new Set(found.map(({ code }) => code))].sort(), [...codes].sort(), said(found));
    for (const { message, file } of found) {
      assert.match(message, /^[\s\S]+\.$/);
      assert.not.ok(`${file} ${message}`.includes(copy.folder), 'names are of the package');
    }
  });

/**
 * Through the engine, decrypted and compared with the source: what checks have named is not said again as samples that differ. Beside
 * these all that takes a source to see.
 */
const COMPARED: readonly Damage['what'][] = [
  'a wrong key id in one "tenc"',
  'another constant IV in "tenc"',
  'another scheme in "schm"',
  'fewer entries in "senc" than samples',
  'a decode time that is a second off',
  'two segments that changed places',
  'a segment that is missing',
  'the initialisation segment of another Representation',
];

for (const { of, what, codes, damage } of [
  ...COMPARED.map((one) => DAMAGES.find(({ what }) => what === one)!),
  ...DAMAGES.filter(({ beside }) => beside),
  ...TS_SAMPLE_DAMAGES,
])
  test(`beside its source, ${of}: ${what}`, async () => {
    const copy = new PackageCopy(await undamaged(of));
    damage(copy);
    const files = await localPackage(copy.folder);
    const { verdict, findings } = await verifyTitle({ files, title: await damageTitle(of) });
    assert.is(
      verdict === 'faulty',
      findings.some(({ severity }) => severity === 'error'),
    );
    assert.equal([...new Set(findings.map(({ code }) => code))], [...codes], said([...findings]));
  });

for (const name of ['dash', 'cmaf', 'hls-ts', 'hls-aes-128'] as const)
  test(`${name}: written again in the clear it is not what its title is to be, unless that says so`, async () => {
    const [package_, options] = [await undamaged(name), await damageTitle(name)];
    const output = join(temporaryFolder('in-the-clear'), 'out');
    await decryptPackage({
      ...{ reference: package_, base: '/', titles: [options], output, overwrite: false },
      ...{ signal: new AbortController().signal, warn: () => undefined },
    });
    const codesOf = async (clear: TitleOptions['clear']) => {
      const title = { ...options, title: { ...options.title, clear } };
      const { findings } = await verifyTitle({ files: await localPackage(output), title });
      return findings.map(({ code }) => code).filter((code) => code === 'MEDIA_CLEAR');
    };
    const all = await codesOf([]);
    assert.ok(all.length > 0);
    // Whole resources are encrypted, whatever is in them.
    if (name === 'hls-aes-128') return;
    const sound = await codesOf(['video']);
    assert.ok(all.length > sound.length && sound.length > 0, `${all.length}, ${sound.length}`);
    assert.equal(await codesOf(['video', 'audio']), []);
  });

/** One of each container, wrong in a sample, in all of a rendition, in what all renditions have, or not at all. */
const IN_THREADS: readonly (readonly [PackageName, Damage['what'] | undefined])[] = [
  ['dash', 'a wrong key id in one "tenc"'],
  ['dash', 'an IV that comes again'],
  ['dash-rotated', undefined],
  ['cmaf', 'another constant IV in "tenc"'],
  ['hls-ts', 'an I-frame that begins a packet later'],
  ['hls-aes-128', undefined],
];

test('threads say what one thread says', async () => {
  const entry = new URL('../helpers/damage/worker.mjs', import.meta.url).href;
  const pool = new WorkerPool({ entry, threads: 2 });
  let read = 0;
  const { read: readInThread } = pool;
  pool.read = (...work) => {
    read += 1;
    return readInThread.apply(pool, work);
  };
  try {
    for (const [name, what] of IN_THREADS) {
      const copy = new PackageCopy(await undamaged(name));
      DAMAGES.find((one) => one.what === what)?.damage(copy);
      const title = await damageTitle(name);
      const files = await localPackage(copy.folder);
      const alone = await verifyTitle({ files, title });
      read = 0;
      const origin = { entry, data: name };
      const shared = { ...title, title: { ...title.title, workers: 2 }, origin, pool };
      const together = await verifyTitle({ files, title: shared });
      assert.equal(together, alone, name);
      assert.ok(read > 1, `${name}: renditions are read in threads`);
      assert.is(together.verdict, what ? 'faulty' : 'proved');
    }
  } finally {
    await pool.close();
  }
});

test('where the system gives no threads, or the title wants none, this one reads', async () => {
  const entry = new URL('../helpers/damage/worker.mjs', import.meta.url).href;
  const pool = new WorkerPool({ entry, threads: 0 });
  const files = await localPackage(await undamaged('hls-ts'));
  const { title, plugins } = await damageTitle('hls-ts');
  const origin = { entry, data: 'hls-ts' };
  const verdict = async (workers?: number) =>
    (await verifyTitle({ files, title: { title: { ...title, workers }, plugins, origin, pool } })).verdict;
  assert.is(await verdict(0), 'proved');
  Object.defineProperty(pool, 'shortage', { value: 'none could be started' });
  assert.is(await verdict(), 'proved');
  await pool.close();
});

for (const [name, make] of Object.entries(FOREIGN))
  test(`${name}: no error, though it is written otherwise`, async () => {
    const found = await checkFolder(await make());
    assert.is(said(found.filter(({ severity }) => severity === 'error')), '');
  });

/** Those of Shaka Packager are of the films of these titles, under one of their keys. */
for (const [name, make] of Object.entries(FOREIGN).filter(([one]) => one.startsWith('Shaka')))
  test(`beside its source, ${name}: all of it is proved`, async () => {
    const files = await localPackage(await make());
    const { verdict, findings } = await verifyTitle({ files, title: await damageTitle('dash') });
    assert.is(verdict, 'proved', said([...findings]));
  });

test('what was damaged are copies', async () => {
  for (const name of PACKAGE_NAMES) assert.is(said(await checkFolder(await undamaged(name))), '');
});

test.run();
