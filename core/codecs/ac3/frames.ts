import { BitstreamError } from '../../base/bit-reader.ts';
import { BitReader } from '../../base/plain-bit-reader.ts';
import { syncframeBytes } from './syncframes.ts';

/** What an AC-3 or E-AC-3 syncframe says of itself (ETSI TS 102 366, 4.3 and E.1.2). */
export interface DolbyFrame {
  readonly bytes: number;
  readonly isEac3: boolean;
  /** 0, 1: Hz by {@link SAMPLE_RATES}; 3: half of one of them, see `sampleRate`. */
  readonly fscod: number;
  readonly sampleRate: number;
  readonly bsid: number;
  readonly bsmod: number;
  readonly acmod: number;
  readonly lfe: boolean;
  /** Audio blocks of 256 samples: 6 in AC-3; 1, 2, 3 or 6 in E-AC-3. */
  readonly blocks: number;
  /** frmsizecod of AC-3 less its lowest bit: `bit_rate_code` of `dac3`. */
  readonly bitRateCode: number;
  /** E-AC-3: strmtyp is 1. */
  readonly isDependent: boolean;
  readonly substream: number;
  /** E-AC-3, of a dependent substream: its channels, `Left` in the top bit of 16. */
  readonly channelMap: number | undefined;
  /** complexity_index_type_a (ETSI TS 103 420, 8.3); `undefined` without joint object coding. */
  readonly jocComplexity: number | undefined;
}

const SAMPLE_RATES: readonly (number | undefined)[] = [48_000, 44_100, 32_000];
const BLOCKS = [1, 2, 3, 6] as const;
const LAST_AC3_BSID = 10;

/** The syncframe at `at` of `data`. @throws BitstreamError when there is none, or it has reserved values */
export function parseDolbyFrame(data: Uint8Array, at = 0): DolbyFrame {
  const bytes = syncframeBytes(data, at, data.length);
  const bits = new BitReader(data, at + 2, at + bytes);
  return data[at + 5]! >> 3 > LAST_AC3_BSID ? parseEac3(bits, bytes) : parseAc3(bits, bytes);
}

function parseAc3(bits: BitReader, bytes: number): DolbyFrame {
  bits.read(16); // crc1
  const fscod = bits.read(2);
  const bitRateCode = bits.read(6) >> 1;
  const [bsid, bsmod, acmod] = [bits.read(5), bits.read(3), bits.read(3)];
  if (acmod & 1 && acmod !== 1) bits.read(2); // cmixlev
  if (acmod & 4) bits.read(2); // surmixlev
  if (acmod === 2) bits.read(2); // dsurmod
  const sampleRate = SAMPLE_RATES[fscod];
  if (sampleRate === undefined) throw new BitstreamError('has a syncframe of a reserved sampling rate');
  return {
    ...{
      bytes,
      isEac3: false,
      fscod,
      sampleRate,
      bsid,
      bsmod,
      acmod,
      lfe: bits.flag(),
      blocks: 6,
      bitRateCode,
    },
    ...{ isDependent: false, substream: 0, channelMap: undefined, jocComplexity: undefined },
  };
}

function parseEac3(bits: BitReader, bytes: number): DolbyFrame {
  const type = bits.read(2);
  const substream = bits.read(3);
  bits.read(11); // frmsiz
  const fscod = bits.read(2);
  const code = bits.read(2); // fscod2, or numblkscod
  const rate = SAMPLE_RATES[fscod === 3 ? code : fscod];
  if (type === 3 || rate === undefined) throw new BitstreamError('has a syncframe with reserved values');
  const blocks = fscod === 3 ? 6 : BLOCKS[code]!;
  const acmod = bits.read(3);
  const lfe = bits.flag();
  const bsid = bits.read(5);
  skipLoudness(bits, acmod);
  const channelMap = type === 1 && bits.flag() ? bits.read(16) : undefined;
  if (bits.flag()) skipMixing(bits, { type, acmod, lfe, blocks });
  const bsmod = bits.flag() ? readInformation(bits, acmod, fscod) : 0;
  if (type === 0 && blocks !== 6) bits.read(1); // convsync
  if (type === 2 && (blocks === 6 || bits.flag())) bits.read(6); // frmsizecod
  return {
    ...{ bytes, isEac3: true, fscod, sampleRate: fscod === 3 ? rate / 2 : rate, bsid, bsmod, acmod, lfe },
    ...{ blocks, bitRateCode: 0, isDependent: type === 1, substream, channelMap },
    jocComplexity: bits.flag() ? readJoc(bits) : undefined,
  };
}

/** dialnorm, compr; twice in dual mono. */
function skipLoudness(bits: BitReader, acmod: number): void {
  for (let programme = 0; programme < (acmod === 0 ? 2 : 1); programme++) {
    bits.read(5);
    skipOptional(bits, 8);
  }
}

interface MixingContext {
  readonly type: number;
  readonly acmod: number;
  readonly lfe: boolean;
  readonly blocks: number;
}

/** What mixmdate announces (E.1.2.2). */
function skipMixing(bits: BitReader, { type, acmod, lfe, blocks }: MixingContext): void {
  if (acmod > 2) bits.read(2); // dmixmod
  if (acmod > 2 && acmod & 1) bits.read(6); // ltrtcmixlev, lorocmixlev
  if (acmod & 4) bits.read(6); // ltrtsurmixlev, lorosurmixlev
  if (lfe) skipOptional(bits, 5); // lfemixlevcod
  if (type !== 0) return;
  skipOptional(bits, 6); // pgmscl
  if (acmod === 0) skipOptional(bits, 6); // pgmscl2
  skipOptional(bits, 6); // extpgmscl
  const mixdef = bits.read(2);
  if (mixdef === 1) bits.read(5);
  if (mixdef === 2) bits.read(12);
  if (mixdef === 3) bits.skip(8 * (bits.read(5) + 2));
  if (acmod < 2) skipOptional(bits, 14); // panmean, paninfo
  if (acmod === 0) skipOptional(bits, 14);
  if (!bits.flag()) return; // frmmixcfginfoe
  if (blocks === 1) bits.read(5);
  else for (let block = 0; block < blocks; block++) skipOptional(bits, 5);
}

/** What infomdate announces: answers bsmod. */
function readInformation(bits: BitReader, acmod: number, fscod: number): number {
  const bsmod = bits.read(3);
  bits.read(2); // copyrightb, origbs
  if (acmod === 2) bits.read(4); // dsurmod, dheadphonmod
  if (acmod >= 6) bits.read(2); // dsurexmod
  for (let programme = 0; programme < (acmod === 0 ? 2 : 1); programme++) skipOptional(bits, 8);
  if (fscod < 3) bits.read(1); // sourcefscod
  return bsmod;
}

/** addbsi (ETSI TS 103 420, 8.3): flag_ec3_extension_type_a in its first byte, the complexity in its second. */
function readJoc(bits: BitReader): number | undefined {
  const length = bits.read(6) + 1;
  if (length < 2) return undefined;
  bits.read(7);
  return bits.flag() ? bits.read(8) : undefined;
}

/** A flag, and as many bits if it is set. */
function skipOptional(bits: BitReader, count: number): void {
  if (bits.flag()) bits.skip(count);
}
