import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat } from '../../core/base/bytes.ts';
import { readMatroskaHeaders } from '../../core/containers/matroska/headers.ts';
import { matroskaFormat } from '../../core/containers/packets/matroska-format.ts';
import { Packager } from '../../core/index.ts';
import { demuxMkvTs } from '../../plugins/index.ts';
import { memorySource } from '../helpers/oracles/read-mp4.ts';
import { testRun } from '../helpers/titles/ask.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('matroska-headers');

/** An element: id, a size of four bytes, data. */
function element(id: number, ...parts: readonly (Uint8Array | string | number)[]): Uint8Array {
  const data = concat(
    parts.map((part) =>
      typeof part === 'number'
        ? Uint8Array.of(part >> 24, part >> 16, part >> 8, part)
        : typeof part === 'string'
          ? Buffer.from(part)
          : part,
    ),
  );
  const head = Buffer.from(id.toString(16), 'hex');
  return concat([head, Uint8Array.of(0x10, data.length >> 16, data.length >> 8, data.length), data]);
}

const file = (...segment: readonly Uint8Array[]): Uint8Array =>
  concat([element(0x1a45dfa3, element(0x4282, 'matroska')), element(0x18538067, ...segment)]);

const track = (number: number, type: number, codec: string, ...more: readonly Uint8Array[]): Uint8Array =>
  element(0xae, element(0xd7, number), element(0x83, type), element(0x86, codec), ...more);

const headers = (...tracks: readonly Uint8Array[]) =>
  readMatroskaHeaders(
    memorySource(file(element(0x1549a966, element(0x2ad7b1, 500_000)), element(0x1654ae6b, ...tracks))),
  );

test('reads what the tracks say', async () => {
  const sizes = [element(0xb0, 720), element(0xba, 576), element(0x54b0, 1024), element(0x54ba, 576)];
  const colour = element(
    0x55b0,
    element(0x55bb, 9),
    element(0x55ba, 16),
    element(0x55b1, 9),
    element(0x55b9, 1),
  );
  const { timestampScale, tracks } = await headers(
    track(1, 1, 'V_MPEGH/ISO/HEVC', element(0x23e383, 40_000_000), element(0xe0, ...sizes, colour)),
    track(
      2,
      2,
      'A_OPUS',
      element(0x56aa, 6_500_000),
      element(0x22b59c, 'fre-ca'),
      element(0xe1, element(0x9f, 2)),
    ),
    track(3, 17, 'S_TEXT/UTF8', element(0x22b59d, 'pt-BR')),
  );
  assert.is(timestampScale, 500_000);
  const [video, audio, text] = tracks;
  assert.equal(
    [video!.id, video!.kind, video!.language, video!.defaultDuration],
    [1, 'video', 'eng', 40_000_000],
  );
  assert.equal(video!.video, {
    ...{ width: 720, height: 576, sar: { num: 1024 * 576, den: 576 * 720 } },
    colours: { primaries: 9, transfer: 16, matrix: 9, fullRange: false },
  });
  assert.equal(
    [audio!.codecDelay, audio!.language, audio!.audio],
    [6_500_000, 'fre', { channels: 2, sampleRate: 8000 }],
  );
  assert.equal([text!.kind, text!.language], ['other', 'pt-BR']);
});

test('what is to be cropped stays as it is decoded, and is told: players of MP4 do not crop', async () => {
  const cropped = (...more: readonly Uint8Array[]) =>
    headers(
      track(
        ...([1, 1, 'V_VP9'] as const),
        element(
          0xe0,
          element(0xb0, 1920),
          element(0xba, 1080),
          element(0x54bb, 140),
          element(0x54aa, 140),
          ...more,
        ),
      ),
    );
  const { tracks } = await cropped();
  const { width, height, sar } = tracks[0]!.video!;
  assert.equal([width, height, sar.num / sar.den], [1920, 1080, 1]);
  const format = matroskaFormat(tracks[0]!, 'a.mkv');
  assert.match(
    typeof format === 'string' ? format : (format.notices ?? []).join(),
    /^its pictures are to be cropped from 1920x1080 to 1920x800 \(PixelCrop\)/,
  );
  // The shown size is that of what is left.
  const wide = (await cropped(element(0x54b0, 2560), element(0x54ba, 800))).tracks[0]!.video!.sar;
  assert.is(wide.num / wide.den, 4 / 3);
});

test('Info may be behind the tracks, and behind the clusters where SeekHead says so', async () => {
  const [info, tracks] = [
    element(0x1549a966, element(0x2ad7b1, 100_000)),
    element(0x1654ae6b, track(1, 1, 'V_VP9')),
  ];
  const cluster = element(0x1f43b675, element(0xe7, 0));
  const seekHead = (position: number) =>
    element(
      0x114d9b74,
      element(0xbf, 'crc!'),
      element(0x4dbb, element(0x53ab, 0x1549a966), element(0x53ac, position)),
    );
  const front = seekHead(0).length + tracks.length + cluster.length;
  for (const [segment, scale] of [
    [[tracks, info, cluster], 100_000],
    [[tracks, element(0xec, 'void'), info], 100_000],
    [[seekHead(front), tracks, cluster, info], 100_000],
    [[seekHead(front + 1), tracks, cluster, info], 1_000_000],
    [[seekHead(2 ** 30), tracks, cluster, info], 1_000_000],
    [[tracks, cluster], 1_000_000],
  ] as const) {
    const read = await readMatroskaHeaders(memorySource(file(...segment)));
    assert.is(read.timestampScale, scale);
    assert.is(read.tracks.length, 1);
  }
});

test('says why a track cannot be carried', async () => {
  const packedBy = (algorithm: number) =>
    element(0x6d80, element(0x6240, element(0x5034, element(0x4254, algorithm))));
  const [zlib, bzip2, lzo, stripped, unheard] = [0, 1, 2, 3, 9].map(packedBy);
  const { tracks } = await headers(
    track(1, 1, 'V_VP8'),
    track(2, 2, 'A_AC3', zlib!),
    track(3, 2, 'A_AC3', stripped!),
    track(4, 2, 'A_AC3', element(0xb9, 0)),
    track(5, 2, 'A_OPUS'),
    track(6, 17, 'S_TEXT/ASS'),
    track(7, 2, 'A_AC3', bzip2!),
    track(8, 2, 'A_AC3', lzo!),
    track(9, 2, 'A_AC3', unheard!),
    track(10, 18, 'B_VOBBTN'),
  );
  const reasons = tracks.map((one) => {
    const format = matroskaFormat(one, 'a.mkv');
    return typeof format === 'string' ? format : 'carried';
  });
  const expected = [
    /codec "V_VP8" cannot be put/,
    /^carried$/,
    /^carried$/,
    /not to be played/,
    /no decoder configuration/,
    /subtitles .* SubStation Alpha/,
    /compressed with bzip2/,
    /compressed with LZO/,
    /compressed with algorithm 9/,
    /neither video nor audio/,
  ];
  for (const [index, reason] of reasons.entries()) assert.match(reason, expected[index]!);
});

test('an encrypted track is refused', async () => {
  const encryption = element(0x6d80, element(0x6240, element(0x5035, element(0x47e1, 5))));
  const source = memorySource(file(element(0x1654ae6b, track(7, 2, 'A_OPUS', encryption))));
  const request = { source, input: { index: 0, path: 'a.webm', name: 'a.webm', bytes: source.size } };
  const error = await failureOf(new Packager([demuxMkvTs()]).hooks.demux.promise(request, testRun()));
  assert.is(error.code, 'UNSUPPORTED_INPUT');
  assert.match(error.message, /track 7 is encrypted already/);
});

test('damaged headers', async () => {
  const cases: readonly (readonly [Uint8Array, RegExp])[] = [
    [file(), /lists no tracks/],
    [file(element(0x1654ae6b, Uint8Array.of(0xae, 0x90))), /does not fit/],
    [file(Uint8Array.of(0x16, 0x54, 0xae, 0x6b, 0x08, 0xff, 0xff, 0xff, 0xff)), /cut short/],
    [file(Uint8Array.of(0, 0, 0)), /damaged/],
    [file(element(0xec, 'padding')).subarray(0, -1), /its segment claims 12 bytes where only 11 are left/],
  ];
  for (const [bytes, message] of cases) {
    try {
      await readMatroskaHeaders(memorySource(bytes));
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, message);
    }
  }
});

test('a flat picture that is rolled has a matrix, a sphere has none', async () => {
  const double = (value: number) => new Uint8Array(new Float64Array([value]).buffer).reverse();
  const matrixOf = async (type: number, yaw: number, pitch: number, roll: number) => {
    const pose = [
      element(0x7673, double(yaw)),
      element(0x7674, double(pitch)),
      element(0x7675, double(roll)),
    ];
    const projection = element(0x7670, element(0x7671, type), ...pose);
    const { tracks } = await headers(
      track(1, 1, 'V_VP9', element(0xe0, element(0xb0, 640), element(0xba, 360), projection)),
    );
    return tracks[0]!.video!.matrix;
  };
  const one = 0x10000;
  assert.equal(await matrixOf(0, 0, 0, -90), [0, one, -one, 0, 0, 0]); // degrees are counter-clockwise
  assert.equal(await matrixOf(0, 0, 0, 90), [0, -one, one, 0, 0, 0]);
  assert.equal(await matrixOf(0, 180, 0, 0), [-one, 0, 0, one, 0, 0]);
  for (const [type, yaw, pitch, roll] of [
    [0, 0, 0, 0],
    [1, 0, 0, 90],
    [0, 30, 0, 90],
    [0, 0, 30, 90],
  ] as const)
    assert.is(await matrixOf(type, yaw, pitch, roll), undefined);
});

test.run();
