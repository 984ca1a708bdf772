import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { box, u8, u16, zeros } from '../../core/base/box.ts';
import { concat, fromHex } from '../../core/base/bytes.ts';
import { writeXml } from '../../core/base/xml/write-xml.ts';
import type { VideoRenditionTrack } from '../../core/contract/rendition.ts';
import { packageTitle } from '../../core/index.ts';
import { adaptationSet } from '../../core/manifest/adaptation-set.ts';
import type { VideoTrack } from '../../core/media/track.ts';
import { shownColours } from '../../core/title/colours.ts';
import { pictureFacts } from '../../core/title/picture-facts.ts';
import { withSampleFacts } from '../../core/title/sample-facts.ts';
import { switchingSets } from '../../core/title/switching-sets.ts';
import { dashCenc } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { fault, hasFault } from '../helpers/media/faults.ts';
import { hvcC } from '../helpers/media/hevc-config.ts';
import { HEVC_STREAMS } from '../helpers/media/hevc-streams.ts';
import { makeTrack } from '../helpers/media/segments.ts';
import { videoOf } from '../helpers/media/track-kinds.ts';
import { dashSamplesByShaka } from '../helpers/oracles/dash.ts';
import { demux, memorySource } from '../helpers/oracles/read-mp4.ts';
import { hashes, mp4Samples } from '../helpers/oracles/samples.ts';
import { outputFolder, TEST_KEY, testPlugins, titleOptions } from '../helpers/titles/package.ts';
import { indexedFile, videoTrack } from '../helpers/titles/renditions.ts';

const test = suite('dynamic range');

/** The video track of a file as the engine sees it. */
async function trackOf(path: string): Promise<VideoTrack> {
  const { tracks = [] } = await demux(memorySource(await readFile(path)));
  return videoOf([await withSampleFacts(videoOf(tracks))]);
}

const BT_2020 = ['-color_primaries', 'bt2020', '-color_trc', 'bt2020-10', '-colorspace', 'bt2020nc'];

/** What broadcasters send: BT.2020 in the VUI, and an SEI message that asks for another transfer. */
async function encoded(codec: 'libx264' | 'libx265', preferred: string, colr: boolean): Promise<VideoTrack> {
  const path = join(temporaryFolder('atc'), 'broadcast.mp4');
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=160x96:rate=25:duration=0.4', '-pix_fmt', 'yuv420p'];
  const parameters = [codec === 'libx264' ? '-x264-params' : '-x265-params', preferred];
  const box = ['-movflags', colr ? '+write_colr' : '-write_colr'];
  await ffmpeg([...source, '-c:v', codec, ...BT_2020, ...parameters, ...box, path]);
  return trackOf(path);
}

for (const [codec, hlg, none] of [
  ['libx264', 'alternative-transfer=arib-std-b67', 'keyint=5'],
  ['libx265', 'atc-sei=18:log-level=none', 'log-level=none'],
] as const) {
  test(`${codec}: the transfer that an SEI message asks for is shown, whatever else is written`, async () => {
    for (const colr of [false, true]) {
      const track = await encoded(codec, hlg, colr);
      assert.is(pictureFacts(track).videoRange, 'HLG');
      const { primaries, transfer, matrix } = shownColours(track)!;
      assert.equal([primaries, transfer, matrix], [9, 18, 9]);
    }
    assert.is(pictureFacts(await encoded(codec, none, false)).videoRange, 'SDR');
  });
}

const colr = (type: string, transfer: number, ...more: Uint8Array[]) =>
  box('colr', type, concat([u16(9), u16(transfer), u16(9), ...more]));
const entry = (...boxes: Uint8Array[]) => box('hvc1', zeros(78), ...boxes);
/** A prefix SEI: one message of another type, then alternative_transfer_characteristics. */
const sei = (transfer: number) => concat([fromHex('4e0188031122339301'), Uint8Array.of(transfer, 0x80)]);

test('the message may be in hvcC; colours that are PQ or HLG already stand', async () => {
  const stream = HEVC_STREAMS[0]!;
  const config = hvcC(stream, { nalUnits: [fromHex(stream.sps), fromHex(stream.pps), sei(18)] });
  const rangeOf = async (sampleEntry: Uint8Array) => {
    const made = makeTrack({ entry: 'hvc1', codecs: 'hvc1', config, sampleEntry });
    const told = await withSampleFacts({ ...made, samples: { ...made.samples, count: 1 } });
    return pictureFacts(videoOf([told])).videoRange;
  };
  assert.is(await rangeOf(entry()), 'HLG');
  assert.is(await rangeOf(entry(colr('nclx', 14, u8(0)))), 'HLG');
  assert.is(await rangeOf(entry(colr('nclx', 1, u8(0)))), 'HLG');
  assert.is(await rangeOf(entry(colr('nclx', 16, u8(0)))), 'PQ');
});

test('an entry with colours of QuickTime, one with a profile too, and one with unspecified ones', () => {
  const rangeOf = (sampleEntry: Uint8Array, entryType = 'hvc1', config = hvcC(HEVC_STREAMS[0]!)) =>
    pictureFacts(makeTrack({ entry: entryType, codecs: entryType, config, sampleEntry })).videoRange;
  assert.is(rangeOf(entry(colr('nclc', 16))), 'PQ');
  const profile = box('colr', 'prof', zeros(128));
  assert.is(rangeOf(entry(colr('nclx', 16, u8(0)), profile)), 'PQ', 'a profile beside it');
  assert.is(rangeOf(entry(profile, colr('nclx', 18, u8(0)))), 'HLG', 'a profile in front of it');
  const vp9 = fromHex('0100000002' + '0a' + 'a0' + '09' + '10' + '09' + '0000');
  const unspecified = box('vp09', zeros(78), colr('nclx', 2, u8(0)));
  assert.is(rangeOf(unspecified, 'vp09', vp9), 'PQ', 'vpcC of VP9 says more');
});

const PARENTS = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd', 'avc1', 'colr'];

/** A copy of a film, `moov` last, whose `colr` of type `nclx` ends before its range, in the size of QuickTime's. */
function withoutRange(film: Buffer): Buffer {
  const nclx = film.lastIndexOf('colrnclx', undefined, 'latin1') + 4;
  const cut = Buffer.concat([film.subarray(0, nclx + 10), film.subarray(nclx + 11)]);
  for (const type of PARENTS) {
    const at = film.lastIndexOf(type, nclx, 'latin1') - 4;
    cut.writeUInt32BE(film.readUInt32BE(at) - 1, at);
  }
  return cut;
}

test('colours without their range are read, and written whole', async () => {
  const folder = temporaryFolder('range');
  const [film, cut] = [join(folder, 'film.mp4'), join(folder, 'cut.mp4')];
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=160x96:rate=25:duration=0.4', '-pix_fmt', 'yuv420p'];
  const pq = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'];
  const boxAlone = ['-bsf:v', 'h264_metadata=transfer_characteristics=2', '-movflags', '+write_colr'];
  await ffmpeg([...source, '-c:v', 'libx264', ...pq, ...boxAlone, film]);
  await writeFile(cut, withoutRange(await readFile(film)));
  const track = await trackOf(cut);
  assert.is(pictureFacts(track).videoRange, 'PQ');
  assert.equal(track.sampleEntry, (await trackOf(film)).sampleEntry);

  const title = titleOptions({ inputs: [cut] });
  await packageTitle({ title, plugins: [...testPlugins(), dashCenc()] });
  const output = join(title.output, outputFolder('DASH', cut), 'media-video-1.mp4');
  const samples = await dashSamplesByShaka([output], 'video', TEST_KEY);
  assert.equal(hashes(samples), hashes(await mp4Samples(film, 'v:0')));
});

const rendition = (id: string, facts: Partial<VideoRenditionTrack>) => {
  const track = videoTrack(1280, 720, facts);
  return { ...indexedFile({ id, tracks: [track], sizes: [1], durations: [1] }, `${id}.mp4`), track };
};
const colours = (primaries: number, transfer: number) => ({
  primaries,
  transfer,
  matrix: primaries,
  fullRange: false,
});

test('a set for each dynamic range, with the colours that all of it have', () => {
  const renditions = [
    rendition('a', { videoRange: 'PQ', colours: colours(9, 16) }),
    rendition('b', { videoRange: 'SDR', colours: colours(1, 1) }),
    rendition('c', { videoRange: 'PQ', colours: colours(9, 16) }),
    rendition('d', { videoRange: 'HLG', colours: colours(9, 18) }),
    rendition('e', {}),
  ];
  const sets = switchingSets(renditions, ({ track }) => track);
  assert.equal(
    sets.map(({ members }) => members.map(({ unit }) => unit.id).join('')),
    ['ac', 'be', 'd'],
  );
  const codes = sets.map((set) => {
    const options = { id: 1, isMain: true, protection: [], layout: 'single-file', minBufferTime: 1 } as const;
    const text = writeXml(adaptationSet(set, options));
    assert.not.match(text, /EssentialProperty/);
    return [...text.matchAll(/cicp:(\w)\w+" value="(\d+)"/g)]
      .map(([, name, value]) => `${name}${value}`)
      .join(' ');
  });
  assert.equal(codes, ['C9 T16 M9', '', 'C9 T18 M9']);
});

test('full range is said where pictures have it, and only there', () => {
  const full = { ...colours(9, 16), fullRange: true };
  const text = (...facts: readonly Partial<VideoRenditionTrack>[]) => {
    const [set] = switchingSets(
      facts.map((one, index) => rendition(`v${index}`, one)),
      ({ track }) => track,
    );
    const options = { id: 1, isMain: true, protection: [], layout: 'single-file', minBufferTime: 1 } as const;
    return writeXml(adaptationSet(set!, options));
  };
  assert.match(text({ colours: full }), 'schemeIdUri="urn:mpeg:mpegB:cicp:VideoFullRangeFlag" value="1"');
  assert.not.match(text({ colours: colours(9, 16) }), /VideoFullRangeFlag/);
  assert.not.match(text({ colours: full }, { colours: colours(9, 16) }), /VideoFullRangeFlag/);
});

test('the file that once was SDR', async () => {
  if (!hasFault('hlg-by-sei')) return;
  assert.is(pictureFacts(await trackOf(fault('hlg-by-sei', 'hlgatc.mp4'))).videoRange, 'HLG');
});

test.run();
