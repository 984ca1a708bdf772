import { AlternatingBuffers } from '../../base/alternating-buffers.ts';
import { fail } from '../../base/errors.ts';
import type { Segment } from '../../media/segment.ts';
import { type CodedTrack, describeTrack } from '../../media/track.ts';
import { codecOf } from '../built-in.ts';
import type { NalRole } from './rules.ts';
import { startCodeIn, visitPieces } from './start-codes.ts';
import { visitNalUnits } from './units.ts';

export interface BaseLayerOptions {
  /** NAL units that may hold other ones stay in, for a scheme that can encrypt them whole. @default true */
  readonly wrappers?: boolean;
  /** What belongs to other layers stays in, and so do partitions: for who encrypts segments whole. @default false */
  readonly others?: boolean;
  /** Told once, in a sentence, when something is left out. */
  readonly warn?: ((message: string) => void) | undefined;
}

/**
 * Samples of each segment that are searched for start codes in all their bytes. Who writes NAL units under a common length
 * does so in every picture.
 */
const SEARCHED_WHOLE = 3;

/**
 * The same samples as a protector can protect them, of codecs made of NAL units: every NAL unit of the base layer has a length of its
 * own, and what belongs to other layers (further views, alpha, depth) is left out: schemes say nothing of their slices, so
 * these would stay clear. A segment that is so already, as nearly all are, is answered as it is. Segments come in order.
 * @throws PackagerError from the answer: UNSUPPORTED_CODEC for slices that nobody can protect, NOT_MEDIA when NAL units do
 * not fill their sample
 */
export function baseLayerOf(
  track: CodedTrack,
  { wrappers = true, others = false, warn }: BaseLayerOptions = {},
): (segment: Segment) => Segment {
  const rules = codecOf(track)?.nal;
  if (!rules) return (segment) => segment;
  const { roleOf, typeOf } = rules;
  /** Muxers take them over, compare them, or write them anew: one that holds others would take these along. */
  const heads: ReadonlySet<number> = new Set([...rules.parameterSets, rules.delimiterType]);
  const buffers = new AlternatingBuffers();
  let hasWarned = false;
  /** Start codes were found where only lengths should be: from then on every byte is searched. */
  let hasStartCodes = false;

  const leavesOut = (role: NalRole): boolean =>
    !others && (role === 'other-layer' || (role === 'wrapper' && !wrappers));
  const isRefused = (role: NalRole): boolean => !others && role === 'partition';

  /** Whether a start code leads to a slice, which a decoder that looks for start codes would find. */
  const hidesSlice = (data: Uint8Array, start: number, end: number): boolean => {
    for (let at = startCodeIn(data, start, end); at !== -1; at = startCodeIn(data, at + 3, end)) {
      const role = roleOf(data, at + 3);
      if (role !== 'clear' && role !== 'wrapper') return true;
    }
    return false;
  };

  /** Whether a parameter set or a delimiter has anything behind a start code. */
  const isHeadOfOthers = (data: Uint8Array, start: number, end: number): boolean =>
    heads.has(typeOf(data[start]!)) && startCodeIn(data, start, end) !== -1;

  const isPlain = (segment: Segment): boolean => {
    const { data, sizes, count } = segment;
    let plain = true;
    let searched = true;
    const look = (from: number, to: number): void => {
      const role = roleOf(data, from);
      if (isRefused(role)) throw partitioned(track);
      if (leavesOut(role)) plain = false;
      // What is in a slice is encrypted with it, but for what a pattern skips.
      else if ((role === 'clear' || searched) && hidesSlice(data, from, to)) {
        hasStartCodes = true;
        plain = false;
      } else if (role === 'clear' && isHeadOfOthers(data, from, to)) plain = false;
    };
    let end = 0;
    for (let sample = 0; sample < count && plain; sample += 1) {
      const start = end;
      end += sizes[sample]!;
      searched = hasStartCodes || sample < SEARCHED_WHOLE;
      visitNalUnits(segment, start, end, look);
    }
    return plain;
  };

  const rewrite = (segment: Segment): Segment => {
    const { data, count, nalLengthSize } = segment;
    const sizes = new Uint32Array(count);
    /** Start and end of every NAL unit that stays, in turn. */
    const spans: number[] = [];
    let omitted = 0;
    let sample = 0;
    const keep = (from: number, to: number): void => {
      const role = roleOf(data, from);
      if (isRefused(role)) throw partitioned(track);
      if (leavesOut(role)) {
        omitted += 1;
        return;
      }
      spans.push(from, to);
      sizes[sample]! += nalLengthSize + to - from;
    };
    let end = 0;
    for (; sample < count; sample += 1) {
      const start = end;
      const omittedBefore = omitted;
      end += segment.sizes[sample]!;
      visitNalUnits(segment, start, end, (from, to) => {
        if (hidesSlice(data, from, to) || isHeadOfOthers(data, from, to)) visitPieces(data, from, to, keep);
        else keep(from, to);
      });
      if (sizes[sample] === 0 && omitted > omittedBefore) throw noBaseLayer(track, segment.index);
    }
    if (omitted > 0 && !hasWarned) {
      hasWarned = true;
      warn?.(
        `${track.source.name}: ${describeTrack(track)} has pictures outside the base layer (another view, alpha, depth or a ` +
          'better quality), which no scheme protects: they are left out, and players show the base layer.',
      );
    }
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    return { ...segment, sizes, data: writeUnits(data, spans, nalLengthSize, buffers.next(bytes), bytes) };
  };

  return (segment) => (isPlain(segment) ? segment : rewrite(segment));
}

/** Write NAL units with a length in front of each. */
function writeUnits(
  data: Uint8Array,
  spans: readonly number[],
  lengthSize: number,
  target: Uint8Array,
  bytes: number,
): Uint8Array {
  const lengths = Buffer.from(target.buffer, target.byteOffset, target.byteLength);
  let at = 0;
  for (let n = 0; n < spans.length; n += 2) {
    const [from, to] = [spans[n]!, spans[n + 1]!];
    lengths.writeUIntBE(to - from, at, lengthSize);
    target.set(data.subarray(from, to), at + lengthSize);
    at += lengthSize + to - from;
  }
  return target.subarray(0, bytes);
}

const partitioned = (track: CodedTrack) =>
  fail.unsupportedCodec(
    track.source.name,
    `${describeTrack(track)} uses data partitioning (Extended profile), which cannot be protected.`,
    'Encode it in the Baseline, Main or High profile.',
  );

const noBaseLayer = (track: CodedTrack, segment: number) =>
  fail.unsupportedCodec(
    track.source.name,
    `${describeTrack(track)} has a sample in segment ${segment + 1} with nothing of the base layer, and other layers cannot be protected.`,
    'Write all layers of a picture into one sample, or encode the base layer alone.',
  );
