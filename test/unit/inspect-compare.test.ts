import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compareTracks } from '../../core/inspect/compare/compare-title.ts';
import type { OutputTrack } from '../../core/inspect/compare/output-track.ts';
import type { MediaSegment } from '../../core/inspect/model/media-segment.ts';
import type { SourceTrack } from '../../core/inspect/model/source-title.ts';
import { concat } from '../../core/kit.ts';

const test = suite('inspect compare');

/** A made sample: its bytes, and when it is shown. */
interface Made {
  readonly bytes: Uint8Array;
  readonly time: number;
}

/** Bytes that repeat nowhere, of the size that a name and a number give. */
function made(name: string, count: number, nal = false): Made[] {
  return Array.from({ length: count }, (_, index) => {
    const size = 40 + ((index * 37) % 90);
    const bytes = Buffer.alloc(size, `${name} ${index} `);
    if (nal) {
      bytes[0] = index % 10 === 0 ? 0x65 : 0x41;
      return { bytes: nals(4, bytes), time: index / 25 };
    }
    return { bytes, time: index / 25 };
  });
}

/** NAL units behind lengths, or (0) behind start codes. */
const nals = (framing: number, ...units: Uint8Array[]): Uint8Array =>
  concat(
    units.flatMap((unit, index) => {
      const head = Buffer.alloc(framing || (index === 0 ? 4 : 3));
      if (framing > 0) head.writeUIntBE(unit.length, 0, framing);
      else head[head.length - 1] = 1;
      return [head, unit];
    }),
  );
const unitOf = ({ bytes }: Made): Uint8Array => bytes.subarray(4);

const columns = (samples: readonly Made[]) => {
  const starts = new Uint32Array(samples.length + 1);
  samples.forEach(({ bytes }, index) => {
    starts[index + 1] = starts[index]! + bytes.length;
  });
  return { count: samples.length, data: concat(samples.map(({ bytes }) => bytes)), starts };
};

function* runs<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}

function source(name: string, samples: readonly Made[], facts: Partial<SourceTrack> = {}): SourceTrack {
  return {
    name,
    kind: 'audio',
    format: 'mp4a',
    language: 'und',
    nalLengthSize: 0,
    width: undefined,
    height: undefined,
    formats: [],
    duration: samples.length / 25,
    ...facts,
    async *samples() {
      for (const part of runs(samples, 50)) {
        const memory = columns(part);
        yield { ...memory, times: Float64Array.from(part, ({ time }) => time) };
        memory.data.fill(0xee); // who looks at it later has kept what is not his
      }
    },
  };
}

interface OutputFacts {
  readonly format?: string;
  readonly byteStream?: true;
  readonly language?: string;
  readonly isPart?: boolean;
  /** Ticks a second. @default 90,000 */
  readonly timescale?: number;
  /** Key ids, by the number of the sample; none where it is clear. */
  readonly kidOf?: (index: number) => string | undefined;
  readonly clock?: OutputTrack['clock'];
  /** @default 'cenc' */
  readonly scheme?: 'sample-aes';
  /** The samples as they are stored. @default as they are decrypted */
  readonly stored?: readonly Made[];
}

function output(samples: readonly Made[], facts: OutputFacts = {}): OutputTrack {
  const { format = 'mp4a', byteStream, language, isPart = false, kidOf, clock = { offset: 0 } } = facts;
  const { scheme = 'cenc', stored = samples, timescale = 90_000 } = facts;
  const kids = [...new Set(samples.map((_, index) => kidOf?.(index)).filter((kid) => kid !== undefined))];
  const protections = kids.map((kid) => ({
    ...({ scheme, kid, isProtected: true } as const),
    ...{ perSampleIvSize: 8, cryptBlocks: 0, skipBlocks: 0 },
  }));
  async function* segments(): AsyncGenerator<MediaSegment, void> {
    let index = 0;
    for (const part of runs(samples, 30)) {
      const { data, starts, count } = columns(part);
      const first = index * 30;
      const protectedBy = Uint8Array.from(part, (_, i) => {
        const kid = kidOf?.(first + i);
        return kid === undefined ? 255 : kids.indexOf(kid);
      });
      const file = columns(stored.slice(first, first + count));
      yield {
        ...{ index, position: 1000 * index, count, stored: file.data, starts: file.starts },
        ...{ clear: data, clearStarts: starts },
        decodeTimes: Float64Array.from(part, ({ time }) => Math.round(time * timescale)),
        durations: new Uint32Array(count).fill(timescale / 25),
        compositionOffsets: new Int32Array(count),
        ...{ sync: new Uint8Array(count).fill(1), entries: new Uint8Array(count), protectedBy, protections },
        protectedBytes: new Uint32Array(count).fill(kidOf ? 16 : 0),
        ...{ ivs: new Uint8Array(0), subsamples: new Uint32Array(0), subsampleStarts: new Uint32Array(1) },
        missingKeys: [],
      };
      data.fill(0xdd);
      index += 1;
    }
  }
  const kind = format === 'mp4a' ? ('audio' as const) : ('video' as const);
  const config = format === 'avc1' ? Buffer.from([1, 100, 0, 31, 0xff]) : new Uint8Array(0);
  return {
    rendition: 'media.m3u8',
    reader: {
      track: {
        ...{ id: 1, kind, timescale, language, roles: [], mediaStart: 0 },
        entries: [
          { format, codecs: undefined, config, ...(protections[0] && { protection: protections[0] }) },
        ],
        ...(byteStream && { byteStream }),
      },
      segments,
    },
    fileOf: ({ index }) => `segment-${index + 1}.ts`,
    ...{ language, clock, isPart, place: 0, zero: 0 },
  };
}

const ONE = made('one', 200);
const compare = (samples: readonly Made[], facts?: OutputFacts) =>
  compareTracks({ tracks: [source('audio 1', ONE)] }, [output(samples, facts)]);
const codes = ({ findings }: { findings: readonly { code: string; count?: number }[] }) =>
  findings.map(({ code, count }) => `${code} ${count ?? 1}`);

test('all samples in order, however both are cut, are proved', async () => {
  const { findings, claims } = await compare(ONE);
  assert.equal(findings, []);
  assert.equal(claims, [{ rendition: 'media.m3u8', what: 'samples', count: 200, assurance: 'proved' }]);
});

test('a flipped bit is one finding, with its place', async () => {
  const flipped = ONE.map(({ bytes, time }, index) => {
    const other = Buffer.from(bytes);
    if (index === 75) other[11]! ^= 1;
    return { bytes: other, time };
  });
  const result = await compare(flipped, { kidOf: () => 'ab' });
  assert.equal(codes(result), ['SAMPLE_DIFFERS 1']);
  const [{ file, time, offset, message }] = result.findings as [(typeof result.findings)[0]];
  assert.is(file, 'segment-3.ts');
  assert.is(time, 3);
  assert.ok(offset! > 2000);
  assert.match(message, /sample 76, at 3\.000 s, is not .*: byte 11 of it, which has \d+, are others\.$/);
  assert.equal(result.claims, []);
});

test('lost, doubled, swapped, added samples and segments out of order are told as that', async () => {
  const at = (index: number) => ONE[index]!;
  const without = ONE.toSpliced(80, 3);
  assert.equal(codes(await compare(without)), ['SAMPLE_LOST 3']);
  assert.equal(codes(await compare(ONE.slice(0, 190))), ['SAMPLE_LOST 10']);
  assert.equal(codes(await compare(ONE.toSpliced(80, 0, { ...at(79), time: at(80).time }))), [
    'SAMPLE_DOUBLED 1',
  ]);
  assert.equal(codes(await compare(ONE.toSpliced(80, 0, { bytes: Buffer.alloc(9, 1), time: 3.2 }))), [
    'SAMPLE_ADDED 1',
  ]);
  assert.equal(codes(await compare([...ONE, ...made('more', 5)])), ['SAMPLE_ADDED 5']);
  const swapped = ONE.toSpliced(59, 2, { ...at(60), time: at(59).time }, { ...at(59), time: at(60).time });
  assert.equal(codes(await compare(swapped)), ['SAMPLE_ORDER 2']);
  const turned = [...ONE.slice(0, 60), ...ONE.slice(90, 120), ...ONE.slice(60, 90), ...ONE.slice(120)];
  assert.equal(codes(await compare(turned)), ['SAMPLE_LOST 30', 'SAMPLE_ORDER 30']);
});

test('of a track whose samples another rendition lists out of the same file none are missing', async () => {
  const title = { tracks: [source('audio 1', ONE)] };
  assert.equal(codes(await compareTracks(title, [output([])])), ['SAMPLE_LOST 200']);
  const compared = await compareTracks(title, [{ ...output([]), isElsewhere: true }]);
  assert.equal(compared.findings, []);
  assert.is(compared.found.size, 0);
});

test('a wrong key is told as that, of one crypto period as of all', async () => {
  const garbled = (from: number, to: number) =>
    ONE.map(({ bytes, time }, index) => ({
      bytes: index >= from && index < to ? Buffer.from(bytes).fill(index % 251, 8) : bytes,
      time,
    }));
  assert.equal(codes(await compare(garbled(0, 200), { kidOf: () => 'aa' })), ['WRONG_KEY 200']);
  const period = await compare(garbled(100, 150), {
    kidOf: (index) => (index < 20 ? undefined : `k${Math.floor(index / 50)}`),
  });
  assert.equal(codes(period), ['WRONG_KEY 50']);
  assert.match(period.findings[0]!.message, /the key k2 .* from 4\.000 s on/);
});

test('times are compared to the tick; what MPEG-TS begins with is no difference, sound that is late is', async () => {
  const late = (seconds: number) => ONE.map(({ bytes, time }) => ({ bytes, time: time + seconds }));
  assert.equal(codes(await compare(late(1 / 90_000))), []);
  const result = await compare(late(0.01));
  assert.equal(codes(result), ['TRACK_SHIFTED 1']);
  assert.match(result.findings[0]!.message, /all of it 10\.0 ms later/);
  const noticed = await compare(late(0.06));
  assert.equal(codes(noticed), ['SAMPLE_TIME 200']);
  assert.is(noticed.findings[0]!.found, '0.060000 s');
  const drifting = ONE.map(({ bytes, time }) => ({ bytes, time: time * 1.01 }));
  assert.ok(codes(await compare(drifting)).some((code) => code.startsWith('SAMPLE_TIME')));
  const clock = { offset: undefined };
  const pictures = made('video', 200, true);
  const title = {
    tracks: [
      source('video 1', pictures, { kind: 'video', format: 'avc1', nalLengthSize: 4 }),
      source('audio 1', ONE),
    ],
  };
  const video = output(
    pictures.map(({ bytes, time }) => ({ bytes, time: time + 10 })),
    { format: 'avc1', clock },
  );
  assert.equal((await compareTracks(title, [output(late(10), { clock }), video])).findings, []);
  const other = { offset: undefined };
  const apart = await compareTracks(title, [
    output(late(10.04), { clock: other }),
    { ...video, clock: other },
  ]);
  assert.equal(codes(apart), ['TRACK_SHIFTED 1']);
});

test('bytes left clear that players decrypt, and a block encrypted that they do not, are told as that', async () => {
  const sizes = [208, 209, 48, 49];
  const pictures = made('video', 120, true).map(({ time }, index) => {
    const unit = Buffer.alloc(sizes[index % sizes.length]!, `picture ${index} `);
    unit[0] = 0x41;
    return { bytes: nals(4, unit), time };
  });
  const facts = { kind: 'video', format: 'avc1', nalLengthSize: 4 } as const;
  /** In MPEG-TS, with other bytes in the last block of one of the units. */
  const changed = (at: number, size = 16) =>
    pictures.map((sample, index) => {
      const unit = Buffer.from(unitOf(sample));
      if (index === at) unit.fill(0xa5, unit.length - size, unit.length - size + 16);
      return { ...sample, bytes: nals(0, Buffer.from([9, 0xf0]), unit) };
    });
  const compareWith = async (samples: readonly Made[], stored: readonly Made[]) => {
    const more = { byteStream: true, kidOf: () => 'ab', scheme: 'sample-aes', stored } as const;
    const one = output(samples, { format: 'avc1', ...more });
    return compareTracks({ tracks: [source('video 1', pictures, facts)] }, [one]);
  };
  for (const [at, place] of [
    [8, '192 to 207 of its NAL unit 2, which has 208'],
    [10, '32 to 47 of its NAL unit 2, which has 48'],
  ] as const) {
    const { findings } = await compareWith(changed(at), changed(at));
    assert.equal(codes({ findings }), ['ENCRYPTED_END 1']);
    assert.match(findings[0]!.message, new RegExp(`sample ${at + 1}, .* as it is: bytes ${place}\\.$`));
  }
  const clear = await compareWith(changed(9, 177), changed(-1));
  assert.equal(codes(clear), ['CLEAR_BLOCKS 1']);
  assert.match(
    clear.findings[0]!.message,
    /in the clear .*: bytes 32 to 47 of its NAL unit 2, which has 209\.$/,
  );
  assert.equal(codes(await compareWith(changed(9), changed(9))), ['SAMPLE_DIFFERS 1']);
});

test('NAL units are compared as units: what containers add and take is no difference', async () => {
  const pictures = made('video', 120, true);
  const facts = { kind: 'video', format: 'avc1', nalLengthSize: 4 } as const;
  const compareVideo = (samples: readonly Made[], more: OutputFacts = {}) =>
    compareTracks({ tracks: [source('video 1', pictures, facts)] }, [
      output(samples, { format: 'avc1', ...more }),
    ]);
  const delimiter = Buffer.from([9, 0xf0]);
  const sets = [Buffer.from([0x67, 1, 2, 3]), Buffer.from([0x68, 1])];
  const transport = pictures.map((sample, index) => ({
    ...sample,
    bytes: nals(
      0,
      delimiter,
      ...(index % 10 === 0 ? sets : []),
      concat([unitOf(sample), Buffer.alloc(index % 3)]),
    ),
  }));
  assert.equal((await compareVideo(transport, { byteStream: true })).findings, []);
  const filled = pictures.map((sample) => ({
    ...sample,
    bytes: nals(4, unitOf(sample), Buffer.from([12, 255, 255, 128])),
  }));
  assert.equal((await compareVideo(filled)).findings, []);
  const without = transport.map((sample, index) =>
    index === 7 ? { ...sample, bytes: nals(0, delimiter) } : sample,
  );
  assert.equal(codes(await compareVideo(without, { byteStream: true })), ['SAMPLE_DIFFERS 1']);
  const more = pictures.map((sample, index) =>
    index === 7 ? { ...sample, bytes: nals(4, unitOf(sample), Buffer.from([6, 1, 2, 3, 128])) } : sample,
  );
  assert.equal(codes(await compareVideo(more)), ['SAMPLE_DIFFERS 1']);
  const keys = pictures.filter((_, index) => index % 10 === 0);
  const trick = await compareVideo(keys, { isPart: true });
  assert.equal(trick.findings, []);
  assert.is(trick.claims[0]!.count, 12);
  // Where a tick is a whole frame, the frame before is not taken for one.
  assert.equal((await compareVideo(keys, { isPart: true, timescale: 25 })).findings, []);
});

test('sound of another track is told as swapped, whatever is silent in both', async () => {
  const other = made('other', 200).map((sample, index) => (index < 100 ? ONE[index]! : sample));
  const tracks = [source('English', ONE, { language: 'en' }), source('German', other, { language: 'de' })];
  const right = await compareTracks({ tracks }, [
    output(other, { language: 'de' }),
    output(ONE, { language: 'en' }),
  ]);
  assert.equal(right.findings, []);
  assert.is(right.found.size, 2);
  const wrong = await compareTracks({ tracks }, [output(made('other', 200), { language: 'en' })]);
  assert.equal(codes(wrong), ['SAMPLE_DIFFERS 200']);
  const plain = [
    source('English', ONE, { language: 'en' }),
    source('German', made('other', 200), { language: 'de' }),
  ];
  const swapped = await compareTracks({ tracks: plain }, [output(made('other', 200), { language: 'en' })]);
  assert.equal(codes(swapped), ['TRACK_SWAPPED 1']);
  assert.is(swapped.findings[0]!.found, 'German');
  // Two of one language: what they hold decides, and nothing is wrong.
  const twins = plain.map((track) => ({ ...track, language: 'en' }));
  assert.equal(
    (await compareTracks({ tracks: twins }, [output(made('other', 200), { language: 'en' })])).findings,
    [],
  );
});

test('a track that the source has none of its kind for is told', async () => {
  const video = output(made('video', 3, true), { format: 'avc1' });
  assert.equal(codes(await compareTracks({ tracks: [source('audio 1', ONE)] }, [video])), [
    'TRACK_UNKNOWN 1',
  ]);
});

test.run();
