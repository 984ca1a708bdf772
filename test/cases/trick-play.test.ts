/** Pictures for trick play: what is in their files, and what MPDs and playlists say of them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { TrackChoice } from '../../core/kit.ts';
import { cmaf, dashCenc, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { oneIn } from '../helpers/commands/extent.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { keyFramesOf, RENDITIONS, trickMedium } from '../helpers/media/trick-media.ts';
import { dashSamplesByFfmpeg, dashSamplesByShaka } from '../helpers/oracles/dash.ts';
import { readRange, readSegments } from '../helpers/oracles/hls.ts';
import { decodedPictures, fetchPlaylist } from '../helpers/oracles/hls-fmp4.ts';
import { isOneFragmentPicture, isOneTsPicture } from '../helpers/oracles/iframe-ranges.ts';
import { findBoxes, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { attribute, children, type MpdElement, parseMpd } from '../helpers/oracles/mpd-document.ts';
import { assertAllNamed } from '../helpers/oracles/named-files.ts';
import { sampleAesSlices, sourceSlices } from '../helpers/oracles/sample-aes.ts';
import { hashes } from '../helpers/oracles/samples.ts';
import { attributesOf } from '../helpers/oracles/valid-playlists.ts';
import { filesBelow, outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';

const test = sideBySide('trick play');

const LAYOUTS = ['single-file', 'segments'] as const;
const SCHEME = 'http://dashif.org/guidelines/trickmode';

/** The last input is for trick play. */
const lastGiven = (inputs: readonly string[]): (TrackChoice | undefined)[] =>
  inputs.map((_, n) => (n === inputs.length - 1 ? { trickPlay: true } : undefined));

/** The one set of an MPD for trick play, and those to be played. */
async function setsOf(folder: string): Promise<{ trick: MpdElement; others: readonly MpdElement[] }> {
  const mpd = parseMpd(await readFile(join(folder, 'stream.mpd'), 'utf8'));
  const sets = children(children(mpd, 'Period')[0], 'AdaptationSet');
  const isTrick = (set: MpdElement) =>
    children(set, 'EssentialProperty').some((one) => attribute(one, 'schemeIdUri') === SCHEME);
  const [trick, ...more] = sets.filter(isTrick);
  assert.is(more.length, 0);
  return { trick: trick!, others: sets.filter((set) => !isTrick(set)) };
}

/** The files of the unit, in the order in which they are to be joined. */
async function partsOf(folder: string): Promise<string[]> {
  const own = (await filesBelow(folder)).filter((path) => /trick/.test(path) && /\.(mp4|m4s)$/.test(path));
  const number = (path: string) => Number(/seg-(\d+)/.exec(path)?.[1] ?? 0);
  return own.sort((a, b) => number(a) - number(b)).map((path) => join(folder, path));
}

/** Everything in the files is the source's key frames, under the key, at their times, each decoded by itself. */
async function assertKeyFrames(
  folder: string,
  source: Awaited<ReturnType<typeof keyFramesOf>>,
): Promise<void> {
  const files = await partsOf(folder);
  const read = await dashSamplesByFfmpeg(files, 'video', TEST_KEY.key);
  assert.equal(hashes(read), hashes(source));
  assert.equal(hashes(await dashSamplesByShaka(files, 'video', TEST_KEY)), hashes(source));
  for (const [n, { pts }] of read.entries())
    assert.ok(Math.abs(pts - read[0]!.pts - (source[n]!.pts - source[0]!.pts)) < 1e-6, `picture ${n + 1}`);
  const [init, ...more] = files;
  const bytes = Buffer.concat(await Promise.all([init!, ...more].map((path) => readFile(path))));
  assert.is(await decodedPictures(Buffer.alloc(0), bytes, TEST_KEY.key), source.length);
  const truns = findBoxes(parseBoxes(bytes), 'trun') as { sample_count: number }[];
  const first = findBoxes(parseBoxes(bytes), 'tenc') as { default_KID: string }[];
  assert.is(
    truns.reduce((sum, { sample_count: count }) => sum + count, 0),
    source.length,
  );
  assert.is(first[0]?.default_KID, TEST_KEY.keyId);
}

const MODES = [
  ['DASH', dashCenc],
  ['CMAF', cmaf],
] as const;

// Each layout, each mode and each kind of pictures, but not each with all others.
for (const [index, layout] of LAYOUTS.entries()) {
  for (const [prefix, mode] of oneIn(2, MODES, index)) {
    test(`${prefix}, ${layout}: a set of the key frames of the smallest rendition, for that which has it`, async () => {
      const { output } = await packageWith([mode({ layout })], { inputs: RENDITIONS, trickPlay: true });
      const folder = join(output, outputFolder(prefix, RENDITIONS[0]!));
      const source = await keyFramesOf(RENDITIONS[2]!);
      assert.is(source.length, 10);
      await assertKeyFrames(folder, source);
      const { trick, others } = await setsOf(folder);
      assert.equal(
        children(trick, 'EssentialProperty').map((one) => attribute(one, 'value')),
        [others.map((set) => attribute(set, 'id'))[0]],
      );
      assert.equal(children(trick, 'ContentProtection'), children(others[0], 'ContentProtection'));
      assert.ok(children(trick, 'ContentProtection').length >= 3);
      const [own, ...more] = children(trick, 'Representation');
      assert.is(more.length, 0);
      assert.is(attribute(own, 'codingDependency'), 'false');
      assert.is(attribute(own, 'frameRate'), '1/2');
      assert.is(attribute(own, 'maxPlayoutRate'), '50', '25 pictures a second, of which it has one in 50');
      assert.is(attribute(own, 'width'), '320');
      assert.is(children(trick, 'Role').length, 0);
      assert.ok(others.every((set) => children(set, 'EssentialProperty').length === 0));
      // What is to be played is as it is without.
      const plain = await packageWith([mode({ layout })], { inputs: RENDITIONS });
      const without = join(plain.output, outputFolder(prefix, RENDITIONS[0]!));
      const added = (await filesBelow(folder)).filter((path) => path.includes('trick'));
      assert.equal(
        (await filesBelow(folder)).filter((path) => !path.includes('trick')),
        await filesBelow(without),
      );
      assert.ok(added.length > 0);
      for (const path of (await filesBelow(without)).filter((name) => !name.endsWith('.mpd')))
        assert.ok((await readFile(join(folder, path))).equals(await readFile(join(without, path))), path);
    });
  }
  for (const [prefix, mode] of oneIn(2, MODES, index + 1)) {
    test(`${prefix}, ${layout}: an input that is given for it, whose pictures are cut where the title is`, async () => {
      const inputs = [...RENDITIONS, await trickMedium('2fps')];
      const { output } = await packageWith([mode({ layout })], {
        inputs,
        choices: lastGiven(inputs),
        segmentDuration: 6,
      });
      const folder = join(output, outputFolder(prefix, inputs[0]!));
      await assertKeyFrames(folder, await keyFramesOf(inputs[3]!));
      const { trick, others } = await setsOf(folder);
      assert.is(attribute(children(trick, 'EssentialProperty')[0], 'value'), attribute(others[0], 'id'));
      assert.is(attribute(children(trick, 'Representation')[0], 'maxPlayoutRate'), '12');
      assert.is(attribute(children(trick, 'Representation')[0], 'frameRate'), '2');
      assert.is(children(others[0], 'Representation').length, 3, 'it is no rendition');
    });
  }
}

const HLS = {
  'hls-aes, MPEG-TS': {
    prefix: 'HLS',
    make: (layout) => hlsAes({ layout, container: 'ts' }),
    isOne: isOneTsPicture,
  },
  'hls-aes, fMP4': {
    prefix: 'HLS',
    make: (layout) => hlsAes({ layout, container: 'fmp4' }),
    isOne: isOneFragmentPicture,
  },
  cmaf: { prefix: 'CMAF', make: (layout) => cmaf({ layout }), isOne: isOneFragmentPicture },
} satisfies Record<string, HlsMode>;

interface HlsMode {
  readonly prefix: string;
  make(layout: (typeof LAYOUTS)[number]): ReturnType<typeof cmaf>;
  isOne(bytes: Buffer): boolean;
}

for (const [index, layout] of LAYOUTS.entries()) {
  for (const [name, { prefix, make, isOne }] of oneIn(2, Object.entries(HLS), index)) {
    test(`${name}, ${layout}: the I-frame playlist is of what is given, a range for each picture`, async () => {
      const inputs = [...RENDITIONS, await trickMedium('2fps')];
      const { output } = await packageWith([make(layout)], {
        inputs,
        choices: lastGiven(inputs),
        segmentDuration: 4,
      });
      const folder = join(output, outputFolder(prefix, inputs[0]!));
      const master = await readFile(join(folder, 'master.m3u8'), 'utf8');
      const [line, ...others] = attributesOf(master, 'EXT-X-I-FRAME-STREAM-INF');
      assert.is(others.length, 0);
      assert.match(line!, /RESOLUTION=320x180.*URI="trick-1\/iframe\.m3u8"/);
      assert.not.match(line!, /FRAME-RATE|AUDIO|CLOSED-CAPTIONS/);
      assert.is(attributesOf(master, 'EXT-X-STREAM-INF').length, 3);
      const playlists = (await filesBelow(folder)).filter((path) => /trick.*m3u8|iframe/.test(path));
      assert.equal(playlists, ['trick-1/iframe.m3u8']);
      const segments = await readSegments(join(folder, 'trick-1/iframe.m3u8'));
      const source = await keyFramesOf(inputs[3]!);
      assert.is(segments.length, source.length);
      const bytes = await Promise.all(segments.map(readRange));
      for (const [n, picture] of bytes.entries()) assert.ok(isOne(picture), `picture ${n + 1} of ${layout}`);
      assert.ok(segments.every(({ lines }) => lines[0] === '#EXTINF:0.500000,'));
      // BANDWIDTH: the worst run of 2 to 6 s, a target duration being 4 s; AVERAGE-BANDWIDTH: all of it.
      const bits = bytes.map(({ length }) => length * 8);
      const number = (attribute: string) =>
        Number(new RegExp(`[:,]${attribute}=(\\d+)`).exec(`:${line}`)?.[1]);
      assert.is(number('AVERAGE-BANDWIDTH'), Math.ceil(bits.reduce((a, b) => a + b) / 20));
      let worst = 0;
      for (let from = 0; from < bits.length; from++)
        for (let count = 4; count <= 12 && from + count <= bits.length; count++)
          worst = Math.max(worst, bits.slice(from, from + count).reduce((a, b) => a + b) / (count / 2));
      assert.is(number('BANDWIDTH'), Math.ceil(worst));
    });
  }
}

test('what is given is longer than the title: its last picture ends with that, and none begins behind it', async () => {
  // Of 20 s: one that is shown from 19.5 to 20.25 s, and one from 20 to 21 s.
  const given = [
    ['4/3', 27, 27],
    ['1', 21, 20],
  ] as const;
  for (const [index, [rate, pictures, kept]] of given.entries()) {
    const more = ['-vf', `fps=${rate},tpad=stop_mode=clone:stop_duration=3`, '-frames:v', `${pictures}`];
    const medium = await trickMedium(`${pictures}-pictures`, { length: 25, more });
    const source = await keyFramesOf(medium);
    assert.is(source.length, pictures);
    const inputs = [...RENDITIONS, medium];
    const facts = { inputs, choices: lastGiven(inputs), segmentDuration: 6 };
    for (const layout of oneIn(2, LAYOUTS, index)) {
      const { output } = await packageWith([dashCenc({ layout }), cmaf({ layout })], facts);
      for (const prefix of ['DASH', 'CMAF'])
        await assertKeyFrames(join(output, outputFolder(prefix, inputs[0]!)), source.slice(0, kept));
      const playlist = join(output, outputFolder('CMAF', inputs[0]!), 'trick-1/iframe.m3u8');
      const lengths = (await readSegments(playlist)).map(({ lines: [line] }) => Number(line!.slice(8, -1)));
      assert.is(lengths.length, kept);
      assert.is(lengths.at(-1), kept === pictures ? 0.5 : 1);
    }
  }
});

test('SAMPLE-AES in MPEG-TS: every slice of what is given decrypts to the source', async () => {
  const inputs = [...RENDITIONS, await trickMedium('2fps')];
  const { output } = await packageWith([hlsAes()], { inputs, choices: lastGiven(inputs) });
  const file = join(output, outputFolder('HLS', inputs[0]!), 'trick-1/media.ts');
  const read = await sampleAesSlices(file, TEST_KEY);
  const source = await sourceSlices(inputs[3]!);
  assert.is(read.length, source.length);
  assert.ok(read.every((slice, n) => slice.equals(source[n]!)));
});

test('fragmented MP4: each picture that the I-frame playlist addresses decrypts and decodes alone', async () => {
  const inputs = [...RENDITIONS, await trickMedium('2fps')];
  const { output } = await packageWith([cmaf()], { inputs, choices: lastGiven(inputs) });
  const { init, segments } = await fetchPlaylist(
    join(output, outputFolder('CMAF', inputs[0]!), 'trick-1/iframe.m3u8'),
  );
  for (const { bytes } of segments.slice(0, 12))
    assert.is(await decodedPictures(init, bytes, TEST_KEY.key), 1);
});

test('HLS-NCG: what is given has an I-frame playlist, and players widen its ranges to blocks', async () => {
  const inputs = [...RENDITIONS, await trickMedium('2fps')];
  const { output } = await packageWith([hlsNcg()], { inputs, choices: lastGiven(inputs) });
  const folder = join(output, outputFolder('HLS-NCG', inputs[0]!));
  const segments = await readSegments(join(folder, 'trick-1/iframe.m3u8'));
  assert.is(segments.length, 40);
  assert.ok(segments.every(({ key }) => key?.method === 'AES-128'));
});

test('playlists of cmaf point into renditions, and not at the file of their key frames', async () => {
  const { output } = await packageWith([cmaf()], { inputs: RENDITIONS, trickPlay: true });
  const folder = join(output, outputFolder('CMAF', RENDITIONS[0]!));
  const master = await readFile(join(folder, 'master.m3u8'), 'utf8');
  assert.not.match(master, /trick/);
  assert.is(attributesOf(master, 'EXT-X-I-FRAME-STREAM-INF').length, 3);
  await assertAllNamed(folder, ['stream.mpd']);
});

test('what HLS modes have anyway is not written twice', async () => {
  const { output } = await packageWith([hlsAes()], { inputs: RENDITIONS, trickPlay: true });
  assert.not.ok((await filesBelow(output)).some((path) => path.includes('trick')));
});

test.run();
