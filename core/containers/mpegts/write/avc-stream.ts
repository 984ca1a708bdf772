import { BitstreamError } from '../../../base/bit-reader.ts';
import { fail } from '../../../base/errors.ts';
import { parseAvcConfig } from '../../../codecs/avc/config.ts';
import { visitNalUnits } from '../../../codecs/nal/units.ts';
import type { Segment } from '../../../media/segment.ts';
import type { CodedTrack, SampleFormat } from '../../../media/track.ts';
import { AvcSets, isParameterSet } from './avc-sets.ts';

const AUD = 9;

/** Access unit delimiter that allows any slice type, with its start code. */
const DELIMITER = Uint8Array.of(0, 0, 0, 1, AUD, 0xf0);

/** nal_unit_type as table 7-1 of ITU-T H.264 has it. */
const nalType = (header: number): number => header & 0x1f;

/** Whether a NAL unit of this type is a slice, or a partition of one. */
const isSlice = (type: number): boolean => type >= 1 && type <= 5;

/**
 * Turns samples of H.264 in MP4 into access units of the byte stream format (ITU-T H.264, annex B), as MPEG-TS wants
 * them: a delimiter first, on sync samples all parameter sets that are in force for it, start codes instead of lengths.
 * Delimiters of the input and repeated parameter sets are dropped.
 *
 * `prepare` looks at a sample and says how many bytes its access unit has; `write` writes that one.
 */
export class AvcStream {
  /** The parameter sets in force: those of `avcC`, until a sample brings others. */
  readonly #sets = new AvcSets();
  readonly #formats: readonly SampleFormat[];
  /** The one that `#sets` come from, as a place in `#formats`. */
  #format = 0;
  readonly #name: string;
  #data: Uint8Array = new Uint8Array(0);
  /** Ranges of `#data` to copy, start and end in turn; each holds whole NAL units with their lengths. */
  readonly #spans: number[] = [];
  /** Bytes of all ranges. */
  #spanned = 0;
  /** The sample at hand is to begin with all parameter sets; so is the next one, where nothing remained of it. */
  #leads = false;
  /** Those sets, once its first slice is found: what the sample has in front of that is among them. */
  #leading: readonly Uint8Array[] | undefined;

  /** @throws PackagerError NOT_MEDIA when `avcC` is broken. */
  constructor(track: CodedTrack) {
    this.#name = track.source.name;
    this.#formats = track.formats ?? [track];
    this.#take(0);
  }

  /** Begin a format: what was in force means nothing any more. */
  #take(format: number): void {
    this.#format = format;
    this.#sets.clear();
    const { sps, spsExt, pps } = parseAvcConfig(this.#formats[format]!.config, this.#name);
    for (const set of [...sps, ...spsExt, ...pps]) this.#isNew(set, 0, set.length);
  }

  /**
   * Look at the sample at `from` to `to` of a segment with 4-byte lengths.
   * @param format place of the sample's format in `CodedTrack.formats`
   * @returns the bytes of its access unit; 0 when nothing of it remains
   * @throws PackagerError NOT_MEDIA when its NAL units do not fill it, or decoding starts with it and nothing says how
   */
  prepare(segment: Segment, from: number, to: number, sync: boolean, format = 0): number {
    this.#data = segment.data;
    if (sync || format !== this.#format) this.#leads = true;
    if (format !== this.#format) this.#take(format);
    this.#leading = undefined;
    this.#spans.length = 0;
    this.#spanned = 0;
    visitNalUnits(segment, from, to, this.#keep);
    if (this.#spanned === 0) return 0;
    if (this.#leads) this.#leading ??= this.#sets.nalUnits;
    if (this.#leads && !this.#sets.areWhole) throw this.#withoutSets();
    this.#leads = false;
    const sets = (this.#leading ?? []).reduce((sum, set) => sum + 4 + set.length, 0);
    return DELIMITER.length + sets + this.#spanned;
  }

  readonly #keep = (start: number, end: number): void => {
    const type = nalType(this.#data[start]!);
    if (type === AUD) return;
    if (isParameterSet(type)) {
      const isNew = this.#isNew(this.#data, start, end);
      if (!isNew || (this.#leads && !this.#leading)) return;
    }
    if (this.#leads && isSlice(type)) this.#leading ??= this.#sets.nalUnits;
    const spans = this.#spans;
    const prefix = start - 4;
    if (spans.at(-1) === prefix) spans[spans.length - 1] = end;
    else spans.push(prefix, end);
    this.#spanned += end - prefix;
  };

  /** Write the access unit that `prepare` looked at. */
  write(target: Uint8Array, at: number): void {
    target.set(DELIMITER, at);
    let to = at + DELIMITER.length;
    for (const set of this.#leading ?? []) {
      writeStartCode(target, to);
      target.set(set, to + 4);
      to += 4 + set.length;
    }
    for (let n = 0; n < this.#spans.length; n += 2) {
      const span = this.#data.subarray(this.#spans[n], this.#spans[n + 1]);
      target.set(span, to);
      lengthsToStartCodes(target, to, to + span.length);
      to += span.length;
    }
  }

  #withoutSets() {
    return fail.notMedia(
      this.#name,
      'its H.264 has a key frame, and no sequence and picture parameter sets for it.',
      'Make the file again with the encoder.',
    );
  }

  /** Take over a parameter set: whether a decoder does not know it yet. */
  #isNew(data: Uint8Array, start: number, end: number): boolean {
    try {
      return this.#sets.add(data, start, end);
    } catch (error) {
      if (!(error instanceof BitstreamError)) throw error;
      throw fail.notMedia(
        this.#name,
        `a parameter set of its H.264 ${error.message}.`,
        'Make the file again with the encoder.',
      );
    }
  }
}

function writeStartCode(target: Uint8Array, at: number): void {
  target[at] = 0;
  target[at + 1] = 0;
  target[at + 2] = 0;
  target[at + 3] = 1;
}

/** Both have 4 bytes, so the NAL units stay where they are. */
function lengthsToStartCodes(target: Uint8Array, from: number, to: number): void {
  let at = from;
  while (at < to) {
    const length =
      target[at]! * 0x1000000 + ((target[at + 1]! << 16) | (target[at + 2]! << 8) | target[at + 3]!);
    writeStartCode(target, at);
    at += 4 + length;
  }
}
