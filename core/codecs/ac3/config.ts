import { BitReader } from '../../base/plain-bit-reader.ts';
import type { AudioInfo } from '../../media/track.ts';

/**
 * Loudspeakers as ETSI TS 102 366, table E.1.4, numbers them, `Left` in the top bit; what the Dolby scheme of DASH
 * writes in hexadecimal.
 */
const SPEAKER = {
  left: 0x8000,
  center: 0x4000,
  right: 0x2000,
  leftSurround: 0x1000,
  rightSurround: 0x0800,
  centerSurround: 0x0100,
  lfe2: 0x0002,
  lfe: 0x0001,
} as const;

/** Bits that stand for two loudspeakers. */
const PAIRS = 0x0674;

const STEREO = SPEAKER.left | SPEAKER.right;
const SURROUND = SPEAKER.leftSurround | SPEAKER.rightSurround;

/** By `acmod`: 1+1, 1/0, 2/0, 3/0, 2/1, 3/1, 2/2, 3/2 (ETSI TS 102 366, table 4.3). */
const CODING_MODES: readonly number[] = [
  STEREO,
  SPEAKER.center,
  STEREO,
  STEREO | SPEAKER.center,
  STEREO | SPEAKER.centerSurround,
  STEREO | SPEAKER.center | SPEAKER.centerSurround,
  STEREO | SURROUND,
  STEREO | SPEAKER.center | SURROUND,
];

/** Hz by `fscod`; 3 is half of an unnamed one of them, in E-AC-3 alone. */
const SAMPLE_RATES: readonly (number | undefined)[] = [48_000, 44_100, 32_000, undefined];

/**
 * The payload of `dac3` (ETSI TS 102 366, F.4).
 * @throws BitstreamError when it is cut short
 */
export function parseDac3(config: Uint8Array): Partial<AudioInfo> {
  const bits = new BitReader(config);
  const sampleRate = SAMPLE_RATES[bits.read(2)];
  bits.read(8); // bsid, bsmod
  return facts(sampleRate, readSpeakers(bits));
}

/**
 * The payload of `dec3` (ETSI TS 102 366, F.6; the JOC extension: ETSI TS 103 420, C.3.2). Of several programmes
 * (independent substreams) the first is described: a decoder plays that one.
 * @throws BitstreamError when it is cut short
 */
export function parseDec3(config: Uint8Array): Partial<AudioInfo> {
  const bits = new BitReader(config);
  bits.read(13); // data_rate
  const programmes = bits.read(3) + 1;
  const [first] = Array.from({ length: programmes }, () => readSubstream(bits));
  // The extension is behind the fields of older files; what is reserved there is 0.
  const hasJoc = bits.left >= 16 && (bits.read(8) & 1) === 1;
  const complexity = hasJoc ? bits.read(8) : undefined;
  return facts(first?.sampleRate, first?.speakers ?? 0, complexity);
}

function readSubstream(bits: BitReader): { sampleRate: number | undefined; speakers: number } {
  const sampleRate = SAMPLE_RATES[bits.read(2)];
  bits.read(10); // bsid, reserved, asvc, bsmod
  const speakers = readSpeakers(bits);
  bits.read(3);
  const dependent = bits.read(4);
  const more = bits.read(dependent > 0 ? 9 : 1); // chan_loc, or a reserved bit
  return { sampleRate, speakers: dependent > 0 ? speakers | dependentSpeakers(more) : speakers };
}

function readSpeakers(bits: BitReader): number {
  const speakers = CODING_MODES[bits.read(3)] ?? 0;
  return bits.read(1) === 1 ? speakers | SPEAKER.lfe : speakers;
}

/** `chan_loc` counts from the lowest bit: Lc/Rc, Lrs/Rrs, Cs, Ts, Lsd/Rsd, Lw/Rw, Lvh/Rvh, Cvh, LFE2. */
function dependentSpeakers(location: number): number {
  let speakers = location & 0x100 ? SPEAKER.lfe2 : 0;
  for (let bit = 0; bit < 8; bit++) if (location & (1 << bit)) speakers |= 0x0400 >> bit;
  return speakers;
}

function facts(sampleRate: number | undefined, speakers: number, jocComplexity?: number): Partial<AudioInfo> {
  return {
    ...(sampleRate !== undefined && { sampleRate }),
    channels: ones(speakers) + ones(speakers & PAIRS),
    dolby: { speakers, ...(jocComplexity !== undefined && { jocComplexity }) },
  };
}

function ones(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
