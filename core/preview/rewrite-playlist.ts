import { toHex } from '../base/bytes.ts';
import type { SampleProtection } from '../inspect/model/media-track.ts';
import { type KeyLine, readKeyLine } from './key-line.ts';
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
export async function rewritePlaylist(text: string, to: PlaylistKeys): Promise<string> {
  const isFragmented = /^#EXT-X-MAP:/m.test(text);
  const lines: string[] = [];
  /** One after the other they are of one key, each for another DRM. */
  let run: KeyLine[] = [];
  const endRun = async (): Promise<void> => {
    if (run.length > 0) lines.push(await keyLineOf(run, isFragmented, to));
    run = [];
  };
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith(KEY)) {
      run.push(readKeyLine(line.slice(KEY.length)));
      continue;
    }
    await endRun();
    if (!LEFT_OUT.test(line)) lines.push(line);
  }
  await endRun();
  return lines.join('\n');
}

async function keyLineOf(
  run: readonly KeyLine[],
  isFragmented: boolean,
  { keys, keyUrl }: PlaylistKeys,
): Promise<string> {
  const { method } = run[0]!;
  if (method === 'NONE') return `${KEY}METHOD=NONE`;
  const known = run.map(({ kid }) => kid).find((kid) => kid !== undefined);
  const found = await firstKey(run, schemeOf(method, isFragmented), keys);
  const kid = found?.hexId ?? known;
  if (isFragmented && method !== 'AES-128' && kid !== undefined) {
    const uri = `data:text/plain;base64,${Buffer.from(kid, 'hex').toString('base64')}`;
    return `${KEY}METHOD=${method},URI="${uri}",KEYID=0x${kid},KEYFORMAT="org.w3.clearkey",KEYFORMATVERSIONS="1"`;
  }
  // FairPlay's licence brings the IV along: the key source has it.
  const iv = run.find((line) => line.iv !== undefined)?.iv ?? (found?.iv && `0x${toHex(found.iv)}`);
  const url = keyUrl(found?.hexId);
  return `${KEY}METHOD=${method},URI="${url}"${iv === undefined ? '' : `,IV=${iv}`}`;
}

/** Some of the lines may say more of the key than others do. */
async function firstKey(run: readonly KeyLine[], scheme: SampleProtection['scheme'], keys: KnownKeys) {
  for (const { kid, uri } of run) {
    const key = await keys.find({ kid, scheme, ...(uri === undefined ? {} : { uri }) });
    if (key) return key;
  }
  return undefined;
}

function schemeOf(method: string, isFragmented: boolean): SampleProtection['scheme'] {
  if (method === 'AES-128') return 'aes-128';
  if (method === 'SAMPLE-AES-CTR') return 'cenc';
  return isFragmented ? 'cbcs' : 'sample-aes';
}
