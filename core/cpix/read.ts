import { fail } from '../base/errors.ts';
import { attributeOf, childrenOf, localName, readXml, textOf } from '../base/xml/read-xml.ts';
import type { XmlNode } from '../base/xml/xml-node.ts';
import { HDCP_LEVELS, type HdcpLevel } from '../keys/signalling.ts';
import type {
  CpixDocument,
  CpixDrmSystem,
  CpixKey,
  EncryptedSecret,
  HlsSignalling,
  PlainSecret,
} from './document.ts';
import { readDelivery, readEncryptedValue } from './read-delivery.ts';
import { readPeriod } from './read-period.ts';
import { readUsageRule } from './read-usage-rule.ts';
import { base64Value, onlyChild, uuidValue } from './values.ts';

/**
 * Read a CPIX document (DASH-IF CPIX 2.0 to 2.4, and what key services made of it). Namespace prefixes are free, unknown elements skipped.
 * @throws PackagerError KEY_DOCUMENT when it is no such document or contradicts itself, NO_KEY when it has no key,
 * KEY_SIZE and INVALID_KEY for values that cannot be
 */
export function readCpix(text: string): CpixDocument {
  const root = parse(text);
  if (localName(root) !== 'CPIX') throw fail.keyDocument('its root element is not CPIX.');
  const listed = (list: string, name: string) => childrenOf(onlyChild(root, list), name);
  const document: CpixDocument = {
    contentId: attributeOf(root, 'contentId'),
    id: attributeOf(root, 'id'),
    keys: listed('ContentKeyList', 'ContentKey').map(readKey),
    systems: listed('DRMSystemList', 'DRMSystem').map(readSystem),
    periods: listed('ContentKeyPeriodList', 'ContentKeyPeriod').map(readPeriod),
    rules: listed('ContentKeyUsageRuleList', 'ContentKeyUsageRule').map(readUsageRule),
    delivery: listed('DeliveryDataList', 'DeliveryData').map(readDelivery),
  };
  requireConsistent(document);
  return document;
}

function parse(text: string): XmlNode {
  try {
    return readXml(text);
  } catch (cause) {
    if (cause instanceof RangeError) throw fail.keyDocument(`${cause.message}.`);
    throw cause;
  }
}

function readKey(node: XmlNode): CpixKey {
  const kid = uuidValue('A key id of the key document', attributeOf(node, 'kid'));
  const iv = attributeOf(node, 'explicitIV');
  const dependsOn = attributeOf(node, 'dependsOnKey');
  return {
    kid,
    iv: iv === undefined ? undefined : readIv(kid, iv),
    scheme: attributeOf(node, 'commonEncryptionScheme')?.toLowerCase(),
    dependsOn: dependsOn === undefined ? undefined : uuidValue('The id of a root key', dependsOn),
    hdcpLevel: readHdcpLevel(attributeOf(onlyChild(node, 'HDCPData') ?? node, 'HLSHDCPLevel')),
    secret: readSecret(kid, node),
  };
}

function readHdcpLevel(text: string | undefined): HdcpLevel | undefined {
  const known = HDCP_LEVELS.find((level) => level === text);
  if (text === undefined || known) return known;
  throw fail.keyDocument('it has an HLSHDCPLevel that is none of NONE, TYPE-0 and TYPE-1.');
}

function readIv(kid: string, text: string): Uint8Array {
  const iv = base64Value(`The IV of key ${kid}`, text);
  if (iv.length !== 16) throw fail.keySize(`The IV of key ${kid}`, '16', iv.length);
  return iv;
}

function readSecret(kid: string, node: XmlNode): (() => PlainSecret | EncryptedSecret) | undefined {
  const secret = onlyChild(node, 'Data', 'Secret');
  const value = textOf(onlyChild(secret, 'PlainValue'));
  const encrypted = onlyChild(secret, 'EncryptedValue');
  if (value !== undefined && encrypted !== undefined) {
    throw fail.keyDocument(`it has the key ${kid} both in the clear and encrypted.`);
  }
  if (value !== undefined) return () => ({ type: 'plain', value });
  if (encrypted === undefined) return undefined;
  const mac = textOf(onlyChild(secret, 'ValueMAC'));
  const read: EncryptedSecret = {
    type: 'encrypted',
    ...readEncryptedValue(`The encrypted key ${kid}`, encrypted),
    mac: mac === undefined ? undefined : base64Value(`The MAC of key ${kid}`, mac),
  };
  return () => read;
}

function readSystem(node: XmlNode): CpixDrmSystem {
  const text = (name: string) => textOf(onlyChild(node, name));
  const uri = text('URIExtXKey');
  return {
    systemId: uuidValue('A DRM system id of the key document', attributeOf(node, 'systemId')),
    kid: uuidValue('A key id of the key document', attributeOf(node, 'kid')),
    pssh: text('PSSH'),
    contentProtectionData: text('ContentProtectionData'),
    hls: childrenOf(node, 'HLSSignalingData').flatMap(readHls),
    uriExtXKey: () => uri,
    keyFormat: text('KeyFormat'),
    keyFormatVersions: text('KeyFormatVersions'),
    allowedCpc: attributeOf(node, 'HLSAllowedCPC'),
  };
}

/** `master` became `multiVariant` with CPIX 2.4; empty elements are what requests look like. */
function readHls(node: XmlNode): HlsSignalling[] {
  const text = textOf(node);
  if (text === undefined) return [];
  switch (attributeOf(node, 'playlist')?.toLowerCase()) {
    case undefined:
      return [{ playlist: undefined, text }];
    case 'media':
      return [{ playlist: 'media', text }];
    case 'master':
    case 'multivariant':
      return [{ playlist: 'master', text }];
    default:
      throw fail.keyDocument('it has HLSSignalingData for a kind of playlist that is not known.');
  }
}

/** A document that speaks of keys which it does not have was not written for its reader. */
function requireConsistent({ keys, systems, rules, periods }: CpixDocument): void {
  if (keys.length === 0) throw fail.keyMissing('The key document holds no key.');
  const kids = new Set(keys.map(({ kid }) => kid));
  if (kids.size < keys.length) throw fail.keyDocument('it has two keys of one key id.');
  for (const { kid } of [...systems, ...rules]) {
    if (!kids.has(kid)) throw fail.keyDocument(`it refers to the key ${kid} but does not have it.`);
  }
  const periodIds = new Set(periods.map(({ id }) => id));
  if (periodIds.size < periods.length) throw fail.keyDocument('it has two crypto periods of one id.');
  const pairs = new Set(systems.map(({ systemId, kid }) => `${systemId} ${kid}`));
  if (pairs.size < systems.length) throw fail.keyDocument('it names a DRM system twice for one key.');
}
