import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { type ContentKey, fail } from '../../core/index.ts';
import { type ByteSource, concat, copyBytes, view } from '../../core/kit.ts';
import { type NcgFields, readFields, writeFields } from './fields.ts';

// The layout is described in plugins/ncg/NCG.md.
const MAGIC = Buffer.from('\x89NCG\r\n\x1a\n', 'latin1');
const VERSION = 1;
const NONCE = { at: 16, size: 16 } as const;
const PAYLOAD_SIZE_AT = 32;
const PREFIX = 40;
const DIGEST = 32;
const MAX_XML = 65_536;

const PACKAGE_AGAIN = 'Copy the file again, or package it again.';

/** The checked header of an NCG file. */
export interface NcgHeader {
  /** How messages name the file. */
  readonly name: string;
  readonly version: number;
  readonly fields: NcgFields;
  /** 16 bytes: the IV ⊕ this is the first counter block. */
  readonly nonce: Uint8Array;
  /** Bytes of the header; the payload begins there. */
  readonly headerBytes: number;
  readonly payloadBytes: number;
  /** The bytes that `tag` is of. */
  readonly authenticated: Uint8Array;
  /** HMAC-SHA-256 with a key derived from KEY and IV; see `verifyNcgKey`. */
  readonly tag: Uint8Array;
}

/** What the header of an NCG file says, and the key that it belongs to. */
export interface NcgHeaderOptions {
  readonly fields: NcgFields;
  /** With an IV: NCG takes KEY and IV, 32 bytes. */
  readonly key: ContentKey;
  /** 16 bytes, random for each file: two files under one key must never share one. */
  readonly nonce: Uint8Array;
  readonly payloadBytes: number;
}

/** @throws PackagerError KEY_SIZE when the key has no IV, INVALID_OPTION when a field cannot be written */
export function writeNcgHeader({ fields, key, nonce, payloadBytes }: NcgHeaderOptions): Uint8Array {
  if (nonce.length !== NONCE.size) throw new RangeError(`an NCG nonce has ${NONCE.size} bytes`);
  const xml = xmlOf(fields);
  const prefix = Buffer.alloc(PREFIX);
  MAGIC.copy(prefix);
  prefix.writeUInt16BE(VERSION, 8);
  prefix.writeUInt32BE(xml.length, 12);
  prefix.set(nonce, NONCE.at);
  prefix.writeBigUInt64BE(BigInt(payloadBytes), PAYLOAD_SIZE_AT);
  const hashed = concat([prefix, xml]);
  const authenticated = concat([hashed, sha256(hashed)]);
  return concat([authenticated, tagOf(authenticated, key, nonce)]);
}

function xmlOf(fields: NcgFields): Uint8Array {
  try {
    const xml = writeFields(fields);
    if (xml.length > MAX_XML) throw new RangeError(`the fields are longer than ${MAX_XML} bytes`);
    return xml;
  } catch (cause) {
    throw fail.invalidOption(`The NCG header cannot be written: ${(cause as Error).message}.`);
  }
}

/**
 * Read a header and check its integrity (SHA-256; needs no key).
 * @param bytes the beginning of an NCG file
 * @throws PackagerError INPUT_NOT_READABLE when it is not one, or was changed or damaged
 */
export function parseNcgHeader(bytes: Uint8Array, name: string): NcgHeader {
  const headerBytes = headerBytesOf(bytes, name);
  if (bytes.length < headerBytes) throw damaged(name, 'it ends within its header.');
  const { nonce, payloadBytes } = prefixOf(bytes);
  const hashed = bytes.subarray(0, headerBytes - 2 * DIGEST);
  const authenticated = bytes.subarray(0, headerBytes - DIGEST);
  if (!timingSafeEqual(sha256(hashed), authenticated.subarray(hashed.length))) {
    throw damaged(name, 'its header was changed or damaged (the SHA-256 differs).');
  }
  const tag = bytes.subarray(authenticated.length, headerBytes);
  const fields = fieldsOf(hashed.subarray(PREFIX), name);
  return { name, version: VERSION, fields, nonce, headerBytes, payloadBytes, authenticated, tag };
}

/**
 * As `parseNcgHeader`, for a whole file, whose length is checked too.
 * @throws PackagerError INPUT_NOT_READABLE
 */
export async function readNcgHeader(source: ByteSource): Promise<NcgHeader> {
  const { name, size } = source;
  const prefix = new Uint8Array(Math.min(PREFIX, size));
  await source.read(0, [prefix]);
  const bytes = new Uint8Array(Math.min(headerBytesOf(prefix, name), size));
  await source.read(0, [bytes]);
  const header = parseNcgHeader(bytes, name);
  const expected = header.headerBytes + header.payloadBytes;
  if (size !== expected) throw damaged(name, `it has ${size} bytes, but should have ${expected}.`);
  return header;
}

/**
 * @throws PackagerError INVALID_KEY when KEY and IV are not those that the header was written with, KEY_SIZE without an
 * IV
 */
export function verifyNcgKey({ name, authenticated, tag, nonce, fields }: NcgHeader, key: ContentKey): void {
  if (timingSafeEqual(tagOf(authenticated, key, nonce), tag)) return;
  throw fail.invalidKey(
    `The key or the IV is not the one of ${name}, or its header was rewritten without the key.`,
    `The header names content "${fields.contentId}", key id ${fields.keyId}.`,
  );
}

/** Whether a file is one, by its first bytes; the rest of it may be damaged. */
export const isNcg = (head: Uint8Array): boolean =>
  head.length >= MAGIC.length && view(head).subarray(0, MAGIC.length).equals(MAGIC);

/** Length of the header whose first bytes these are; trusts nothing else in them. */
function headerBytesOf(bytes: Uint8Array, name: string): number {
  if (bytes.length < PREFIX || !isNcg(bytes)) {
    throw fail.inputNotReadable(
      name,
      'it is not an NCG file of Sealpack.',
      'The format is described in plugins/ncg/NCG.md.',
    );
  }
  const { version, flags, xmlBytes, payloadBytes } = prefixOf(bytes);
  if (version !== VERSION || flags !== 0) {
    throw fail.inputNotReadable(
      name,
      `its NCG version ${version} is not known.`,
      'Use a newer version of Sealpack.',
    );
  }
  if (xmlBytes > MAX_XML || !Number.isSafeInteger(payloadBytes)) {
    throw damaged(name, 'its header was changed or damaged (a length is out of range).');
  }
  return PREFIX + xmlBytes + 2 * DIGEST;
}

const prefixOf = (bytes: Uint8Array) => ({
  version: view(bytes).readUInt16BE(8),
  flags: view(bytes).readUInt16BE(10),
  xmlBytes: view(bytes).readUInt32BE(12),
  nonce: copyBytes(bytes, NONCE.at, NONCE.at + NONCE.size),
  payloadBytes: Number(view(bytes).readBigUInt64BE(PAYLOAD_SIZE_AT)),
});

function fieldsOf(xml: Uint8Array, name: string): NcgFields {
  try {
    return readFields(xml);
  } catch (cause) {
    throw damaged(name, `its XML header is not valid: ${(cause as Error).message}.`);
  }
}

const damaged = (name: string, reason: string) => fail.inputNotReadable(name, reason, PACKAGE_AGAIN);

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

function tagOf(authenticated: Uint8Array, key: ContentKey, nonce: Uint8Array): Buffer {
  const secret = concat([key.reveal(), key.requireIv('ncg')]);
  const macKey = new Uint8Array(hkdfSync('sha256', secret, nonce, 'sealpack ncg 1 header', DIGEST));
  return createHmac('sha256', macKey).update(authenticated).digest();
}
