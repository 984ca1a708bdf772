/** Keys out of documents that tests write. */
import { PackagerError } from '../../../core/base/errors.ts';
import { contentKeyFrom, type DocumentReading, type KeyChoice, readCpix } from '../../../core/cpix/index.ts';
import { NCG_KEYS, NCG_KEYS_REQUIRED } from '../../../plugins/key-cloud-kms/dialects/ncg-keys.ts';
import { base64Hex, keyElement, OTHER_KID } from './cpix-documents.ts';

/** As PallyCon means its documents. */
export const PALLYCON: DocumentReading = { contentProtection: 'pssh-data', systemKeys: NCG_KEYS_REQUIRED };
/** As CPIX says. */
export const STANDARD: DocumentReading = { contentProtection: 'xml', systemKeys: NCG_KEYS };
/** The key that is asked for, where a test says nothing else. */
export const CENC: KeyChoice = { label: 'ALL', period: 0, scheme: 'cenc' };

/** The key that a document has for a choice. */
export const keyOf = (text: string, choice: Partial<KeyChoice> = {}, reading = STANDARD) =>
  contentKeyFrom(readCpix(text), { ...CENC, ...choice }, reading);

/** The error that a work ends with. @throws what is none of ours, or when there is none */
export function failure(work: () => unknown): PackagerError {
  try {
    work();
  } catch (error) {
    if (PackagerError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Two keys of a document. */
export const TWO = keyElement() + keyElement(OTHER_KID, '', base64Hex('11'.repeat(16)));
