import type { PesRows } from './pes-rows.ts';
import type { Piece } from './segment-bytes.ts';
import type { ProgramStream } from './tables.ts';

/** The bytes of one stream, put together from pieces of segments: of MPEG-TS, or of packed audio. */
export interface StreamBytes {
  /** PES packets of the bytes that are there. */
  readonly rows: PesRows;
  /** The bytes of the stream are in memory from 0 to here. */
  readonly end: number;
  /** Where the next piece is to be put: what is before that stays. */
  readonly headroom: number;
  /** Whether what is there ends with a whole PES packet. */
  readonly isWhole: boolean;
  /** What the program in force says of the stream; `undefined`: it has no program. */
  readonly stream: ProgramStream | undefined;
  /** Call before the next piece is read, with the memory that the last one is in. */
  prepare(memory: Buffer): void;
  /** Take a piece: `memory` has it from `headroom` on. @param hasMap its tables are in an EXT-X-MAP */
  push(memory: Buffer, piece: Piece, hasMap: boolean): void;
  /** The bytes before `from` are not needed any more. */
  release(memory: Buffer, from: number): void;
}
