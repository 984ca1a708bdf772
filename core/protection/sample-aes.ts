import { AlternatingBuffers } from '../base/alternating-buffers.ts';
import { fail } from '../base/errors.ts';
import { EmulationScanner, insertEmulationPrevention } from '../codecs/nal/emulation-prevention.ts';
import { visitNalUnits, withFourByteLengths } from '../codecs/nal/units.ts';
import { CbcRuns } from '../crypto/cbc-runs.ts';
import { copyBlocks, dataView } from '../crypto/copy-blocks.ts';
import type { ContentKey } from '../keys/content-key.ts';
import type { Segment } from '../media/segment.ts';
import { describeTrack, isMp3, type Track } from '../media/track.ts';
import type { Protector } from './protector.ts';
import { protectAac, protectAc3, protectEac3 } from './sample-aes-audio.ts';

export interface SampleAesOptions {
  readonly track: Track;
  readonly key: ContentKey;
  /** 16 bytes; every NAL unit and every audio frame starts from it. */
  readonly iv: Uint8Array;
}

type ProtectSegment = (segment: Segment) => Segment;

/** By sample entry: how samples of this codec are encrypted. A further codec of the format is a line here. */
const CODECS: Readonly<Record<string, (runs: CbcRuns) => ProtectSegment>> = {
  avc1: protectAvc,
  avc3: protectAvc,
  mp4a: protectAac,
  'ac-3': protectAc3,
  'ec-3': protectEac3,
};

/**
 * SAMPLE-AES for MPEG-TS (Apple, MPEG-2 Stream Encryption Format for HTTP Live Streaming): 1 block in 10 of a video
 * slice, all whole blocks of an audio frame after its leader. Segments are encrypted in place, but slices may grow: the
 * bytes of a result are valid until the next but one.
 * @throws PackagerError 1202 for a codec that the format does not know, 2003 when the IV has not 16 bytes.
 */
export function createSampleAesProtector({ track, key, iv }: SampleAesOptions): Protector {
  if (iv.length !== BLOCK) throw fail.keySize('The IV', '16', iv.length);
  const codec = CODECS[track.entry];
  if (!codec || isMp3(track)) {
    throw fail.unsupportedCodec(
      track.source.name,
      `SAMPLE-AES in MPEG-TS cannot protect ${describeTrack(track)}.`,
      'Use H.264 video with AAC, AC-3 or E-AC-3 audio, or a mode that writes MP4.',
    );
  }
  return { scheme: 'sample-aes', protectSegment: codec(new CbcRuns(key.reveal(), iv)) };
}

const BLOCK = 16;

const SLICE = 1;
const IDR_SLICE = 5;
/** NAL units up to this size stay clear. */
const CLEAR_NAL_BYTES = 48;
const NAL_LEADER = 32;
/** One block encrypted, nine skipped. */
const PATTERN = 10 * BLOCK;

function protectAvc(runs: CbcRuns): ProtectSegment {
  const buffers = new AlternatingBuffers();
  let gathered = new Uint8Array(4096);
  const protectNal = (data: DataView, start: number, end: number): void => {
    const first = start + NAL_LEADER;
    // A block is encrypted while more than 16 bytes remain: the last 1 to 16 are always clear.
    const count = Math.ceil((end - first - BLOCK) / PATTERN);
    if (gathered.length < count * BLOCK) gathered = new Uint8Array(2 * count * BLOCK);
    const blocks = gathered.subarray(0, count * BLOCK);
    copyBlocks(data, first, PATTERN, dataView(blocks), 0, BLOCK, count);
    copyBlocks(dataView(runs.encrypt(blocks)), 0, BLOCK, data, first, PATTERN, count);
  };

  return (clear) => {
    const segment = withFourByteLengths(clear);
    const bytes = dataView(segment.data);
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
  const bytes = dataView(data);
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
