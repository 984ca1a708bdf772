/** The reader of MPEG-TS on what other packagers write: Shaka Packager in SAMPLE-AES, also as packed audio, and ffmpeg in AES-128. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { clearTransport } from '../../core/inspect/mpegts/clear/clear-transport.ts';
import { openTransport } from '../../core/inspect/mpegts/open-transport.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { transportInput } from '../helpers/inspect/listed-segments.ts';
import { type ReadStream, readStream } from '../helpers/inspect/read-transport.ts';
import { MADE_AUDIO } from '../helpers/media/audio-media.ts';
import { ODD_MEDIA } from '../helpers/media/odd-media.ts';
import { codedSamplesOf, hashes } from '../helpers/oracles/samples.ts';
import { shakaPackager } from '../helpers/oracles/shaka-packager.ts';
import { TEST_KEY } from '../helpers/titles/package.ts';
import { type InputTrack, inputSamples } from '../helpers/verify/input-samples.ts';
import { expectedInTransport } from '../helpers/verify/transport-samples.ts';

const test = sideBySide('MPEG-TS of others, read back');

const film = (): Promise<string> => ODD_MEDIA.find(({ name }) => name === 'b-pyramid')!.file();
const surround = (): Promise<string> => MADE_AUDIO.find(({ name }) => name === 'e-ac-3 5.1')!.file();
const dolby = (): Promise<string> => MADE_AUDIO.find(({ name }) => name === 'ac-3 5.1')!.file();

async function trackOf(path: string, kind: InputTrack['kind']): Promise<InputTrack> {
  return (await inputSamples(path)).tracks.find((track) => track.kind === kind)!;
}

/** The only stream of a playlist, whose samples must be those of a track. */
async function assertTrack(playlist: string, track: InputTrack): Promise<ReadStream> {
  const { readers, facts } = await openTransport(await transportInput(playlist));
  const reader = readers.find((one) => one.track.kind === track.kind)!;
  const stream = await readStream(reader);
  const expected = expectedInTransport(track, false);
  assert.is(stream.samples.length, expected.length, playlist);
  for (const [index, units] of expected.entries())
    assert.equal(stream.samples[index], units, `${playlist}: sample ${index + 1}`);
  assert.equal(
    facts.list.filter(({ code }) => !code.startsWith('PCR')),
    [],
  );
  return stream;
}

let shaka: Promise<string> | undefined;

/** Streams in SAMPLE-AES behind a clear second: pictures and sound in MPEG-TS, sound as packed audio. */
const byShaka = (): Promise<string> => {
  shaka ??= makeByShaka();
  return shaka;
};

async function makeByShaka(): Promise<string> {
  const folder = temporaryFolder('shaka-ts');
  const out = (name: string, type: string): string =>
    `segment_template=${folder}/${name}_$Number$.${type},playlist_name=${name}.m3u8`;
  const [pictures, sound, other] = await Promise.all([film(), surround(), dolby()]);
  await shakaPackager([
    `in=${pictures},stream=video,${out('pictures', 'ts')}`,
    `in=${pictures},stream=audio,${out('sound', 'ts')}`,
    `in=${pictures},stream=audio,${out('packed-aac', 'aac')}`,
    `in=${sound},stream=audio,${out('packed-ec3', 'ec3')}`,
    `in=${other},stream=audio,${out('packed-ac3', 'ac3')}`,
    ...[
      '--hls_master_playlist_output',
      `${folder}/master.m3u8`,
      '--segment_duration',
      '1',
      '--clear_lead',
      '1',
    ],
    ...['--enable_raw_key_encryption', '--protection_scheme', 'cbcs', '--protection_systems', 'FairPlay'],
    ...['--keys', `label=:key_id=${TEST_KEY.keyId}:key=${TEST_KEY.key}`, '--iv', TEST_KEY.iv],
    ...['--hls_key_uri', 'skd://title'],
  ]);
  return folder;
}

for (const [name, source, kind] of [
  ['pictures', film, 'video'],
  ['sound', film, 'audio'],
  ['packed-aac', film, 'audio'],
  ['packed-ec3', surround, 'audio'],
  ['packed-ac3', dolby, 'audio'],
] as const) {
  test(`Shaka Packager, ${name}: SAMPLE-AES behind a clear lead gives the source`, async () => {
    const playlist = join(await byShaka(), `${name}.m3u8`);
    const stream = await assertTrack(playlist, await trackOf(await source(), kind));
    const isClear = stream.listed.map((segment) => segment === 0);
    assert.equal(
      stream.keys.map((key) => key === undefined),
      isClear,
    );
    assert.ok(stream.protectedBytes.some((bytes) => bytes > 0));
    assert.is(isClear[0], true);
    assert.is(isClear.at(-1), false);
    // A discontinuity that changes no clock is none on the timeline.
    const steps = stream.times.slice(1).map((time, index) => time - stream.times[index]!);
    assert.ok(
      Math.max(...steps) - Math.min(...steps) <= 2,
      `${Math.min(...steps)} to ${Math.max(...steps)} ticks`,
    );
  });
}

/** Segments in the clear as a playlist without keys. */
async function clearedPlaylist(playlist: string, type: string): Promise<string> {
  const folder = temporaryFolder('cleared');
  const input = await transportInput(playlist);
  const lines = ['#EXTM3U', '#EXT-X-VERSION:6', '#EXT-X-TARGETDURATION:2'];
  for await (const { listed, data } of clearTransport(input)) {
    const name = `${listed}.${type}`;
    await writeFile(join(folder, name), data);
    lines.push(`#EXTINF:${input.segments[listed]!.duration},`, name);
  }
  const path = join(folder, 'clear.m3u8');
  await writeFile(path, `${[...lines, '#EXT-X-ENDLIST'].join('\n')}\n`);
  return path;
}

test('what is turned back into clear segments is read by ffmpeg: packed audio, and pictures', async () => {
  for (const [name, source, type, stream, filter] of [
    ['packed-aac', film, 'aac', 'a:0', 'aac_adtstoasc'],
    ['packed-ec3', surround, 'eac3', 'a:0', undefined],
    ['packed-ac3', dolby, 'ac3', 'a:0', undefined],
    ['pictures', film, 'ts', 'v:0', 'filter_units=pass_types=1|5'],
  ] as const) {
    const path = await clearedPlaylist(join(await byShaka(), `${name}.m3u8`), type);
    const ofSource = stream === 'v:0' ? `h264_mp4toannexb,${filter}` : undefined;
    const [found = [], expected = []] = await codedSamplesOf([
      { path, stream, filter, demuxer: ['-allowed_extensions', 'ALL'] },
      { path: await source(), stream, filter: ofSource },
    ]);
    assert.ok(expected.length > 50);
    assert.equal(hashes(found), hashes(expected), name);
  }
});

for (const iv of [TEST_KEY.iv, undefined]) {
  test(`ffmpeg, AES-128 ${iv ? 'with an IV' : 'whose IV is the media sequence number'}`, async () => {
    const folder = temporaryFolder('ffmpeg-aes');
    await writeFile(join(folder, 'key'), Buffer.from(TEST_KEY.key, 'hex'));
    await writeFile(join(folder, 'info'), `https://keys.example.com/key\n${folder}/key\n${iv ?? ''}\n`);
    const source = await film();
    await ffmpeg([
      ...[
        '-i',
        source,
        '-map',
        '0',
        '-c',
        'copy',
        '-f',
        'hls',
        '-hls_time',
        '1',
        '-hls_playlist_type',
        'vod',
      ],
      ...['-start_number', '7', '-hls_key_info_file', join(folder, 'info'), join(folder, 'all.m3u8')],
    ]);
    const playlist = join(folder, 'all.m3u8');
    for (const kind of ['video', 'audio'] as const) {
      const stream = await assertTrack(playlist, await trackOf(source, kind));
      assert.equal([...new Set(stream.keys)], [TEST_KEY.keyId]);
    }
  });
}

test.run();
