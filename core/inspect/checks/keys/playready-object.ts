import { fromBase64, toHex, viewOf } from '../../../base/bytes.ts';
import { below, readXml } from '../../../base/xml/read-xml.ts';
import type { XmlNode } from '../../../base/xml/xml-node.ts';

/** A key of a PlayReady header. */
export interface PlayReadyKey {
  /** In the order of `tenc`: what stands there is turned round. 32 hexadecimal digits. */
  readonly kid: string;
  /** `AESCTR`, `AESCBC`. */
  readonly algorithm: string | undefined;
  /** Base64. */
  readonly checksum: string | undefined;
}

const HEADER_RECORD = 1;
const LONGEST = 15 * 1024;

/** The keys of a PlayReady object, or what is wrong with it. */
export function readPlayReadyObject(bytes: Uint8Array): PlayReadyKey[] | string {
  if (bytes.length < 10) return 'is shorter than a PlayReady object is';
  const view = viewOf(bytes);
  if (view.getUint32(0, true) !== bytes.length)
    return `says ${view.getUint32(0, true)} bytes and has ${bytes.length}`;
  if (bytes.length > LONGEST) return `has ${bytes.length} bytes, and clients take ${LONGEST}`;
  const keys: PlayReadyKey[] = [];
  let at = 6;
  for (let record = view.getUint16(4, true); record > 0; record--) {
    if (at + 4 > bytes.length) return 'ends before its last record';
    const [type, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    at += 4;
    if (at + length > bytes.length)
      return `has a record of ${length} bytes where ${bytes.length - at} are left`;
    if (type === HEADER_RECORD) {
      const found = readHeader(Buffer.from(bytes.subarray(at, at + length)).toString('utf16le'));
      if (typeof found === 'string') return found;
      keys.push(...found);
    }
    at += length;
  }
  return keys;
}

/** WRMHEADER of versions 4.0 to 4.3. */
function readHeader(text: string): PlayReadyKey[] | string {
  let root: XmlNode;
  try {
    root = readXml(text);
  } catch {
    return 'has a header that is no XML in UTF-16';
  }
  if (root.name !== 'WRMHEADER') return `has a header ${root.name} in place of WRMHEADER`;
  const nodes = [...below(root)];
  const textOf = (name: string): string | undefined => {
    const node = nodes.find((one) => one.name === name);
    return node?.children
      .filter((child) => typeof child === 'string')
      .join('')
      .trim();
  };
  const keys: PlayReadyKey[] = [];
  for (const { name, attributes } of nodes) {
    const value = name === 'KID' ? attributes['VALUE'] : undefined;
    if (value === undefined) continue;
    const kid = kidOf(String(value));
    if (kid === undefined) return 'has a key id that is not 16 bytes in Base64';
    const checksum = attributes['CHECKSUM'];
    keys.push({
      kid,
      algorithm: attributes['ALGID']?.toString(),
      checksum: checksum === undefined ? undefined : String(checksum),
    });
  }
  const single = textOf('KID');
  if (keys.length > 0 || !single) return keys;
  const kid = kidOf(single);
  if (kid === undefined) return 'has a key id that is not 16 bytes in Base64';
  return [{ kid, algorithm: textOf('ALGID'), checksum: textOf('CHECKSUM') }];
}

/** As `tenc` has it: the first parts of a GUID have their last byte first. */
function kidOf(text: string): string | undefined {
  try {
    const guid = fromBase64(text);
    if (guid.length !== 16) return undefined;
    return toHex(Uint8Array.from(GUID, (at) => guid[at]!));
  } catch {
    return undefined;
  }
}

const GUID = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
