import { toHex } from '../../base/bytes.ts';
import { type MarlinData, readMarlin } from './marlin.ts';
import { type PlayReadyData, readPlayReady } from './playready.ts';
import { type PsshBox, readPsshBoxes } from './pssh-boxes.ts';
import { systemName, systemOfFormat } from './systems.ts';
import { readWidevine, type WidevineData } from './widevine.ts';

/** What a DRM system is told of keys, wherever it stands: in a `pssh` box, in an MPD, in a key line. */
export interface SystemData {
  /** Its name; `undefined`: nobody here knows the id. */
  readonly system: string | undefined;
  /** A UUID in lower case; `undefined`: it stands where a name says whose it is. */
  readonly systemId: string | undefined;
  /** All key ids in it, each once: 32 hexadecimal digits. */
  readonly kids: readonly string[];
  readonly widevine?: WidevineData;
  readonly playready?: PlayReadyData;
  readonly marlin?: MarlinData;
  /** Bytes of the system's own data. */
  readonly size: number;
  /** What is wrong with it, as the ends of sentences: `has a key id of 5 bytes`. */
  readonly faults: readonly string[];
}

const READERS: Readonly<
  Record<string, (data: Uint8Array) => Pick<SystemData, 'widevine' | 'playready' | 'marlin'>>
> = {
  Widevine: (data) => ({ widevine: readWidevine(data) }),
  PlayReady: (data) => ({ playready: readPlayReady(data) }),
  Marlin: (data) => ({ marlin: readMarlin(data) }),
};

/** What is in a `pssh` box. */
export const readPssh = ({ systemId, kids, data }: PsshBox): SystemData =>
  readData(systemName(systemId), systemId, kids, data);

/** What is in `mspr:pro`. */
export const readPro = (object: Uint8Array): SystemData => readData('PlayReady', undefined, [], object);

function readData(
  system: string | undefined,
  systemId: string | undefined,
  listed: readonly string[],
  data: Uint8Array,
): SystemData {
  const facts = { system, systemId, size: data.length };
  const read = READERS[system ?? ''];
  // A box of version 1 may say all with its list.
  if (!read || (data.length === 0 && listed.length > 0))
    return { ...facts, kids: unique(listed), faults: [] };
  try {
    const found = read(data);
    const named =
      found.widevine?.kids ?? found.marlin?.kids ?? found.playready?.keys.map(({ kid }) => kid) ?? [];
    const faults = found.widevine?.faults ?? found.playready?.faults ?? [];
    return { ...facts, ...found, kids: unique([...listed, ...named]), faults };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return { ...facts, kids: unique(listed), faults: [cause.message] };
  }
}

const unique = (kids: readonly string[]): string[] => [...new Set(kids)];

const DATA_URI = /^data:([^,]*?)(;base64)?,(.*)$/is;

/**
 * What a key line hands to its DRM system: `data:` with `pssh` boxes, with a PlayReady object, or with the JSON that the first
 * players of Widevine read. `undefined`: it is an address.
 */
export function readKeyUri(keyFormat: string, uri: string): SystemData | undefined {
  const found = DATA_URI.exec(uri);
  if (!found) return undefined;
  const bytes = found[2] ? Buffer.from(found[3]!, 'base64') : Buffer.from(unescaped(found[3]!));
  const system = systemOfFormat(keyFormat);
  const { boxes } = readPsshBoxes(bytes);
  if (boxes.length > 0) {
    const all = boxes.map(readPssh);
    const own = all.find((one) => one.system === system) ?? all[0]!;
    return { ...own, kids: unique(all.flatMap(({ kids }) => kids)) };
  }
  if (bytes[0] === 0x7b) return { system, systemId: undefined, size: bytes.length, ...kidsOfJson(bytes) };
  return readData(system, undefined, [], bytes);
}

/** `{"key_ids":["000102…"],"provider":"…"}` */
function kidsOfJson(bytes: Uint8Array): Pick<SystemData, 'kids' | 'faults'> {
  try {
    const { key_ids: ids } = JSON.parse(new TextDecoder().decode(bytes)) as { readonly key_ids?: unknown };
    const texts = Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
    return { kids: unique(texts.flatMap((id) => kidOfText(id) ?? [])), faults: [] };
  } catch {
    return { kids: [], faults: ['has no JSON that can be read'] };
  }
}

/** A key id as 32 hexadecimal digits, from these, with or without 0x, from a UUID, or from Base64 of 16 bytes. */
export function kidOfText(text: string): string | undefined {
  const digits = text
    .trim()
    .replace(/^0x|[{}-]/gi, '')
    .toLowerCase();
  if (/^[0-9a-f]{32}$/.test(digits)) return digits;
  return /^[\w+/-]{22}(==)?$/.test(text.trim()) ? toHex(Buffer.from(text.trim(), 'base64')) : undefined;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone percent sign
  }
}
