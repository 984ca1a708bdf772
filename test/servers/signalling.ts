import { createCipheriv } from 'node:crypto';
import type { IssuedKey } from './key-store.ts';

/** How a server words its signalling. */
export type SignallingStyle = 'pallycon-v1' | 'pallycon-v2' | 'speke-v1' | 'speke-v2';

/** DRM system ids that the server knows. */
export const SYSTEM = {
  widevine: 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed',
  playready: '9a04f079-9840-4286-ab92-e65be0885f95',
  fairplay: '94ce86fb-07ff-4f43-adb8-93d2fa968ca2',
  wiseplay: '3d5e6d35-9b9a-41e8-b843-dd3c6e72c42c',
  ncg: 'd9e4411a-e886-4909-a380-a77f28d52335',
  ncgHlsAes128: '81376844-f976-481e-a84e-cc25d39b0b33',
  ncgHlsSampleAes: '48582a1d-1ff4-426e-8cd5-06424fcc578c',
  aes128: '3ea8778f-7742-4bf9-b18b-e834b2acbd47',
  sampleAes: 'be58615b-19c4-4684-88b3-c8c57e99e957',
} as const;

/** Systems of which PallyCon answers a single key only. */
export const SINGLE_KEY_SYSTEMS: readonly string[] = [SYSTEM.ncg, SYSTEM.aes128, SYSTEM.sampleAes];

/** The text of each child of a `DRMSystem`, by the names of `RequestedSystem.wants`. */
export type Signals = Readonly<Record<string, string>>;

const LICENSE_URL = 'https://license.pallycon.com/ri/licenseManager.do';
const base64 = (data: string | Buffer): string => Buffer.from(data).toString('base64');

/** All that the server can say about a key for one DRM system; `undefined` for a system it does not know. */
export function signalsOf(systemId: string, issued: IssuedKey, style: SignallingStyle): Signals | undefined {
  switch (systemId) {
    case SYSTEM.widevine:
      return boxed(systemId, widevineData(issued, style), style);
    case SYSTEM.playready:
      return playReady(systemId, issued, style);
    case SYSTEM.wiseplay:
      return boxed(systemId, Buffer.from(JSON.stringify({ kids: [base64(bytesOf(issued.kid))] })), style);
    case SYSTEM.fairplay:
      return hls('SAMPLE-AES', `skd://${base64(bytesOf(issued.kid))}`, 'com.apple.streamingkeydelivery');
    case SYSTEM.ncg:
      return {}; // its one child is the key itself
    case SYSTEM.ncgHlsAes128:
    case SYSTEM.aes128:
      return hls('AES-128', keyUri(issued));
    case SYSTEM.ncgHlsSampleAes:
    case SYSTEM.sampleAes:
      return hls('SAMPLE-AES', keyUri(issued));
    default:
      return undefined;
  }
}

const keyUri = ({ contentId }: IssuedKey): string =>
  `https://license.pallycon.com/ri/hlskeyPackager.do?sid=DEMO&filename=film&cid=${encodeURIComponent(contentId)}`;

function hls(method: string, uri: string, keyFormat?: string): Signals {
  const attributes = [
    `METHOD=${method}`,
    `URI="${uri}"`,
    ...(keyFormat ? [`KEYFORMAT="${keyFormat}"`] : []),
    'KEYFORMATVERSIONS="1"',
  ].join(',');
  const media = base64(`#EXT-X-KEY:${attributes}`);
  const master = base64(`#EXT-X-SESSION-KEY:${attributes}`);
  return {
    URIExtXKey: base64(uri),
    KeyFormat: base64(keyFormat ?? 'identity'),
    KeyFormatVersions: base64('1'),
    HLSSignalingData: media,
    'HLSSignalingData:media': media,
    'HLSSignalingData:master': master,
    'HLSSignalingData:multiVariant': master,
  };
}

/** A system with a `pssh` box. PallyCon's `ContentProtectionData` is the payload of the box; CPIX says XML. */
function boxed(systemId: string, data: Buffer, style: SignallingStyle, more = ''): Signals {
  const box = base64(psshBox(systemId, data));
  const element = `<cenc:pssh xmlns:cenc="urn:mpeg:cenc:2013">${box}</cenc:pssh>${more}`;
  return {
    PSSH: box,
    ContentProtectionData: base64(style.startsWith('pallycon') ? data : element),
    ...hls('SAMPLE-AES', `data:text/plain;base64,${box}`, `urn:uuid:${systemId}`),
  };
}

function psshBox(systemId: string, data: Buffer): Buffer {
  const head = Buffer.alloc(32);
  head.writeUInt32BE(32 + data.length, 0);
  head.write('pssh', 4);
  bytesOf(systemId).copy(head, 12);
  head.writeUInt32BE(data.length, 28);
  return Buffer.concat([head, data]);
}

/** Fields 1 to 4 of the Widevine header: algorithm, key id, provider, content id. */
function widevineData({ kid, contentId }: IssuedKey, style: SignallingStyle): Buffer {
  const field = (number: number, bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
  return Buffer.concat([
    ...(style === 'pallycon-v1' ? [Buffer.from([0x08, 0x01])] : []),
    field(2, bytesOf(kid)),
    field(3, Buffer.from('inkaentworks')),
    field(4, Buffer.from(contentId.slice(0, 100))),
  ]);
}

function playReady(systemId: string, issued: IssuedKey, style: SignallingStyle): Signals {
  const object = playReadyObject(issued, style === 'pallycon-v1' || style === 'speke-v1');
  const pro = `<mspr:pro xmlns:mspr="urn:microsoft:playready">${base64(object)}</mspr:pro>`;
  return {
    ...boxed(systemId, object, style, pro),
    SmoothStreamingProtectionHeaderData: base64(object),
    ProtectionHeader: base64(object),
  };
}

/** A PlayReady object with one header record: version 4.0.0.0 or 4.3.0.0. */
function playReadyObject({ kid, key }: IssuedKey, old: boolean): Buffer {
  const guid = guidOf(bytesOf(kid));
  const checksum = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(guid).subarray(0, 8);
  const [id, sum] = [base64(guid), base64(checksum)];
  const data = old
    ? `<PROTECTINFO><KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO><KID>${id}</KID><CHECKSUM>${sum}</CHECKSUM>`
    : `<PROTECTINFO><KIDS><KID ALGID="AESCTR" CHECKSUM="${sum}" VALUE="${id}"></KID></KIDS></PROTECTINFO>`;
  const header = Buffer.from(
    `<WRMHEADER xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader" version="4.${old ? 0 : 3}.0.0">` +
      `<DATA>${data}<LA_URL>${LICENSE_URL}</LA_URL></DATA></WRMHEADER>`,
    'utf16le',
  );
  const head = Buffer.alloc(10);
  head.writeUInt32LE(10 + header.length, 0);
  head.writeUInt16LE(1, 4);
  head.writeUInt16LE(1, 6);
  head.writeUInt16LE(header.length, 8);
  return Buffer.concat([head, header]);
}

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

const guidOf = (id: Buffer): Buffer =>
  Buffer.concat(
    [
      id.subarray(0, 4).toReversed(),
      id.subarray(4, 6).toReversed(),
      id.subarray(6, 8).toReversed(),
      id.subarray(8),
    ].map((part) => Buffer.from(part)),
  );
