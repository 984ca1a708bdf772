/** Tracks whose samples use several sample entries: packaged with all of them, decrypted to the source. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { box, zeros } from '../../core/base/box.ts';
import { dashCenc, hlsNcg } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import {
  AAC_CLIPS,
  AVC_CLIPS,
  HEVC_CLIPS,
  type JoinedParts,
  writeJoined,
} from '../helpers/media/joined-media.ts';
import { dashSamplesByFfmpeg, dashSamplesByShaka } from '../helpers/oracles/dash.ts';
import { aes128SegmentsByOpenssl } from '../helpers/oracles/hls.ts';
import { findBoxes, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { scaledPictures } from '../helpers/oracles/presented.ts';
import { hashes, mp4Samples } from '../helpers/oracles/samples.ts';
import { sencPairs } from '../helpers/oracles/senc.ts';
import { failureOf, filesBelow, outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';

const test = suite('tracks that change their format');

async function joined(parts: JoinedParts): Promise<string> {
  const path = join(temporaryFolder('joined'), 'joined.mp4');
  await writeJoined(path, parts);
  return path;
}

/** The output of dash-cenc for a file with one track. */
async function dash(input: string, file = 'media-video-1.mp4'): Promise<string> {
  const { output, warnings } = await packageWith([dashCenc()], { inputs: [input], segmentDuration: 3 });
  assert.equal(warnings, []);
  return join(output, outputFolder('DASH', input), file);
}

/** sample_description_index of each fragment, as an independent reader sees it. */
async function descriptions(path: string): Promise<unknown[]> {
  const file = parseBoxes(await readFile(path));
  return findBoxes(file, 'tfhd').map((tfhd) => tfhd['default_sample_description_index'] || 1);
}

/** ffmpeg 5.1 knows one encrypted sample entry and drops the samples of others: it is told that all have the first. */
async function forFfmpeg(path: string): Promise<string> {
  const bytes = await readFile(path);
  for (let at = bytes.indexOf('tfhd'); at >= 0; at = bytes.indexOf('tfhd', at + 4)) {
    if ((bytes.readUInt32BE(at + 4) & 2) !== 0) bytes.writeUInt32BE(1, at + 12);
  }
  const copy = join(temporaryFolder('one-entry'), 'copy.mp4');
  await writeFile(copy, bytes);
  return copy;
}

/** A box of an MP4, by the first that has its type. */
function configOf(file: Buffer, type: string): Buffer {
  const at = file.indexOf(type) - 4;
  const config = Buffer.from(file.subarray(at, at + file.readUInt32BE(at)));
  return type === 'esds' ? config.fill(0, ...STREAM_ID) : config;
}

/** ES_ID in `esds`: behind a full box header, and a tag with four bytes of length. ffmpeg numbers streams, in a file it is 0. */
const STREAM_ID = [17, 19] as const;

/** The second of three entries, of a codec that nobody knows. */
const UNUSED = box('none', zeros(78));

const asFile = (entry: unknown) => ({ boxes: [entry] }) as unknown as ReturnType<typeof parseBoxes>;

const COUPLES = [
  { name: 'H.264', clips: AVC_CLIPS, stream: 'v:0', config: 'avcC', file: 'media-video-1.mp4' },
  { name: 'HEVC', clips: HEVC_CLIPS, stream: 'v:0', config: 'hvcC', file: 'media-video-1.mp4' },
  { name: 'AAC', clips: AAC_CLIPS, stream: 'a:0', config: 'esds', file: 'media-audio-und.mp4' },
] as const;

for (const { name, clips, stream, config, file } of COUPLES) {
  test(`${name}: all entries are in the output, fragments name theirs, and every sample decrypts to the source`, async () => {
    const [one, two] = await Promise.all(Object.values(clips).map((make) => make()));
    const files = [one!, two!, one!];
    // 2, 2 and 2 s in segments of 3 s: a change in the middle of a segment too.
    const input = await joined({ files, entries: [1, 2, 1], stsd: (own) => own.slice(0, 2) });
    const path = await dash(input, file);
    const kind = stream === 'v:0' ? 'video' : 'audio';
    const source = (await Promise.all(files.map((part) => mp4Samples(part, stream)))).flatMap(hashes);
    assert.equal(hashes(await dashSamplesByShaka([path], kind, TEST_KEY)), source, 'Shaka Packager');
    const byFfmpeg = dashSamplesByFfmpeg([await forFfmpeg(path)], kind, TEST_KEY.key);
    assert.equal(hashes(await byFfmpeg), source, 'ffmpeg');

    const used = await descriptions(path);
    assert.equal([...new Set(used)], [1, 2]);
    assert.equal(used.filter((index, at) => index !== used[at - 1]).slice(0, 3), [1, 2, 1]);
    const bytes = await readFile(path);
    const entries = findBoxes(parseBoxes(bytes), kind === 'video' ? 'encv' : 'enca');
    assert.is(entries.length, 2);
    for (const entry of entries) assert.is(findBoxes(asFile(entry), 'tenc').length, 1);
    for (const part of [one!, two!]) assert.ok(bytes.includes(configOf(await readFile(part), config)));
  });
}

for (const { name, clips } of COUPLES.slice(0, 2)) {
  test(`${name}: slices are cut as where each clip is a title of its own`, async () => {
    const files = await Promise.all(Object.values(clips).map((make) => make()));
    const path = await dash(await joined({ files }));
    const own = await Promise.all(files.map(async (file) => sencPairs(await dash(file), 8)));
    assert.equal(await sencPairs(path, 8), own.flat());
  });
}

test('MPEG-TS has the parameter sets of each format where it begins', async () => {
  const files = [await AVC_CLIPS.large(), await AVC_CLIPS.small()];
  const input = await joined({ files });
  const { output } = await packageWith([hlsNcg()], { inputs: [input], segmentDuration: 3 });
  // What is in the segments decodes to the same pictures as the clips do.
  const folder = join(output, outputFolder('HLS-NCG', input), 'media-1');
  const whole = Buffer.concat(await aes128SegmentsByOpenssl(join(folder, 'stream.m3u8'), TEST_KEY.key));
  const ts = join(temporaryFolder('clear'), 'media.ts');
  await writeFile(ts, whole);
  const pictures = (await Promise.all(files.map((file) => scaledPictures(file)))).flat();
  assert.is(pictures.length, 100);
  assert.equal(await scaledPictures(ts), pictures);
});

test('entries that repeat another one, or that nothing uses, count as one', async () => {
  const large = await AVC_CLIPS.large();
  const repeated = await joined({ files: [large, large], entries: [1, 3], stsd: ([a]) => [a!, UNUSED, a!] });
  const path = await dash(repeated);
  assert.equal(new Set(await descriptions(path)), new Set([1]));
  assert.is(findBoxes(parseBoxes(await readFile(path)), 'encv').length, 1);
  const source = hashes(await mp4Samples(large, 'v:0'));
  assert.equal(hashes(await dashSamplesByFfmpeg([path], 'video', TEST_KEY.key)), [...source, ...source]);
});

test('fragments of the input that name another entry are followed', async () => {
  const files = [await AVC_CLIPS.large(), await AVC_CLIPS.small()];
  const input = await joined({ files });
  const clear = await packageWith([dashCenc()], { inputs: [input], segmentDuration: 3, clear: ['video'] });
  const fragmented = join(clear.output, outputFolder('DASH', input), 'media-video-1.mp4');
  assert.equal(new Set(await descriptions(fragmented)), new Set([1, 2]));
  const path = await dash(fragmented);
  assert.equal(await descriptions(path), await descriptions(fragmented));
  const source = (await Promise.all(files.map((part) => mp4Samples(part, 'v:0')))).flatMap(hashes);
  assert.equal(hashes(await dashSamplesByShaka([path], 'video', TEST_KEY)), source);
});

test('what cannot be one track is refused before anything is written', async () => {
  const [avc, hevc, aac] = [await AVC_CLIPS.large(), await HEVC_CLIPS.large(), await AAC_CLIPS.stereo()];
  const refused = async (parts: JoinedParts, plugins = [dashCenc()]) => {
    const output = join(temporaryFolder('refused'), 'out');
    const error = await failureOf(packageWith(plugins, { inputs: [await joined(parts)], output }));
    assert.equal(await filesBelow(output), []);
    assert.ok(error.hint);
    return error.message;
  };
  assert.match(
    await refused({ files: [avc, hevc] }),
    /track 1 changes its codec on the way, from avc1\..* to hvc1\./,
  );
  const shorter = (entry: Uint8Array): Uint8Array => {
    const copy = Buffer.from(entry);
    copy[copy.indexOf('avcC') + 8]! &= 0xfd; // lengthSizeMinusOne 3 becomes 1
    return copy;
  };
  const lengths = await refused({ files: [avc, avc], stsd: ([a]) => [a!, shorter(a!)] });
  assert.match(lengths, 'track 1 changes its NAL unit lengths on the way, from 4 bytes to 2');
  const missing = await refused({ files: [avc, avc], entries: [1, 7] });
  assert.match(missing, 'a track uses sample entry 7, which "stsd" does not have');
  const sound = await refused({ files: [aac, await AAC_CLIPS.mono()] }, [hlsNcg()]);
  assert.match(sound, 'changes its format on the way, which MPEG-TS cannot carry');
});

test.run();
