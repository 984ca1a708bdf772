import { AlternatingBuffers } from '../../base/alternating-buffers.ts';
import { viewOf } from '../../base/bytes.ts';
import type { CbcRuns } from '../../crypto/cbc-runs.ts';
import { copyBlocks } from '../../crypto/copy-blocks.ts';
import type { Segment } from '../../media/segment.ts';
import { EmulationScanner, insertEmulationPrevention } from '../nal/emulation-prevention.ts';
import { visitNalUnits, withFourByteLengths } from '../nal/units.ts';
import type { ProtectSegment } from '../sample-aes.ts';

const BLOCK = 16;

const SLICE = 1;
const IDR_SLICE = 5;
/** NAL units up to this size stay clear. */
const CLEAR_NAL_BYTES = 48;
const NAL_LEADER = 32;
/** One block encrypted, nine skipped. */
const PATTERN = 10 * BLOCK;

/** H.264: one block in ten of a slice (Apple, MPEG-2 Stream Encryption Format, 2.2). Slices may grow. */
export function protectAvc(runs: CbcRuns): ProtectSegment {
  const buffers = new AlternatingBuffers();
  let gathered = new Uint8Array(4096);
  const protectNal = (data: DataView, start: number, end: number): void => {
    const first = start + NAL_LEADER;
    // A block is encrypted while more than 16 bytes remain: the last 1 to 16 are always clear.
    const count = Math.ceil((end - first - BLOCK) / PATTERN);
    if (gathered.length < count * BLOCK) gathered = new Uint8Array(2 * count * BLOCK);
    const blocks = gathered.subarray(0, count * BLOCK);
    copyBlocks(data, first, PATTERN, viewOf(blocks), 0, BLOCK, count);
    copyBlocks(viewOf(runs.encrypt(blocks)), 0, BLOCK, data, first, PATTERN, count);
  };

  return (clear) => {
    const segment = withFourByteLengths(clear);
    const bytes = viewOf(segment.data);
    visitLongSlices(segment, (start, end) => protectNal(bytes, start, end));
    return addEmulationPrevention(segment, buffers);
  };
}

/** Visit the NAL units that are encrypted. */
function visitLongSlices(
  segment: Segment,
  visit: (start: number, end: number, sample: number) => void,
): void {
  const { data, sizes } = segment;
  let from = 0;
  for (let sample = 0; sample < segment.count; sample++) {
    const to = from + sizes[sample]!;
    visitNalUnits(segment, from, to, (start, end) => {
      const type = data[start]! & 0x1f;
      if ((type === SLICE || type === IDR_SLICE) && end - start > CLEAR_NAL_BYTES) visit(start, end, sample);
    });
    from = to;
  }
}

/** The second layer of emulation prevention: over the whole of every encrypted NAL unit, its clear parts included. */
function addEmulationPrevention(segment: Segment, buffers: AlternatingBuffers): Segment {
  const { data } = segment;
  const bytes = viewOf(data);
  const sizes = segment.sizes.slice();
  const scanner = new EmulationScanner(data);
  const positions: number[] = [];
  visitLongSlices(segment, (start, end, sample) => {
    const inserted = scanner.scan(start, end, positions);
    if (inserted === 0) return;
    bytes.setUint32(start - 4, end - start + inserted);
    sizes[sample]! += inserted;
  });
  if (positions.length === 0) return segment;
  const target = buffers.next(data.length + positions.length);
  return { ...segment, sizes, data: insertEmulationPrevention(data, positions, target) };
}
