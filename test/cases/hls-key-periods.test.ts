/**
 * Key rotation and clear lead in HLS over MPEG-TS: every segment is under the key of its period, as its playlist says, and under no
 * other; clear ones are those of a clear package, byte for byte, in front of null packets.
 */
import { createDecipheriv } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import type { TitleOptions } from '../../core/contract/title-options.ts';
import {
  type ContentKey,
  fairplay,
  identity,
  type PackagerError,
  type Plugin,
  packageTitle,
} from '../../core/index.ts';
import { toHex } from '../../core/kit.ts';
import { demuxMp4, hlsAes, hlsNcg, ncg } from '../../plugins/index.ts';
import { unwrapKey } from '../../plugins/ncg/files.ts';
import { oneIn } from '../helpers/commands/extent.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { resultOf } from '../helpers/commands/together.ts';
import { filmOfPeriods, soundOfPeriods } from '../helpers/media/period-media.ts';
import {
  type HlsReading,
  hlsSamples,
  hlsSamplesOfEach,
  readRange,
  readSegments,
} from '../helpers/oracles/hls.ts';
import {
  codedSamplesOf,
  hashes,
  recovers,
  type SampleRequest,
  type StreamName,
  tsFilter,
} from '../helpers/oracles/samples.ts';
import { readPackets, readPes, readSections } from '../helpers/oracles/transport-stream.ts';
import { assertManifests } from '../helpers/oracles/valid-manifests.ts';
import { attributesOf, parsePlaylist } from '../helpers/oracles/valid-playlists.ts';
import { assertForeseen, planOf } from '../helpers/titles/expected-sizes.ts';
import { failureOf, titleOptions } from '../helpers/titles/package.ts';
import { keyOfPeriod, periodKeys } from '../helpers/titles/period-keys.ts';

const test = sideBySide('crypto periods in HLS');

interface Shape {
  readonly name: string;
  readonly rules: Pick<TitleOptions, 'keyRotation' | 'clearLead'>;
  /** All crypto periods that have segments. */
  readonly periods: readonly number[];
  /** Of a segment that starts at so many seconds; -1: it is clear. */
  periodAt(seconds: number): number;
}

/** Segments last a second. */
const SHAPES: readonly Shape[] = [
  {
    name: 'two periods',
    rules: { keyRotation: 22 },
    periods: [0, 1],
    periodAt: (seconds) => Math.floor(seconds / 22),
  },
  {
    name: 'five periods',
    rules: { keyRotation: 9 },
    periods: [0, 1, 2, 3, 4],
    periodAt: (seconds) => Math.floor(seconds / 9),
  },
  {
    name: 'a clear lead',
    rules: { clearLead: 5 },
    periods: [0],
    periodAt: (seconds) => (seconds < 5 ? -1 : 0),
  },
  {
    name: 'five periods and a clear lead that is longer than the first of them',
    rules: { keyRotation: 9, clearLead: 12 },
    periods: [1, 2, 3, 4],
    periodAt: (seconds) => (seconds < 12 ? -1 : Math.floor(seconds / 9)),
  },
];

interface Package {
  readonly folder: string;
  /** Folders of the renditions. */
  readonly units: readonly string[];
}

async function packaged(mode: Plugin, input: string, rules: Shape['rules'] = {}): Promise<Package> {
  const title = titleOptions({ inputs: [input], segmentDuration: 1, ...rules });
  const plugins = [demuxMp4(), periodKeys(), mode];
  const plan = await planOf({ title, plugins });
  const report = await packageTitle({ title, plugins });
  await assertManifests(report.output);
  assertForeseen(plan, report);
  const [written] = report.modes;
  return {
    folder: join(report.output, written!.outputs[0]!),
    units: written!.renditions.map(({ unit }) => unit.id),
  };
}

const clear = new Map<string, Promise<Package>>();

/** The same segments with nothing encrypted: every test compares with the same ones. */
function clearOf(input: string): Promise<Package> {
  const made = clear.get(input) ?? packagedClear(input);
  clear.set(input, made);
  return made;
}

async function packagedClear(input: string): Promise<Package> {
  const title = titleOptions({ inputs: [input], segmentDuration: 1, clear: ['video', 'audio'] });
  const report = await packageTitle({ title, plugins: [demuxMp4(), periodKeys(), hlsAes()] });
  const { outputs, renditions } = report.modes[0]!;
  return { folder: join(report.output, outputs[0]!), units: renditions.map(({ unit }) => unit.id) };
}

/** A segment as hls-parser has it, with its bytes and the second at which it starts. */
interface Listed {
  readonly start: number;
  readonly bytes: Buffer;
  /** The IV is hexadecimal. */
  readonly key: { readonly method: string; readonly uri?: string; readonly iv: string } | undefined;
}

async function listed(playlist: string): Promise<Listed[]> {
  const parsed = parsePlaylist(await readFile(playlist, 'utf8'));
  if (parsed.isMasterPlaylist) throw new Error(`${playlist} is no media playlist`);
  let start = 0;
  const found: Listed[] = [];
  for (const { uri, byterange, duration, key } of parsed.segments) {
    const path = join(dirname(playlist), uri);
    const bytes = await readRange({ path, range: byterange as never, lines: [], key: undefined });
    // A frame of sound does not end where a picture does.
    found.push({ start: Math.round(start), bytes, key: key && { ...key, iv: hex(new Uint8Array(key.iv!)) } });
    start += duration;
  }
  return found;
}

/** hls-parser leaves a key in force until another one comes, and says METHOD=NONE or nothing for clear segments. */
const isClear = ({ key }: Listed): boolean => !key || key.method === 'NONE';

const hex = (bytes: Uint8Array): string => toHex(bytes);

/** @throws Error when the padding is wrong */
const underAes = (bytes: Buffer, key: Pick<ContentKey, 'reveal' | 'iv'>): Buffer => {
  const cipher = createDecipheriv('aes-128-cbc', key.reveal(), key.iv!);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
};

/** What both modes tell of crypto periods: each alone in one of them, and all at once in both. */
const shapesOf = (turn: number): readonly Shape[] => [...oneIn(2, SHAPES.slice(0, 3), turn), SHAPES[3]!];

/** In files of their own segments have the same bytes: asked of the shape that has most to tell. */
const LAYOUTS = shapesOf(0).flatMap((shape) => [
  { ...shape, layout: 'single-file' as const },
  ...(shape.rules.keyRotation && shape.rules.clearLead ? [{ ...shape, layout: 'segments' as const }] : []),
]);

for (const { name, rules, periods, periodAt, layout } of LAYOUTS)
  test(`hls-ncg, ${layout}: ${name}`, async () => {
    const input = await filmOfPeriods();
    const clear = await clearOf(input);
    const { folder, units } = await packaged(hlsNcg({ layout }), input, rules);
    assert.equal(units, ['media-1', 'audio-kor']);
    for (const unit of units) {
      const segments = await listed(join(folder, unit, 'stream.m3u8'));
      const plain = await listed(join(clear.folder, unit, 'stream.m3u8'));
      assert.is(segments.length, plain.length);
      assert.ok(segments.length >= 44);
      for (const [n, segment] of segments.entries()) {
        const period = periodAt(segment.start);
        const what = `${unit}, segment ${n + 1}`;
        if (period === -1) {
          const { length } = plain[n]!.bytes;
          const isSame = segment.bytes.subarray(0, length).equals(plain[n]!.bytes);
          assert.ok(isClear(segment) && isSame, `${what} is not clear`);
          const filler = readPackets(segment.bytes.subarray(length));
          assert.ok(filler.length < 4 && filler.every(({ pid }) => pid === 0x1fff), `${what} has more`);
          assert.is(unit === 'media-1' ? segment.bytes.length % 16 : filler.length, 0, what);
          continue;
        }
        const { uri, iv, method } = segment.key!;
        assert.is(method, 'AES-128', what);
        const file = await readFile(join(folder, unit, uri!));
        const given = unwrapKey(file, keyOfPeriod(period), 'key.ncg');
        assert.equal(hex(given), hex(keyOfPeriod(period).reveal()));
        const opened = underAes(segment.bytes, { reveal: () => given, iv: Buffer.from(iv, 'hex') });
        assert.ok(opened.equals(plain[n]!.bytes), `${what} is not under the key of period ${period}`);
        for (const other of periods.filter((one) => one !== period)) {
          let found: Buffer | undefined;
          try {
            found = underAes(segment.bytes, keyOfPeriod(other));
          } catch {
            continue;
          }
          assert.not.ok(found.equals(plain[n]!.bytes), `${what} is under the key of period ${other}`);
        }
      }
    }
  });

const SAMPLE_AES = { systems: [identity({ uri: 'https://keys.example/{keyId}' })] };

/** What the Program Map Table at the start of a segment says: its version, and stream types. */
function programOf(segment: Buffer): { version: number; types: number[] } {
  const tables = readSections(readPackets(segment), 0x100);
  assert.is(tables.length, 1);
  const [table] = tables;
  const types: number[] = [];
  for (let at = 12; at < table!.length - 4; at += 5 + (table!.readUInt16BE(at + 3) & 0xfff))
    types.push(table![at]!);
  return { version: (table![5]! >> 1) & 31, types };
}

const ENCRYPTED_TYPES: Readonly<Record<string, readonly number[]>> = {
  'media-1': [0xdb, 0xcf],
  'audio-kor': [0xc1],
};
const CLEAR_TYPES: Readonly<Record<string, readonly number[]>> = {
  'media-1': [0x1b, 0x0f],
  'audio-kor': [0x81],
};
const STREAMS: Readonly<Record<string, readonly StreamName[]>> = {
  'media-1': ['v:0', 'a:0'],
  'audio-kor': ['a:0'],
};

for (const { name, rules, periods, periodAt } of shapesOf(1))
  test(`hls-aes in MPEG-TS: ${name}`, async () => {
    const input = await filmOfPeriods();
    const clear = await clearOf(input);
    const { folder, units } = await packaged(hlsAes(SAMPLE_AES), input, rules);
    assert.equal(units, ['media-1', 'audio-kor']);
    for (const unit of units) {
      const playlist = join(folder, unit, 'stream.m3u8');
      const segments = await listed(playlist);
      const plain = await listed(join(clear.folder, unit, 'stream.m3u8'));
      assert.is(segments.length, plain.length);
      const whole = readPackets(Buffer.concat(segments.map(({ bytes }) => bytes)));
      assert.ok(whole.length > 0, 'continuity counters run on');
      const hasLead = segments.some(({ start }) => periodAt(start) === -1);
      for (const [n, segment] of segments.entries()) {
        const period = periodAt(segment.start);
        const what = `${unit}, segment ${n + 1}`;
        if (period === -1) {
          assert.ok(isClear(segment) && segment.bytes.equals(plain[n]!.bytes), `${what} is not clear`);
          assert.equal(programOf(segment.bytes), { version: 0, types: CLEAR_TYPES[unit] });
          continue;
        }
        assert.equal(
          [segment.key!.method, segment.key!.uri, segment.key!.iv],
          ['SAMPLE-AES', `https://keys.example/${keyOfPeriod(period).hexId}`, hex(keyOfPeriod(period).iv!)],
          what,
        );
        assert.equal(programOf(segment.bytes), { version: hasLead ? 1 : 0, types: ENCRYPTED_TYPES[unit] });
        assertEncrypted(segment.bytes, plain[n]!.bytes, what);
      }

      const tries = await triesOf(unit, playlist, periods, (period) => {
        const of = (n: number): boolean => periodAt(segments[n]!.start) === period;
        return { only: of, clear: Buffer.concat(plain.filter((_, n) => of(n)).map(({ bytes }) => bytes)) };
      });
      const sources = await codedSamplesOf(tries.map(({ source }) => source));
      const read = await hlsSamplesOfEach(tries.map(({ own }) => own));
      for (const [index, { what, stream, other }] of tries.entries()) {
        const source = sources[index]!;
        assert.ok(source.length > 0, what);
        assert.equal(hashes(resultOf(read[index])), hashes(source), what);
        // Once a stream: what has become the source under one key cannot be it under another.
        if (tries.findIndex((one) => one.stream === stream) !== index) continue;
        const wrong = hlsSamples(other.playlist, other.stream, other);
        assert.not.ok(await recovers(wrong, source), `${what}: under another key too`);
      }
    }
  });

/** A stream in one crypto period. */
interface Try {
  readonly what: string;
  readonly stream: StreamName;
  readonly source: SampleRequest;
  readonly own: HlsReading;
  /** With the key of another period. */
  readonly other: HlsReading;
}

async function triesOf(
  unit: string,
  playlist: string,
  periods: readonly number[],
  segmentsOf: (period: number) => { only: (index: number) => boolean; clear: Buffer },
): Promise<Try[]> {
  const tries: Try[] = [];
  for (const period of periods) {
    const { only, clear } = segmentsOf(period);
    const path = join(temporaryFolder('period'), 'clear.ts');
    await writeFile(path, clear);
    const iv = hex(keyOfPeriod(period).iv!);
    const other = periods.find((one) => one !== period) ?? period + 1;
    for (const stream of STREAMS[unit]!) {
      const filter = unit === 'audio-kor' ? 'null' : tsFilter(stream);
      const under = (key: number): HlsReading => ({
        playlist,
        stream,
        filter,
        key: hex(keyOfPeriod(key).reveal()),
        iv,
        only,
      });
      tries.push({
        what: `${unit}, ${stream}, period ${period}`,
        stream,
        source: { path, stream, filter },
        own: under(period),
        other: under(other),
      });
    }
  }
  return tries;
}

/** The picture at the start, and every larger frame of sound, are others than in the clear. */
function assertEncrypted(segment: Buffer, plain: Buffer, what: string): void {
  const [packets, before] = [readPackets(segment), readPackets(plain)];
  for (const pid of [0x101, 0x102]) {
    const clear = readPes(before, pid);
    for (const [n, { payload }] of readPes(packets, pid).entries())
      if (clear[n]!.payload.length > 200)
        assert.not.ok(payload.equals(clear[n]!.payload), `${what}: unit ${n + 1} of PID ${pid} is clear`);
  }
}

test('I-frame playlists have the key of each I-frame, and the lines of the media playlist', async () => {
  const input = await filmOfPeriods();
  for (const { rules, periodAt } of SHAPES) {
    const { folder } = await packaged(hlsAes(SAMPLE_AES), input, rules);
    const [media, iframes] = await Promise.all(
      ['stream', 'iframe'].map((name) => readFile(join(folder, `media-1/${name}.m3u8`), 'utf8')),
    );
    assert.equal(attributesOf(iframes!, 'EXT-X-KEY'), attributesOf(media!, 'EXT-X-KEY'));
    const frames = await listed(join(folder, 'media-1/iframe.m3u8'));
    assert.is(frames.length, 44);
    for (const frame of frames) {
      const period = periodAt(frame.start);
      if (period === -1) assert.ok(isClear(frame));
      else assert.is(frame.key!.uri, `https://keys.example/${keyOfPeriod(period).hexId}`);
    }
  }
});

test('sound alone: five periods and a clear lead', async () => {
  const input = await soundOfPeriods();
  const { rules, periodAt, periods } = SHAPES[3]!;
  const clear = await clearOf(input);
  const plain = await listed(join(clear.folder, 'media-1/stream.m3u8'));
  const whole = await packaged(hlsNcg(), input, rules);
  for (const [n, segment] of (await listed(join(whole.folder, 'media-1/stream.m3u8'))).entries()) {
    const period = periodAt(segment.start);
    const opened = period === -1 ? segment.bytes : underAes(segment.bytes, keyOfPeriod(period));
    assert.is(isClear(segment), period === -1);
    assert.ok(opened.equals(plain[n]!.bytes), `segment ${n + 1}`);
  }
  const { folder } = await packaged(hlsAes(SAMPLE_AES), input, rules);
  const playlist = join(folder, 'media-1/stream.m3u8');
  const segments = await readSegments(playlist);
  const keys = segments.map(({ key }) => key?.iv);
  assert.equal([...new Set(keys)], [undefined, ...periods.map((period) => hex(keyOfPeriod(period).iv!))]);
});

test('the keys of the first encrypted period are session keys, and those of later ones not', async () => {
  const input = await filmOfPeriods();
  for (const [shape, first] of [
    [SHAPES[1]!, 0],
    [SHAPES[3]!, 1],
  ] as const) {
    const { folder } = await packaged(
      hlsAes({ systems: ['fairplay', ...SAMPLE_AES.systems] }),
      input,
      shape.rules,
    );
    const master = attributesOf(await readFile(join(folder, 'master.m3u8'), 'utf8'), 'EXT-X-SESSION-KEY');
    const media = attributesOf(await readFile(join(folder, 'media-1/stream.m3u8'), 'utf8'), 'EXT-X-KEY');
    assert.equal(master, media.slice(0, 2));
    assert.is(media.length, 2 * shape.periods.length);
    const { hexId } = keyOfPeriod(first);
    assert.ok(master[0]!.includes(`URI="skd://${hexId}"`) && !master[0]!.includes('IV='), master[0]);
  }
});

test('what would have to share one key URI is refused, and so is what cannot tell of it', async () => {
  const input = await filmOfPeriods();
  const refused = (mode: Plugin, rules: Shape['rules']): Promise<PackagerError> => {
    const title = titleOptions({ inputs: [input], segmentDuration: 1, ...rules });
    return failureOf(packageTitle({ title, plugins: [demuxMp4(), periodKeys(), mode] }));
  };
  const rotated = SHAPES[1]!.rules;
  const lead = SHAPES[2]!.rules;
  const fixed: readonly Plugin[] = [
    hlsAes({ systems: [identity({ uri: 'https://keys.example/key' })] }),
    hlsAes({ systems: [fairplay({ uri: 'skd://{contentId}' })] }),
    hlsNcg({ keyUri: '../key.bin' }),
  ];
  for (const mode of fixed) {
    const error = await refused(mode, rotated);
    assert.is(error.code, 'INVALID_OPTION');
    assert.match(
      error.message,
      /Several keys of the title would have one key URI of (identity|fairplay|hls-ncg)/,
    );
  }
  for (const rules of [rotated, lead]) {
    assert.match((await refused(ncg(), rules)).message, /Mode ncg cannot/);
  }
  await packaged(hlsNcg({ keyUri: '../key.bin' }), input, lead);
  const { folder } = await packaged(hlsNcg({ keyUri: 'https://keys.example/{keyId}' }), input, rotated);
  const media = attributesOf(await readFile(join(folder, 'media-1/stream.m3u8'), 'utf8'), 'EXT-X-KEY');
  assert.is(media.length, 5);
});

test.run();
