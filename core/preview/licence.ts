import type { ContentKey } from '../keys/content-key.ts';

/** A licence request of EME ClearKey (W3C Encrypted Media Extensions, 9.1.3). */
export interface LicenceRequest {
  /** 32 hexadecimal digits each. */
  readonly kids: readonly string[];
  readonly type: string;
}

/** No title has so many keys at a time. */
const MOST_KIDS = 10_000;

/** Read a licence request; `undefined` for what is none. */
export function readLicenceRequest(body: string): LicenceRequest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('kids' in value) || !Array.isArray(value.kids))
    return undefined;
  const kids = value.kids.map((kid: unknown) =>
    typeof kid === 'string' ? Buffer.from(kid, 'base64url').toString('hex') : '',
  );
  if (kids.length === 0 || kids.length > MOST_KIDS || !kids.every((kid) => kid.length === 32))
    return undefined;
  const isPersistent = 'type' in value && value.type === 'persistent-license';
  return { kids, type: isPersistent ? 'persistent-license' : 'temporary' };
}

/** The licence: a JSON Web Key Set (W3C Encrypted Media Extensions, 9.1.4). */
export const licenceOf = (keys: readonly ContentKey[], type: string): string =>
  JSON.stringify({
    keys: keys.map((key) => ({ kty: 'oct', kid: base64Url(key.id), k: base64Url(key.reveal()) })),
    type,
  });

const base64Url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
