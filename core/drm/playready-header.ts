import { createCipheriv } from 'node:crypto';
import { concat, toBase64 } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import { writeXml } from '../base/xml/write-xml.ts';
import { type XmlNode, xml } from '../base/xml/xml-node.ts';
import type { ContentKey } from '../keys/content-key.ts';

/** WRMHEADER versions: 4.0 and 4.1 hold one key, 4.2 several, 4.3 also AES-CBC. */
export const WRMHEADER_VERSIONS = ['4.0.0.0', '4.1.0.0', '4.2.0.0', '4.3.0.0'] as const;
export type WrmHeaderVersion = (typeof WRMHEADER_VERSIONS)[number];

export interface WrmHeader {
  readonly version: WrmHeaderVersion;
  readonly algorithm: 'AESCTR' | 'AESCBC';
  readonly keys: readonly ContentKey[];
  readonly licenseUrl?: string | undefined;
  readonly luiUrl?: string | undefined;
  /** In the order of a UUID. */
  readonly domainServiceId?: Uint8Array | undefined;
  readonly customAttributes?: Readonly<Record<string, string>> | undefined;
  readonly decryptorSetup?: 'ONDEMAND' | undefined;
}

/** Microsoft's limit for a whole PlayReady object. */
export const MAX_OBJECT_BYTES = 15 * 1024;
/** The type of the record that holds the header. */
export const RIGHTS_MANAGEMENT_HEADER = 1;

/** A key id in GUID order, as PlayReady alone writes it: the first three fields are little-endian. */
export const toGuid = (id: Uint8Array): Uint8Array =>
  Uint8Array.of(id[3]!, id[2]!, id[1]!, id[0]!, id[5]!, id[4]!, id[7]!, id[6]!, ...id.subarray(8));

/**
 * The PlayReady object (PRO): little-endian lengths around one record, the header in UTF-16LE without a BOM.
 * @throws PackagerError when it is too long or the version cannot say what is asked
 */
export function playReadyObject(header: WrmHeader): Uint8Array {
  const record = Buffer.from(writeHeader(header), 'utf16le');
  const total = 10 + record.length;
  if (total > MAX_OBJECT_BYTES) {
    throw fail.invalidOption(
      `The PlayReady header has ${total} bytes; ${MAX_OBJECT_BYTES} are allowed.`,
      'Use shorter URLs and customAttributes.',
    );
  }
  const head = Buffer.alloc(10);
  head.writeUInt32LE(total, 0);
  head.writeUInt16LE(1, 4); // number of records
  head.writeUInt16LE(RIGHTS_MANAGEMENT_HEADER, 6);
  head.writeUInt16LE(record.length, 8);
  return concat([head, record]);
}

/** Canonical XML as the specification wants it: no declaration, no white space, explicit end tags. */
function writeHeader(header: WrmHeader): string {
  const { version, licenseUrl, luiUrl, domainServiceId, customAttributes = {}, decryptorSetup } = header;
  checkVersion(header);
  const data = [
    ...(version === '4.0.0.0' ? singleKeyInfo(header) : attributedKeyInfo(header)),
    ...(licenseUrl === undefined ? [] : [xml('LA_URL', {}, licenseUrl)]),
    ...(luiUrl === undefined ? [] : [xml('LUI_URL', {}, luiUrl)]),
    ...(domainServiceId === undefined ? [] : [xml('DS_ID', {}, guidText(domainServiceId))]),
    // What is there must not be empty.
    ...(Object.keys(customAttributes).length === 0 ? [] : [customElement(customAttributes)]),
    ...(decryptorSetup === undefined ? [] : [xml('DECRYPTORSETUP', {}, decryptorSetup)]),
  ];
  const xmlns = 'http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader';
  const root = xml('WRMHEADER', { xmlns, version }, xml('DATA', {}, ...data));
  return writeXml(root, { indent: false, declaration: false, selfClosing: false });
}

function checkVersion({ version, algorithm, keys, decryptorSetup }: WrmHeader): void {
  if (algorithm === 'AESCBC' && version !== '4.3.0.0') {
    throw fail.invalidOption(
      `A PlayReady header ${version} cannot announce cbcs: AES-CBC came with 4.3.0.0.`,
      'Leave playready({ version }) out, or set it to 4.3.0.0.',
    );
  }
  if (keys.length > 1 && (version === '4.0.0.0' || version === '4.1.0.0')) {
    throw fail.invalidOption(
      `A PlayReady header ${version} holds one key, and ${keys.length} are to be announced.`,
      'Leave playready({ version }) out, or set it to 4.2.0.0.',
    );
  }
  if (decryptorSetup !== undefined && version === '4.0.0.0') {
    throw fail.invalidOption(
      'A PlayReady header 4.0.0.0 has no DECRYPTORSETUP: that came with 4.1.0.0.',
      'Leave playready({ version }) out, or set it to 4.1.0.0.',
    );
  }
}

/** 4.0: the key id and its checksum are elements beside PROTECTINFO. */
const singleKeyInfo = ({ keys }: WrmHeader): XmlNode[] => [
  xml('PROTECTINFO', {}, xml('KEYLEN', {}, '16'), xml('ALGID', {}, 'AESCTR')),
  ...keys.flatMap((key) => [xml('KID', {}, guidText(key.id)), xml('CHECKSUM', {}, checksum(key))]),
];

/** 4.1 and later: KID elements with attributes, in alphabetical order; a CHECKSUM never goes with AESCBC. */
function attributedKeyInfo({ version, algorithm, keys }: WrmHeader): XmlNode[] {
  const kids = keys.map((key) =>
    xml('KID', {
      ALGID: algorithm,
      CHECKSUM: algorithm === 'AESCTR' ? checksum(key) : undefined,
      VALUE: guidText(key.id),
    }),
  );
  return [xml('PROTECTINFO', {}, ...(version === '4.1.0.0' ? kids : [xml('KIDS', {}, ...kids)]))];
}

const customElement = (attributes: Readonly<Record<string, string>>): XmlNode =>
  xml('CUSTOMATTRIBUTES', {}, ...Object.entries(attributes).map(([name, value]) => xml(name, {}, value)));

const guidText = (id: Uint8Array): string => toBase64(toGuid(id));

/** Lets a client see that it has the right key: the key id, encrypted with it; the first 8 bytes. */
function checksum(key: ContentKey): string {
  const cipher = createCipheriv('aes-128-ecb', key.reveal(), null).setAutoPadding(false);
  return toBase64(cipher.update(toGuid(key.id)).subarray(0, 8));
}
