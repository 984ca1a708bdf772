import { createHash } from 'node:crypto';
import { ContentKey, fail, type KeyRequest, type Plugin } from '../core/index.ts';
import { checkKeyValues, keyBytes, keyIdBytes } from '../core/kit.ts';

/** Options of `keyManual`. */
export interface KeyManualOptions {
  /** Base64 or hexadecimal of 16 bytes (the key), or of 32 (the key, then the IV). */
  readonly key: string;
  /**
   * Base64, hexadecimal or UUID of 16 bytes. Needed for `cenc` and `cbcs`, where players and licence servers find the
   * key by it. @default for the other schemes: made from the content id, the same every time
   */
  readonly keyId?: string;
  /** Base64 or hexadecimal of 16 bytes. @default the second half of a key of 32 bytes */
  readonly iv?: string;
}

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['key'],
  properties: {
    key: { type: 'string', description: 'a key in Base64 or hexadecimal: 16 bytes, or 32 (key, then IV)' },
    keyId: { type: 'string', description: 'a key id of 16 bytes in Base64, hexadecimal or UUID form' },
    iv: { type: 'string', description: 'an IV of 16 bytes in Base64 or hexadecimal' },
  },
};

/** Schemes that find the key by its id, and schemes whose IV the key system delivers with the key. */
const NEED_KEY_ID = new Set(['cenc', 'cbcs']);
const NEED_IV = new Set(['cbcs', 'sample-aes', 'aes-128', 'ncg']);

/** Answers every request with the same key, as the config gives it: single titles, tests, keys from another system. */
export function keyManual(options: KeyManualOptions): Plugin {
  const name = 'key-manual';
  return {
    name,
    options: { ...options },
    schema,
    apply({ hooks }) {
      // Decoded here, so that a bad key stops the run before anything is read.
      const { key, iv } = decodeKey(options);
      const keyId = options.keyId === undefined ? undefined : keyIdBytes(NAMES.id, options.keyId);
      checkKeyValues({ id: keyId, key }, NAMES);
      hooks.acquireKey.tap(name, (request) => {
        if (iv === undefined && NEED_IV.has(request.scheme)) throw noIv(request);
        if (keyId === undefined && NEED_KEY_ID.has(request.scheme)) throw noKeyId(request);
        return new ContentKey({ id: keyId ?? derivedKeyId(request.contentId), key, iv });
      });
    },
  };
}

const NAMES = { id: 'The key id of key-manual', key: 'The key of key-manual' };

function decodeKey(options: KeyManualOptions): { key: Uint8Array; iv: Uint8Array | undefined } {
  const bytes = keyBytes('The key of key-manual', options.key);
  const given = options.iv === undefined ? undefined : keyBytes('The IV of key-manual', options.iv);
  if (bytes.length !== 16 && bytes.length !== 32) {
    throw fail.keySize('The key of key-manual', '16, or 32 (key, then IV),', bytes.length);
  }
  if (given && given.length !== 16) throw fail.keySize('The IV of key-manual', '16', given.length);
  if (given && bytes.length === 32) {
    throw fail.invalidOption(
      'key-manual has two IVs: `iv` and the second half of `key`.',
      'Leave `iv` out, or give a key of 16 bytes.',
    );
  }
  return { key: bytes.subarray(0, 16), iv: bytes.length === 32 ? bytes.subarray(16) : given };
}

/** A UUID of version 8 (RFC 9562, 5.8): SHA-256 of the content id, cut. */
function derivedKeyId(contentId: string): Uint8Array {
  const id = new Uint8Array(createHash('sha256').update(contentId).digest().subarray(0, 16));
  id[6] = (id[6]! & 0x0f) | 0x80;
  id[8] = (id[8]! & 0x3f) | 0x80;
  return id;
}

const noIv = ({ mode }: KeyRequest) =>
  fail.keySize(
    `The key of key-manual for mode ${mode}`,
    '32 (key, then IV)',
    16,
    'Give a key of 32 bytes or the option `iv`, or choose other modes.',
  );

const noKeyId = ({ mode }: KeyRequest) =>
  fail.missingOption(
    `Mode ${mode} needs a key id, and key-manual has none: players ask the licence server for the key by it.`,
    'Set `keyId` to the id under which the licence server knows the key.',
  );
