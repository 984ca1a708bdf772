import { copyBytes, fromHex } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import { parseKeyLine } from '../drm/key-line.ts';
import { ContentKey } from '../keys/content-key.ts';
import type { KeySignalling } from '../keys/signalling.ts';
import { chooseKey, type KeyChoice, type KeyMapping, labelsOf } from './choose-key.ts';
import { createKeyOpener, readPrivateKey } from './decrypt.ts';
import type { CpixDocument, CpixKey } from './document.ts';
import { type ContentProtectionForm, signallingOf } from './signalling.ts';
import { base64Value } from './values.ts';

/** Where a key and its IV stand in a document in place of what players are told. */
export interface SystemKey {
  /** Of the DRM system: a UUID in lower case. */
  readonly systemId: string;
  /** Whether it has to be there; otherwise a content key with an IV will do. */
  readonly isRequired: boolean;
}

/** How a document is to be understood beyond CPIX itself. */
export interface DocumentReading {
  readonly contentProtection: ContentProtectionForm;
  /** By scheme: a DRM system whose `URIExtXKey` holds no URI but the key of that scheme. */
  readonly systemKeys?: Readonly<Record<string, SystemKey>>;
  /** @default 'filters' */
  readonly mapping?: KeyMapping;
  /** PEM: for encrypted content keys. */
  readonly privateKey?: string | undefined;
  /** The keys were asked for encrypted: one in the clear, which a server gives that did not understand, is refused. @default false */
  readonly onlyEncrypted?: boolean;
}

/**
 * The content key that a document has for a label, with its key id, IV and signalling as the document gives them.
 * @throws PackagerError KEY_DOCUMENT for a document that cannot be used, KEY_SIZE for a key of the wrong size, NO_KEY
 * when there is none, INVALID_KEY for one that cannot be read
 */
export function contentKeyFrom(
  document: CpixDocument,
  choice: KeyChoice,
  reading: DocumentReading,
): ContentKey {
  const key = chooseKey(document, choice, reading.mapping);
  const { systemKeys = {} } = reading;
  const own = Object.hasOwn(systemKeys, choice.scheme) ? systemKeys[choice.scheme] : undefined;
  if (own) {
    const parts =
      systemKey(document, key, own, reading) ?? (own.isRequired ? undefined : ownKey(document, key, reading));
    if (parts) return new ContentKey({ ...namesOf(document, key), ...parts });
    const where = `URIExtXKey of the DRM system ${own.systemId}`;
    throw fail.keyMissing(
      `The key document has no ${choice.scheme} key (${where}) for the key id ${key.kid}.`,
    );
  }
  return ownContentKey(document, key, reading);
}

/**
 * All keys that a document has a value for, whatever they are for.
 * @throws PackagerError as {@link contentKeyFrom}, for any of them
 */
export const contentKeysOf = (document: CpixDocument, reading: DocumentReading): ContentKey[] =>
  document.keys
    .filter(({ secret }) => secret !== undefined)
    .map((key) => ownContentKey(document, key, reading));

/** A key of a document as it stands there, with all that is signalled for it. */
function ownContentKey(document: CpixDocument, key: CpixKey, reading: DocumentReading): ContentKey {
  const { systemKeys = {} } = reading;
  const silent = new Set(Object.values(systemKeys).map(({ systemId }) => systemId));
  const signalling = signallingOf(document, key.kid, reading.contentProtection, silent);
  const { key: bytes, iv = lineIv(signalling) } = ownKey(document, key, reading);
  const isSilent = Object.keys(signalling).length === 0 && document.systems.length === 0;
  return new ContentKey({
    ...namesOf(document, key),
    key: bytes,
    iv,
    signalling: isSilent ? undefined : signalling,
    hdcpLevel: key.hdcpLevel,
  });
}

const namesOf = (document: CpixDocument, key: CpixKey) => ({
  id: fromHex(key.kid.replaceAll('-', '')),
  labels: labelsOf(document, key),
});

interface KeyBytes {
  readonly key: Uint8Array;
  readonly iv: Uint8Array | undefined;
}

function ownKey(
  document: CpixDocument,
  { kid, iv, secret }: CpixKey,
  { privateKey, onlyEncrypted }: DocumentReading,
): KeyBytes {
  const value = secret?.();
  if (value === undefined) throw fail.keyMissing(`The key document has no value for the key ${kid}.`);
  if (value.type === 'plain' && onlyEncrypted) throw inTheClear(`the key ${kid}`);
  const key =
    value.type === 'plain'
      ? base64Value(`The content key ${kid}`, value.value)
      : openerFor(document, privateKey).open(kid, value);
  if (key.length !== 16) throw fail.keySize(`The content key ${kid}`, '16', key.length);
  return { key, iv };
}

const inTheClear = (what: string) =>
  fail.keyDocument(
    `it has ${what} in the clear, though it was asked to encrypt keys for a certificate.`,
    'Use a key server that encrypts keys, or leave `certificate` and `privateKey` out.',
  );

function openerFor({ delivery }: CpixDocument, privateKey: string | undefined) {
  if (privateKey === undefined) {
    throw fail.keyMissing(
      'The content keys of the key document are encrypted, and there is no private key to open them.',
      'Set `privateKey` to the private key of the certificate that they are encrypted for.',
    );
  }
  return createKeyOpener(delivery, readPrivateKey(privateKey));
}

/** 32 bytes, of which the second half is the IV. 64 hexadecimal digits or Base64, as the text itself. */
function systemKey(
  { systems }: CpixDocument,
  { kid }: CpixKey,
  { systemId }: SystemKey,
  { onlyEncrypted }: DocumentReading,
): KeyBytes | undefined {
  const text = systems.find((system) => system.kid === kid && system.systemId === systemId)?.uriExtXKey();
  if (text === undefined) return undefined;
  const named = `key ${kid} of the DRM system ${systemId}`;
  if (onlyEncrypted) throw inTheClear(`the ${named}`);
  const what = `The ${named}`;
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? fromHex(text) : base64Value(what, text);
  if (bytes.length !== 32) throw fail.keySize(what, '32', bytes.length);
  return { key: copyBytes(bytes, 0, 16), iv: copyBytes(bytes, 16) };
}

/** Where a server states the IV in its key lines alone. */
function lineIv(signalling: KeySignalling): Uint8Array | undefined {
  const lines = Object.values(signalling).flatMap(({ hlsMedia, hlsMaster }) => hlsMedia ?? hlsMaster ?? []);
  return lines.map((line) => parseKeyLine(line).key.iv).find((iv) => iv !== undefined);
}
