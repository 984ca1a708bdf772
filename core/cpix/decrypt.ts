import {
  constants,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  privateDecrypt,
  timingSafeEqual,
  X509Certificate,
} from 'node:crypto';
import { fail } from '../base/errors.ts';
import type { DeliveryData, EncryptedSecret, WrappedKey } from './document.ts';

const RSA_OAEP = 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p';
const AES_256_CBC = 'http://www.w3.org/2001/04/xmlenc#aes256-cbc';
const HMAC_SHA512 = 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha512';

/** Opens the content keys of one document. */
export interface KeyOpener {
  /** @throws PackagerError INVALID_KEY when the MAC does not fit: then nothing is decrypted */
  open(kid: string, secret: EncryptedSecret): Uint8Array;
}

/** The recipient's private key. @throws PackagerError INVALID_KEY, without a word of its text */
export function readPrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw fail.invalidKey(
      'The private key for encrypted content keys is not a PEM private key without a passphrase.',
    );
  }
}

/**
 * Decrypt the document key and the MAC key of the recipient whose private key this is.
 * @throws PackagerError NO_KEY when the document is for others, KEY_DOCUMENT for algorithms that CPIX does not name,
 * INVALID_KEY when the keys cannot be decrypted
 */
export function createKeyOpener(delivery: readonly DeliveryData[], privateKey: KeyObject): KeyOpener {
  const { documentKeys, mac } = chooseRecipient(delivery, privateKey);
  if (mac === undefined || documentKeys.length === 0) {
    throw fail.keyDocument('its content keys are encrypted, but a document key or a MAC key is missing.');
  }
  requireAlgorithm('MAC', mac.algorithm, HMAC_SHA512);
  const macKey = unwrap('MAC key', mac.key, privateKey);
  const keys = documentKeys.map(({ algorithm, kids, key }) => {
    requireAlgorithm('document key', algorithm, AES_256_CBC);
    const bytes = unwrap('document key', key, privateKey);
    if (bytes.length !== 32) throw fail.keySize('The document key', '32', bytes.length);
    return { kids, bytes };
  });
  return {
    open(kid, { algorithm, cipherValue, mac: given }) {
      const documentKey =
        keys.find(({ kids }) => kids.includes(kid)) ?? keys.find(({ kids }) => kids.length === 0);
      if (documentKey === undefined) throw fail.keyDocument(`no document key is for the key ${kid}.`);
      requireAlgorithm('content key', algorithm, AES_256_CBC);
      const expected = createHmac('sha512', macKey).update(cipherValue).digest();
      // The length of a MAC is no secret; its bytes are compared in constant time, and before anything is decrypted.
      if (given?.length !== expected.length || !timingSafeEqual(given, expected)) {
        throw fail.invalidKey(
          `The MAC of the encrypted key ${kid} does not fit: it is not the key that was sent.`,
        );
      }
      return decrypt(kid, cipherValue, documentKey.bytes);
    },
  };
}

/** By certificate; one without certificate is taken if there is no other. */
function chooseRecipient(delivery: readonly DeliveryData[], privateKey: KeyObject): DeliveryData {
  const [only, ...others] = delivery;
  if (only && others.length === 0 && only.certificate === undefined) return only;
  const own = createPublicKey(privateKey);
  const mine = delivery.find(({ certificate }) => certificate && hasPublicKey(certificate, own));
  if (mine) return mine;
  throw fail.keyMissing(
    'The key document holds no key for this recipient: none of its certificates belongs to the private key.',
    'Give the private key of the certificate that the keys are encrypted for.',
  );
}

function hasPublicKey(certificate: Uint8Array, key: KeyObject): boolean {
  try {
    return new X509Certificate(certificate).publicKey.equals(key);
  } catch {
    return false; // a certificate that cannot be read is not ours
  }
}

function unwrap(what: string, { algorithm, cipherValue }: WrappedKey, key: KeyObject): Uint8Array {
  requireAlgorithm(what, algorithm, RSA_OAEP);
  try {
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, cipherValue);
  } catch {
    throw fail.invalidKey(`The ${what} of the key document cannot be decrypted with the private key.`);
  }
}

function decrypt(kid: string, cipherValue: Uint8Array, key: Uint8Array): Uint8Array {
  try {
    const decipher = createDecipheriv('aes-256-cbc', key, cipherValue.subarray(0, 16));
    return Buffer.concat([decipher.update(cipherValue.subarray(16)), decipher.final()]);
  } catch {
    throw fail.invalidKey(`The encrypted key ${kid} cannot be decrypted.`);
  }
}

function requireAlgorithm(what: string, algorithm: string | undefined, expected: string): void {
  if (algorithm !== expected)
    throw fail.keyDocument(`its ${what} is not encrypted as CPIX says (${expected}).`);
}
