import { view as viewOf } from '../../base/bytes.ts';
import { childrenOf, localName, readXml, textOf } from '../../base/xml/read-xml.ts';
import type { XmlNode } from '../../base/xml/xml-node.ts';

/** A key that a PlayReady header names. */
export interface PlayReadyKey {
  /** 32 hexadecimal digits, in the order of a UUID. */
  readonly kid: string;
  /** `AESCTR`, `AESCBC`, `COCKTAIL`. */
  readonly algorithm: string | undefined;
  /** The first bytes of the key id under the key, by which players see whether they have the right one. */
  readonly checksum: Uint8Array | undefined;
}

/** A PlayReady object and the header in it (Microsoft, PlayReady Header Specification). */
export interface PlayReadyData {
  /** `4.0.0.0` to `4.3.0.0`. */
  readonly version: string | undefined;
  readonly keys: readonly PlayReadyKey[];
  /** LA_URL: where players ask for licences; LUI_URL: a page for people. */
  readonly licenseUrl: string | undefined;
  readonly luiUrl: string | undefined;
  /** DS_ID, as it is written. */
  readonly domainServiceId: string | undefined;
  readonly decryptorSetup: string | undefined;
  /** CUSTOMATTRIBUTES: names of its elements. */
  readonly customAttributes: readonly string[];
  /** There is an embedded licence store, a record of type 3. */
  readonly hasLicenseStore: boolean;
  /** What is wrong, as the ends of sentences. */
  readonly faults: readonly string[];
}

const RIGHTS_MANAGEMENT_HEADER = 1;
const LICENSE_STORE = 3;

/** @throws RangeError where the bytes are no PlayReady object with a header, as the end of a sentence */
export function readPlayReady(object: Uint8Array): PlayReadyData {
  const faults: string[] = [];
  const records = recordsOf(object, faults);
  const header = records.find(({ type }) => type === RIGHTS_MANAGEMENT_HEADER);
  if (!header) throw new RangeError('has no record with a header');
  const text = new TextDecoder('utf-16le').decode(header.value);
  const root = readHeader(text);
  const [data] = childrenOf(root, 'DATA');
  const version = attribute(root, 'version');
  const keys = keysOf(data, faults);
  if (version === undefined) faults.push('has a header without a version');
  return {
    version,
    keys,
    licenseUrl: textOf(childrenOf(data, 'LA_URL')[0]),
    luiUrl: textOf(childrenOf(data, 'LUI_URL')[0]),
    domainServiceId: textOf(childrenOf(data, 'DS_ID')[0]),
    decryptorSetup: textOf(childrenOf(data, 'DECRYPTORSETUP')[0]),
    customAttributes: (childrenOf(data, 'CUSTOMATTRIBUTES')[0]?.children ?? []).flatMap((child) =>
      typeof child === 'string' ? [] : [localName(child)],
    ),
    hasLicenseStore: records.some(({ type }) => type === LICENSE_STORE),
    faults,
  };
}

interface PlayReadyRecord {
  readonly type: number;
  readonly value: Uint8Array;
}

/** Little-endian: the length of all, a count, then records with a type and a length each. */
function recordsOf(object: Uint8Array, faults: string[]): PlayReadyRecord[] {
  const view = viewOf(object);
  if (view.length < 6) throw new RangeError('is too short for a PlayReady object');
  const said = view.readUInt32LE(0);
  if (said !== view.length) faults.push(`says that it has ${said} bytes, but has ${view.length}`);
  const count = view.readUInt16LE(4);
  const records: PlayReadyRecord[] = [];
  let at = 6;
  for (let index = 0; index < count; index++) {
    if (at + 4 > view.length) throw new RangeError('ends in the middle of a record');
    const length = view.readUInt16LE(at + 2);
    if (at + 4 + length > view.length) throw new RangeError('ends in the middle of a record');
    records.push({ type: view.readUInt16LE(at), value: view.subarray(at + 4, at + 4 + length) });
    at += 4 + length;
  }
  if (at < view.length) faults.push(`has ${view.length - at} bytes behind its last record`);
  return records;
}

function readHeader(text: string): XmlNode {
  let root: XmlNode;
  try {
    root = readXml(text);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new RangeError(`has a header of which nothing can be read: ${cause.message}`);
  }
  if (localName(root) !== 'WRMHEADER') throw new RangeError('has a header that is no WRMHEADER');
  return root;
}

/** 4.0: beside PROTECTINFO; 4.1: in it; from 4.2 on: in KIDS. All of them are read, whatever the version. */
function keysOf(data: XmlNode | undefined, faults: string[]): PlayReadyKey[] {
  const [info] = childrenOf(data, 'PROTECTINFO');
  const inside = [...childrenOf(info, 'KID'), ...childrenOf(childrenOf(info, 'KIDS')[0], 'KID')];
  const elements = [...childrenOf(data, 'KID'), ...inside];
  return elements.flatMap((element) => {
    const value = attribute(element, 'VALUE') ?? textOf(element) ?? '';
    const id = Buffer.from(value, 'base64');
    if (id.length !== 16) {
      faults.push(`has a KID of ${id.length} bytes`);
      return [];
    }
    const isBeside = !inside.includes(element);
    const checksum = isBeside ? textOf(childrenOf(data, 'CHECKSUM')[0]) : attribute(element, 'CHECKSUM');
    return [
      {
        kid: guidOrder(id).toString('hex'),
        algorithm: isBeside ? textOf(childrenOf(info, 'ALGID')[0]) : attribute(element, 'ALGID'),
        checksum: checksum === undefined ? undefined : Buffer.from(checksum, 'base64'),
      },
    ];
  });
}

const attribute = (element: XmlNode, name: string): string | undefined => {
  const value = element.attributes[name];
  return value === undefined ? undefined : String(value);
};

/** The first three fields of a GUID are little-endian; the other way round it is the same. */
function guidOrder(id: Uint8Array): Buffer {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  return Buffer.from(order.map((index) => id[index]!));
}
