/** What can go wrong inside an answer that arrives well. */
export const KEY_FAULTS = [
  // 200 with a JSON error that repeats the token.
  'json-error',
  // The key's id is not that of the rules and DRM systems.
  'wrong-kid',
  // `ContentKey` without `Data`.
  'missing-key',
  // No `ContentKey` at all.
  'no-content-key',
  'short-key',
  // A server that has found none.
  'zero-key',
  'key-is-its-id',
  // Ends in the middle, as announced.
  'truncated-xml',
  // The key comes as an entity of a DOCTYPE.
  'xml-entities',
  // Of encrypted keys.
  'wrong-mac',
  // The key of the last label is not there.
  'missing-label',
  // The filter of the first usage rule is one that no track matches.
  'unmatched-filter',
  // The first usage rule has a filter that CPIX does not know.
  'unknown-filter',
  // A second key has the usage rule of the first.
  'two-keys',
  // Crypto periods end with the first half second, whichever is asked for.
  'short-periods',
  // One key for all crypto periods.
  'same-key',
  // All DRM systems are told what is for another key of the answer.
  'swapped-signalling',
  // Nothing is signalled of the last label.
  'half-signalled',
] as const;

export type KeyFault = (typeof KEY_FAULTS)[number];

export const isKeyFault = (name: string): name is KeyFault =>
  (KEY_FAULTS as readonly string[]).includes(name);
