/** Segments of HLS in MPEG-TS, turned back into clear ones: ffmpeg reads them as it reads the source. */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError, type Plugin, packageTitle, type Report } from '../../core/index.ts';
import { clearTransport } from '../../core/inspect/mpegts/clear/clear-transport.ts';
import { demuxMp4, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { transportInput } from '../helpers/inspect/listed-segments.ts';
import { MADE_AUDIO } from '../helpers/media/audio-media.ts';
import { ODD_MEDIA } from '../helpers/media/odd-media.ts';
import { filmOfPeriods } from '../helpers/media/period-media.ts';
import { codedSamplesOf, hashes, tsFilter } from '../helpers/oracles/samples.ts';
import { readPackets, readPes, readSections } from '../helpers/oracles/transport-stream.ts';
import { packageWith, titleOptions } from '../helpers/titles/package.ts';
import { keyOfPeriod, periodKeys } from '../helpers/titles/period-keys.ts';

const test = suite('clear MPEG-TS');

/** All segments of a rendition in the clear, as one file. */
async function cleared(playlist: string, period = false): Promise<{ path: string; bytes: Buffer }> {
  const keys = [0, 1, 2, 3, 4].map(keyOfPeriod);
  const lookup = ({ uri = '' }) => keys.find(({ hexId }) => uri.includes(hexId));
  const input = await transportInput(playlist, ...(period ? [lookup] : []));
  const segments: Buffer[] = [];
  for await (const { listed, data } of clearTransport(input)) {
    assert.is(listed, segments.length);
    segments.push(Buffer.from(data));
  }
  const bytes = Buffer.concat(segments);
  const path = join(temporaryFolder('cleared'), 'media.ts');
  await writeFile(path, bytes);
  return { path, bytes };
}

const playlistsOf = ({ output, modes }: Report, mode: string): string[] => {
  const { outputs, renditions } = modes.find((one) => one.mode === mode)!;
  return renditions.map(({ files }) => join(output, outputs[0]!, dirname(files[0]!.path), 'stream.m3u8'));
};

/** A Program Map Table, as hexadecimal digits, but for its version and CRC. */
const withoutVersion = (section: Buffer): string =>
  section.toString('hex', 0, 5) + section.toString('hex', 6, section.length - 4);

const PMT = 0x100;
const VIDEO = 0x101;
const BOTH = ['v:0', 'a:0'] as const;

const modes = (): Plugin[] => [hlsAes({ container: 'ts' }), hlsNcg()];

/** What ffmpeg reads of a file of MPEG-TS: samples as they are, with their times. */
const readByFfmpeg = (path: string, kinds: readonly ('v:0' | 'a:0')[]) =>
  codedSamplesOf(kinds.map((stream) => ({ path, stream })));

test('keys that change behind a clear lead: ffmpeg reads what it reads of the same title in the clear, with its times', async () => {
  const inputs = [await filmOfPeriods()];
  const plugins = [demuxMp4(), periodKeys(), ...modes()];
  const facts = { inputs, segmentDuration: 1 };
  const clear = await packageTitle({
    plugins,
    title: titleOptions({ ...facts, clear: ['video', 'audio'], modes: ['hls-aes'] }),
  });
  const report = await packageTitle({
    plugins,
    title: titleOptions({ ...facts, keyRotation: 9, clearLead: 12 }),
  });
  const expected = playlistsOf(clear, 'hls-aes').map((playlist) => join(dirname(playlist), 'media.ts'));
  for (const mode of ['hls-aes', 'hls-ncg']) {
    for (const [index, playlist] of playlistsOf(report, mode).entries()) {
      const { path, bytes } = await cleared(playlist, true);
      // Whole packets, counters that go on, fields that fit: or the reader of the tests throws.
      const packets = readPackets(bytes);
      const clearPackets = readPackets(await readFile(expected[index]!));
      const announced = [...new Set(readSections(packets, PMT).map(withoutVersion))];
      assert.equal(announced, [...new Set(readSections(clearPackets, PMT).map(withoutVersion))], 'announced');
      const kinds =
        report.modes[0]!.renditions[index]!.unit.tracks.length === 2
          ? BOTH
          : index === 0
            ? BOTH.slice(0, 1)
            : BOTH.slice(1);
      const wanted = await readByFfmpeg(expected[index]!, kinds);
      assert.ok(wanted.every(({ length }) => length > 1000));
      assert.equal(await readByFfmpeg(path, kinds), wanted, playlist);
      const clocks = (list: ReturnType<typeof readPackets>) => list.flatMap(({ pcr }) => pcr ?? []);
      assert.equal(clocks(packets), clocks(clearPackets), 'clock references');
    }
  }
});

for (const name of ['ac-3 5.1', 'e-ac-3 5.1']) {
  test(`${name}: announced as clear sound again, frames are those of the source`, async () => {
    const source = await MADE_AUDIO.find((one) => one.name === name)!.file();
    const report = await packageWith([hlsAes({ container: 'ts' })], { inputs: [source] });
    const { path } = await cleared(playlistsOf(report, 'hls-aes')[0]!);
    const [section] = readSections(readPackets(await readFile(path)), PMT);
    const clear = await packageWith([hlsAes({ container: 'ts' })], { inputs: [source], clear: ['audio'] });
    const file = join(dirname(playlistsOf(clear, 'hls-aes')[0]!), 'media.ts');
    assert.equal(section, readSections(readPackets(await readFile(file)), PMT)[0]);
    const [found = [], expected = []] = await codedSamplesOf([
      { path, stream: 'a:0' },
      { path: source, stream: 'a:0' },
    ]);
    assert.ok(expected.length > 50);
    assert.equal(hashes(found), hashes(expected));
  });
}

test('pictures of several slices with emulation prevention, and I-frames where they are said to be', async () => {
  const source = await ODD_MEDIA.find((one) => one.name === 'multi-slice')!.file();
  const report = await packageWith([hlsAes({ container: 'ts' })], { inputs: [source] });
  const [playlist = ''] = playlistsOf(report, 'hls-aes');
  const { path } = await cleared(playlist);
  const [found = [], expected = []] = await codedSamplesOf([
    { path, stream: 'v:0', filter: tsFilter('v:0') },
    { path: source, stream: 'v:0', filter: `h264_mp4toannexb,${tsFilter('v:0')}` },
  ]);
  assert.ok(expected.length > 100);
  assert.equal(hashes(found), hashes(expected));

  const pictures = readPes(readPackets(await readFile(path)), VIDEO);
  assert.is(pictures.length, expected.length);
  for (const { payload } of pictures)
    assert.is(payload.toString('hex', 0, 5), '0000000109', 'where a picture begins');

  const input = await transportInput(playlist);
  for await (const { data, moved } of clearTransport(input)) {
    assert.ok(moved.length > 0);
    for (const { offset, length } of moved) {
      const packets = readPackets(data.subarray(offset, offset + length));
      assert.is(packets[0]!.unitStart, true);
      assert.equal(
        packets.slice(1).filter(({ unitStart }) => unitStart),
        [],
      );
    }
  }
});

test('without its key nothing is written', async () => {
  const source = await MADE_AUDIO.find((one) => one.name === 'ac-3 5.1')!.file();
  const report = await packageWith(modes(), { inputs: [source] });
  for (const mode of ['hls-aes', 'hls-ncg']) {
    const input = await transportInput(playlistsOf(report, mode)[0]!, () => undefined);
    try {
      for await (const { data } of clearTransport(input)) assert.unreachable(`${data.length} bytes`);
      assert.unreachable();
    } catch (error) {
      assert.ok(PackagerError.is(error));
      assert.is(error.code, 'NO_KEY');
    }
  }
});

test.run();
