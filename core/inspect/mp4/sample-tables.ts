import type { Box } from './box.ts';

/** Sizes: `stsz` or `stz2` (ISO/IEC 14496-12, 8.7.3). */
export class SizeTable {
  readonly count: number;
  readonly #view: DataView;
  /** Of all samples; 0: they have sizes of their own. */
  readonly #common: number = 0;
  /** Bits of each. */
  readonly #bits: number = 32;
  readonly #from: number;

  constructor(stbl: Box) {
    const box = stbl.child('stsz') ?? stbl.needed('stz2');
    const { fields } = box.fullFields();
    if (box.type === 'stsz') this.#common = fields.u32();
    else this.#bits = fields.u32() & 0xff;
    this.count = fields.u32();
    this.#view = fields.view;
    if (![4, 8, 16, 32].includes(this.#bits)) throw box.damage(`has sizes of ${this.#bits} bits`);
    this.#from = this.#common > 0 ? 0 : fields.rows(1, Math.ceil((this.count * this.#bits) / 8));
  }

  at(sample: number): number {
    if (this.#common > 0) return this.#common;
    if (this.#bits === 32) return this.#view.getUint32(this.#from + 4 * sample);
    if (this.#bits === 16) return this.#view.getUint16(this.#from + 2 * sample);
    if (this.#bits === 8) return this.#view.getUint8(this.#from + sample);
    const pair = this.#view.getUint8(this.#from + (sample >> 1));
    return sample % 2 === 0 ? pair >> 4 : pair & 15;
  }
}

/** Rows of how many samples have a value: `stts` and `ctts` (ISO/IEC 14496-12, 8.6.1). */
export class RunTable {
  readonly #view: DataView;
  readonly #isSigned: boolean;
  #at: number;
  readonly #end: number;
  #left = 0;
  #value = 0;

  /** @param isSigned what version 0 says to be unsigned, and does not fit as signed, was meant so (QuickTime, old muxers) */
  constructor(box: Box, isSigned: boolean) {
    const { fields } = box.fullFields();
    const count = fields.u32();
    this.#view = fields.view;
    this.#at = fields.rows(count, 8);
    this.#end = fields.at;
    this.#isSigned = isSigned;
  }

  /** Of the next sample; `undefined`: there are no more. */
  next(): number | undefined {
    while (this.#left === 0) {
      if (this.#at === this.#end) return undefined;
      this.#left = this.#view.getUint32(this.#at);
      this.#value = this.#isSigned ? this.#view.getInt32(this.#at + 4) : this.#view.getUint32(this.#at + 4);
      this.#at += 8;
    }
    this.#left -= 1;
    return this.#value;
  }
}

/** `stss` (ISO/IEC 14496-12, 8.6.2): numbers in ascending order; without it decoding may begin at any sample. */
export class SyncTable {
  readonly #view: DataView | undefined;
  #at = 0;
  readonly #end: number = 0;
  #sample = 0;

  constructor(box: Box | undefined) {
    if (!box) return;
    const { fields } = box.fullFields();
    const count = fields.u32();
    this.#view = fields.view;
    this.#at = fields.rows(count, 4);
    this.#end = fields.at;
  }

  /** Whether it lists the next sample. */
  next(): boolean {
    this.#sample += 1;
    if (!this.#view) return true;
    while (this.#at < this.#end && this.#view.getUint32(this.#at) < this.#sample) this.#at += 4;
    return this.#at < this.#end && this.#view.getUint32(this.#at) === this.#sample;
  }
}

/** Where samples lie: `stsc` and `stco` or `co64` (ISO/IEC 14496-12, 8.7.4 and 8.7.5). */
export class ChunkTable {
  readonly #stsc: Box;
  readonly #entries: number;
  readonly #rows: DataView;
  #row: number;
  readonly #rowsFrom: number;
  readonly #rowsEnd: number;
  readonly #offsets: DataView;
  readonly #offsetsFrom: number;
  readonly #chunks: number;
  readonly #isLong: boolean;
  #left = 0;
  #position = 0;
  /** Of the last sample: its chunk, counted from 0, and the index of its entry. */
  chunk = -1;
  entry = 0;

  /** @param entries how many sample entries there are */
  constructor(stbl: Box, entries: number) {
    this.#stsc = stbl.needed('stsc');
    this.#entries = entries;
    const { fields } = this.#stsc.fullFields();
    const count = fields.u32();
    this.#rows = fields.view;
    this.#rowsFrom = fields.rows(count, 12);
    this.#row = this.#rowsFrom - 12;
    this.#rowsEnd = fields.at;
    const long = stbl.child('co64');
    this.#isLong = long !== undefined;
    const offsets = (long ?? stbl.needed('stco')).fullFields().fields;
    this.#chunks = offsets.u32();
    this.#offsets = offsets.view;
    this.#offsetsFrom = offsets.rows(this.#chunks, this.#isLong ? 8 : 4);
  }

  /** Position in the file of the next sample; `undefined`: no chunk is left. */
  next(size: number): number | undefined {
    while (this.#left === 0) if (!this.#open()) return undefined;
    this.#left -= 1;
    const position = this.#position;
    this.#position += size;
    return position;
  }

  /** The next chunk. */
  #open(): boolean {
    this.chunk += 1;
    if (this.chunk >= this.#chunks) return false;
    const next = this.#row + 12;
    if (next < this.#rowsEnd && this.#rows.getUint32(next) === this.chunk + 1) this.#row = next;
    if (this.#row < this.#rowsFrom)
      throw this.#stsc.damage(`has a "stsc" without a row for chunk ${this.chunk + 1}`);
    this.#left = this.#rows.getUint32(this.#row + 4);
    this.entry = this.#rows.getUint32(this.#row + 8) - 1;
    if (this.entry < 0 || this.entry >= this.#entries)
      throw this.#stsc.damage(
        `has a chunk of sample entry ${this.entry + 1}, of which there are ${this.#entries}`,
      );
    const at = this.#offsetsFrom + this.chunk * (this.#isLong ? 8 : 4);
    this.#position = this.#isLong
      ? this.#offsets.getUint32(at) * 2 ** 32 + this.#offsets.getUint32(at + 4)
      : this.#offsets.getUint32(at);
    return true;
  }
}
