import { toBase64 } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import { isOneWord } from '../base/printable.ts';
import { type XmlNode, xml } from '../base/xml/xml-node.ts';

/** Each element declares its own namespaces; `dashManifest` moves the declarations to the root. */
const CENC = { 'xmlns:cenc': 'urn:mpeg:cenc:2013' };
const DASHIF = { 'xmlns:dashif': 'https://dashif.org/CPS' };

/** The descriptor that says which scheme and which key (ISO/IEC 23009-1, 5.8.5.2): mandatory, and first. */
export const mp4Protection = (scheme: 'cenc' | 'cbcs', keyId: string): XmlNode =>
  xml('ContentProtection', {
    ...CENC,
    schemeIdUri: 'urn:mpeg:dash:mp4protection:2011',
    value: scheme,
    'cenc:default_KID': keyId,
  });

/** The descriptor of one DRM system. */
export const contentProtection = (system: string, value: string | undefined, children: XmlNode[]): XmlNode =>
  xml('ContentProtection', { schemeIdUri: `urn:uuid:${system}`, value }, ...children);

/** A whole `pssh` box, for players that take it from the manifest. */
export const psshElement = (box: Uint8Array): XmlNode => xml('cenc:pssh', CENC, toBase64(box));

/** Where to get a licence (DASH-IF content protection guidelines); nothing without a URL. */
export const licenseUrlElements = (url: string | undefined): XmlNode[] =>
  url === undefined ? [] : [xml('dashif:Laurl', DASHIF, url)];

/** @throws PackagerError, which never repeats the URL: it may hold a token. */
export function checkUrl(option: string, url: string | undefined): void {
  if (url === undefined || (URL.canParse(url) && isOneWord(url) && /^https?:\/\//i.test(url))) return;
  throw fail.invalidOption(`${option} is not an absolute http or https URL.`);
}
