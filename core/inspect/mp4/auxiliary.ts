import type { SampleProtection } from '../model/media-track.ts';
import type { Box } from './box.ts';
import type { AuxiliaryFault, TrackFragmentFacts } from './facts.ts';
import { InformationPlaces, InformationSizes } from './information-sizes.ts';
import { readPiffAlgorithm, userType } from './protection.ts';
import { CLEAR, type SampleRows } from './sample-rows.ts';

/** Sample Encryption of PIFF 1.1, 5.3.2. */
export const PIFF_SAMPLE_ENCRYPTION = 'a2394f525a9b4f14a2446c427c648df4';

/** Flags of `senc`: AlgorithmID, IV size and KID are overridden (of PIFF alone); subsamples. */
const [OVERRIDES, SUBSAMPLES] = [0x1, 0x2];

/** Bytes of clear and protected length. */
const SUBSAMPLE = 6;

/** Bytes of auxiliary information of a fragment; one byte of `saiz` can claim 255 for each of millions of samples. */
const MOST_INFORMATION = 2 ** 26;

export type AuxiliaryFacts = Pick<TrackFragmentFacts, 'senc' | 'saiz' | 'saio'>;

/** `senc`, as far as it is read. */
interface Senc {
  readonly box: Box;
  readonly count: number;
  readonly hasSubsamples: boolean;
  /** Position in the file of what it says of the first sample. */
  readonly first: number;
  /** What it says of protection itself. */
  readonly override: SampleProtection | undefined;
  readonly view: DataView;
  readonly bytes: Uint8Array;
  /** In the bytes in memory: of the next sample. */
  at: number;
  readonly end: number;
}

/**
 * Reads the auxiliary information of the samples of a `traf` or `stbl` (ISO/IEC 23001-7, 7), in order: from `senc` where there is one,
 * else from where `saiz` and `saio` lead. What these say otherwise than `senc` is told.
 */
export class AuxiliaryReader {
  readonly #senc: Senc | undefined;
  readonly #sizes: InformationSizes | undefined;
  readonly #places: InformationPlaces | undefined;
  readonly #tell: (fault: AuxiliaryFault) => void;
  #read = 0;
  /** Bytes of all that `senc` says of the samples that were read. */
  #length = 0;
  #isSizeTold = false;

  /**
   * @param base what `saio` counts from: bytes from the start of the file
   * @param tell hears of what is wrong, though samples can be read
   */
  constructor(boxes: readonly Box[], base: number, tell: (fault: AuxiliaryFault) => void) {
    this.#senc = readSenc(boxes);
    this.#sizes = InformationSizes.of(boxes);
    this.#places = InformationPlaces.of(boxes, base);
    this.#tell = tell;
    if (this.#sizes && !this.#places)
      this.#fault('saiz-without-saio', this.#sizes.box, 'a "saiz" without a "saio"');
    if (this.#senc && this.#places && this.#places.positions[0] !== this.#senc.first)
      this.#fault('saio-place', this.#places.box, 'a "saio" that does not lead to what its "senc" holds');
  }

  get facts(): AuxiliaryFacts {
    const [senc, sizes, places] = [this.#senc, this.#sizes, this.#places];
    return {
      senc: senc && { ...senc.box.place, count: senc.count, hasSubsamples: senc.hasSubsamples },
      saiz: sizes && { ...sizes.box.place, count: sizes.count, defaultSize: sizes.defaultSize },
      saio: places && { ...places.box.place, places: places.positions },
    };
  }

  /** Fill the information of the rows from `from` on, which follow those of the call before. */
  read(rows: SampleRows, from: number): void {
    if (this.#senc) this.#readSenc(this.#senc, rows, from);
    else if (this.#sizes && this.#places) this.#readSizes(this.#sizes, this.#places, rows, from);
    else skipInformation(rows, from);
    this.#read += rows.count - from;
  }

  /** Say what does not add up, when all samples were read. */
  finish(): void {
    const [senc, sizes, count] = [this.#senc, this.#sizes, this.#read];
    if (senc && senc.count !== count)
      this.#fault('senc-count', senc.box, `a "senc" of ${senc.count} samples, and ${count} samples`);
    else if (senc && senc.at !== senc.end)
      this.#fault(
        'senc-size',
        senc.box,
        `a "senc" with ${senc.end - senc.at} bytes more than its samples need`,
      );
    // Where there is nothing to say of any sample, of none is enough: so Bento4 writes audio in cbcs.
    const saysNothing = sizes?.count === 0 && senc !== undefined && this.#length === 0;
    if (sizes && sizes.count !== count && !saysNothing)
      this.#fault('saiz-count', sizes.box, `a "saiz" of ${sizes.count} samples, and ${count} samples`);
  }

  #readSenc(senc: Senc, rows: SampleRows, from: number): void {
    if (senc.override) this.#override(senc.override, senc.box, rows, from);
    const { view, end, hasSubsamples } = senc;
    const start = senc.at;
    const ivSizes = rows.protections.map(({ perSampleIvSize }) => perSampleIvSize);
    const to = Math.min(rows.count, from + senc.count - this.#read);
    let { at } = senc;
    // What begins at `start` here will be at `shift` further on in the rows' own memory.
    const shift = rows.informationLength - start;
    for (let row = from; row < to; row++) {
      const first = at;
      const number = rows.protectedBy[row]!;
      if (number !== CLEAR) at += ivSizes[number]!;
      if (hasSubsamples && at + 2 <= end) at += 2 + SUBSAMPLE * view.getUint16(at);
      else if (hasSubsamples) at = end + 1;
      if (at > end) throw senc.box.damage('has a "senc" that ends before its samples do');
      rows.informationStarts[row] = first + shift;
      rows.informationEnds[row] = at + shift;
      this.#compareSize(row - from + this.#read, at - first);
    }
    rows.informationStarts.fill(0, to, rows.count);
    rows.informationEnds.fill(0, to, rows.count);
    const into = rows.reserveInformation(at - start);
    rows.information.set(senc.bytes.subarray(start, at), into);
    senc.at = at;
    this.#length += at - start;
  }

  #compareSize(sample: number, size: number): void {
    const sizes = this.#sizes;
    if (!sizes || this.#isSizeTold || sample >= sizes.count || sizes.at(sample) === size) return;
    this.#isSizeTold = true;
    const reason = `a "saiz" of ${sizes.at(sample)} bytes for sample ${sample + 1}, whose "senc" has ${size}`;
    this.#fault('saiz-size', sizes.box, reason);
  }

  /** One protection for all samples that are protected. */
  #override(protection: SampleProtection, box: Box, rows: SampleRows, from: number): void {
    const number = rows.numberOf(protection);
    if (number < 0) throw box.damage('has samples under more keys than a fragment can have');
    for (let row = from; row < rows.count; row++)
      if (rows.protectedBy[row] !== CLEAR) rows.protectedBy[row] = number;
  }

  #readSizes(sizes: InformationSizes, places: InformationPlaces, rows: SampleRows, from: number): void {
    for (let row = from; row < rows.count; row++) {
      if (rows.informationLength > MOST_INFORMATION)
        throw sizes.box.damage('has more auxiliary information than samples need');
      const sample = row - from + this.#read;
      const length = sample < sizes.count ? sizes.at(sample) : 0;
      const position = places.next(rows.runs[row]!, length);
      const start = rows.reserveInformation(length);
      rows.informationStarts[row] = start;
      rows.informationEnds[row] = start + length;
      const last = rows.elsewhere.at(-1);
      if (last && last.position + last.length === position && last.start + last.length === start)
        last.length += length;
      else if (length > 0) rows.elsewhere.push({ position, start, length });
    }
  }

  #fault(kind: AuxiliaryFault['kind'], box: Box, reason: string): void {
    this.#tell({ kind, position: box.position, reason });
  }
}

/** Rows of samples of which nothing is said. */
export function skipInformation(rows: SampleRows, from: number): void {
  rows.informationStarts.fill(0, from, rows.count);
  rows.informationEnds.fill(0, from, rows.count);
}

function readSenc(boxes: readonly Box[]): Senc | undefined {
  const box =
    boxes.find(({ type }) => type === 'senc') ??
    boxes.find((child) => userType(child) === PIFF_SAMPLE_ENCRYPTION);
  if (!box) return undefined;
  const fields = box.fields().skip(box.type === 'uuid' ? 16 : 0);
  const flags = fields.skip(1).u24();
  const override = flags & OVERRIDES && box.type === 'uuid' ? readPiffAlgorithm(fields) : undefined;
  const count = fields.u32();
  const { view, position: first, at, end } = fields;
  return {
    box,
    count,
    hasSubsamples: (flags & SUBSAMPLES) > 0,
    first,
    override,
    view,
    bytes: box.held.bytes,
    at,
    end,
  };
}
