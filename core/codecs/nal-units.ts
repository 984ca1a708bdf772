import { view } from '../bytes.ts';
import { fail } from '../errors.ts';
import type { Segment } from '../media/segment.ts';
import { describeTrack } from '../media/track.ts';

/** Receives one NAL unit: `data[start]` is its header byte, `end` is exclusive. */
export type NalVisitor = (start: number, end: number) => void;

/**
 * Visit the length-prefixed NAL units of one sample (ISO/IEC 14496-15, 5.3.2), the bytes `from` to `to` of the
 * segment's data. Empty units are passed over.
 * @throws PackagerError 1202 when the lengths do not add up to the sample's size.
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
    throw fail.notMedia(
      segment.track.source.name,
      `the NAL units in segment ${segment.index + 1} of ${describeTrack(segment.track)} do not fill their sample.`,
      'The file is damaged; make it again from its source.',
    );
  }
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
