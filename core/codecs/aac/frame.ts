import { BitstreamError } from '../../base/bit-reader.ts';
import { BitReader } from '../../base/plain-bit-reader.ts';
import { readProgramConfig } from './channels.ts';
import { skipScaleFactor, skipSpectrum } from './huffman.ts';

/** Widths of scale factor bands at a sampling rate (ISO/IEC 14496-3, 4.5.4), of a long window and of a short one. */
interface Bands {
  readonly long: readonly number[];
  readonly short: readonly number[];
}

/** Of `4*11` eleven bands of four. */
const widths = (text: string): number[] =>
  text.split(' ').flatMap((run) => {
    const [width, times = 1] = run.split('*').map(Number);
    return new Array<number>(times).fill(width!);
  });

const AT_24: Bands = {
  long: widths('4*11 8*10 12*4 16*3 20*2 24*2 28*2 32 36*2 40 44 48 52*2 64*5'),
  short: widths('4*7 8*3 12*2 16*2 20'),
};
const AT_16: Bands = {
  long: widths('8*11 12*9 16*4 20*3 24*2 28*2 32 36 40*2 44 48 52 56 60 64*3'),
  short: widths('4*8 8*2 12*2 16 20*2'),
};
const AT_8: Bands = {
  long: widths('12*13 16*7 20*4 24*3 28*2 32 36*2 40 44 48 52 56 60 64 80'),
  short: widths('4*7 8*4 12 16 20*2'),
};

/** By samplingFrequencyIndex, of the rates that spectral band replication doubles. */
const BANDS: ReadonlyMap<number, Bands> = new Map([
  ...[6, 7].map((index) => [index, AT_24] as const),
  ...[8, 9, 10].map((index) => [index, AT_16] as const),
  ...[11, 12].map((index) => [index, AT_8] as const),
]);

/** id_syn_ele. */
const ELEMENT = { single: 0, pair: 1, lowFrequency: 3, data: 4, program: 5, fill: 6, end: 7 } as const;
/** extension_type: EXT_SBR_DATA, EXT_SBR_DATA_CRC. */
const SBR_DATA: ReadonlySet<number> = new Set([13, 14]);

/**
 * Whether a frame of AAC LC has data of spectral band replication (ISO/IEC 14496-3, 4.4.2.8), which only those who decode everything in
 * front of it can find.
 * @param frame raw_data_block()
 * @param frequencyIndex samplingFrequencyIndex of the core coder
 * @returns false too for a frame that cannot be followed
 */
export function hasSbr(frame: Uint8Array, frequencyIndex: number): boolean {
  const bands = BANDS.get(frequencyIndex);
  if (!bands) return false;
  try {
    return findSbr(new BitReader(frame), bands);
  } catch (cause) {
    if (cause instanceof BitstreamError) return false;
    throw cause;
  }
}

function findSbr(bits: BitReader, bands: Bands): boolean {
  const start = bits.left;
  for (;;) {
    switch (bits.read(3)) {
      case ELEMENT.single:
      case ELEMENT.lowFrequency:
        bits.skip(4); // element_instance_tag
        skipChannel(bits, bands, undefined);
        break;
      case ELEMENT.pair:
        skipPair(bits, bands);
        break;
      case ELEMENT.data:
        skipData(bits, start);
        break;
      case ELEMENT.program:
        readProgramConfig(bits, start);
        break;
      case ELEMENT.fill: {
        const count = readCount(bits, 4, -1);
        if (count > 0 && SBR_DATA.has(bits.read(4))) return true;
        bits.skip(Math.max(0, 8 * count - 4));
        break;
      }
      case ELEMENT.end:
        return false;
      default:
        throw new BitstreamError('has a coupling channel'); // which no encoder writes
    }
  }
}

/** A count that a second field, of 8 bits, goes on with where the first is full. */
function readCount(bits: BitReader, size: number, correction: number): number {
  const count = bits.read(size);
  return count === 2 ** size - 1 ? count + bits.read(8) + correction : count;
}

/** data_stream_element(). */
function skipData(bits: BitReader, start: number): void {
  bits.skip(4);
  const isAligned = bits.flag();
  const count = readCount(bits, 8, 0);
  if (isAligned) bits.skip((8 - ((start - bits.left) % 8)) % 8);
  bits.skip(8 * count);
}

/** What ics_info() says of the windows of a frame. */
interface Windows {
  readonly isShort: boolean;
  /** Scale factor bands that are coded: their widths. */
  readonly bands: readonly number[];
  /** Windows of each group. */
  readonly groups: readonly number[];
}

const EIGHT_SHORT = 2;

function readWindows(bits: BitReader, { long, short }: Bands): Windows {
  bits.skip(1); // ics_reserved_bit
  const isShort = bits.read(2) === EIGHT_SHORT;
  bits.skip(1); // window_shape
  const count = bits.read(isShort ? 4 : 6);
  const all = isShort ? short : long;
  if (count > all.length) throw new BitstreamError('has more scale factor bands than there are');
  const bands = all.slice(0, count);
  if (!isShort) {
    if (bits.flag()) throw new BitstreamError('has prediction, which AAC LC has not');
    return { isShort, bands, groups: [1] };
  }
  const groups = [1];
  for (let window = 1; window < 8; window += 1) {
    if (bits.flag()) groups[groups.length - 1]! += 1;
    else groups.push(1);
  }
  return { isShort, bands, groups };
}

/** channel_pair_element(). */
function skipPair(bits: BitReader, bands: Bands): void {
  bits.skip(4);
  const shared = bits.flag() ? readWindows(bits, bands) : undefined;
  const PER_BAND = 1;
  if (shared && bits.read(2) === PER_BAND) bits.skip(shared.groups.length * shared.bands.length);
  skipChannel(bits, bands, shared);
  skipChannel(bits, bands, shared);
}

/** individual_channel_stream(). */
function skipChannel(bits: BitReader, bands: Bands, shared: Windows | undefined): void {
  bits.skip(8); // global_gain
  const windows = shared ?? readWindows(bits, bands);
  const codebooks = windows.groups.map(() => readSections(bits, windows));
  skipScaleFactors(bits, codebooks.flat());
  if (bits.flag()) skipPulses(bits);
  if (bits.flag()) skipNoiseShaping(bits, windows.isShort);
  if (bits.flag()) throw new BitstreamError('has gain control, which AAC LC has not');
  for (const [group, length] of windows.groups.entries())
    for (const [band, codebook] of codebooks[group]!.entries())
      if (codebook > 0 && codebook <= LAST_SPECTRUM)
        skipSpectrum(bits, codebook, windows.bands[band]! * length);
}

const LAST_SPECTRUM = 11;
const RESERVED = 12;
const NOISE = 13;

/** section_data() of a group: the codebook of each band. */
function readSections(bits: BitReader, { isShort, bands }: Windows): number[] {
  const size = isShort ? 3 : 5;
  const codebooks: number[] = [];
  while (codebooks.length < bands.length) {
    const codebook = bits.read(4);
    if (codebook === RESERVED) throw new BitstreamError('has a reserved codebook');
    let length = 0;
    for (let more = true; more; ) {
      const part = bits.read(size);
      length += part;
      more = part === 2 ** size - 1;
    }
    if (length > bands.length - codebooks.length) throw new BitstreamError('has a section that is too long');
    for (; length > 0; length -= 1) codebooks.push(codebook);
  }
  return codebooks;
}

/** scale_factor_data(). @param codebooks of all bands of all groups */
function skipScaleFactors(bits: BitReader, codebooks: readonly number[]): void {
  let isFirstNoise = true;
  for (const codebook of codebooks) {
    if (codebook === NOISE && isFirstNoise) {
      bits.skip(9); // dpcm_noise_nrg
      isFirstNoise = false;
    } else if (codebook !== 0) skipScaleFactor(bits);
  }
}

/** pulse_data(). */
function skipPulses(bits: BitReader): void {
  const count = bits.read(2) + 1;
  bits.skip(6 + count * (5 + 4)); // pulse_start_sfb, then offsets and amplitudes
}

/** tns_data(). */
function skipNoiseShaping(bits: BitReader, isShort: boolean): void {
  const sizes = isShort ? { filters: 1, length: 4, order: 3 } : { filters: 2, length: 6, order: 5 };
  for (let window = isShort ? 8 : 1; window > 0; window -= 1) {
    const filters = bits.read(sizes.filters);
    if (filters === 0) continue;
    const resolution = 3 + bits.read(1);
    for (let filter = 0; filter < filters; filter += 1) {
      bits.skip(sizes.length);
      const order = bits.read(sizes.order);
      if (order === 0) continue;
      bits.skip(1); // direction
      const isCompressed = bits.flag();
      bits.skip(order * (isCompressed ? resolution - 1 : resolution));
    }
  }
}
