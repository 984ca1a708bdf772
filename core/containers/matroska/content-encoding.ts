import { concat, copyBytes } from '../../base/bytes.ts';
import { loadNow } from '../../base/load-now.ts';
import { EbmlError, elements, unsignedOf } from './ebml.ts';

/** What was done to the frames of a track, or to its CodecPrivate (RFC 9559, 5.1.4.1.31). */
export interface ContentEncodings {
  /** In the order in which a reader undoes them. */
  readonly frames: readonly ContentEncoding[];
  readonly codecPrivate: readonly ContentEncoding[];
  readonly isEncrypted: boolean;
  /** An algorithm that nobody here can undo. */
  readonly unknown: string | undefined;
}

/** `zlib`, or what was taken off the front. */
export type ContentEncoding = 'zlib' | Uint8Array;

const [ORDER, SCOPE, COMPRESSION, ENCRYPTION] = [0x5031, 0x5032, 0x5034, 0x5035] as const;
const [ALGORITHM, SETTINGS] = [0x4254, 0x4255] as const;
/** Bits of ContentEncodingScope. */
const [FRAMES, CODEC_PRIVATE] = [1, 2] as const;
const [ZLIB, HEADER_STRIPPING] = [0, 3] as const;
const ALGORITHMS = ['zlib', 'bzip2', 'LZO'] as const;
/** Real tracks have one, rarely two. */
const MOST_ENCODINGS = 8;

interface Encoding {
  readonly order: number;
  readonly scope: number;
  readonly isEncrypted: boolean;
  readonly unknown: string | undefined;
  readonly encoding: ContentEncoding | undefined;
}

/** Read ContentEncodings. @param data of the element; `undefined` when there is none. @throws EbmlError when it is damaged */
export function readContentEncodings(data: Uint8Array | undefined): ContentEncodings {
  const all = [...elements(data ?? new Uint8Array(0))].map((child) => readEncoding(child.data));
  if (all.length > MOST_ENCODINGS) throw new EbmlError(`a track has ${all.length} encodings`);
  // The last that was applied has the largest order.
  const undone = all.map((encoding, index) => ({ ...encoding, index }));
  undone.sort((a, b) => b.order - a.order || b.index - a.index);
  const within = (scope: number) =>
    undone.flatMap(({ encoding, ...one }) => ((one.scope & scope) !== 0 && encoding ? [encoding] : []));
  return {
    frames: within(FRAMES),
    codecPrivate: within(CODEC_PRIVATE),
    isEncrypted: all.some(({ isEncrypted }) => isEncrypted),
    unknown: all.find(({ unknown }) => unknown !== undefined)?.unknown,
  };
}

function readEncoding(data: Uint8Array): Encoding {
  let [order, scope, isEncrypted] = [0, FRAMES as number, false];
  let compression: Uint8Array | undefined;
  for (const { id, data: value } of elements(data)) {
    if (id === ORDER) order = unsignedOf(value);
    else if (id === SCOPE) scope = unsignedOf(value);
    else if (id === COMPRESSION) compression ??= value;
    else if (id === ENCRYPTION) isEncrypted = true;
  }
  const facts = { order, scope, isEncrypted, unknown: undefined, encoding: undefined };
  if (!compression) return facts;
  let [algorithm, settings] = [ZLIB as number, new Uint8Array(0)];
  for (const { id, data: value } of elements(compression)) {
    if (id === ALGORITHM) algorithm = unsignedOf(value);
    else if (id === SETTINGS) settings = copyBytes(value);
  }
  if (algorithm === ZLIB) return { ...facts, encoding: 'zlib' };
  if (algorithm === HEADER_STRIPPING) return { ...facts, encoding: settings };
  return { ...facts, unknown: ALGORITHMS[algorithm] ?? `algorithm ${algorithm}` };
}

/**
 * Undo what was done to some bytes.
 * @param most bytes that may come of them: a few could say that they are any number
 * @throws EbmlError when they cannot be unpacked, or are more
 */
export function decoded(data: Uint8Array, encodings: readonly ContentEncoding[], most: number): Uint8Array {
  let bytes = data;
  for (const encoding of encodings) {
    bytes = encoding === 'zlib' ? inflated(bytes, most) : concat([encoding, bytes]);
  }
  return bytes;
}

function inflated(data: Uint8Array, most: number): Uint8Array {
  try {
    return loadNow<typeof import('node:zlib')>('node:zlib').inflateSync(data, {
      maxOutputLength: Math.max(1, most),
    });
  } catch (cause) {
    const isTooLarge = cause instanceof RangeError;
    throw new EbmlError(isTooLarge ? 'compressed bytes are far too many' : 'compressed bytes are damaged');
  }
}
