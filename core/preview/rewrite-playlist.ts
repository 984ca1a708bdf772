import { toHex } from '../base/bytes.ts';
import { readAttributes } from '../inspect/hls/attribute-list.ts';
import { readKey } from '../inspect/hls/key.ts';
import type { ListedKey } from '../inspect/model/listed-package.ts';
import type { SampleProtection } from '../inspect/model/media-track.ts';
import type { WantedKey } from '../inspect/model/track-reader.ts';
import type { ContentKey } from '../keys/content-key.ts';
import type { KnownKeys } from './known-keys.ts';

/** What a playlist's keys become. */
export interface PlaylistKeys {
  readonly keys: KnownKeys;
  /** Where the 16 bytes of a key are; `undefined`: of one that nobody has. */
  keyUrl(kid: string | undefined): string;
}

/** Tags that would send a player elsewhere, or to a DRM that a page on this machine does not have. */
const LEFT_OUT = /^#EXT-X-(?:SESSION-KEY|CONTENT-STEERING|PREFETCH|PRELOAD-HINT):/;
const KEY = '#EXT-X-KEY:';

/**
 * A playlist as players can play it here: whatever DRM its key lines are for, in fragmented MP4 they ask for ClearKey, in segments of
 * MPEG-TS and packed audio for the key itself (`identity`), which is all that a player can use there. Nothing else of it changes.
 */
export async function rewritePlaylist(text: string, { keys, keyUrl }: PlaylistKeys): Promise<string> {
  const isFragmented = /^#EXT-X-MAP:/m.test(text);
  /** Lines one after the other are of one key, each for another DRM. */
  const parts: (string | ListedKey[])[] = [];
  for (const line of text.split(/\r?\n/)) {
    const key = line.startsWith(KEY) ? keyOf(line.slice(KEY.length)) : undefined;
    const last = parts.at(-1);
    if (!key) parts.push(...(LEFT_OUT.test(line) ? [] : [line]));
    else if (Array.isArray(last)) last.push(key);
    else parts.push([key]);
  }
  const runs = parts.filter(
    (part) => typeof part !== 'string' && part[0]!.method !== 'NONE',
  ) as ListedKey[][];
  const found = await keys.find(runs.map((run) => wantedOf(run, isFragmented)));
  const lines = new Map(runs.map((run, at) => [run, keyLineOf(run, found[at], isFragmented, keyUrl)]));
  return parts
    .map((part) => (typeof part === 'string' ? part : (lines.get(part) ?? `${KEY}METHOD=NONE`)))
    .join('\n');
}

/** What is wrong with a line the findings say; here it is read as far as it can be. */
const unsaid = (): void => {};

const keyOf = (value: string): ListedKey | undefined =>
  readKey({ name: 'EXT-X-KEY', line: 0, value, attributes: readAttributes(value, unsaid) }, unsaid);

/** What the lines of a key say of it: some may say more than others. */
function wantedOf(run: readonly ListedKey[], isFragmented: boolean): WantedKey {
  const kid = run.map((line) => line.kid).find((each) => each !== undefined);
  const uri = run.map((line) => line.uri).find((each) => each !== undefined && !each.startsWith('data:'));
  return { kid, scheme: schemeOf(run[0]!.method, isFragmented), ...(uri === undefined ? {} : { uri }) };
}

function keyLineOf(
  run: readonly ListedKey[],
  key: ContentKey | undefined,
  isFragmented: boolean,
  keyUrl: PlaylistKeys['keyUrl'],
): string {
  const { method } = run[0]!;
  const kid = key?.hexId ?? wantedOf(run, isFragmented).kid;
  if (isFragmented && method !== 'AES-128' && kid !== undefined) {
    const uri = `data:text/plain;base64,${Buffer.from(kid, 'hex').toString('base64')}`;
    return `${KEY}METHOD=${method},URI="${uri}",KEYID=0x${kid},KEYFORMAT="org.w3.clearkey",KEYFORMATVERSIONS="1"`;
  }
  // FairPlay's licence brings the IV along: the key source has it.
  const iv = run.find((line) => line.iv !== undefined)?.iv ?? key?.iv;
  return `${KEY}METHOD=${method},URI="${keyUrl(key?.hexId)}"${iv ? `,IV=0x${toHex(iv)}` : ''}`;
}

function schemeOf(method: string, isFragmented: boolean): SampleProtection['scheme'] {
  if (method === 'AES-128') return 'aes-128';
  if (method === 'SAMPLE-AES-CTR') return 'cenc';
  return isFragmented ? 'cbcs' : 'sample-aes';
}
