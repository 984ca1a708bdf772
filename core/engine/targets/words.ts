import type { DeliveredEncryption, DeliveredIv, Delivery, ManifestFormat } from '../../contract/delivery.ts';
import type { ModeChoice, PlayableWay } from '../../contract/target.ts';

export const MANIFEST: Readonly<Record<ManifestFormat, string>> = { dash: 'DASH', hls: 'HLS' };
export const CONTAINER: Readonly<Record<Delivery['container'], string>> = { fmp4: 'fMP4', ts: 'MPEG-TS' };
export const ENCRYPTION: Readonly<Record<DeliveredEncryption, string>> = {
  cenc: 'cenc',
  cbcs: 'cbcs',
  'sample-aes': 'SAMPLE-AES',
  'aes-128': 'AES-128',
};
export const FILES: Readonly<Record<Delivery['files'], string>> = {
  'single-file': 'byte ranges of one file',
  segments: 'a file for each segment',
};

export const ivWords = (iv: DeliveredIv): string =>
  iv === 'constant' ? 'one IV for all samples' : `an IV of ${iv} bytes for each sample`;

/** `a, b or c`; each once. */
export function listed(words: readonly string[], conjunction: 'and' | 'or'): string {
  const each = [...new Set(words)];
  const last = each.at(-1) ?? '';
  return each.length > 1 ? `${each.slice(0, -1).join(', ')} ${conjunction} ${last}` : last;
}

/** `mode acme with scheme: 'cbcs'`, as a config would have it. */
export function choiceWords({ mode, options = {} }: ModeChoice): string {
  const words = Object.entries(options).map(([name, value]) => `${name}: ${literal(value)}`);
  return `mode ${mode}${words.length > 0 ? ` with ${words.join(', ')}` : ''}`;
}

const literal = (value: unknown): string => JSON.stringify(value).replaceAll('"', "'").replaceAll(',', ', ');

/** `HLS in fMP4 with cbcs under acme-drm`. */
export const wayWords = ({ manifests, containers, encryptions, systems }: PlayableWay): string =>
  `${listed(
    manifests.map((each) => MANIFEST[each]),
    'or',
  )} in ${listed(
    containers.map((each) => CONTAINER[each]),
    'or',
  )} with ${listed(
    encryptions.map((each) => ENCRYPTION[each]),
    'or',
  )} under ${listed(systems, 'or')}`;
