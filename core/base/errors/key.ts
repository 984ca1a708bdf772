import { error } from './packager-error.ts';

/** What is wrong with keys, with where they are kept, and with the servers that give them. */
export const keyFailures = {
  noKey: (contentId: string, label: string, mode: string) =>
    error(
      'NO_KEY',
      `No key source answered for content "${contentId}" (label ${label}, mode ${mode}).`,
      'Add a key plugin to the config.',
    ),
  noKeyFor: (contentId: string, label: string, period: number, mode: string) =>
    error(
      'NO_KEY',
      `The key source has no key for label ${label}, period ${period} of content "${contentId}" (mode ${mode}).`,
      'Add that key where the keys come from: no other is taken in its place.',
    ),
  keySize: (what: string, expected: string, got: number, hint?: string) =>
    error('KEY_SIZE', `${what} must have ${expected} bytes, but has ${got}.`, hint),
  /** Of a key that came without. @param keyId a UUID */
  noIv: (keyId: string, mode: string) =>
    error(
      'KEY_SIZE',
      `The key source gave no IV for the key ${keyId}, and mode ${mode} cannot do without one.`,
      'Let it give one of 16 bytes with the key: a key server does so as explicitIV of the ContentKey.',
    ),
  invalidKey: (what: string, hint?: string) => error('INVALID_KEY', what, hint),
  keyMissing: (what: string, hint?: string) => error('NO_KEY', what, hint),
  keyDocument: (reason: string, hint?: string) =>
    error('KEY_DOCUMENT', `The key document cannot be used: ${reason}`, hint),
  keyStore: (path: string, reason: string, hint?: string, cause?: unknown) =>
    error('KEY_STORE', `The key store cannot use ${path}: ${reason}`, hint, cause),

  requestFailed: (server: string, reason: string, hint?: string) =>
    error('REQUEST_FAILED', `${server} could not be asked: ${reason}`, hint),
  serverError: (server: string, what: string, hint?: string) =>
    error('SERVER_ERROR', `${server} ${what}`, hint),
} as const;
