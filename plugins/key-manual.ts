import { ContentKey, ContentKeySet, fail, type KeyRequest, type Plugin } from '../core/index.ts';
import {
  checkKeyValues,
  derivedId,
  type KeyPlace,
  keyBytes,
  keyIdBytes,
  nearest,
  toHex,
} from '../core/kit.ts';

/** One key as the config gives it. */
export interface ManualKey {
  /** Base64 or hexadecimal of 16 bytes (the key), or of 32 (the key, then the IV). */
  readonly key: string;
  /**
   * Base64, hexadecimal or UUID of 16 bytes. Needed for `cenc` and `cbcs`, where players and licence servers find the
   * key by it. @default for the other schemes: made from the content id (and label and crypto period), the same every time
   */
  readonly keyId?: string;
  /** Base64 or hexadecimal of 16 bytes. @default the second half of a key of 32 bytes */
  readonly iv?: string;
}

/** Keys by label: one, or a list with one for each crypto period, from the first on. */
export type ManualKeys = Readonly<Record<string, ManualKey | readonly ManualKey[]>>;

/** Options of `keyManual`: one key for all tracks, or `keys` by label. */
export type KeyManualOptions =
  | (ManualKey & { readonly keys?: undefined })
  | {
      /** `{ AUDIO: { key, keyId }, HD: { key, keyId } }`; where the key changes, `{ HD: [{ key, keyId }, { key, keyId }] }`. */
      readonly keys: ManualKeys;
      readonly key?: undefined;
      readonly keyId?: undefined;
      readonly iv?: undefined;
    };

const properties = {
  key: { type: 'string', description: 'a key in Base64 or hexadecimal: 16 bytes, or 32 (key, then IV)' },
  keyId: { type: 'string', description: 'a key id of 16 bytes in Base64, hexadecimal or UUID form' },
  iv: { type: 'string', description: 'an IV of 16 bytes in Base64 or hexadecimal' },
};

const keyParts = { additionalProperties: false, required: ['key'], properties };

/** Conditions, not unions: a mistake in a key is then told as what it is. */
const keysByLabel = {
  type: 'object',
  minProperties: 1,
  description: 'keys by label, such as { AUDIO: { key, keyId }, HD: { key, keyId } }',
  additionalProperties: {
    type: ['object', 'array'],
    description: 'a key ({ key, keyId, iv }), or a list of keys: one for each crypto period',
    // Each holds for a value of its own type alone.
    ...keyParts,
    items: { type: 'object', ...keyParts },
    minItems: 1,
  },
};

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: { ...properties, keys: keysByLabel },
  if: { required: ['keys'] },
  else: { required: ['key'], properties },
};

/** Schemes that find the key by its id, and schemes whose IV the key system delivers with the key. */
const NEED_KEY_ID = new Set(['cenc', 'cbcs']);
const NEED_IV = new Set(['cbcs', 'sample-aes', 'aes-128', 'ncg']);

/**
 * Keys as the config gives them: single titles, tests, keys from another system. A single key serves every request that wants
 * one; with `keys` each label and crypto period has its own, and none stands in for another.
 */
export function keyManual(options: KeyManualOptions): Plugin {
  const name = 'key-manual';
  return {
    name,
    options: { ...options },
    schema,
    apply(packager) {
      const { hooks } = packager;
      // Decoded here, so that a bad key stops the run before anything is read.
      const keys = decodeKeys(options);
      packager.keyFinder({ name: 'the config (key-manual)', find: async (ids) => keysWithId(keys, ids) });
      hooks.acquireKey.tap(name, (request) => {
        if (!('owner' in keys)) return new ContentKeySet((place) => keyFor(keys, place, request));
        if (request.labels.length > 1) throw onlyOne(request);
        return new ContentKeySet((place) => {
          if (place.period > 0) throw noPeriods(place);
          return toContentKey(keys, request, request.contentId);
        });
      });
    },
  };
}

/** A key as bytes. */
interface DecodedKey {
  /** How messages call what gave it: `key-manual`, or with its place in `keys`. */
  readonly owner: string;
  readonly key: Uint8Array;
  readonly iv: Uint8Array | undefined;
  readonly keyId: Uint8Array | undefined;
}

/** By label: the keys of the crypto periods. */
type KeysByLabel = ReadonlyMap<string, readonly DecodedKey[]>;

function decodeKeys(options: KeyManualOptions): DecodedKey | KeysByLabel {
  if (options.keys === undefined) return decodeKey(options, 'key-manual');
  if (options.key !== undefined || options.keyId !== undefined || options.iv !== undefined) {
    throw fail.invalidOption(
      'key-manual has both `keys` by label and a key for all tracks.',
      'Leave one of them out: `keys: { ALL: … }` is the key of a title with one.',
    );
  }
  return new Map(
    Object.entries(options.keys).map(([label, given]) => {
      const list = isList(given) ? given : [given];
      const place = (period: number) => (isList(given) ? `keys.${label}[${period}]` : `keys.${label}`);
      return [label, list.map((key, period) => decodeKey(key, `\`${place(period)}\` of key-manual`))];
    }),
  );
}

const isList = (given: ManualKey | readonly ManualKey[]): given is readonly ManualKey[] =>
  Array.isArray(given);

function decodeKey(given: ManualKey, owner: string): DecodedKey {
  const names = { id: `The key id of ${owner}`, key: `The key of ${owner}` };
  const bytes = keyBytes(names.key, given.key);
  const iv = given.iv === undefined ? undefined : keyBytes(`The IV of ${owner}`, given.iv);
  if (bytes.length !== 16 && bytes.length !== 32) {
    throw fail.keySize(names.key, '16, or 32 (key, then IV),', bytes.length);
  }
  if (iv && iv.length !== 16) throw fail.keySize(`The IV of ${owner}`, '16', iv.length);
  if (iv && bytes.length === 32) {
    throw fail.invalidOption(
      `${owner} has two IVs: \`iv\` and the second half of \`key\`.`,
      'Leave `iv` out, or give a key of 16 bytes.',
    );
  }
  const key = bytes.subarray(0, 16);
  const keyId = given.keyId === undefined ? undefined : keyIdBytes(names.id, given.keyId);
  checkKeyValues({ id: keyId, key }, names);
  return { owner, key, iv: bytes.length === 32 ? bytes.subarray(16) : iv, keyId };
}

/** @throws PackagerError NO_KEY when `keys` has none for the place, saying what it has */
function keyFor(keys: KeysByLabel, { label, period }: KeyPlace, request: KeyRequest): ContentKey {
  const periods = keys.get(label);
  if (periods === undefined) {
    const known = [...keys.keys()];
    throw fail.keyMissing(
      `key-manual has no key for label ${label}, only for ${known.join(', ')}.`,
      `Add it to \`keys\` of key-manual: no other key is taken in its place.${nearest(label, known, '')}`,
    );
  }
  const key = periods[period];
  if (key === undefined) {
    throw fail.keyMissing(
      `key-manual has ${periods.length === 1 ? 'one key' : `${periods.length} keys`} for label ${label}, and none for crypto period ${period}; the first is 0.`,
      `Give a key for each period: \`keys: { ${label}: [ … ] }\`, or let the keys of the title change less often.`,
    );
  }
  const { contentId } = request;
  const isWhole = label === 'ALL' && period === 0;
  return toContentKey(key, request, isWhole ? contentId : JSON.stringify([contentId, label, period]));
}

/** @param purpose what its id is made from, where none is given and none is needed */
function toContentKey(given: DecodedKey, { mode, scheme }: KeyRequest, purpose: string): ContentKey {
  const { owner, key, iv, keyId } = given;
  if (iv === undefined && NEED_IV.has(scheme)) throw noIv(owner, mode);
  if (keyId === undefined && NEED_KEY_ID.has(scheme)) throw noKeyId(owner, mode);
  return new ContentKey({ id: keyId ?? derivedId(purpose), key, iv });
}

/** Keys whose ids the config gives; one that is made from the content id nobody can look for without that. */
function keysWithId(keys: DecodedKey | KeysByLabel, ids: readonly string[]): ContentKey[] {
  const all = 'owner' in keys ? [keys] : [...keys.values()].flat();
  return all.flatMap(({ keyId, key, iv }) =>
    keyId && ids.includes(toHex(keyId)) ? [new ContentKey({ id: keyId, key, iv })] : [],
  );
}

const onlyOne = ({ labels }: KeyRequest) =>
  fail.invalidOption(
    `key-manual has one key, and the tracks of the title have keys of their own (${labels.join(', ')}).`,
    `Give it \`keys: { ${labels.map((label) => `${label}: { key, keyId }`).join(', ')} }\` in place of \`key\`, or let all tracks share a key.`,
  );

const noPeriods = ({ label, period }: KeyPlace) =>
  fail.keyMissing(
    `key-manual has one key, and the title's changes: it has none for crypto period ${period}.`,
    `Give it \`keys: { ${label}: [{ key, keyId }, { key, keyId }, …] }\` in place of \`key\`, one for each period.`,
  );

const noIv = (owner: string, mode: string) =>
  fail.keySize(
    `The key of ${owner} for mode ${mode}`,
    '32 (key, then IV)',
    16,
    'Give a key of 32 bytes or the option `iv`, or choose other modes.',
  );

const noKeyId = (owner: string, mode: string) =>
  fail.missingOption(
    `Mode ${mode} needs a key id, and ${owner} has none: players ask the licence server for the key by it.`,
    'Set `keyId` to the id under which the licence server knows the key.',
  );
