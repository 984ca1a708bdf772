/**
 * The reader of MPEG-TS in packages: what it decrypts of SAMPLE-AES and AES-128 is the source, sample by sample, as readers in test/
 * that share no code with it have that.
 */
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Plugin, packageTitle, type Report } from '../../core/index.ts';
import type { KeyLookup } from '../../core/inspect/model/track-reader.ts';
import { openTransport } from '../../core/inspect/mpegts/open-transport.ts';
import { demuxMp4, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { contentKey, transportInput } from '../helpers/inspect/listed-segments.ts';
import { type ReadStream, readStream } from '../helpers/inspect/read-transport.ts';
import { MADE_AUDIO } from '../helpers/media/audio-media.ts';
import { ODD_MEDIA } from '../helpers/media/odd-media.ts';
import { filmOfPeriods } from '../helpers/media/period-media.ts';
import { packageWith, TEST_KEY, titleOptions } from '../helpers/titles/package.ts';
import { keyOfPeriod, periodKeys } from '../helpers/titles/period-keys.ts';
import { type InputSamples, type InputTrack, inputSamples } from '../helpers/verify/input-samples.ts';
import { expectedInTransport } from '../helpers/verify/transport-samples.ts';

const test = suite('MPEG-TS, read back');

const NO_INPUT: InputSamples = { path: '', file: Buffer.alloc(0), tracks: [] };

interface ReadRendition {
  readonly tracks: readonly InputTrack[];
  readonly playlist: string;
}

/** The renditions of a mode, each with the tracks of the input that it has. */
function renditionsOf(report: Report, mode: string, input: InputSamples): ReadRendition[] {
  const { outputs, renditions } = report.modes.find((one) => one.mode === mode)!;
  return renditions.map(({ unit, files }) => ({
    tracks: unit.tracks.flatMap(({ id }) => input.tracks.find((track) => track.id === id) ?? []),
    playlist: join(report.output, outputs[0]!, dirname(files[0]!.path), 'stream.m3u8'),
  }));
}

/** Read a rendition, and assert that its samples are those of the input. */
async function assertRead(
  { tracks, playlist }: ReadRendition,
  isSampleAes: boolean,
  lookup?: KeyLookup,
): Promise<ReadStream[]> {
  const transport = await openTransport(await transportInput(playlist, lookup));
  assert.equal(
    transport.readers.map(({ track }) => track.kind),
    tracks.map(({ kind }) => kind),
  );
  const streams: ReadStream[] = [];
  for (const [index, reader] of transport.readers.entries()) {
    const track = tracks[index]!;
    const stream = await readStream(reader);
    const expected = expectedInTransport(track, isSampleAes);
    assert.is(stream.samples.length, expected.length, `${playlist}: samples of ${track.kind}`);
    for (const [sample, units] of expected.entries())
      assert.ok(
        units.length === stream.samples[sample]!.length &&
          units.every((unit, n) => unit.equals(stream.samples[sample]![n]!)),
        `${playlist}: sample ${sample + 1} of ${track.kind}`,
      );
    streams.push(stream);
  }
  assert.equal(transport.facts.list, [], `${playlist}: nothing is wrong with it`);
  return streams;
}

const modes = (): Plugin[] => [hlsAes({ container: 'ts' }), hlsNcg()];

for (const name of ['multi-slice', 'b-pyramid', 'interlaced']) {
  const media = ODD_MEDIA.find((one) => one.name === name)!;
  test(`${media.describe}: SAMPLE-AES and AES-128 give the pictures and sound of the source`, async () => {
    const path = await media.file();
    const report = await packageWith(modes(), { inputs: [path] });
    const input = await inputSamples(path);
    for (const rendition of renditionsOf(report, 'hls-aes', input)) {
      for (const stream of await assertRead(rendition, true)) {
        assert.ok(stream.protectedBytes.some((bytes) => bytes > 0));
        assert.equal([...new Set(stream.keys)], [TEST_KEY.keyId]);
      }
    }
    for (const rendition of renditionsOf(report, 'hls-ncg', input)) await assertRead(rendition, false);
  });
}

for (const name of ['ac-3 44.1 kHz', 'e-ac-3 5.1', 'mp3 (MPEG-1)', 'mp3 (MPEG-2)']) {
  const media = MADE_AUDIO.find((one) => one.name === name)!;
  test(`${name}: frames are those of the source`, async () => {
    const path = await media.file();
    const isSampleAes = media.ts === 'sample-aes';
    const report = await packageWith(isSampleAes ? modes() : [hlsNcg()], { inputs: [path] });
    const input = await inputSamples(path);
    for (const { mode } of report.modes) {
      for (const rendition of renditionsOf(report, mode, input)) {
        const [stream] = await assertRead(rendition, mode === 'hls-aes');
        const transport = await openTransport(await transportInput(rendition.playlist));
        const [entry] = transport.readers[0]!.track.entries;
        assert.is(entry!.codecs, media.codecs);
        assert.is(entry!.sampleRate, media.sampleRate);
        const last = stream!.times.length - 1;
        const frame = (stream!.times[last]! - stream!.times[0]!) / last / 90_000;
        const samples = media.codecs === 'mp4a.69' ? 576 : media.codecs.startsWith('mp4a') ? 1152 : 1536;
        assert.ok(Math.abs(frame * media.sampleRate - samples) < 0.1, `${frame} s a frame`);
      }
    }
  });
}

test('keys that change behind a clear lead: each sample is decrypted with its own, and none of the lead', async () => {
  const path = await filmOfPeriods();
  const title = titleOptions({ inputs: [path], segmentDuration: 1, keyRotation: 9, clearLead: 12 });
  const report = await packageTitle({ title, plugins: [demuxMp4(), periodKeys(), ...modes()] });
  const input = await inputSamples(path);
  const keys = [0, 1, 2, 3, 4].map(keyOfPeriod);
  const lookup: KeyLookup = ({ uri = '' }) => keys.find(({ hexId }) => uri.includes(hexId));
  for (const mode of ['hls-aes', 'hls-ncg']) {
    for (const rendition of renditionsOf(report, mode, input)) {
      for (const { keys: found, listed } of await assertRead(rendition, mode === 'hls-aes', lookup)) {
        const periodOf = listed.map((segment) =>
          segment < 12 ? undefined : keyOfPeriod(Math.floor(segment / 9)).hexId,
        );
        assert.equal(found, periodOf, mode);
      }
    }
  }
  const [rendition] = renditionsOf(report, 'hls-aes', input);
  const [video] = await assertRead(rendition!, true, lookup);
  // I-frames have no tables of their own: what is before them in the file says whether they are encrypted.
  const iframes = await transportInput(join(dirname(rendition!.playlist), 'iframe.m3u8'), lookup);
  const { readers, facts } = await openTransport(iframes);
  const trick = await readStream(readers.find(({ track }) => track.kind === 'video')!);
  assert.equal(
    trick.samples,
    video!.samples.filter((_, picture) => video!.sync[picture]),
  );
  assert.equal(
    facts.list.filter(({ code }) => code.startsWith('STREAM')),
    [],
  );
  const start = video!.presentation.reduce((least, time) => Math.min(least, time));
  const inOrder = [...video!.presentation].sort((a, b) => a - b).map((time) => time - start);
  assert.equal(
    inOrder,
    inOrder.map((_, picture) => 3_600 * picture),
    'presentation at 25 pictures a second',
  );
  assert.equal(
    video!.sync.flatMap((is, picture) => (is ? [picture] : [])),
    inOrder.flatMap((_, picture) => (picture % 25 === 0 ? [picture] : [])),
  );
});

test('without a key: SAMPLE-AES is read as it is stored, AES-128 not at all, and both name what is missing', async () => {
  const path = await filmOfPeriods();
  const title = titleOptions({ inputs: [path], segmentDuration: 1, keyRotation: 22 });
  const report = await packageTitle({ title, plugins: [demuxMp4(), periodKeys(), ...modes()] });
  const input = await inputSamples(path);
  const first = keyOfPeriod(0);
  const lookup: KeyLookup = ({ uri = '' }) => (uri.includes(first.hexId) ? first : undefined);
  for (const mode of ['hls-aes', 'hls-ncg']) {
    const [{ playlist, tracks }] = renditionsOf(report, mode, input) as [ReadRendition];
    const transport = await openTransport(await transportInput(playlist, lookup));
    const video = await readStream(transport.readers[0]!);
    const expected = expectedInTransport(tracks[0]!, mode === 'hls-aes');
    const isSame = video.samples.map((units, n) => units.every((unit, at) => unit.equals(expected[n]![at]!)));
    assert.is(
      isSame.indexOf(false),
      mode === 'hls-aes' ? 22 * 25 : -1,
      'up to the first that is under another key',
    );
    assert.is(video.samples.length, mode === 'hls-aes' ? expected.length : 22 * 25);
    assert.equal(
      [...video.missing].map((name) => name.includes(keyOfPeriod(1).hexId)),
      [true],
    );
  }
  const none = await openTransport(
    await transportInput(renditionsOf(report, 'hls-ncg', input)[0]!.playlist, () => undefined),
  );
  assert.equal([none.readers.length, none.missingKeys.length], [0, 2]);
});

test('a wrong key of AES-128 leaves no media, and that is said', async () => {
  const media = MADE_AUDIO.find((one) => one.name === 'e-ac-3 5.1')!;
  const report = await packageWith([hlsNcg()], { inputs: [await media.file()] });
  const [{ playlist }] = renditionsOf(report, 'hls-ncg', NO_INPUT) as [ReadRendition];
  const wrong = contentKey({ ...TEST_KEY, key: 'ff'.repeat(16) });
  const { readers, facts } = await openTransport(await transportInput(playlist, () => wrong));
  assert.equal([readers.length, facts.list.map(({ code }) => code)], [0, ['KEY_WRONG']]);
});

test.run();
