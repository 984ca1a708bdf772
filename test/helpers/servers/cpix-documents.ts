/** CPIX documents in the words of the interface document, written by hand: nothing here shares code with the packager. */

export const KID = '12ea753c-23e7-bc02-4474-b2b976c43beb';
export const OTHER_KID = 'b5d1c7f0-0b5c-4d0e-8a54-6f0b6e1f9a01';
export const KEY = '00112233445566778899aabbccddeeff';
/** PallyCon's: the ASCII text `0123456789abcdef`. */
export const IV = '30313233343536373839616263646566';

export const WIDEVINE = 'EDEF8BA9-79D6-4ACE-A3C8-27DCD51D21ED';
export const PLAYREADY = '9A04F079-9840-4286-AB92-E65BE0885F95';
export const FAIRPLAY = '94CE86FB-07FF-4F43-ADB8-93D2FA968CA2';
export const NCG = 'D9E4411A-E886-4909-A380-A77F28D52335';
export const AES_128 = '81376844-F976-481E-A84E-CC25D39B0B33';

export const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');
export const base64Hex = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

/** A version-0 `pssh` box in Base64. */
export function psshBase64(systemId: string, data: string): string {
  const payload = Buffer.from(data);
  const head = Buffer.alloc(12);
  head.writeUInt32BE(32 + payload.length);
  head.write('pssh', 4, 'latin1');
  const size = Buffer.alloc(4);
  size.writeUInt32BE(payload.length);
  const id = Buffer.from(systemId.replaceAll('-', ''), 'hex');
  return base64(Buffer.concat([head, id, size, payload]));
}

export interface DocumentParts {
  readonly root?: string;
  readonly keys?: string;
  readonly systems?: string;
  readonly rules?: string;
  readonly periods?: string;
  readonly delivery?: string;
}

/** A `ContentKey` element. */
export const keyElement = (kid = KID, attributes = '', value = base64Hex(KEY)): string =>
  `<cpix:ContentKey kid="${kid}" explicitIV="${base64Hex(IV)}" ${attributes}><cpix:Data><pskc:Secret>` +
  `<pskc:PlainValue>${value}</pskc:PlainValue></pskc:Secret></cpix:Data></cpix:ContentKey>`;

export const systemElement = (systemId: string, children: string, kid = KID): string =>
  `<cpix:DRMSystem kid="${kid}" systemId="${systemId}">${children}</cpix:DRMSystem>`;

export const ruleElement = (kid: string, trackType: string, filters: string): string =>
  `<cpix:ContentKeyUsageRule kid="${kid}" intendedTrackType="${trackType}">${filters}</cpix:ContentKeyUsageRule>`;

/** A whole document; by default with one key and nothing else. */
export function cpix({ root = 'id="film"', keys = keyElement(), ...lists }: DocumentParts = {}): string {
  const list = (name: string, items: string | undefined) =>
    items ? `<cpix:${name}>${items}</cpix:${name}>` : '';
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n<cpix:CPIX xmlns:cpix="urn:dashif:org:cpix" ' +
    'xmlns:pskc="urn:ietf:params:xml:ns:keyprov:pskc" xmlns:speke="urn:aws:amazon:com:speke" ' +
    'xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:enc="http://www.w3.org/2001/04/xmlenc#" ' +
    `${root}>${lists.delivery ?? ''}${list('ContentKeyList', keys)}${list('DRMSystemList', lists.systems)}` +
    `${list('ContentKeyPeriodList', lists.periods)}${list('ContentKeyUsageRuleList', lists.rules)}</cpix:CPIX>`
  );
}
