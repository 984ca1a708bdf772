import { BitstreamError } from '../../base/bit-reader.ts';
import { concat } from '../../base/bytes.ts';
import type { NalByteStream } from '../../codecs/nal/byte-stream.ts';
import { MOST_NALS, nextStartCode, START_CODE_BYTES, tooMany } from './annex-b.ts';
import type { Packet, PacketReader } from './packet.ts';
import { type PesPiece, PesStream } from './pes-stream.ts';

/** An access unit that is being put together. */
interface OpenUnit extends Omit<Packet, 'data' | 'isKey'> {
  readonly pieces: Uint8Array[];
  bytes: number;
}

/** Pictures of 8K are a few megabytes; what has no further time stamp must not fill the memory. */
const LARGEST_UNIT = 2 ** 26;

function addPiece(unit: OpenUnit, data: Uint8Array): void {
  unit.pieces.push(data);
  unit.bytes += data.length;
  if (unit.bytes > LARGEST_UNIT)
    throw new BitstreamError(`has more than ${LARGEST_UNIT} bytes behind one time stamp`);
}

/**
 * Reads the pictures of a byte stream: all that has one time stamp. Where PES packets begin with an access unit, as they nearly
 * always do, they are taken as they are.
 */
export class PesVideo implements PacketReader {
  readonly #stream: PesStream;
  readonly #codec: NalByteStream;
  #unit: OpenUnit | undefined;

  constructor(stream: PesStream, codec: NalByteStream) {
    this.#stream = stream;
    this.#codec = codec;
  }

  first(): Promise<Packet | undefined> {
    this.#stream.seek();
    this.#unit = undefined;
    return this.next();
  }

  seek(packet: Pick<Packet, 'seconds' | 'position'>): Promise<Packet | undefined> {
    this.#stream.seek(packet);
    this.#unit = undefined;
    return this.next();
  }

  async next(): Promise<Packet | undefined> {
    for (;;) {
      const piece = await this.#stream.next();
      const unit = this.#unit;
      const start = piece && this.#startOf(piece);
      if (piece && start === undefined) {
        if (unit) addPiece(unit, piece.data);
        continue;
      }
      this.#unit = piece && {
        ...piece,
        seconds: piece.seconds!,
        position: PesStream.placeOf(piece, start!),
        pieces: [piece.data.subarray(start)],
        bytes: piece.data.length - start!,
      };
      if (piece && unit && start! > 0) addPiece(unit, piece.data.subarray(0, start));
      if (unit || !piece) return unit && packetOf(unit);
    }
  }

  /** Where the access unit begins that the time stamp belongs to; `undefined` when none begins there. */
  #startOf({ data, seconds }: PesPiece): number | undefined {
    if (seconds === undefined) return undefined;
    const first = nextStartCode(data, 0);
    let units = 0;
    const isAligned = first !== -1 && data.subarray(0, first).every((byte) => byte === 0);
    for (let code = first; code !== -1; code = nextStartCode(data, code + START_CODE_BYTES)) {
      if (++units > MOST_NALS) throw tooMany();
      const found = this.#codec.roleOf(data.subarray(code + START_CODE_BYTES));
      const isFirst = isAligned && code === first;
      // What is none of these may as well be the end of a unit, unless it is in front of everything.
      if (found.role === 'slice' ? found.starts : found.role !== 'other' || isFirst)
        return isFirst ? 0 : code;
    }
    return undefined;
  }
}

const packetOf = ({ pieces, bytes: _, ...facts }: OpenUnit): Packet => ({
  ...facts,
  isKey: false,
  data: pieces.length === 1 ? pieces[0]! : concat(pieces),
});
