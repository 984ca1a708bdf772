/** Sound of which frames need others (xHE-AAC): segments begin where decoding can start, and flags say where that is. */
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dashCenc, hlsAes } from '../../plugins/index.ts';
import { type MarkedSound, markedSound } from '../helpers/media/marked-sound.ts';
import { readFragments } from '../helpers/oracles/dash.ts';
import { demuxFile } from '../helpers/oracles/read-mp4.ts';
import { failureOf, filesBelow, packageWith } from '../helpers/titles/package.ts';

const test = suite('marked sound');

const every = (frames: number, first = 0): number[] =>
  Array.from({ length: Math.ceil((377 - first) / frames) }, (_, n) => first + frames * n);

/** A title of clear DASH: the sync samples of its sound, as another reading finds them, and the first frame of each fragment. */
async function written(name: string, media: MarkedSound) {
  const inputs = [await markedSound(name, media)];
  const report = await packageWith([dashCenc()], { inputs, clear: ['video', 'audio'], verify: true });
  for (const file of await filesBelow(report.output)) {
    if (!file.endsWith('.mp4')) continue;
    const path = join(report.output, file);
    const [track] = await demuxFile(path);
    if (track?.kind !== 'audio') continue;
    const starts: number[] = [0];
    for (const fragment of (await readFragments([path])).fragments)
      starts.push(starts.at(-1)! + fragment.readUInt32BE(fragment.indexOf('trun') + 8));
    return { sync: track.samples.syncSamples, starts: starts.slice(0, -1), report };
  }
  throw new Error('no sound was written');
}

test('segments begin with sync samples, which keep their marks: sound alone and with pictures', async () => {
  for (const hasPictures of [false, true]) {
    const media = { sync: every(30), isXheAac: true, hasPictures };
    const { sync, starts, report } = await written(`usac-${hasPictures}`, media);
    assert.equal([...(sync ?? [])], every(30));
    assert.equal(starts, [0, 120, 210, 300]); // from 0, 2, 4 and 6 s on, the first that is marked
    assert.equal(report.warnings, []);
  }
});

test('where marks are further apart than segments of pictures, segments of sound are longer', async () => {
  const media = { sync: every(150), isXheAac: true, hasPictures: true };
  const { sync, starts, report } = await written('usac-sparse', media);
  assert.equal([...(sync ?? [])], every(150));
  assert.equal(starts, [0, 150, 300]);
  assert.is(report.verification?.verdict, 'proved');
});

test('sound of other codecs can be decoded from every frame on, whatever is marked', async () => {
  const { sync, starts } = await written('lc', { sync: [0] });
  assert.is(sync, undefined);
  assert.equal(starts, [0, 95, 189, 283]); // a frame of priming comes first
});

test('frames before the first that is marked are left out, and told of', async () => {
  const { sync, starts, report } = await written('usac-late', { sync: every(30, 10), isXheAac: true });
  assert.equal(
    [...(sync ?? [])],
    every(30, 10).map((frame) => frame - 10),
  );
  assert.equal(starts[0], 0);
  assert.match(report.warnings.join(), 'track 1: 10 frames that decoding cannot start with are left out.');
});

test('sound without any mark is refused', async () => {
  const inputs = [await markedSound('usac-none', { sync: [], isXheAac: true })];
  const { code, message } = await failureOf(packageWith([hlsAes()], { inputs }));
  assert.is(code, 'NOT_MEDIA');
  assert.match(message, 'its sound does not start with a frame that decoding can start with');
});

test.run();
