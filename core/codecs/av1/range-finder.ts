import { BitstreamError } from '../../base/bit-reader.ts';
import { explainDamage } from '../../base/damage.ts';
import { fail } from '../../base/errors.ts';
import type { ProtectedRanges, RangeFinder } from '../protected-ranges.ts';
import { Av1BitReader } from './bit-reader.ts';
import type { Av1Config } from './config.ts';
import { readFrameHeader } from './frame-header.ts';
import { OBU, type Obu, readObu } from './obu.ts';
import { ReferenceSlots } from './references.ts';
import { readSequenceHeader, type SequenceHeader } from './sequence-header.ts';
import { readTileGroup } from './tile-group.ts';
import type { TileInfo } from './tile-info.ts';

/** A frame whose tile groups are still to come. */
interface OpenFrame {
  readonly tiles: TileInfo;
  /** Number of its next tile. */
  next: number;
}

/**
 * Finds what to protect in AV1 samples (AV1 Codec ISO Media File Format Binding, 5.1): the data of each tile, nothing
 * else. Where it starts only the frame headers tell, and these need the frames before them.
 */
export class Av1RangeFinder implements RangeFinder {
  readonly #name: string;
  readonly #slots = new ReferenceSlots();
  #sequence: SequenceHeader | undefined;
  #frame: OpenFrame | undefined;
  /** The sample at hand has the header of a frame. */
  #hasFrame = false;
  /** Samples seen so far, and where in this one the OBU at hand starts: for messages. */
  #sample = 0;
  #obuStart = 0;

  /** @param name how messages name the file */
  constructor({ sequenceHeader }: Av1Config, name: string) {
    this.#name = name;
    this.#sequence = sequenceHeader;
  }

  find(data: Uint8Array, start: number, end: number, out: ProtectedRanges): void {
    this.#frame = undefined; // a sample is a temporal unit, without its delimiter
    this.#hasFrame = false;
    try {
      for (let at = start; at < end; ) {
        this.#obuStart = at;
        const obu = readObu(data, at, end);
        this.#read(data, obu, out);
        at = obu.end;
      }
    } catch (cause) {
      const where = `the OBU at byte ${this.#obuStart - start} of sample ${this.#sample + 1} of its AV1 track`;
      throw explainDamage(cause, this.#name, where);
    }
    this.#sample += 1;
    // A temporal unit shows a frame (7.5). Data of one that has lost its header would pass for padding, and stay clear.
    if (end > start && !this.#hasFrame) {
      const cause = new BitstreamError('has no frame');
      throw explainDamage(cause, this.#name, `sample ${this.#sample} of its AV1 track`);
    }
  }

  #read(data: Uint8Array, obu: Obu, out: ProtectedRanges): void {
    const reader = () => new Av1BitReader(data, obu.start, obu.end);
    switch (obu.type) {
      case OBU.sequenceHeader:
        this.#sequence = readSequenceHeader(reader());
        break;
      case OBU.temporalDelimiter:
        this.#frame = undefined;
        break;
      case OBU.frameHeader:
      case OBU.redundantFrameHeader:
        // While tiles are to come it is a copy (5.9.1).
        this.#frame ??= this.#readHeader(reader(), obu);
        break;
      case OBU.frame:
        this.#readFrame(reader(), data, obu, out);
        break;
      case OBU.tileGroup:
        this.#readTiles(reader(), data, obu, out);
        break;
      case OBU.tileList:
        // Not allowed in MP4; clear it would give the picture away.
        throw fail.unsupportedCodec(
          this.#name,
          'its AV1 video uses tile lists (large scale tile coding), which cannot be protected.',
          'Encode it without large scale tile coding.',
        );
    }
  }

  #readHeader(reader: Av1BitReader, obu: Obu): OpenFrame | undefined {
    this.#hasFrame = true;
    if (this.#sequence === undefined) throw new BitstreamError('has a frame before any sequence header');
    const tiles = readFrameHeader(reader, this.#sequence, obu, this.#slots);
    return tiles && { tiles, next: 0 };
  }

  /** frame_obu() (5.10): a header and the first tile group. */
  #readFrame(reader: Av1BitReader, data: Uint8Array, obu: Obu, out: ProtectedRanges): void {
    if (this.#frame) throw new BitstreamError('starts a frame before the tiles of the last one are complete');
    this.#frame = this.#readHeader(reader, obu);
    if (this.#frame === undefined) throw new BitstreamError('shows another frame and has tiles of its own');
    reader.align();
    this.#readTiles(reader, data, obu, out);
  }

  #readTiles(reader: Av1BitReader, data: Uint8Array, obu: Obu, out: ProtectedRanges): void {
    const frame = this.#frame;
    if (frame === undefined) throw new BitstreamError('has tiles before any frame header');
    frame.next = readTileGroup({ reader, data, end: obu.end, tiles: frame.tiles, first: frame.next }, out);
    if (frame.next === frame.tiles.count) this.#frame = undefined;
  }
}
