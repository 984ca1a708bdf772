import { fromHex } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import { isOneWord, isPrintable } from '../base/printable.ts';
import type { HlsKey } from './drm-system.ts';

/** A key line from outside: what it says, and its attribute list as it was written. */
export interface KeyLine {
  readonly key: HlsKey;
  readonly attributes: string;
}

const TAG = /^#EXT-X-(?:SESSION-)?KEY:/;
const ATTRIBUTE = /^([A-Z0-9-]+)=("[^"]*"|[^",\s]+)(?:,|$)/;

/**
 * Read an `#EXT-X-KEY` or `#EXT-X-SESSION-KEY` line (RFC 8216, 4.3.2.4). What comes from a server goes into playlists, so
 * everything but a single whole line is refused.
 * @throws PackagerError KEY_DOCUMENT
 */
export function parseKeyLine(line: string): KeyLine {
  const text = line.trim();
  if (!TAG.test(text) || !isPrintable(text)) throw bad('is not a single #EXT-X-KEY line');
  const attributes = text.replace(TAG, '');
  const values = new Map<string, string>();
  for (let rest = attributes; rest !== ''; ) {
    const [whole, name, value] = ATTRIBUTE.exec(rest) ?? [];
    if (whole === undefined || values.has(name!)) throw bad('has no proper attribute list');
    values.set(name!, value!.replace(/^"|"$/g, ''));
    rest = rest.slice(whole.length);
  }
  return { attributes, key: keyOf(values) };
}

function keyOf(values: ReadonlyMap<string, string>): HlsKey {
  const method = values.get('METHOD');
  if (method !== 'AES-128' && method !== 'SAMPLE-AES' && method !== 'SAMPLE-AES-CTR') {
    throw bad('has no METHOD that encrypts');
  }
  const uri = values.get('URI');
  if (uri === undefined || uri === '') throw bad('has no URI');
  if (!isOneWord(uri)) throw bad('has a URI with white space in it');
  const [iv, keyId] = ['IV', 'KEYID'].map((name) => hexValue(values.get(name)));
  const [keyFormat, keyFormatVersions] = ['KEYFORMAT', 'KEYFORMATVERSIONS'].map((name) => values.get(name));
  return {
    ...{ method, uri },
    ...(iv && { iv }),
    ...(keyId && { keyId }),
    ...(keyFormat !== undefined && { keyFormat }),
    ...(keyFormatVersions !== undefined && { keyFormatVersions }),
  };
}

function hexValue(text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined;
  if (!/^0x[0-9a-f]{32}$/i.test(text)) throw bad('has an IV or a KEYID of other than 16 bytes');
  return fromHex(text.slice(2));
}

const bad = (what: string) => fail.keyDocument(`a key line for HLS ${what}.`);
