/** What the matrix does not say of mode cmaf: keys and systems, times of both manifests, brands, I-frames, refusals. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Report } from '../../core/index.ts';
import { cmaf, dashCenc } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { sealpack } from '../helpers/commands/sealpack-command.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { HEVC_MEDIA } from '../helpers/media/hevc-media.ts';
import { AVC_CLIPS, writeJoined } from '../helpers/media/joined-media.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { VP9_MEDIA } from '../helpers/media/vp9-media.ts';
import { topLevelBoxes } from '../helpers/oracles/boxes.ts';
import { decodedPictures, fetchPlaylist } from '../helpers/oracles/hls-fmp4.ts';
import { findBox, findBoxes, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { assertAllNamed } from '../helpers/oracles/named-files.ts';
import { sampleTimes } from '../helpers/oracles/sample-times.ts';
import { readIndex } from '../helpers/oracles/segment-index.ts';
import { MPD_SCHEMA, xmlComplaints } from '../helpers/oracles/xmllint.ts';
import { failureOf, filesBelow, outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { inputSamples } from '../helpers/verify/input-samples.ts';
import { verifyPackage } from '../helpers/verify/verify-package.ts';

const test = sideBySide('mode cmaf');

const MEDIA = join(import.meta.dirname, '../media');
const RENDITIONS = ['360p', '270p', '180p'].map((size) => join(MEDIA, `sample-${size}.mp4`));
const LAYOUTS = ['single-file', 'segments'] as const;

interface Made {
  readonly folder: string;
  readonly report: Report;
}

async function made(
  inputs: readonly string[],
  options: Parameters<typeof cmaf>[0] = {},
  segmentDuration = 2,
): Promise<Made> {
  const report = await packageWith([cmaf(options)], { inputs, segmentDuration });
  return { folder: join(report.output, outputFolder('CMAF', inputs[0]!)), report };
}

const text = (...path: string[]): Promise<string> => readFile(join(...path), 'utf8');

for (const layout of LAYOUTS) {
  for (const scheme of ['cbcs', 'cenc'] as const) {
    test(`three renditions, ${scheme}, ${layout}: every file is named by both manifests, and decrypts; the MPD is valid`, async () => {
      const { folder, report } = await made(RENDITIONS, { scheme, layout });
      await assertAllNamed(folder, ['stream.mpd', 'master.m3u8']);
      assert.is(await xmlComplaints(await text(folder, 'stream.mpd'), MPD_SCHEMA), '');
      const { faults, samples } = await verifyPackage(
        report,
        await Promise.all(RENDITIONS.map((path) => inputSamples(path))),
      );
      assert.equal(faults, []);
      assert.ok(samples > 4 * 500);
    });
  }
}

const keyLines = async (folder: string, tag = 'EXT-X-KEY', path = 'video-1/stream.m3u8'): Promise<string[]> =>
  (await text(folder, path)).match(new RegExp(`^#${tag}:.*$`, 'gm')) ?? [];

const FORMATS = {
  widevine: 'urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed',
  playready: 'com.microsoft.playready',
  fairplay: 'com.apple.streamingkeydelivery',
};

test('cbcs tells Widevine, PlayReady 4.3 and FairPlay of the key, in playlists, MPD and files', async () => {
  const { folder } = await made([await oddMedia('ctts-v0')]);
  const keys = await keyLines(folder);
  assert.equal(
    keys.map((line) => /KEYFORMAT="([^"]*)"/.exec(line)?.[1]),
    [FORMATS.widevine, FORMATS.playready, FORMATS.fairplay],
  );
  // The IV comes with the key, or is in `tenc`.
  assert.ok(keys.every((line) => line.includes('METHOD=SAMPLE-AES,') && !line.includes(',IV=')));
  for (const path of ['audio-und/stream.m3u8', 'video-1/iframe.m3u8'])
    assert.equal(await keyLines(folder, 'EXT-X-KEY', path), keys);
  assert.equal(
    await keyLines(folder, 'EXT-X-SESSION-KEY', 'master.m3u8'),
    keys.map((line) => line.replace('KEY', 'SESSION-KEY')),
  );
  const header = Buffer.from(/UTF-16;base64,([^"]*)"/.exec(keys[1]!)![1]!, 'base64').toString('utf16le');
  assert.match(header, /version="4\.3\.0\.0".*ALGID="AESCBC"/);

  const mpd = await text(folder, 'stream.mpd');
  assert.equal(
    [...mpd.matchAll(/<ContentProtection [^>]*value="([^"]*)"/g)].map(([, value]) => value),
    ['cbcs', 'Widevine', 'MSPR 2.0', 'cbcs', 'Widevine', 'MSPR 2.0'],
  );
  const file = parseBoxes(await readFile(join(folder, 'video-1/media.mp4')));
  assert.is(findBoxes(file, 'pssh').length, 3);
  assert.is(
    Buffer.from(findBox(file, 'tenc')['default_constant_IV'] as Uint8Array).toString('hex'),
    TEST_KEY.iv,
  );
});

test('cenc has SAMPLE-AES-CTR, IVs of its own beside dash-cenc, and no FairPlay', async () => {
  const input = await oddMedia('ctts-v0');
  const { output } = await packageWith([cmaf({ scheme: 'cenc' }), dashCenc()], { inputs: [input] });
  const folder = join(output, outputFolder('CMAF', input));
  const keys = await keyLines(folder);
  assert.equal(
    keys.map((line) => /KEYFORMAT="([^"]*)"/.exec(line)?.[1]),
    [FORMATS.widevine, FORMATS.playready],
  );
  assert.ok(keys.every((line) => line.includes('METHOD=SAMPLE-AES-CTR,')));
  const firstIvs: string[] = [];
  for (const path of (await filesBelow(output)).filter((file) => file.endsWith('.mp4'))) {
    const bytes = await readFile(join(output, path));
    const file = parseBoxes(bytes);
    assert.is(findBox(file, 'schm')['scheme_type'], 'cenc');
    assert.is(findBox(file, 'tenc')['default_Per_Sample_IV_Size'], 8);
    const senc = bytes.indexOf('senc');
    firstIvs.push(bytes.toString('hex', senc + 12, senc + 20));
  }
  assert.is(new Set(firstIvs).size, 4, 'one key, four files: no IV twice');
});

test('what cannot be is refused before anything is written, with what to do', async () => {
  const input = await oddMedia('video-only');
  const fairplay = await failureOf(made([input], { scheme: 'cenc', systems: ['widevine', 'fairplay'] }));
  assert.match(fairplay.message, /FairPlay under the scheme cenc: FairPlay plays cbcs alone/);
  assert.match(fairplay.hint ?? '', /scheme: 'cbcs'/);
  const untold = await failureOf(made([input], { systems: ['common'] }));
  assert.match(untold.message, /no DRM system that tells HLS players how to get the key/);

  const vp9 = await VP9_MEDIA[0]!.file();
  const refused = await failureOf(made([vp9]));
  assert.is(refused.code, 'UNSUPPORTED_CODEC');
  assert.match(refused.message, /cannot protect video track 1 .*: VP9 in MP4 knows the scheme cenc alone/);
  assert.match(refused.hint ?? '', /scheme: 'cenc'/);
  const { folder } = await made([vp9], { scheme: 'cenc' });
  assert.match(await text(folder, 'master.m3u8'), /CODECS="vp09\./);
});

const near = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-4, `${actual} is not ${expected}`);

test('priming of AAC is presented before 0 by the edit list alone: sidx, MPD and playlists are of the same time', async () => {
  const input = await oddMedia('ctts-v0');
  const priming = 1024 / 48_000;
  const { folder } = await made([input]);
  const [audio] = await sampleTimes(join(folder, 'audio-und/media.mp4'));
  assert.is(audio!.presented[0], -1024, 'as mp4box presents it');
  const [video] = await sampleTimes(join(folder, 'video-1/media.mp4'));
  assert.is(Math.min(...video!.presented), 0);
  assert.equal(findBoxes(parseBoxes(await readFile(join(folder, 'video-1/media.mp4'))), 'elst'), []);
  const mpd = await text(folder, 'stream.mpd');
  assert.not.match(mpd, /presentationTimeOffset/);

  const index = await readIndex(join(folder, 'audio-und/media.mp4'));
  const { segments } = await fetchPlaylist(join(folder, 'audio-und/stream.m3u8'));
  near(index[0]!.start, 0);
  // A playlist counts what is in a segment, an index what is presented of it.
  near(segments[0]!.duration - index[0]!.duration, priming);
  near(index.at(-1)!.duration, segments.at(-1)!.duration);
  const ticks = audio!.durations.reduce((sum, duration) => sum + duration, 0);
  near(index.at(-1)!.start + index.at(-1)!.duration, ticks / 48_000 - priming);

  const cut = await made([input], { layout: 'segments' });
  const [, timeline = ''] =
    /<SegmentTemplate timescale="48000"[^>]*>([\s\S]*?)<\/SegmentTemplate>/.exec(
      await text(cut.folder, 'stream.mpd'),
    ) ?? [];
  let time = 0;
  const starts = [...timeline.matchAll(/<S (?:t="(\d+)" )?d="(\d+)"(?: r="(\d+)")?\/>/g)].flatMap(
    ([, t, d, r]) => {
      if (t !== undefined) time = Number(t);
      return Array.from({ length: Number(r ?? 0) + 1 }, () => {
        time += Number(d);
        return (time - Number(d)) / 48_000;
      });
    },
  );
  assert.is(starts[0], 0);
  assert.equal(starts.length, index.length);
  for (const [n, start] of starts.entries()) near(start, index[n]!.start);
});

for (const layout of LAYOUTS) {
  test(`${layout}: each entry of the I-frame playlist is fetched and decodes to one picture`, async () => {
    const { folder } = await made([await oddMedia('variable-gop')], { layout });
    const unit = join(folder, 'video-1');
    const playlist = await text(unit, 'iframe.m3u8');
    const [, initUri = '', size, offset] =
      /EXT-X-MAP:URI="([^"]*)"(?:,BYTERANGE="(\d+)@(\d+)")?/.exec(playlist) ?? [];
    const initFile = await readFile(join(unit, initUri));
    const init =
      size === undefined ? initFile : initFile.subarray(Number(offset), Number(offset) + Number(size));
    const entries = [...playlist.matchAll(/#EXT-X-BYTERANGE:(\d+)@(\d+)\n(.*)\n/g)];
    assert.ok(entries.length > 3);
    for (const [, length, from, uri = ''] of entries) {
      const bytes = (await readFile(join(unit, uri))).subarray(Number(from), Number(from) + Number(length));
      assert.is(bytes.toString('latin1', 4, 8), 'moof');
      assert.is(await decodedPictures(init, bytes, TEST_KEY.key), 1);
    }
  });
}

/** Compatible brands of the first box of a file. */
async function brands(path: string): Promise<string[]> {
  const [first] = topLevelBoxes(await readFile(path));
  const listed = first!.bytes.toString('latin1', 16);
  return listed.match(/.{4}/gs) ?? [];
}

test('CMAF brands where every fragment begins with an access point, and there is one sample entry', async () => {
  const closed = await made([await oddMedia('ctts-v0')], { layout: 'segments' });
  for (const unit of ['video-1', 'audio-und']) {
    assert.ok((await brands(join(closed.folder, unit, 'init.mp4'))).includes('cmfc'));
    assert.equal(await brands(join(closed.folder, unit, 'seg-2.m4s')), ['msdh', 'cmfs']);
  }
  // Every second of it has a key frame that others lead and do not need, in the middle of its one segment.
  const open = await HEVC_MEDIA.find(({ name }) => name === 'hevc-open-gop')!.file();
  const one = await made([open], {}, 60);
  assert.is((await readIndex(join(one.folder, 'video-1/media.mp4'))).length, 1);
  assert.not((await brands(join(one.folder, 'video-1/media.mp4'))).includes('cmfc'));
  const cut = await made([open], { layout: 'segments' }, 1);
  assert.not((await brands(join(cut.folder, 'video-1/init.mp4'))).includes('cmfc'));
  assert.equal(await brands(join(cut.folder, 'video-1/seg-1.m4s')), ['msdh', 'cmfs']);
  assert.equal(await brands(join(cut.folder, 'video-1/seg-2.m4s')), ['msdh', 'msdh']);

  const path = join(temporaryFolder('joined'), 'joined.mp4');
  await writeJoined(path, {
    files: [await AVC_CLIPS.large(), await AVC_CLIPS.small()],
    entries: [1, 2],
    stsd: (entries) => [...entries],
  });
  const several = await made([path]);
  assert.not((await brands(join(several.folder, 'video-1/media.mp4'))).includes('cmfc'));
});

test('--preset local --mode cmaf packages without a config', async () => {
  const folder = temporaryFolder('cmaf-command');
  const input = RENDITIONS[2]!;
  const { status, stderr } = await sealpack(
    [input, '--preset', 'local', '--mode', 'cmaf', '--output', 'out'],
    folder,
  );
  assert.is(status, 0, stderr);
  await assertAllNamed(join(folder, 'out', `CMAF_${basename(input, '.mp4')}_mp4`), [
    'stream.mpd',
    'master.m3u8',
  ]);
});

test.run();
