import { type BoxAt, boxBelow, boxesBetween, childrenOf } from './boxes.ts';

/** What a protected sample entry says (ISO/IEC 23001-7, 4 and 8.2). */
export interface TrackEncryption {
  /** Four characters: `cenc`, `cbcs`. */
  readonly scheme: string;
  /** The sample entry that it was. */
  readonly original: string;
  /** Hexadecimal. */
  readonly keyId: string;
  /** Bytes; 0: all samples have the constant one. */
  readonly ivSize: number;
  readonly constantIv: Buffer | undefined;
  /** Blocks of the pattern that are encrypted, and those behind them that are not; both 0: there is none. */
  readonly encryptedBlocks: number;
  readonly clearBlocks: number;
}

/** Bytes in front of the boxes of a sample entry (ISO/IEC 14496-12, 12.1.3 and 12.2.3), by its type. */
const FIELDS: Readonly<Record<string, number>> = { encv: 78, enca: 28 };
/** QuickTime's sound description of version 1 has four more numbers. */
const VERSION_1_FIELDS = 16;

/** Where what `tenc` says ends, but for a constant IV. */
const KEY_ID_END = 24;

/** The sample entries of the one track of a file. @throws Error when one is not protected, or says how in a way nobody knows */
export function trackEncryptions(bytes: Buffer, moov: BoxAt): TrackEncryption[] {
  const stsd = boxBelow(bytes, moov, 'trak', 'mdia', 'minf', 'stbl', 'stsd');
  const entries = boxesBetween(bytes, stsd.body + 8, stsd.end);
  if (entries.length !== bytes.readUInt32BE(stsd.body + 4)) throw new Error('"stsd" miscounts its entries');
  return entries.map((entry) => trackEncryption(bytes, entry));
}

function trackEncryption(bytes: Buffer, entry: BoxAt): TrackEncryption {
  const fields = FIELDS[entry.type];
  if (fields === undefined) throw new Error(`the sample entry "${entry.type}" is not protected`);
  const more = entry.type === 'enca' && bytes.readUInt16BE(entry.body + 8) === 1 ? VERSION_1_FIELDS : 0;
  const sinfs = boxesBetween(bytes, entry.body + fields + more, entry.end).filter(
    ({ type }) => type === 'sinf',
  );
  const [sinf] = sinfs;
  if (!sinf || sinfs.length > 1) throw new Error(`the sample entry "${entry.type}" has no one "sinf"`);
  const [frma, schm] = [boxBelow(bytes, sinf, 'frma'), boxBelow(bytes, sinf, 'schm')];
  const { body, end } = boxBelow(bytes, sinf, 'schi', 'tenc');
  const [version, pattern, isProtected, ivSize] = [
    bytes.readUInt8(body),
    bytes.readUInt8(body + 5),
    bytes.readUInt8(body + 6),
    bytes.readUInt8(body + 7),
  ];
  if (isProtected !== 1) throw new Error('"tenc" says that samples are clear');
  const constant = ivSize === 0 ? bytes.readUInt8(body + KEY_ID_END) : undefined;
  const rest = constant === undefined ? 0 : 1 + constant;
  if (body + KEY_ID_END + rest !== end) throw new Error('"tenc" has another size');
  return {
    scheme: bytes.toString('latin1', schm.body + 4, schm.body + 8),
    original: bytes.toString('latin1', frma.body, frma.end),
    keyId: bytes.toString('hex', body + 8, body + KEY_ID_END),
    ivSize,
    constantIv: constant === undefined ? undefined : bytes.subarray(end - constant, end),
    encryptedBlocks: version === 0 ? 0 : pattern >> 4,
    clearBlocks: version === 0 ? 0 : pattern & 15,
  };
}

/** track_ID of the one track. */
export function trackIdOf(bytes: Buffer, moov: BoxAt): number {
  const [trak, another] = childrenOf(bytes, moov, 'trak');
  if (!trak || another) throw new Error('"moov" has not one track');
  const tkhd = boxBelow(bytes, trak, 'tkhd');
  return bytes.readUInt32BE(tkhd.body + (bytes[tkhd.body] === 1 ? 20 : 12));
}
