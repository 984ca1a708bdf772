import type { Box } from './box.ts';
import type { FieldReader } from './field-reader.ts';

/** aux_info_type of Common Encryption: the scheme, or what is left out. */
const TYPES: ReadonlySet<string> = new Set(['cenc', 'cens', 'cbc1', 'cbcs', 'piff']);

/** Sizes of auxiliary information: `saiz` (ISO/IEC 14496-12, 8.7.8). */
export class InformationSizes {
  readonly box: Box;
  readonly defaultSize: number;
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #from: number;

  static of(boxes: readonly Box[]): InformationSizes | undefined {
    const found = ofCommonEncryption(boxes, 'saiz');
    return found && new InformationSizes(found.box, found.fields);
  }

  private constructor(box: Box, fields: FieldReader) {
    this.box = box;
    this.defaultSize = fields.u8();
    this.count = fields.u32();
    this.#bytes = box.held.bytes;
    this.#from = this.defaultSize === 0 ? fields.rows(this.count, 1) : 0;
  }

  /** Bytes of a sample, counted from 0. */
  at(sample: number): number {
    return this.defaultSize === 0 ? this.#bytes[this.#from + sample]! : this.defaultSize;
  }
}

/** Where auxiliary information lies: `saio` (ISO/IEC 14496-12, 8.7.9). */
export class InformationPlaces {
  readonly box: Box;
  /** Bytes from the start of the file: one for all samples, or one for each run or chunk of them. */
  readonly positions: readonly number[];
  #run = -1;
  #next = 0;

  /** @param base what they count from */
  static of(boxes: readonly Box[], base: number): InformationPlaces | undefined {
    const found = ofCommonEncryption(boxes, 'saio');
    if (!found) return undefined;
    const { box, version, fields } = found;
    const count = fields.u32();
    const isLong = version === 1;
    if (fields.left < count * (isLong ? 8 : 4))
      throw box.damage('has a "saio" that ends before its places do');
    return new InformationPlaces(
      box,
      Array.from({ length: count }, () => base + fields.word(isLong)),
    );
  }

  private constructor(box: Box, positions: readonly number[]) {
    this.box = box;
    this.positions = positions;
  }

  /** Where the information of the next sample is. @param run which run or chunk it is of, counted from 0 @param length bytes of it */
  next(run: number, length: number): number {
    if (this.#run < 0 || (run !== this.#run && this.positions.length > 1)) {
      const position = this.positions[this.positions.length > 1 ? run : 0];
      if (position === undefined)
        throw this.box.damage(`has a "saio" of ${this.positions.length} places for more runs of samples`);
      this.#run = run;
      this.#next = position;
    }
    const position = this.#next;
    this.#next += length;
    return position;
  }
}

/** A box of a type that is of Common Encryption, and what follows its aux_info_type. */
function ofCommonEncryption(boxes: readonly Box[], type: string) {
  for (const box of boxes) {
    const found = box.type === type ? informationOf(box) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** A `saiz` or `saio` of Common Encryption, and what follows its aux_info_type; `undefined` for those of anything else. */
export function informationOf(box: Box) {
  const { version, flags, fields } = box.fullFields();
  if ((flags & 1) === 0) return { box, version, fields };
  const kind = fields.fourCC();
  fields.skip(4);
  return TYPES.has(kind) ? { box, version, fields } : undefined;
}
