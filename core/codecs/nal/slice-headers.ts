import { RbspReader } from '../../base/bit-reader.ts';

const NOTHING: Uint8Array = new Uint8Array(0);

/** What slices are read with: parameter sets that are in force. */
interface SliceSets {
  headerEnd(read: () => number): number;
}

/** Reads headers of slices, one after the other: of millions, none is worth a function of its own. */
export class SliceHeaders {
  readonly #sets: SliceSets;
  readonly #reader = new RbspReader();
  readonly #headerBytes: number;
  readonly #skip: (reader: RbspReader, header: number) => void;
  /** The slice at hand. */
  #data = NOTHING;
  #start = 0;
  #end = 0;

  /**
   * @param headerBytes of the NAL unit header
   * @param skip reads a slice header; it is handed the first byte of the NAL unit
   */
  constructor(sets: SliceSets, headerBytes: number, skip: (reader: RbspReader, header: number) => void) {
    this.#sets = sets;
    this.#headerBytes = headerBytes;
    this.#skip = skip;
  }

  /** The first byte behind the header of the slice [start, end) of `data`. @throws BitstreamError */
  endOf(data: Uint8Array, start: number, end: number): number {
    this.#data = data;
    this.#start = start;
    this.#end = end;
    try {
      return this.#sets.headerEnd(this.#read);
    } finally {
      this.#data = NOTHING; // its memory is another's soon
    }
  }

  readonly #read = (): number => {
    const reader = this.#reader.open(this.#data, this.#start + this.#headerBytes, this.#end);
    this.#skip(reader, this.#data[this.#start]!);
    return reader.position;
  };
}
