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

/**
 * The sample entries of the one track of a file; `undefined` for one of clear samples.
 * @throws Error when one says how it is protected in a way nobody knows
 */
export function trackEncryptions(bytes: Buffer, moov: BoxAt): (TrackEncryption | undefined)[] {
  const stsd = boxBelow(bytes, moov, 'trak', 'mdia', 'minf', 'stbl', 'stsd');
  const entries = boxesBetween(bytes, stsd.body + 8, stsd.end);
  if (entries.length !== bytes.readUInt32BE(stsd.body + 4)) throw new Error('"stsd" miscounts its entries');
  return entries.map((entry) => (entry.type in FIELDS ? trackEncryption(bytes, entry) : undefined));
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
  return {
    scheme: bytes.toString('latin1', schm.body + 4, schm.body + 8),
    original: bytes.toString('latin1', frma.body, frma.end),
    ...fieldsOf(bytes, body + 5, end, bytes.readUInt8(body) > 0),
  };
}

type Fields = Omit<TrackEncryption, 'scheme' | 'original'>;

/** From the pattern to the constant IV: `tenc` and the descriptions of `seig` have the same. */
function fieldsOf(bytes: Buffer, from: number, end: number, hasPattern: boolean): Fields {
  const pattern = bytes.readUInt8(from);
  const isProtected = bytes.readUInt8(from + 1);
  const ivSize = bytes.readUInt8(from + 2);
  if (isProtected !== 1) throw new Error('it says that samples are clear');
  const keyEnd = from + 3 + 16;
  const constant = ivSize === 0 ? bytes.readUInt8(keyEnd) : undefined;
  const rest = constant === undefined ? 0 : 1 + constant;
  if (keyEnd + rest !== end) throw new Error('"tenc" or "seig" has another size');
  return {
    keyId: bytes.toString('hex', from + 3, keyEnd),
    ivSize,
    constantIv: constant === undefined ? undefined : bytes.subarray(end - constant, end),
    encryptedBlocks: hasPattern ? pattern >> 4 : 0,
    clearBlocks: hasPattern ? pattern & 15 : 0,
  };
}

/** The first description of the `sgpd` beside it (ISO/IEC 14496-12, 8.9.4). */
const FIRST_LOCAL = 0x1_0001;

/**
 * What the sample group of a fragment says (ISO/IEC 23001-7, 6), all of whose samples have to be in it; `undefined`: there is none.
 * @throws Error
 */
export function groupEncryption(bytes: Buffer, traf: BoxAt, samples: number): Fields | undefined {
  const [groups, descriptions] = [childrenOf(bytes, traf, 'sbgp'), childrenOf(bytes, traf, 'sgpd')];
  const [sbgp, sgpd] = [groups[0], descriptions[0]];
  if (!sbgp && !sgpd) return undefined;
  if (!sbgp || !sgpd || groups.length + descriptions.length > 2)
    throw new Error('not one "sbgp" and one "sgpd"');
  const words = ({ body, end }: BoxAt): (number | string)[] => [
    bytes.readUInt32BE(body),
    bytes.toString('latin1', body + 4, body + 8),
    ...Array.from({ length: (end - body - 8) >> 2 }, (_, word) => bytes.readUInt32BE(body + 8 + 4 * word)),
  ];
  if (words(sbgp).join() !== [0, 'seig', 1, samples, FIRST_LOCAL].join())
    throw new Error(`"sbgp" says ${words(sbgp).join()} of ${samples} samples`);
  const first = sgpd.body + 16;
  const head = words(sgpd).slice(0, 4).join();
  if (head !== [0x100_0000, 'seig', sgpd.end - first, 1].join()) throw new Error(`"sgpd" says ${head}`);
  if (bytes[first] !== 0) throw new Error('reserved bits');
  return fieldsOf(bytes, first + 1, sgpd.end, true);
}

/** track_ID of the one track. */
export function trackIdOf(bytes: Buffer, moov: BoxAt): number {
  const [trak, another] = childrenOf(bytes, moov, 'trak');
  if (!trak || another) throw new Error('"moov" has not one track');
  const tkhd = boxBelow(bytes, trak, 'tkhd');
  return bytes.readUInt32BE(tkhd.body + (bytes[tkhd.body] === 1 ? 20 : 12));
}
