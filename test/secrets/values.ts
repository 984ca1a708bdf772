import { createHash, generateKeyPairSync } from 'node:crypto';
import { TEST_KEY } from '../helpers/titles/package.ts';

const bytesOf = (name: string): Buffer => createHash('sha256').update(`secret: ${name}`).digest();

/** What nobody may read. The same each time, but for the key pair. */
export const KEY = bytesOf('content key').subarray(0, 16);
export const IV = bytesOf('IV').subarray(0, 16);
export const TOKEN = `tok-${bytesOf('token').toString('hex')}`;
export const SITE_KEY = bytesOf('site key').toString('base64').slice(0, 32);
export const ACCESS_KEY = bytesOf('access key').toString('base64');
export const PROXY_PASSWORD = `pw-${bytesOf('proxy').toString('hex').slice(0, 24)}`;
export const PRIVATE_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

const der = PRIVATE_KEY.export({ type: 'pkcs8', format: 'der' });
/** Without its first and last line. */
export const DER = der.toString('base64');
export const PEM = PRIVATE_KEY.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Key, then IV, in Base64. */
export const BOTH = Buffer.concat([KEY, IV]).toString('base64');
export const KEY_ID = TEST_KEY.keyId;

/** Pieces, too: a message may be cut. An IV is public where a format has it, in messages it has no place. */
export const IN_FILES: readonly (string | Uint8Array)[] = [
  KEY,
  KEY.subarray(0, 12),
  TOKEN,
  SITE_KEY,
  ACCESS_KEY,
  PROXY_PASSWORD,
  der.subarray(0, 40),
  der.subarray(100, 130),
  der.subarray(-40),
];
export const IN_WORDS: readonly (string | Uint8Array)[] = [...IN_FILES, IV, IV.subarray(0, 12)];

/** The content key as people and libraries write it. */
export const SPELLED: readonly string[] = [
  KEY.toString('hex'),
  KEY.toString('base64'),
  KEY.toString('base64url'),
  KEY.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  (KEY.toString('hex').match(/../g) ?? []).join(' '),
  `<Buffer ${(KEY.toString('hex').match(/../g) ?? []).join(' ')}>`,
  `Uint8Array(16) [${[...KEY].join(', ')}]`,
  [...KEY].join(','),
  JSON.stringify(KEY),
];
