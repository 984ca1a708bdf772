import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmpeg, ffprobe } from '../commands/command.ts';
import { madeOnce, temporaryFolder } from '../commands/folders.ts';
import { lengthPrefixed } from './length-prefix.ts';
import { nalUnitsOf, withSamples } from './nal-lengths.ts';

/** A pair of bytes of CEA-608 without parity. */
type Pair = readonly [number, number];

/** What is put into pictures: pairs of the fields, one a picture, and bytes of packets of CEA-708. */
export interface CaptionFeed {
  readonly field1?: readonly Pair[];
  readonly field2?: readonly Pair[];
  /** Whole packets, each in a picture of its own. */
  readonly packets?: readonly (readonly number[])[];
}

const twice = (pair: Pair): Pair[] => [pair, pair];

const characters = (text: string): Pair[] =>
  Array.from({ length: Math.ceil(text.length / 2) }, (_, n) => [
    text.charCodeAt(2 * n),
    text.length > 2 * n + 1 ? text.charCodeAt(2 * n + 1) : 0,
  ]);

/** First bytes of the control codes of each channel: CC1, CC2 in the first field, CC3, CC4 in the second. */
const CONTROL = { CC1: 0x14, CC2: 0x1c, CC3: 0x15, CC4: 0x1d } as const;

/** A pop-on caption: load, place, characters, show. */
export const popOn = (channel: keyof typeof CONTROL, text: string): Pair[] => {
  const code = CONTROL[channel];
  return [
    ...twice([code, 0x20]),
    ...twice([channel === 'CC2' || channel === 'CC4' ? 0x1c : 0x14, 0x70]),
    ...characters(text),
    ...twice([code, 0x2f]),
  ];
};

/** What is shown of a channel goes away: a control code, and nothing to read. */
export const erase = (channel: keyof typeof CONTROL): Pair[] => twice([CONTROL[channel], 0x2c]);

/** The text service of the first channel of field 1, which is no captions. */
export const textService = (text: string): Pair[] => [...twice([0x14, 0x2a]), ...characters(text)];

/** A packet of XDS in field 2: the name of a programme. */
export const xds = (text: string): Pair[] => [[0x01, 0x03], ...characters(text), [0x0f, 0x1d]];

/** A packet of CEA-708 with one service block. */
export function servicePacket(sequence: number, service: number, codes: readonly number[]): number[] {
  const block =
    service < 7 ? [(service << 5) | codes.length, ...codes] : [0xe0 | codes.length, service, ...codes];
  const size = Math.ceil((1 + block.length) / 2);
  return [...[(sequence << 6) | size, ...block], ...Array<number>(2 * size - 1 - block.length).fill(0)];
}

/** Define window 0, then a text. */
export const windowText = (text: string): number[] => [
  ...[0x98, 0x38, 0x00, 0x00, 0x0f, 0x1f, 0x11],
  ...[...text].map((letter) => letter.charCodeAt(0)),
];

/** The window alone, and a clear: a service that is there and shows nothing. */
export const WINDOW_ALONE = [0x98, 0x38, 0x00, 0x00, 0x0f, 0x1f, 0x11, 0x88, 0xff];

function withParity(byte: number): number {
  let ones = 0;
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1;
  return ones % 2 === 0 ? byte | 0x80 : byte;
}

/** The constructs of the picture that is presented as the `n`-th; padding where a feed is at its end. */
function constructs({ field1 = [], field2 = [], packets = [] }: CaptionFeed, n: number): number[] {
  const pair = (flags: number, [a, b]: Pair = [0, 0]) => [flags, withParity(a), withParity(b)];
  const packet = packets[n] ?? [];
  const rows = Array.from({ length: Math.ceil(packet.length / 2) }, (_, row) => [
    row === 0 ? 0xff : 0xfe,
    packet[2 * row]!,
    packet[2 * row + 1]!,
  ]);
  const all = [pair(0xfc, field1[n]), pair(0xfd, field2[n]), ...rows];
  while (all.length < 20) all.push([0xfa, 0, 0]);
  return all.flat();
}

/** sei_rbsp() of two messages, of which the second has cc_data(), with emulation prevention. */
function sei(header: readonly number[], data: readonly number[]): Uint8Array {
  const payload = [
    ...[0xb5, 0x00, 0x31, 0x47, 0x41, 0x39, 0x34, 0x03],
    ...[0xc0 | (data.length / 3), 0xff, ...data, 0xff],
  ];
  const other = [5, 18, ...Array<number>(16).fill(0xa7), 1, 2]; // user data that nobody knows
  const escaped: number[] = [];
  let zeros = 0;
  for (const byte of [...other, 4, payload.length, ...payload, 0x80]) {
    if (zeros >= 2 && byte <= 3) {
      escaped.push(3);
      zeros = 0;
    }
    escaped.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Uint8Array.from([...header, ...escaped]);
}

interface Codec {
  readonly encoder: readonly string[];
  readonly header: readonly number[];
  isSlice(first: number): boolean;
}

const CODECS: Readonly<Record<'h264' | 'hevc', Codec>> = {
  h264: {
    encoder: ['-c:v', 'libx264', '-x264-params', 'keyint=50:bframes=3:b-adapt=0:aud=1'],
    header: [6],
    isSlice: (first) => [1, 5].includes(first & 31),
  },
  hevc: {
    encoder: [
      '-c:v',
      'libx265',
      '-tag:v',
      'hvc1',
      '-x265-params',
      'keyint=50:bframes=3:aud=1:log-level=none',
    ],
    header: [0x4e, 1],
    isSlice: (first) => ((first >> 1) & 63) < 32,
  },
};

export interface CaptionMediaOptions {
  /** @default 'h264' */
  readonly codec?: 'h264' | 'hevc';
  /** @default 4 */
  readonly seconds?: number;
  /** Pictures in front of the first with anything, padding included. @default 0 */
  readonly from?: number;
  /** Of the sound. @default there is none */
  readonly language?: string;
}

/** A film at 25 pictures a second, with B-pictures, whose SEI messages have what a feed says. */
export const captionMedia = (
  name: string,
  feed: CaptionFeed,
  { codec = 'h264', seconds = 4, from = 0, language }: CaptionMediaOptions = {},
): Promise<string> =>
  madeOnce(`captions-${name}-${codec}.mp4`, async (path) => {
    const { encoder, header, isSlice } = CODECS[codec];
    const captioned = join(temporaryFolder('captions'), 'captioned.mp4');
    const plain = await madeOnce(`captions-plain-${seconds}-${codec}.mp4`, async (draft) => {
      const source = `testsrc2=size=160x96:rate=25:duration=${seconds}`;
      await ffmpeg(['-f', 'lavfi', '-i', source, '-pix_fmt', 'yuv420p', ...encoder, draft]);
    });
    const order = await presentedOrder(plain);
    const rewrite = (sample: Buffer, index: number): Buffer => {
      const n = order[index]! - from;
      if (n < 0) return sample;
      const units = nalUnitsOf(sample);
      const at = units.findIndex((unit) => isSlice(unit[0]!));
      return Buffer.concat(
        units.toSpliced(at, 0, sei(header, constructs(feed, n))).map((unit) => lengthPrefixed(unit)),
      );
    };
    await writeFile(captioned, withSamples(await readFile(plain), rewrite));
    const sound = ['-f', 'lavfi', '-i', `sine=duration=${seconds}`, '-c:a', 'aac'];
    const tags = ['-metadata:s:a:0', `language=${language}`];
    const films = ['-i', captioned, ...(language ? sound : []), '-c:v', 'copy'];
    await ffmpeg([
      ...films,
      ...(language ? tags : []),
      ...(codec === 'hevc' ? ['-tag:v', 'hvc1'] : []),
      path,
    ]);
  });

const orders = new Map<string, Promise<number[]>>();

/** Which picture each sample is, as they are presented; read once. */
function presentedOrder(path: string): Promise<number[]> {
  const order = orders.get(path) ?? readOrder(path);
  orders.set(path, order);
  return order;
}

async function readOrder(path: string): Promise<number[]> {
  const { packets } = (await ffprobe(path, ['-show_entries', 'packet=pts'])) as {
    packets: readonly { pts: number }[];
  };
  const times = packets.map(({ pts }) => pts);
  const sorted = [...times].sort((a, b) => a - b);
  return times.map((time) => sorted.indexOf(time));
}
