import { fail } from '../../../core/index.ts';
import { checkKeyValues, toHex } from '../../../core/kit.ts';
import { decodeBase64 } from './base64.ts';
import type { ValueName } from './options.ts';
import type { GivenValue } from './parse.ts';

/** What manual mode is given in place of a key server. Secret. */
export interface ManualKey {
  /** 16 bytes, or 32 (the key, then the IV), in hexadecimal: Base64 of hexadecimal digits alone would be ambiguous. */
  readonly key: string;
  /** 16 bytes in hexadecimal. */
  readonly keyId: string | undefined;
  readonly licenseUrl: string;
}

/** Where players ask for licences unless they are told otherwise, by the guide. */
const LICENSE_URL = 'https://tokyo.pallycon.com/ri/licenseManager.do';

/**
 * The key of manual mode. That what is required is there has been checked before.
 *
 * @param needIv Flags of the modes that need the IV behind the key.
 * @throws PackagerError KEY_SIZE for a wrong number of bytes, INVALID_KEY for what is not Base64 or no key,
 * INVALID_OPTION for the URL
 */
export function checkManual(
  values: ReadonlyMap<ValueName, GivenValue>,
  needIv: readonly string[],
): ManualKey {
  const key = values.get('encryption-key')!;
  const keyId = values.get('key-id');
  const url = values.get('license-url');
  const bytes = checkKey(key, needIv);
  const id = keyId && checkKeyId(keyId);
  const names = { id: keyId?.spelling ?? '', key: key.spelling };
  checkKeyValues({ id, key: bytes.subarray(0, 16) }, names);
  return {
    key: toHex(bytes),
    keyId: id && toHex(id),
    licenseUrl: url ? checkUrl(url) : LICENSE_URL,
  };
}

function checkKey(value: GivenValue, needIv: readonly string[]): Uint8Array {
  const bytes = decode(value);
  const { spelling } = value;
  if (bytes.length !== 16 && bytes.length !== 32)
    throw fail.keySize(spelling, '16, or 32 (key, then IV),', bytes.length);
  if (bytes.length === 16 && needIv.length > 0) {
    const modes = needIv.map((flag) => `--${flag}`).join(', ');
    throw fail.keySize(`${spelling} for ${modes}`, '32 (key, then IV)', bytes.length);
  }
  return bytes;
}

function checkKeyId(value: GivenValue): Uint8Array {
  const bytes = decode(value);
  if (bytes.length !== 16) throw fail.keySize(value.spelling, '16', bytes.length, 'Give Base64 of 16 bytes.');
  return bytes;
}

function decode({ spelling, text }: GivenValue): Uint8Array {
  const bytes = decodeBase64(text);
  if (!bytes) throw fail.invalidKey(`${spelling} is not Base64.`);
  return bytes;
}

/** As long as headers of NCG files take a licence URL. In characters. */
const LONGEST_URL = 2048;

/** @throws PackagerError INVALID_OPTION */
export function checkUrl({ spelling, text }: GivenValue): string {
  if (text.length > LONGEST_URL)
    throw fail.invalidOption(`${spelling} has ${text.length} characters, more than ${LONGEST_URL}.`);
  if (/^https?:\/\/[^\s\p{Cc}\p{Cs}\uFFFE\uFFFF]+$/iu.test(text) && URL.canParse(text)) return text;
  throw fail.invalidOption(`${spelling} is not a URL that begins with https:// or http://.`);
}
