import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { box, u32, u64 } from '../../core/base/box.ts';
import { concat } from '../../core/base/bytes.ts';
import { PackagerError } from '../../core/index.ts';
import { type ByteSource, type CodedTrack, openFile } from '../../core/kit.ts';
import { dashCenc } from '../../plugins/index.ts';
import { ffprobe } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { type FragmentHead, moof, type RunRow, tfdt, tfhd, traf, trun } from '../helpers/media/fragments.ts';
import { ODD_MEDIA, oddMedia } from '../helpers/media/odd-media.ts';
import { pictureOf } from '../helpers/media/track-kinds.ts';
import { type Demuxed, demux, demuxFile, memorySource } from '../helpers/oracles/read-mp4.ts';
import { shakaPackager } from '../helpers/oracles/shaka-packager.ts';
import { failureOf, filesBelow, packageWith } from '../helpers/titles/package.ts';

const test = suite('demux-mp4, fragmented');

/** `ftyp` and `moov` of a file, then its fragments. */
async function parts(name: string) {
  const file = await readFile(await oddMedia(name));
  const moov = file.indexOf('moov') - 4;
  const end = moov + file.readUInt32BE(moov);
  return { file, ftyp: file.subarray(0, moov), moov: file.subarray(moov, end), rest: file.subarray(end) };
}

/** The head of a file with an H.264 track 1 and an AAC track 2, whose samples are all in fragments. */
const init = async (): Promise<Uint8Array> => {
  const { ftyp, moov } = await parts('fragmented');
  return concat([ftyp, moov]);
};

const tracksOf = async (...boxes: readonly Uint8Array[]): Promise<readonly CodedTrack[]> =>
  (await demux(memorySource(concat(boxes)))).tracks ?? [];

const refusal = (...boxes: readonly Uint8Array[]): Promise<PackagerError> => failureOf(tracksOf(...boxes));

/** All samples of a track; positions are counted from its first one. */
function columnsOf({ samples }: CodedTrack) {
  const { offsets, sizes, dts, compositionOffsets, durations, sync } = samples.read(0, samples.count);
  const positions = offsets.map((offset) => offset - offsets[0]!);
  return { positions, sizes, dts, compositionOffsets, durations, sync };
}

const sameSamples = (found: readonly CodedTrack[], expected: readonly CodedTrack[], message?: string): void =>
  assert.equal(found.map(columnsOf), expected.map(columnsOf), message);

test('tracks start when they are presented, after edit lists and the times of the fragments', async () => {
  for (const { name, file } of ODD_MEDIA.filter((media) => media.name.startsWith('fragmented'))) {
    if (name === 'fragmented-frames') continue; // ffprobe does not resolve negative offsets in fragments
    const entries = 'stream=index,id:packet=stream_index,pts';
    const probe = await ffprobe(await file(), ['-show_packets', '-show_entries', entries]);
    const { streams, packets } = probe as {
      streams: { index: number; id: string }[];
      packets: { stream_index: number; pts: number }[];
    };
    for (const { id, samples, presentationOffset } of await demuxFile(await file())) {
      const stream = streams.find((candidate) => Number(candidate.id) === id);
      const first = packets.find((packet) => packet.stream_index === stream?.index);
      const start = samples.read(0, 1).compositionOffsets[0]! - presentationOffset;
      assert.is(start, first?.pts, `track ${id} of ${name}`);
    }
  }
  const [video, audio] = await demuxFile(await oddMedia('fragmented-frames'));
  assert.equal([video?.presentationOffset, video?.samples.read(0, 1).compositionOffsets[0]], [0, 0]);
  assert.is(audio?.presentationOffset, 1024);
});

test('the moov can be anywhere: behind the fragments, between them, and again', async () => {
  const { ftyp, moov, rest } = await parts('fragmented-frames'); // its offsets count from each moof
  const second = rest.indexOf('moof', 100) - 4;
  const expected = await tracksOf(ftyp, moov, rest);
  sameSamples(await tracksOf(ftyp, rest, moov), expected, 'behind');
  const between = await tracksOf(ftyp, rest.subarray(0, second), moov, rest.subarray(second));
  assert.equal(
    between.map((track) => track.samples.read(0, track.samples.count).sizes),
    expected.map((track) => track.samples.read(0, track.samples.count).sizes),
  );
  const again = await tracksOf(ftyp, moov, rest.subarray(0, second), moov, rest.subarray(second));
  assert.equal(
    again.map(({ sampleCount }) => sampleCount),
    expected.map(({ sampleCount }) => sampleCount),
  );
  const other = Buffer.from(moov);
  other.writeUInt8(other.readUInt8(60) ^ 1, 60);
  assert.match((await refusal(ftyp, moov, rest, other)).message, 'several "moov" boxes that differ');
});

test('without tfdt the durations add up to the same times', async () => {
  const { file } = await parts('fragmented');
  const copy = Buffer.from(file);
  for (let at = copy.indexOf('tfdt'); at > 0; at = copy.indexOf('tfdt', at)) copy.write('free', at);
  sameSamples(await tracksOf(copy), await tracksOf(file));
});

test('a fragmented file has the samples of the progressive one', async () => {
  const expected = await demuxFile(await oddMedia('ctts-v0'));
  for (const name of ['fragmented', 'fragmented-implicit', 'fragmented-partly']) {
    const found = await demuxFile(await oddMedia(name));
    for (const [i, track] of found.entries()) {
      const wanted = expected[i]!;
      assert.equal([track.bytes, track.codecs, track.config], [wanted.bytes, wanted.codecs, wanted.config]);
      assert.equal(pictureOf(track), pictureOf(wanted));
      assert.equal(columnsOf(track).sizes, columnsOf(wanted).sizes);
      assert.equal(columnsOf(track).sync, columnsOf(wanted).sync);
      assert.equal(columnsOf(track).compositionOffsets, columnsOf(wanted).compositionOffsets);
    }
    assert.equal(columnsOf(found[0]!).dts, columnsOf(expected[0]!).dts);
  }
});

const row = (size: number): RunRow => ({ duration: 512, size });

/** A fragment of video alone with its `mdat`, data offsets counted from the `moof`. */
function fragment(rows: readonly RunRow[], time: number, head: FragmentHead = {}, large = false): Uint8Array {
  const bytes = rows.reduce((sum, { size = 0 }) => sum + size, 0);
  const make = (dataOffset: number) =>
    moof(traf(tfhd(1, { baseIsMoof: true, ...head }), tfdt(time), trun(rows, { dataOffset })));
  const payload = new Uint8Array(bytes);
  const mdat = large ? concat([u32(1), Buffer.from('mdat'), u64(bytes + 16), payload]) : box('mdat', payload);
  return concat([make(make(0).length + (large ? 16 : 8)), mdat]);
}

test('samples of no bytes are left out, and told of', async () => {
  const rows = [[row(0), row(10), row(0)], [row(0)], [row(20), row(0), row(0)]];
  const fragments = rows.map((some, n) => fragment(some, [0, 1536, 2048][n]!));
  const { tracks, warnings } = await demux(memorySource(concat([await init(), ...fragments])));
  const { sizes, dts, durations } = tracks![0]!.samples.read(0, 2);
  assert.equal(
    [[...sizes], [...dts], [...durations]],
    [
      [10, 20],
      [0, 1536],
      [1536, 1536],
    ],
  );
  assert.is(
    tracks![0]!.presentationOffset + 512,
    (await tracksOf(await init(), fragment([row(1)], 0)))[0]!.presentationOffset,
  );
  assert.match(warnings.join(), 'made.mp4: track 1: samples without anything in them are left out (5).');
});

test('empty fragments, gaps, an mdat of 64 bits, and boxes of other kinds in between', async () => {
  const head = await init();
  const [video, ...others] = await tracksOf(
    head,
    box('styp', 'msdh'),
    fragment([row(10), row(20)], 0),
    moof(),
    moof(traf(tfhd(1, { baseIsMoof: true }))),
    fragment([], 1024),
    box('sidx', new Uint8Array(24)),
    box('emsg', new Uint8Array(90)),
    fragment([row(30)], 5000, {}, true),
    box('mfra', new Uint8Array(16)),
  );
  const columns = video!.samples.read(0, 3);
  assert.equal([...columns.dts], [0, 512, 5000]);
  assert.equal([...columns.durations], [512, 4488, 512]);
  assert.equal([...columns.sizes], [10, 20, 30]);
  const mdat = (size: number) => 8 + size;
  const end = columns.offsets[1]! + 20;
  assert.is(columns.offsets[0], end - mdat(30) + 8);
  assert.is(video?.duration, 5512);
  assert.equal(others, [], 'the audio track has no samples');
});

test('live times: they start far from 0, exact to the tick', async () => {
  const start = 2 ** 50 + 1;
  const [video] = await tracksOf(await init(), fragment([row(1)], start), fragment([row(1)], start + 512));
  assert.equal([...video!.samples.read(0, 2).dts], [0, 512]);
  assert.is(video?.presentationOffset, -start);
});

test('what cannot be right is refused with the reason', async () => {
  const head = await init();
  const first = fragment([row(10), row(20)], 0);
  const message = async (...boxes: Uint8Array[]) => (await refusal(head, first, ...boxes)).message;
  assert.match(await message(fragment([row(10)], 100)), 'track 1 goes back in time after 2 samples');
  assert.match(
    await message(fragment([row(10)], 2 ** 40)),
    'track 1 has nothing between 0:00:00.080 and 23860:55:45.920',
  );
  assert.match(
    await message(fragment([row(10)], 1024, { description: 2 })),
    'uses sample entry 2, which "stsd"',
  );
  const outside = moof(traf(tfhd(1, { baseIsMoof: true }), trun([row(10 ** 6)])));
  assert.match(await message(outside), /track 1 has sample data at byte \d+, outside the file/);
  const endless = moof(traf(tfhd(1, { size: 0, duration: 1 }), trun([], { count: 2 ** 32 - 1 })));
  assert.match(await message(endless), /track 1 claims \d+ samples/);
  const encrypted = moof(traf(tfhd(1), box('senc', new Uint8Array(8))));
  const refused = await refusal(head, encrypted);
  assert.is(refused.code, 'UNSUPPORTED_INPUT');
  assert.match(refused.message, 'track 1 is encrypted already');
  const cut = concat([head, first, fragment([row(1000)], 1024)]);
  assert.match((await refusal(cut.subarray(0, cut.length - 10))).message, 'outside the file');
  assert.match((await refusal(cut.subarray(0, cut.length - 1050))).message, 'box "moof" claims');
});

test('a media segment without its moov is told how to get one', async () => {
  const { rest } = await parts('fragmented');
  const { message, hint } = await refusal(box('styp', 'msdh'), rest);
  assert.match(message, 'it has fragments but no "moov" box');
  assert.match(hint ?? '', 'cat init.mp4');
});

test('tracks of text are left out, whatever their fragments hold', async () => {
  const { file } = await parts('fragmented');
  const copy = Buffer.from(file);
  copy.write('text', copy.indexOf('soun'));
  const { tracks, warnings }: Demuxed = await demux(memorySource(copy));
  sameSamples(tracks ?? [], (await tracksOf(file)).slice(0, 1));
  assert.is(warnings.length, 1);
  assert.match(warnings[0] ?? '', 'track 2 is left out');
});

/** Fragments with gigabytes between them: whatever reads there fails. */
function holedSource(pieces: readonly Uint8Array[], hole: number): ByteSource & { readonly reads: number[] } {
  const starts: number[] = [];
  let size = 0;
  for (const piece of pieces) {
    starts.push(size);
    size += piece.length + hole;
  }
  const reads: number[] = [];
  return {
    ...{ name: 'large.mp4', size, reads },
    async read(position, [target]) {
      const index = starts.findLastIndex((start) => start <= position);
      const from = pieces[index]?.subarray(position - starts[index]!) ?? new Uint8Array();
      if (!target || from.length < target.length) throw new Error(`read in the hole at ${position}`);
      target.set(from.subarray(0, target.length));
      reads.push(target.length);
    },
    close: async () => undefined,
  };
}

test('of a file of 100 GB only the headers are read', async () => {
  const hole = 10 ** 9;
  const mdat = concat([u32(1), Buffer.from('mdat'), u64(hole + 16)]);
  const head = await init();
  const fragments = Array.from({ length: 100 }, (_, i) => {
    const run = (dataOffset: number) =>
      moof(traf(tfhd(1, { baseIsMoof: true }), tfdt(i * 512), trun([row(10 ** 9)], { dataOffset })));
    return concat([run(run(0).length + 16), mdat]);
  });
  const source = holedSource([concat([head, fragments[0]!]), ...fragments.slice(1)], hole);
  const { tracks } = await demux(source);
  assert.equal([tracks?.[0]?.sampleCount, tracks?.[0]?.bytes], [100, 10 ** 11]);
  assert.ok(source.reads.length < 220, `${source.reads.length} reads`);
});

test('small fragments are read many at a time', async () => {
  const { file } = await parts('fragmented-frames');
  const source = memorySource(file);
  await demux(source);
  assert.ok(source.reads.length < 100, `${source.reads.length} reads for 359 fragments`);
});

/** The bytes of all samples of a track. */
async function dataOf(path: string, kind: CodedTrack['kind']): Promise<Buffer> {
  const track = (await demuxFile(path)).find((candidate) => candidate.kind === kind);
  if (!track) throw new Error(`no ${kind} in ${path}`);
  const data = Buffer.alloc(track.bytes);
  const { offsets, sizes, count } = track.samples.read(0, track.samples.count);
  const source = await openFile(path);
  let at = 0;
  for (let i = 0; i < count; at += sizes[i++]!) {
    await source.read(offsets[i]!, [data.subarray(at, at + sizes[i]!)]);
  }
  await source.close();
  return data;
}

test('what our own dash-cenc and Shaka Packager write can be read again', async () => {
  const input = await oddMedia('ctts-v0');
  const original = await demuxFile(input);
  const ours = await packageWith([dashCenc()], { inputs: [input], clear: ['video', 'audio'] });
  const files = (await filesBelow(ours.output)).filter((file) => file.endsWith('.mp4'));
  const folder = temporaryFolder('shaka');
  const theirs = ['video', 'audio'].map((kind) => `in=${input},stream=${kind},output=${folder}/${kind}.mp4`);
  await shakaPackager([...theirs, '--segment_duration', '2']);
  for (const [i, kind] of (['video', 'audio'] as const).entries()) {
    const own = files.find((file) => file.includes(kind));
    const wanted = original[i]!;
    for (const path of [`${ours.output}/${own}`, `${folder}/${kind}.mp4`]) {
      const [track] = await demuxFile(path);
      assert.equal(columnsOf(track!).sizes, columnsOf(wanted).sizes, path);
      assert.equal(columnsOf(track!).sync, columnsOf(wanted).sync, path);
      assert.equal(columnsOf(track!).dts, columnsOf(wanted).dts, path);
      assert.ok((await dataOf(path, kind)).equals(await dataOf(input, kind)), path);
    }
  }
});

test('whatever is changed in the headers, the answer is tracks or a foreseen error', async () => {
  const files = await Promise.all(
    ['fragmented', 'fragmented-implicit', 'fragmented-partly', 'fragmented-dash'].map(async (name) => {
      const { file } = await parts(name);
      return { file, heads: headsOf(file) };
    }),
  );
  let seed = 11;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  let refused = 0;
  for (let round = 0; round < 500; round++) {
    const { file, heads } = files[round % files.length]!;
    const copy = Buffer.from(file);
    for (let change = random(4); change >= 0; change--) {
      const { start, end } = heads[random(heads.length)]!;
      const at = start + random(end - start - 4);
      if (random(2) === 0) copy.writeUInt8(random(256), at);
      else copy.writeUInt32BE([0, 1, 8, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff][random(6)] ?? 0, at);
    }
    try {
      for (const { samples } of await tracksOf(copy)) {
        const { offsets, sizes } = samples.read(0, samples.count);
        assert.ok(offsets.every((offset, i) => offset >= 0 && offset + sizes[i]! <= copy.length));
      }
    } catch (error) {
      assert.ok(PackagerError.is(error) && error.code !== 'UNEXPECTED', `round ${round}: ${error}`);
      refused++;
    }
  }
  assert.ok(refused > 50 && refused < 450, `${refused} of 500`);
});

/** Where the boxes without media data are. */
function headsOf(file: Buffer): { start: number; end: number }[] {
  const heads: { start: number; end: number }[] = [];
  for (let start = 0; start < file.length; start += file.readUInt32BE(start)) {
    const isMedia = file.toString('latin1', start + 4, start + 8) === 'mdat';
    heads.push({ start, end: isMedia ? start + 8 : start + file.readUInt32BE(start) });
  }
  return heads;
}

test.run();
