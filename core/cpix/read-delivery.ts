import { attributeOf, childrenOf, textOf } from '../base/xml/read-xml.ts';
import type { XmlNode } from '../base/xml/xml-node.ts';
import type { DeliveryData, DocumentKey, WrappedKey } from './document.ts';
import { base64Value, onlyChild, uuidValue } from './values.ts';

/** A `DeliveryData` element (CPIX 2.3, 5.3). */
export function readDelivery(node: XmlNode): DeliveryData {
  const certificate = textOf(onlyChild(node, 'DeliveryKey', 'X509Data', 'X509Certificate'));
  const macMethod = onlyChild(node, 'MACMethod');
  const macKey = onlyChild(macMethod, 'Key');
  return {
    certificate:
      certificate === undefined ? undefined : base64Value('A certificate of the key document', certificate),
    documentKeys: childrenOf(node, 'DocumentKey').map(readDocumentKey),
    mac:
      macMethod && macKey
        ? {
            algorithm: attributeOf(macMethod, 'Algorithm'),
            key: readEncryptedValue('The MAC key', wrapped(macKey)),
          }
        : undefined,
  };
}

function readDocumentKey(node: XmlNode): DocumentKey {
  const kids = attributeOf(node, 'encryptsKey')?.trim().split(/\s+/) ?? [];
  return {
    algorithm: attributeOf(node, 'Algorithm'),
    kids: kids.map((kid) => uuidValue('A key id of the key document', kid)),
    key: readEncryptedValue('The document key', wrapped(node)),
  };
}

/** Documents hold the encrypted value at once (`Key`), or as key data of PSKC (`Data/Secret/EncryptedValue`). */
const wrapped = (node: XmlNode): XmlNode => onlyChild(node, 'Data', 'Secret', 'EncryptedValue') ?? node;

/**
 * `EncryptionMethod` and `CipherValue` of XML Encryption.
 * @throws PackagerError INVALID_KEY when the value is not Base64
 */
export function readEncryptedValue(what: string, node: XmlNode): WrappedKey {
  const method = onlyChild(node, 'EncryptionMethod');
  return {
    algorithm: method && attributeOf(method, 'Algorithm'),
    cipherValue: base64Value(what, textOf(onlyChild(node, 'CipherData', 'CipherValue')) ?? ''),
  };
}
