/** Whoever verifies a package by decryption finds each break of it, and compares what is really there. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Plugin, packageTitle, type Report } from '../../core/index.ts';
import type { Segment } from '../../core/kit.ts';
import { IS_LONG } from '../helpers/commands/extent.ts';
import { MODES, modeNamed, type TestMode } from '../helpers/titles/modes.ts';
import { filesBelow, TEST_KEY, testPlugins, titleOptions } from '../helpers/titles/package.ts';
import { type InputSamples, inputSamples } from '../helpers/verify/input-samples.ts';
import { untraced } from '../helpers/verify/trace.ts';
import { verifyPackage } from '../helpers/verify/verify-package.ts';
import { idleMode } from '../plugins/mode-idle.ts';
import { FUZZ_MEDIA, mediaNamed } from './media.ts';

const test = suite('verification by decryption');

/** Sound files, one a codec and container at least; the encrypted one is refused, and subtitles stay clear. */
const SOUND = FUZZ_MEDIA.filter(({ name, film }) => name !== 'avc-aac-encrypted.mp4' && film === undefined);

const packageIn = (path: string, plugins: readonly Plugin[]): Promise<Report> =>
  packageTitle({ title: titleOptions({ inputs: [path], segmentDuration: 0.4 }), plugins });

const packaged = (path: string, mode: TestMode): Promise<Report | undefined> =>
  packageIn(path, [...testPlugins(), mode.plugin()]).catch((error) => {
    if (error.code === 'UNSUPPORTED_CODEC') return undefined;
    throw error;
  });

/** Compressed blocks; frames that begin in the middle of a byte. */
const NOT_AS_IN_THE_FILE = /zlib|latm/;

/** What a mode has to have of an input. */
const countOf = ({ tracks }: InputSamples, { name }: TestMode): number =>
  name === 'ncg' ? 1 : tracks.reduce((sum, { samples }) => sum + samples.length, 0);

for (const { name, file } of SOUND) {
  test(`${name}: all of its samples in every mode, none with another key`, async () => {
    const path = await file();
    const input = await inputSamples(path);
    assert.ok(countOf(input, modeNamed('dash-cenc')) >= 30);
    if (!NOT_AS_IN_THE_FILE.test(name))
      assert.is(untraced(input), 0, 'what is compared is in the file as it is');
    let modes = 0;
    for (const mode of MODES) {
      const report = await packaged(path, mode);
      if (!report) continue;
      modes++;
      assert.equal(
        await verifyPackage(report, [input]),
        { samples: countOf(input, mode), faults: [] },
        mode.name,
      );
      for (const wrong of [{ key: 'ff'.repeat(16) }, { keyId: 'ee'.repeat(16) }, { iv: 'ff'.repeat(16) }]) {
        const isUsed = 'key' in wrong || ('iv' in wrong ? /hls-aes-ts|^ncg/ : /dash|fmp4/).test(mode.name);
        if (!isUsed) continue;
        const { samples, faults } = await verifyPackage(report, [input], { ...TEST_KEY, ...wrong });
        assert.ok(samples === 0 && faults.length > 0, `${mode.name} with ${Object.keys(wrong)}`);
      }
    }
    assert.ok(modes >= 3, `${modes}`);
  });
}

const MEDIA = /\.(mp4|m4s|ts|ncg)$/;
/** Places in a file of which a bit is changed; and how many must be found: clocks and times are not compared here. */
const PLACES = 20;
const FOUND = 16;

for (const mode of MODES) {
  test(`${mode.name}: a bit of the media that is another is found`, async () => {
    const path = await mediaNamed('avc-aac.mp4').file();
    const input = await inputSamples(path);
    const report = await packaged(path, mode);
    assert.ok(report);
    const names = (await filesBelow(report.output)).filter(
      (name) => MEDIA.test(name) && !/key\.ncg$|init\.mp4$/.test(name),
    );
    assert.ok(names.length > 0);
    for (const name of names) {
      const file = join(report.output, name);
      const sound = await readFile(file);
      let found = 0;
      for (let place = 0; place < PLACES; place++) {
        const changed = Buffer.from(sound);
        changed[Math.floor(sound.length * (0.4 + (0.6 * place) / PLACES))]! ^= 0x10;
        await writeFile(file, changed);
        if ((await verifyPackage(report, [input])).faults.length > 0) found++;
      }
      assert.ok(found >= FOUND, `${name}: ${found} of ${PLACES}`);
      await writeFile(file, sound);
      assert.equal((await verifyPackage(report, [input])).faults, []);
    }
  });
}

/** What says how samples are encrypted, and bytes of it that say nothing: version and flags, and a KID that is checked above. */
const SAYS_HOW = ['senc', 'saiz', 'saio', 'trun', 'tenc', 'schm', 'sidx'];

/** Some sixty bytes of a long box, and an odd number of them apart: of each byte of a number as many. */
const stepFor = (bytes: number): number => (IS_LONG ? 1 : Math.floor(bytes / 60) | 1);

test('every number that says how samples are encrypted, and where they are', async () => {
  const path = await mediaNamed('avc-aac.mp4').file();
  const input = await inputSamples(path);
  const report = await packaged(path, modeNamed('dash-cenc'));
  assert.ok(report);
  const file = join(report.output, 'DASH_fuzz-avc-aac_mp4', 'media-video-1.mp4');
  const sound = await readFile(file);
  for (const type of SAYS_HOW) {
    const start = sound.indexOf(type, 0, 'latin1') + 4;
    const end = start - 8 + sound.readUInt32BE(start - 8);
    let [found, tried] = [0, 0];
    for (let at = start + 4; at < end; at += stepFor(end - start), tried++) {
      const changed = Buffer.from(sound);
      changed[at]! ^= 0x01;
      await writeFile(file, changed);
      if ((await verifyPackage(report, [input])).faults.length > 0) found++;
    }
    // What is not read: durations and composition times of `trun`, times of `sidx`, the version in `schm`, reserved bytes.
    const share = found / tried;
    assert.ok(share >= (/senc|saio/.test(type) ? 1 : 0.3), `${type}: ${share}`);
  }
  await writeFile(file, sound);
});

test('the samples of the input in another order, or one more of them', async () => {
  const path = await mediaNamed('avc-aac.mp4').file();
  const input = await inputSamples(path);
  const changes: Readonly<Record<string, (samples: readonly Buffer[]) => readonly Buffer[]>> = {
    'another order': ([first, second, ...others]) => [second!, first!, ...others],
    'one more': (samples) => [...samples, samples[0]!],
    'one less': (samples) => samples.slice(0, -1),
  };
  for (const mode of MODES.filter(({ name }) => name !== 'ncg')) {
    const report = await packaged(path, mode);
    assert.ok(report);
    for (const [what, change] of Object.entries(changes)) {
      const tracks = input.tracks.map((track) => ({ ...track, samples: change(track.samples) }));
      const { samples, faults } = await verifyPackage(report, [{ ...input, tracks }]);
      assert.is(samples, 0, `${mode.name}, ${what}`);
      assert.ok(faults.length > 0, `${mode.name}, ${what}`);
    }
  }
});

test('a protector that makes something else of samples than it says', async () => {
  const path = await mediaNamed('avc-aac.mp4').file();
  const protectSegment = (segment: Segment): Segment => {
    for (let at = 0; at < segment.data.length; at++) segment.data[at]! ^= 0xa5;
    return segment;
  };
  // The engine holds answers under schemes of Common Encryption to what they say of themselves; of other schemes it cannot know.
  const report = await packageIn(path, [...testPlugins(), idleMode({ scheme: 'acme', protectSegment })]);
  const { samples, faults } = await verifyPackage(report, [await inputSamples(path)]);
  assert.is(samples, 0);
  assert.is(faults.length, 2);
});

test.run();
