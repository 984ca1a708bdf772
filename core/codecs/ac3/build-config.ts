import { BitstreamError } from '../../base/bit-reader.ts';
import { type BitField, packBits } from '../../base/pack-bits.ts';
import { type DolbyFrame, parseDolbyFrame } from './frames.ts';

/** Samples of a channel in an audio block. */
export const DOLBY_BLOCK = 256;
/** flag_ec3_extension_type_a, behind 7 reserved bits. */
const JOC_FLAG: BitField = [1, 8];

/** All syncframes of a sample. @throws BitstreamError when one is damaged */
export function dolbyFrames(sample: Uint8Array): DolbyFrame[] {
  const frames: DolbyFrame[] = [];
  for (let at = 0; at < sample.length; at += frames.at(-1)!.bytes) frames.push(parseDolbyFrame(sample, at));
  if (frames.length === 0) throw new BitstreamError('has no syncframe');
  return frames;
}

/** Audio blocks in one sample of the track: those of its first independent substream. */
export const dolbyBlocks = (frames: readonly DolbyFrame[]): number =>
  frames
    .filter(({ isDependent, substream }) => !isDependent && substream === 0)
    .reduce((sum, { blocks }) => sum + blocks, 0);

/** The payload of `dac3` (ETSI TS 102 366, F.4). */
export const buildDac3 = ({ fscod, bsid, bsmod, acmod, lfe, bitRateCode }: DolbyFrame): Uint8Array =>
  packBits([
    [fscod, 2],
    [bsid, 5],
    [bsmod, 3],
    [acmod, 3],
    [Number(lfe), 1],
    [bitRateCode, 5],
    [0, 5],
  ]);

/**
 * The payload of `dec3` (ETSI TS 102 366, F.6; with joint object coding ETSI TS 103 420, C.3.2).
 * @param frames all syncframes of the first sample
 */
export function buildDec3(frames: readonly DolbyFrame[]): Uint8Array {
  const programmes: DolbyFrame[] = [];
  const dependents: DolbyFrame[][] = [];
  for (const frame of frames) {
    if (frame.isDependent) dependents.at(-1)?.push(frame);
    else if (programmes.every(({ substream }) => substream !== frame.substream)) {
      programmes.push(frame);
      dependents.push([]);
    }
  }
  const [first] = programmes;
  if (first === undefined) throw new BitstreamError('does not begin with an independent substream');
  const bits = 8 * frames.reduce((sum, { bytes }) => sum + bytes, 0);
  const seconds = (dolbyBlocks(frames) * DOLBY_BLOCK) / first.sampleRate;
  const complexity = frames.find(({ jocComplexity }) => jocComplexity !== undefined)?.jocComplexity;
  return packBits([
    [Math.min(0x1fff, Math.round(bits / seconds / 1000)), 13],
    [programmes.length - 1, 3],
    ...programmes.flatMap((programme, index) => substreamFields(programme, dependents[index]!)),
    ...(complexity === undefined ? [] : [JOC_FLAG, [complexity, 8] satisfies BitField]),
  ]);
}

function substreamFields(programme: DolbyFrame, dependents: readonly DolbyFrame[]): BitField[] {
  const { fscod, bsid, bsmod, acmod, lfe } = programme;
  const substreams = new Set(dependents.map(({ substream }) => substream)).size;
  const location = dependents.reduce((all, { channelMap = 0 }) => all | channelLocation(channelMap), 0);
  return [
    [fscod, 2],
    [bsid, 5],
    [0, 2], // reserved, asvc
    [bsmod, 3],
    [acmod, 3],
    [Number(lfe), 1],
    [0, 3],
    [substreams, 4],
    substreams > 0 ? [location, 9] : [0, 1],
  ];
}

/** `chan_loc` counts from its lowest bit what `chanmap` counts from its sixth: Lc/Rc, Lrs/Rrs, … Cvh; then LFE2. */
function channelLocation(channelMap: number): number {
  let location = channelMap & 2 ? 0x100 : 0;
  for (let bit = 0; bit < 8; bit++) if (channelMap & (0x0400 >> bit)) location |= 1 << bit;
  return location;
}
