import { fromBase64 } from '../../../base/bytes.ts';
import type { ListedKey } from '../../model/listed-package.ts';
import type { RenditionFacts } from '../package-facts.ts';
import { type PlayReadyKey, readPlayReadyObject } from './playready-object.ts';
import { readPssh } from './pssh-box.ts';
import { readWidevineData } from './widevine-data.ts';

export const WIDEVINE = 'edef8ba979d64acea3c827dcd51d21ed';
export const PLAYREADY = '9a04f07998404286ab92e65be0885f95';
export const FAIRPLAY_FORMAT = 'com.apple.streamingkeydelivery';
const PLAYREADY_FORMAT = 'com.microsoft.playready';

/** Data from which a CDM makes its request for a licence, wherever in a package it is. */
export interface LicenceData {
  /** Where it stands, for a sentence: `the "pssh" box of moov`. */
  readonly where: string;
  readonly file: string;
  readonly offset?: number;
  /** 32 hexadecimal digits. */
  readonly systemId: string;
  /** Key ids that it names. */
  readonly kids: readonly string[];
  /** What is wrong with its form: completes `… <where> …`. */
  readonly fault?: string;
  /** Of Widevine: the scheme that it says, four letters. */
  readonly scheme?: string | undefined;
  /** Of PlayReady. */
  readonly keys?: readonly PlayReadyKey[];
}

type Origin = Pick<LicenceData, 'where' | 'file' | 'offset'>;

/** What a `pssh` box holds. */
export function licenceDataOf(
  box: { readonly systemId: string; readonly kids: readonly string[]; readonly data: Uint8Array },
  origin: Origin,
): LicenceData {
  const { systemId, kids, data } = box;
  if (systemId === WIDEVINE) {
    const widevine = readWidevineData(data);
    if (typeof widevine === 'string') return { ...origin, systemId, kids, fault: widevine };
    return { ...origin, systemId, kids: [...kids, ...widevine.kids], scheme: widevine.scheme };
  }
  if (systemId === PLAYREADY) return playReadyData(data, origin, kids);
  return { ...origin, systemId, kids };
}

function playReadyData(data: Uint8Array, origin: Origin, listed: readonly string[] = []): LicenceData {
  const keys = readPlayReadyObject(data);
  if (typeof keys === 'string') return { ...origin, systemId: PLAYREADY, kids: listed, fault: keys };
  return { ...origin, systemId: PLAYREADY, kids: [...listed, ...keys.map(({ kid }) => kid)], keys };
}

/** A whole `pssh` box, as manifests hold it. */
function boxData(bytes: Uint8Array, origin: Origin, systemId: string): LicenceData {
  const box = readPssh(bytes);
  if (typeof box === 'string') return { ...origin, systemId, kids: [], fault: box };
  if (systemId !== '' && box.systemId !== systemId)
    return { ...origin, systemId, kids: box.kids, fault: 'is of another DRM system than it stands for' };
  return licenceDataOf(box, origin);
}

/** All of a rendition: of its file, its Representation, its key lines; each once. */
export function licenceDataOfRendition({ listed, media }: RenditionFacts): LicenceData[] {
  const found: LicenceData[] = [];
  const file = listed.init?.path ?? listed.segments[0]?.place.path ?? listed.manifest;
  for (const box of media?.movie?.pssh ?? [])
    found.push(licenceDataOf(box, { where: 'the "pssh" box in "moov"', file, offset: box.position }));
  for (const box of media?.fragments?.pssh ?? [])
    found.push(
      licenceDataOf(box, { where: 'the "pssh" box in "moof"', file: box.file, offset: box.position }),
    );
  for (const { schemeIdUri, pssh, pro } of listed.protection) {
    const systemId = schemeIdUri.replace('urn:uuid:', '').replaceAll('-', '');
    const origin = { file: listed.manifest, where: `the "pssh" of ContentProtection ${schemeIdUri}` };
    for (const box of pssh) found.push(boxData(box, origin, systemId));
    if (pro) found.push(playReadyData(pro, { file: listed.manifest, where: 'mspr:pro' }));
  }
  return [
    ...found,
    ...keyLineData(
      listed.segments.flatMap(({ keys }) => keys),
      listed.manifest,
    ),
  ];
}

/** Of key lines whose URI is the data itself, each text once. */
export function keyLineData(keys: readonly ListedKey[], file: string): LicenceData[] {
  const found = new Map<string, LicenceData>();
  for (const { uri, keyFormat } of keys) {
    if (uri === undefined || found.has(uri)) continue;
    const text = /^data:[^,]*;base64,(.*)$/s.exec(uri)?.[1];
    const isPlayReady = keyFormat === PLAYREADY_FORMAT;
    const isBox = keyFormat.startsWith('urn:uuid:');
    if (text === undefined || !(isPlayReady || isBox)) continue;
    const origin = { file, where: `the data in a key line of ${keyFormat}` };
    const systemId = isPlayReady ? PLAYREADY : keyFormat.replace('urn:uuid:', '').replaceAll('-', '');
    const bytes = bytesOf(text);
    if (!bytes) found.set(uri, { ...origin, systemId, kids: [], fault: 'is no Base64' });
    else found.set(uri, isPlayReady ? playReadyData(bytes, origin) : boxData(bytes, origin, systemId));
  }
  return [...found.values()];
}

function bytesOf(text: string): Uint8Array | undefined {
  try {
    return fromBase64(text);
  } catch {
    return undefined;
  }
}

/** The same id with the bytes of its first three parts turned round, as a GUID has them. */
export const turnedKid = (kid: string): string => {
  const byte = (at: number): string => kid.substring(2 * at, 2 * at + 2);
  const first = [3, 2, 1, 0, 5, 4, 7, 6].map(byte).join('');
  return first + kid.substring(16);
};
