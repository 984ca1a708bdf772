import { fromHex } from '../../base/bytes.ts';
import { kidOfText, readKeyUri } from '../drm/system-data.ts';
import type { ListedKey, ListedTag } from '../model/listed-package.ts';
import type { SyntaxFault } from './attribute-list.ts';

const METHODS = ['NONE', 'AES-128', 'SAMPLE-AES', 'SAMPLE-AES-CTR', 'AES-256', 'AES-256-GCM'];
const IV_BYTES = 16;

/** EXT-X-KEY and EXT-X-SESSION-KEY (RFC 8216bis, 4.4.4.4). `undefined` where it cannot be one. */
export function readKey({ line, attributes }: ListedTag, fault: SyntaxFault): ListedKey | undefined {
  const method = attributes.get('METHOD');
  if (method === undefined) {
    fault('METHOD_MISSING', 'has no METHOD');
    return undefined;
  }
  if (!METHODS.includes(method))
    fault('METHOD_UNKNOWN', `has a METHOD that nobody knows: ${method.slice(0, 40)}`);
  const uri = attributes.get('URI');
  const isNone = method === 'NONE';
  if (!isNone && (uri === undefined || uri === '')) fault('URI_MISSING', 'has no URI');
  if (isNone && attributes.size > 1) fault('KEY_NONE_WITH_ATTRIBUTES', 'says NONE, and has other attributes');
  const keyFormat = attributes.get('KEYFORMAT') ?? 'identity';
  return {
    method,
    uri,
    iv: readIv(attributes.get('IV'), fault),
    keyFormat,
    keyFormatVersions: attributes.get('KEYFORMATVERSIONS'),
    kid: kidOf(attributes.get('KEYID'), keyFormat, uri, fault),
    line,
  };
}

function readIv(text: string | undefined, fault: SyntaxFault): Uint8Array | undefined {
  const digits = text === undefined ? undefined : /^0x([\da-f]{1,32})$/i.exec(text)?.[1];
  if (text !== undefined && digits === undefined) fault('IV_SYNTAX', 'has an IV that is not 128 bits');
  return digits === undefined ? undefined : fromHex(digits.padStart(2 * IV_BYTES, '0'));
}

function kidOf(
  keyId: string | undefined,
  keyFormat: string,
  uri: string | undefined,
  fault: SyntaxFault,
): string | undefined {
  if (keyId !== undefined) {
    const kid = kidOfText(keyId);
    if (kid === undefined) fault('KEYID_SYNTAX', 'has a KEYID that is not 128 bits');
    return kid;
  }
  if (uri === undefined) return undefined;
  const data = readKeyUri(keyFormat, uri);
  return data ? data.kids[0] : kidInAddress(uri);
}

/** Where an address of a key has one key id in it, and nothing else that looks like one: `skd://000102…`; or is one in Base64. */
function kidInAddress(uri: string): string | undefined {
  const base64 = /^skd:\/\/([\w+/-]{22}==)$/.exec(uri)?.[1];
  if (base64 !== undefined) return kidOfText(base64);
  const found = uri.match(
    /(?<![\da-f])(?:[\da-f]{32}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})(?![\da-f-])/gi,
  );
  const ids = new Set(found?.map((text) => kidOfText(text)));
  return ids.size === 1 ? [...ids][0] : undefined;
}
