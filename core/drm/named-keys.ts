import { fromHex, toHex, toUuid, view } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import { localName } from '../base/xml/read-xml.ts';
import type { XmlNode } from '../base/xml/xml-node.ts';
import type { ContentKey } from '../keys/content-key.ts';
import type { SystemSignalling } from '../keys/signalling.ts';
import { parseKeyLine } from './key-line.ts';
import { MAX_OBJECT_BYTES } from './playready-header.ts';
import { playReadyKeyIds } from './playready-key-ids.ts';
import { parseProtectionXml } from './protection-xml.ts';
import { listedKeyIds, psshData, requirePssh } from './pssh.ts';

const WIDEVINE = 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed';
const PLAYREADY = '9a04f079-9840-4286-ab92-e65be0885f95';

/**
 * Look at the box that the signalling of a key has, and at which keys all of it names, where that can be read: what names others alone was given for another key, and
 * players would ask for that. It need not name any, as where the content id is enough; and it may name more.
 * @param system as messages name it
 * @throws PackagerError KEY_DOCUMENT
 */
export function requireOwnKey(system: string, systemId: string, given: SystemSignalling, key: ContentKey) {
  if (given.pssh) requirePssh(given.pssh, systemId);
  for (const { place, ids } of namings(given, systemId)) {
    if (ids.length === 0 || ids.includes(key.hexId)) continue;
    throw fail.keyDocument(
      `its ${place} for ${system} names the key ${toUuid(fromHex(ids[0]!))}, and is given with the key ${key.uuid}.`,
      'Let the key server signal each key by its own id.',
    );
  }
}

/** Where keys may be named, and their ids in hexadecimal digits. */
interface Naming {
  readonly place: string;
  readonly ids: readonly string[];
}

function namings(given: SystemSignalling, systemId: string): Naming[] {
  const { pssh, contentProtection, hlsMedia, hlsMaster, uri } = given;
  const lines = [hlsMedia, hlsMaster].flatMap((line) => (line === undefined ? [] : parseKeyLine(line).key));
  const elements = contentProtection === undefined ? [] : parseProtectionXml(contentProtection);
  return [
    ...(pssh ? inBox('PSSH', pssh) : []),
    ...elements.flatMap(inElement),
    ...lines.flatMap(({ keyId }) => (keyId ? [{ place: 'key line for HLS', ids: [toHex(keyId)] }] : [])),
    ...[...lines.map((line) => line.uri), ...(uri === undefined ? [] : [uri])].flatMap((one) =>
      inUri(one, systemId),
    ),
  ];
}

/** A box lists keys itself, from version 1 on, and so may its data. */
function inBox(place: string, box: Uint8Array): Naming[] {
  const bytes = view(box);
  if (bytes.length < 32 || bytes.toString('latin1', 4, 8) !== 'pssh') return [];
  const systemId = toUuid(bytes.subarray(12, 28));
  let data: Uint8Array;
  try {
    data = psshData(box);
  } catch {
    return []; // of a box that cannot be read nobody can say which keys it names
  }
  return [{ place, ids: listedKeyIds(box).map(toHex) }, inData(place, data, systemId)];
}

function inData(place: string, data: Uint8Array, systemId: string): Naming {
  if (systemId === WIDEVINE) return { place, ids: widevineKeyIds(data) };
  return systemId === PLAYREADY ? inObject(place, data) : { place, ids: [] };
}

function inObject(place: string, object: Uint8Array): Naming {
  if (object.length > MAX_OBJECT_BYTES) {
    throw fail.keyDocument(
      `its ${place} has a PlayReady object of ${object.length} bytes; ${MAX_OBJECT_BYTES} are allowed.`,
      'Let the key server say less in it.',
    );
  }
  return { place, ids: playReadyKeyIds(object) };
}

function inElement(node: XmlNode): Naming[] {
  const texts = node.children.filter((child) => typeof child === 'string');
  const text = texts.join('').trim();
  const place = 'ContentProtectionData';
  switch (localName(node)) {
    case 'pssh':
      return inBox(place, Buffer.from(text, 'base64'));
    case 'pro':
      return [inObject(place, Buffer.from(text, 'base64'))];
    case 'MarlinContentIds': {
      const ids = node.children.flatMap((child) => (typeof child === 'string' ? [] : marlinKeyIds(child)));
      return [{ place, ids }];
    }
    default:
      return [];
  }
}

const marlinKeyIds = ({ children }: XmlNode): string[] =>
  /urn:marlin:kid:([\da-f]{32})$/i.exec(children.join('').trim())?.slice(1, 2).map(lower) ?? [];

const lower = (text: string): string => text.toLowerCase();

/** A `data:` URI holds a box, or what would be in it. */
function inUri(uri: string, systemId: string): Naming[] {
  const content = /^data:[^,]*;base64,(.+)$/i.exec(uri)?.[1];
  if (content === undefined) return [];
  const place = 'key URI for HLS';
  const bytes = Buffer.from(content, 'base64');
  if (bytes.toString('latin1', 4, 8) === 'pssh') return inBox(place, bytes);
  return [inData(place, bytes, systemId)];
}

/** Field 2 of `WidevinePsshData`. Nothing of what is no such message, or names keys by other than 16 bytes. */
function widevineKeyIds(data: Uint8Array): string[] {
  const ids: string[] = [];
  for (let at = 0; at < data.length; ) {
    const tag = readVarint(data, at);
    const value = tag && readVarint(data, tag.end);
    if (!tag || !value) return [];
    const kind = tag.value % 8;
    if (kind === 0) at = value.end;
    else if (kind === 2 && value.end + value.value <= data.length) {
      at = value.end + value.value;
      if (tag.value === 2 * 8 + 2) ids.push(toHex(data.subarray(value.end, at)));
    } else return [];
  }
  return ids.every((id) => id.length === 32) ? ids : [];
}

/** Base 128, least significant group first. */
function readVarint(data: Uint8Array, from: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let at = from, scale = 1; at < data.length && at < from + 10; at += 1, scale *= 128) {
    value += (data[at]! & 0x7f) * scale;
    if (data[at]! < 0x80) return { value, end: at + 1 };
  }
  return undefined;
}

/** Ids of keys that a URI may have: 32 hexadecimal digits, a UUID, Base64 with its padding. In hexadecimal digits. */
export function keyIdsIn(uri: string): string[] {
  const text = uri.replace(/%([\da-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  const digits = text.replaceAll('-', '').matchAll(/(?<![\da-f])[\da-f]{32}(?![\da-f])/gi);
  const base64 = text.matchAll(/[\w+/-]{22}(?===)/g);
  return [
    ...[...digits].map(([id]) => id.toLowerCase()),
    ...[...base64].map(([id]) => toHex(Buffer.from(id, 'base64'))),
  ];
}
