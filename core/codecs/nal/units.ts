import { view } from '../../base/bytes.ts';
import { fail, type PackagerError } from '../../base/errors.ts';
import type { Segment } from '../../media/segment.ts';
import { describeTrack } from '../../media/track.ts';
import { startCodeIn } from './start-codes.ts';

/** Receives one NAL unit: `data[start]` is its header byte, `end` is exclusive. */
export type NalVisitor = (start: number, end: number) => void;

/**
 * Visit the length-prefixed NAL units of one sample (ISO/IEC 14496-15, 5.3.2), the bytes `from` to `to` of the
 * segment's data. Empty units are passed over.
 * @throws PackagerError NOT_MEDIA when the lengths do not add up to the sample's size.
 */
export function visitNalUnits(segment: Segment, from: number, to: number, visit: NalVisitor): void {
  const { data, nalLengthSize } = segment;
  let at = from;
  while (at + nalLengthSize <= to) {
    let length = 0;
    for (let n = 0; n < nalLengthSize; n++) length = length * 256 + data[at++]!;
    const end = at + length;
    if (end > to) break;
    if (length > 0) visit(at, end);
    at = end;
  }
  if (at !== to) {
    throw misfit(segment, from, to);
  }
}

/** A sample that NAL units with lengths do not fill; some muxers leave the start codes of annex B in their place. */
function misfit({ data, track, index }: Segment, from: number, to: number): PackagerError {
  const where = `segment ${index + 1} of ${describeTrack(track)}`;
  const code = startCodeIn(data, from, Math.min(to, from + 5));
  if (code !== -1 && (code === from || data[from] === 0)) {
    return fail.notMedia(
      track.source.name,
      `the NAL units in ${where} have start codes (Annex B) in place of lengths.`,
      'Mux the encoded stream again: MP4 and Matroska have lengths in front of NAL units.',
    );
  }
  return fail.notMedia(
    track.source.name,
    `the NAL units in ${where} do not fill their sample.`,
    'The file is damaged; make it again from its source.',
  );
}

/** The NAL units at the head of a sample; the last one is cut short where that ends. Empty units are passed over. */
export function* nalUnitsOfHead(head: Uint8Array, lengthSize: number): Generator<Uint8Array> {
  const bytes = view(head);
  for (let at = 0; at + lengthSize < head.length; ) {
    const start = at + lengthSize;
    at = start + bytes.readUIntBE(at, lengthSize);
    if (at > start) yield head.subarray(start, at);
  }
}

/** The same segment with 4-byte length prefixes, the form that the H.264 code works on; itself if it has them. */
export function withFourByteLengths(segment: Segment): Segment {
  if (segment.nalLengthSize === 4) return segment;
  const spans: number[] = [];
  const sizes = new Uint32Array(segment.count);
  let from = 0;
  for (let sample = 0; sample < segment.count; sample++) {
    const to = from + segment.sizes[sample]!;
    visitNalUnits(segment, from, to, (start, end) => {
      spans.push(start, end);
      sizes[sample]! += 4 + end - start;
    });
    from = to;
  }
  const data = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  const lengths = new DataView(data.buffer);
  let at = 0;
  for (let n = 0; n < spans.length; n += 2) {
    const [start, end] = [spans[n]!, spans[n + 1]!];
    lengths.setUint32(at, end - start);
    data.set(segment.data.subarray(start, end), at + 4);
    at += 4 + end - start;
  }
  return { ...segment, data, sizes, nalLengthSize: 4 };
}
