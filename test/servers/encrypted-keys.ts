import {
  constants,
  createCipheriv,
  createHmac,
  publicEncrypt,
  randomBytes,
  X509Certificate,
} from 'node:crypto';

/** Wraps content keys for the holder of a certificate, as CPIX describes it (2.4, section 8). */
export interface KeyWrap {
  /** The `DeliveryDataList` of the answer. */
  readonly deliveryData: string;
  /** The children of `pskc:Secret` for one key. */
  secret(key: Buffer, wrongMac: boolean): string;
}

const cipherValue = (bytes: Buffer): string =>
  `<enc:CipherData><enc:CipherValue>${bytes.toString('base64')}</enc:CipherValue></enc:CipherData>`;

/** @param certificate DER of an X.509 certificate with an RSA key */
export function wrapKeysFor(certificate: Buffer): KeyWrap {
  const recipient = new X509Certificate(certificate).publicKey;
  const documentKey = randomBytes(32);
  const macKey = randomBytes(64);
  const sealed = (bytes: Buffer): string =>
    `<enc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"/>${cipherValue(
      publicEncrypt({ key: recipient, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, bytes),
    )}`;
  return {
    deliveryData:
      '<cpix:DeliveryDataList><cpix:DeliveryData><cpix:DeliveryKey><ds:X509Data>' +
      `<ds:X509Certificate>${certificate.toString('base64')}</ds:X509Certificate></ds:X509Data></cpix:DeliveryKey>` +
      '<cpix:DocumentKey Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc"><cpix:Data><pskc:Secret>' +
      `<pskc:EncryptedValue>${sealed(documentKey)}</pskc:EncryptedValue></pskc:Secret></cpix:Data></cpix:DocumentKey>` +
      '<cpix:MACMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-sha512">' +
      `<cpix:Key>${sealed(macKey)}</cpix:Key></cpix:MACMethod></cpix:DeliveryData></cpix:DeliveryDataList>`,
    secret(key, wrongMac) {
      const iv = randomBytes(16);
      const cipher = createCipheriv('aes-256-cbc', documentKey, iv);
      const value = Buffer.concat([iv, cipher.update(key), cipher.final()]);
      const mac = createHmac('sha512', wrongMac ? randomBytes(64) : macKey)
        .update(value)
        .digest('base64');
      return (
        '<pskc:EncryptedValue><enc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/>' +
        `${cipherValue(value)}</pskc:EncryptedValue><pskc:ValueMAC>${mac}</pskc:ValueMAC>`
      );
    },
  };
}
