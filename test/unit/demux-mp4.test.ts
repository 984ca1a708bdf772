import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { box, u32, u64 } from '../../core/base/box.ts';
import { PackagerError } from '../../core/index.ts';
import type { ByteSource, CodedTrack } from '../../core/kit.ts';
import { ffmpeg, ffprobe } from '../helpers/commands/command.ts';
import { madeOnce, temporaryFolder } from '../helpers/commands/folders.ts';
import { ODD_MEDIA, oddMedia } from '../helpers/media/odd-media.ts';
import { pictureOf, soundOf, videoOf } from '../helpers/media/track-kinds.ts';
import { demux, demuxFile, memorySource } from '../helpers/oracles/read-mp4.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('demux-mp4');

interface Packet {
  readonly stream_index: number;
  readonly pts: number;
  readonly dts: number;
  readonly size: string;
  readonly pos: string;
  readonly flags: string;
}

/** What ffprobe says of the samples of each track, by track id. */
async function packetsOf(path: string): Promise<Map<number, Packet[]>> {
  const entries = 'stream=index,id:packet=stream_index,pts,dts,size,pos,flags';
  const probe = await ffprobe(path, ['-ignore_editlist', '1', '-show_packets', '-show_entries', entries]);
  const { streams, packets } = probe as { streams: { index: number; id: string }[]; packets: Packet[] };
  return new Map(
    streams.map(({ index, id }) => [Number(id), packets.filter((packet) => packet.stream_index === index)]),
  );
}

/** The moov-last shape: `ftyp`, `free`, `mdat`, `moov`. */
const bytesOf = async (name: string): Promise<Buffer> => readFile(await oddMedia(name));

/** A copy in which the 32-bit number `offset` bytes behind a box type is another. */
function patched(file: Buffer, type: string, offset: number, value: number, from = 0): Buffer {
  const copy = Buffer.from(file);
  const at = copy.indexOf(type, from, 'latin1');
  if (at === -1) throw new Error(`no ${type}`);
  copy.writeUInt32BE(value, at + 4 + offset);
  return copy;
}

const tracksOf = async (bytes: Uint8Array): Promise<readonly CodedTrack[]> => {
  const { tracks } = await demux(memorySource(bytes));
  if (!tracks) throw new Error('not recognised');
  return tracks;
};

const refusal = (bytes: Uint8Array): Promise<PackagerError> => failureOf(demux(memorySource(bytes)));

for (const media of ODD_MEDIA) {
  test(`finds every sample that ffprobe finds in ${media.describe}`, async () => {
    const path = await media.file();
    const packets = await packetsOf(path);
    const tracks = await demuxFile(path);
    assert.is(tracks.length, Number(media.video) + media.audio.length);
    for (const track of tracks) {
      const expected = packets.get(track.id) ?? [];
      const zero = expected[0]?.dts ?? 0; // ffprobe decodes earlier where composition offsets are negative
      const columns = track.samples.read(0, track.samples.count);
      // Fragments may start later than 0; tables count from their first sample.
      const start = (expected[0]?.pts ?? 0) - columns.compositionOffsets[0]!;
      assert.ok(start === 0 || media.name.startsWith('fragmented'));
      const found = Array.from({ length: columns.count }, (_, i) => ({
        pos: String(columns.offsets[i]),
        size: String(columns.sizes[i]),
        dts: columns.dts[i]! + zero,
        pts: columns.dts[i]! + columns.compositionOffsets[i]! + start,
        key: columns.sync[i] === 1,
      }));
      const wanted = expected.map(({ pos, size, dts, pts, flags }) => ({
        ...{ pos, size, dts, pts },
        key: flags.startsWith('K'),
      }));
      const differs = wanted.findIndex((sample, i) => JSON.stringify(sample) !== JSON.stringify(found[i]));
      assert.equal(found[differs], wanted[differs], `sample ${differs} of track ${track.id}`);
      assert.is(found.length, wanted.length);
      assert.is(
        track.bytes,
        wanted.reduce((sum, { size }) => sum + Number(size), 0),
      );
      assert.is(track.sampleCount, wanted.length);
    }
  });
}

test('the facts of a video and an audio track', async () => {
  const [video, audio] = await demuxFile(await oddMedia('ntsc'));
  assert.equal(
    [video?.kind, video?.entry, video?.timescale, video?.language],
    ['video', 'avc1', 30000, 'und'],
  );
  assert.match(video?.codecs ?? '', /^avc1\.6400[0-9a-f]{2}$/);
  assert.equal(pictureOf(video), {
    ...{ width: 320, height: 180, sar: { num: 1, den: 1 } },
    frameRate: { num: 30000, den: 1001 },
  });
  assert.equal([audio?.kind, audio?.entry, audio?.codecs], ['audio', 'mp4a', 'mp4a.40.2']);
  assert.equal(soundOf(audio), { channels: 2, sampleRate: 48000 });
  assert.is(audio?.config.length, 5);
});

test('languages, pixel aspect, mono sound', async () => {
  const languages = (await demuxFile(await oddMedia('languages'))).map(({ language }) => language);
  assert.equal(languages, ['und', 'eng', 'kor', 'und']);
  const [wide] = await demuxFile(await oddMedia('non-square-pixels'));
  assert.equal(pictureOf(wide)?.sar, { num: 4, den: 3 });
  const [, mono] = await demuxFile(await oddMedia('mono-44100'));
  assert.equal(soundOf(mono), { channels: 1, sampleRate: 44100 });
});

for (const codec of ['libx264', 'libx265'] as const) {
  test(`${codec}: without pasp the bitstream says the shape of pixels, with it the container`, async () => {
    const path = join(temporaryFolder('sar'), 'wide.mp4');
    const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=160x96:rate=25:duration=0.2', '-vf', 'setsar=16/11'];
    const quiet = codec === 'libx265' ? ['-x265-params', 'log-level=none'] : [];
    await ffmpeg([...picture, '-c:v', codec, ...quiet, '-pix_fmt', 'yuv420p', path]);
    const file = await readFile(path);
    const shapeOf = async (bytes: Uint8Array) => videoOf(await tracksOf(bytes)).video.sar;
    assert.equal(await shapeOf(patched(file, 'pasp', -4, 0x66726565)), { num: 16, den: 11 }); // free
    assert.equal(await shapeOf(patched(file, 'pasp', 0, 4)), { num: 4, den: 11 });
  });
}

test('the sample entry is the exact bytes of the file', async () => {
  const file = await bytesOf('ctts-v0');
  for (const track of await tracksOf(file)) {
    const at = file.indexOf(
      track.entry,
      file.indexOf('stsd', file.indexOf(track.kind === 'video' ? 'vmhd' : 'smhd')),
    );
    const size = file.readUInt32BE(at - 4);
    assert.ok(file.subarray(at - 4, at - 4 + size).equals(track.sampleEntry), track.kind);
  }
});

test('the sound description of QuickTime becomes an entry of ISO', async () => {
  const mov = await madeOnce('quicktime.mov', async (path) => {
    await ffmpeg(['-i', await oddMedia('ctts-v0'), '-c', 'copy', '-f', 'mov', path]);
  });
  const [, audio] = await demuxFile(mov);
  const [, original] = await demuxFile(await oddMedia('ctts-v0'));
  const entry = Buffer.from(audio?.sampleEntry ?? []);
  assert.ok((await readFile(mov)).includes('wave'), 'it is a QuickTime entry');
  assert.equal(audio?.config, original?.config);
  assert.ok(
    entry
      .subarray(0, 36)
      .subarray(4)
      .equals(Buffer.from(original?.sampleEntry ?? []).subarray(4, 36)),
  );
  assert.ok(entry.includes('esds') && !entry.includes('wave'));
  assert.is(entry.readUInt32BE(0), entry.length);
});

test('so it is of AC-3 and E-AC-3, whose configurations QuickTime puts in the same place', async () => {
  const made = (name: string, ...options: readonly string[]) =>
    madeOnce(name, async (path) => {
      await ffmpeg([...options, path]);
    });
  const source = ['-f', 'lavfi', '-i', 'sine=d=0.2:r=48000'];
  const two = ['-map', '0', '-map', '0', '-c:a:0', 'ac3', '-c:a:1', 'eac3', '-ac:a:0', '2', '-ac:a:1', '6'];
  const mp4 = await made('dolby.mp4', ...source, ...two);
  const mov = await made('dolby.mov', '-i', mp4, '-map', '0', '-c', 'copy');
  assert.ok((await readFile(mov)).includes('wave'), 'they are QuickTime entries');
  const facts = async (path: string) =>
    (await demuxFile(path)).map((track) => ({ audio: soundOf(track), config: track.config }));
  assert.equal(await facts(mov), await facts(mp4));
  for (const { sampleEntry } of await demuxFile(mov)) assert.not(Buffer.from(sampleEntry).includes('wave'));
});

test('edit lists: none, a delay taken away, priming, a late start in the time scale of the movie', async () => {
  const offsets = async (name: string) =>
    (await demuxFile(await oddMedia(name))).map(({ presentationOffset }) => presentationOffset);
  const [video] = await demuxFile(await oddMedia('ctts-v0'));
  assert.equal(await offsets('ctts-v0'), [video?.samples.read(0, 1).compositionOffsets[0], 1024]);
  assert.equal(await offsets('no-edit-list'), [0, 0]);
  const [, late = 0] = await offsets('late-audio');
  assert.ok(Math.abs(late - (1024 - 0.7 * 48000)) < 48, `${late}`); // to the millisecond, as ffmpeg writes it
});

test('edit lists that cannot be followed are refused, and say of which track', async () => {
  const file = await bytesOf('no-b-frames');
  const audio = file.indexOf('soun') - 600;
  const fast = await refusal(patched(file, 'elst', 16, 0x2_0000, audio));
  assert.match(fast.message, 'the edit list of track 2 plays its entry 1 at 2 times normal speed');
  for (const rate of [0.25, 0.5, 1.5, -0.5]) {
    const told = await refusal(patched(file, 'elst', 16, (rate * 0x1_0000) >>> 0, audio));
    assert.match(told.message, ` its entry 1 at ${rate} times normal speed`);
  }
  const nothing = await refusal(patched(file, 'elst', 12, 0xffff_ffff, audio));
  assert.match(nothing.message, 'presents nothing');
});

test('other tracks are left out with a warning', async () => {
  const { tracks, warnings } = await demux(memorySource(await bytesOf('extra-tracks')));
  assert.equal(
    tracks?.map(({ kind }) => kind),
    ['video', 'audio'],
  );
  assert.is(warnings.length, 1);
  assert.match(warnings[0] ?? '', /track 3 is left out: .* "tmcd"/);
});

test('a track none of whose samples has a duration is left out with a warning', async () => {
  const file = await bytesOf('no-b-frames');
  const { tracks, warnings } = await demux(memorySource(patched(file, 'stts', 12, 0)));
  assert.equal(
    tracks?.map(({ kind }) => kind),
    ['audio'],
  );
  assert.match(warnings.join(), /track 1 is left out: none of its samples lasts any time/);
});

/** The languages of the tracks of a file whose sound says this in `elng`. */
async function withExtendedLanguage(language: string) {
  const file = await bytesOf('moov-last');
  const at = file.lastIndexOf('hdlr', file.indexOf('soun')) - 4;
  const elng = Buffer.from(box('elng', u32(0), `${language}\0`));
  const grown = Buffer.concat([file.subarray(0, at), elng, file.subarray(at)]);
  for (const type of ['moov', 'trak', 'mdia']) {
    const parent = grown.lastIndexOf(type, at);
    grown.writeUInt32BE(grown.readUInt32BE(parent - 4) + elng.length, parent - 4);
  }
  return (await tracksOf(grown)).map(({ language }) => language);
}

test('an extended language tag wins over the three letters, but not one that names no folder', async () => {
  assert.equal(await withExtendedLanguage('fr-CA'), ['und', 'fr-CA']);
  const longest = `fr-${'abcdefgh-'.repeat(3)}abcde`;
  assert.equal(await withExtendedLanguage(longest), ['und', longest]);
  assert.equal(await withExtendedLanguage(`${longest}f`), ['und', 'und']);
  assert.equal(await withExtendedLanguage(`fr${'-abcdefgh'.repeat(500)}`), ['und', 'und']);
});

test('a frame rate of rounded durations is their average, dropped frames do not lower it', async () => {
  const rate = async (fps: string, extra: readonly string[]) => {
    const path = await madeOnce(`rate-${fps.replace('/', '-')}-${extra.length}.mp4`, async (target) => {
      const input = ['-f', 'lavfi', '-t', '4', '-i', `testsrc2=size=64x64:rate=${fps}`];
      await ffmpeg([...input, ...extra, '-c:v', 'libx264', '-x264-params', 'threads=1', target]);
    });
    const [track] = await demuxFile(path);
    return pictureOf(track)?.frameRate;
  };
  const film = await rate('24', ['-video_track_timescale', '1000']);
  assert.ok(Math.abs((film?.num ?? 0) / (film?.den ?? 1) - 24) < 0.05, JSON.stringify(film));
  const dropped = await rate('25', ['-vf', 'select=not(eq(n\\,40)+eq(n\\,70))', '-fps_mode', 'vfr']);
  assert.equal(dropped, { num: 25, den: 1 });
});

/** Bytes at the front and at the back of an input that is otherwise a hole. */
function sparseSource(front: Uint8Array, back: Uint8Array, size: number): ByteSource {
  return {
    name: 'large.mp4',
    size,
    async read(position, [target, ...more]) {
      if (!target || more.length > 0) throw new Error('one target expected');
      const [from, at] =
        position < front.length ? [front, position] : [back, position - (size - back.length)];
      if (at < 0 || at + target.length > from.length) throw new Error(`read in the hole at ${position}`);
      target.set(from.subarray(at, at + target.length));
    },
    close: async () => {},
  };
}

test('a file of 100 GB with the moov at its end is found with a few small reads', async () => {
  const file = await bytesOf('moov-last');
  const moov = file.subarray(file.indexOf('moov') - 4);
  const size = 100 * 10 ** 9;
  const ftyp = file.subarray(0, file.readUInt32BE(0));
  const mdat = Buffer.concat([u32(1), Buffer.from('mdat'), u64(size - ftyp.length - moov.length)]);
  const { tracks } = await demux(sparseSource(Buffer.concat([ftyp, mdat]), moov, size));
  assert.equal(
    tracks?.map(({ sampleCount }) => sampleCount),
    [125, 236],
  );
});

test('a box whose size is 0 reaches to the end of the file', async () => {
  const file = await bytesOf('moov-last');
  assert.is((await tracksOf(patched(file, 'moov', -8, 0))).length, 2);
});

test('what is no ISO base media file is left to other demuxers', async () => {
  const files = [
    Buffer.alloc(0),
    Buffer.from('short'),
    Buffer.from('#EXTM3U and more text'),
    Buffer.alloc(500, 0x47),
  ];
  for (const bytes of files) assert.is((await demux(memorySource(bytes))).tracks, undefined);
});

test('a file that is cut short says so', async () => {
  const last = await bytesOf('moov-last');
  assert.match(
    (await refusal(last.subarray(0, 40_000))).message,
    /box "mdat" claims \d+ bytes where only \d+ are left/,
  );
  assert.match((await refusal(last.subarray(0, last.indexOf('moov') - 4))).message, 'has no "moov" box');
  const first = await bytesOf('ctts-v0');
  const cut = await refusal(first.subarray(0, first.length - 1000));
  assert.match(cut.message, /sample data goes on to byte \d+, but the file has only/);
  assert.is(cut.code, 'NOT_MEDIA');
  assert.is(cut.plugin, 'demux-mp4');
});

test('encrypted input is refused with the way out', async () => {
  const key = '00112233445566778899aabbccddeeff';
  const encrypted = await madeOnce('encrypted.mp4', async (path) => {
    const scheme = ['-encryption_scheme', 'cenc-aes-ctr', '-encryption_key', key, '-encryption_kid', key];
    await ffmpeg(['-i', await oddMedia('ctts-v0'), '-c', 'copy', ...scheme, path]);
  });
  const known = await failureOf(demuxFile(encrypted));
  assert.equal([known.code, known.exit], ['UNSUPPORTED_INPUT', 3]);
  assert.match(known.message, /track 1 is encrypted already \("encv"\)/);
});

test('a time scale of 0 and a missing configuration are refused', async () => {
  const file = await bytesOf('no-b-frames');
  assert.match((await refusal(patched(file, 'mdhd', 12, 0))).message, 'time scale of 0');
  const unconfigured = patched(file, 'avcC', -4, 0x66_72_65_65);
  assert.match((await refusal(unconfigured)).message, 'track 1 ("avc1") has no "avcC" box');
});

test('whatever is changed in the headers, the answer is tracks or a foreseen error, and nothing is printed', async () => {
  const file = await bytesOf('languages');
  const from = file.indexOf('moov') - 4;
  const size = file.readUInt32BE(from);
  let seed = 7;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  let refused = 0;
  let printed = 0;
  const { error: print } = console;
  console.error = () => printed++;
  for (let round = 0; round < 500; round++) {
    const copy = Buffer.from(file);
    for (let change = random(4); change >= 0; change--) {
      const at = from + random(size - 4);
      if (random(2) === 0) copy.writeUInt8(random(256), at);
      else copy.writeUInt32BE([0, 1, 8, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff][random(6)] ?? 0, at);
    }
    try {
      for (const { samples } of (await demux(memorySource(copy))).tracks ?? [])
        samples.read(0, samples.count);
    } catch (error) {
      assert.ok(PackagerError.is(error) && error.code !== 'UNEXPECTED', `round ${round}: ${error}`);
      refused++;
    }
  }
  console.error = print;
  assert.is(printed, 0);
  assert.ok(refused > 50 && refused < 500, `${refused} of 500`);
});

test.run();
