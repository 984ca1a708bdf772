import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../commands/folders.ts';
import type { HexKey } from './dash.ts';
import { codedSamplesOf, hashes, IGNORE_EDITS, type SampleRequest } from './samples.ts';
import { shakaPackager } from './shaka-packager.ts';

/** Fragments that follow one another under one key. */
export interface KeyStretch {
  readonly key: HexKey & { readonly iv: string };
  readonly fragments: readonly Buffer[];
}

/** A track in fragmented MP4, key by key. */
export interface StretchedTrack {
  readonly kind: 'video' | 'audio';
  /** The initialisation section, with the first key. */
  readonly init: Buffer;
  readonly stretches: readonly KeyStretch[];
}

/**
 * The samples of some tracks by Shaka Packager, each stretch with its key alone, as hashes: one start of it for all. Version 3.4.2
 * writes sample groups and does not look at them when it decrypts, so that it is told the key where it does look: in `tenc`.
 */
export async function sampleHashesByShaka(tracks: readonly StretchedTrack[]): Promise<string[][]> {
  const folder = temporaryFolder('shaka-by-key');
  const descriptors: string[] = [];
  const keys = new Map<string, string>();
  const requests: SampleRequest[] = [];
  for (const { kind, init, stretches } of tracks) {
    for (const { key, fragments } of stretches) {
      const place = join(folder, `${requests.length}`);
      await writeFile(`${place}.mp4`, Buffer.concat([withKey(init, key), ...fragments]));
      descriptors.push(`in=${place}.mp4,stream=${kind},output=${place}-clear.mp4`);
      keys.set(key.keyId, key.key);
      const stream = kind === 'video' ? 'v:0' : 'a:0';
      requests.push({ path: `${place}-clear.mp4`, stream, demuxer: IGNORE_EDITS });
    }
  }
  const list = [...keys].map(([keyId, key], index) => `label=${index}:key_id=${keyId}:key=${key}`);
  await shakaPackager([...descriptors, '--enable_raw_key_decryption', '--keys', list.join()]);
  const read = await codedSamplesOf(requests);
  let at = 0;
  return tracks.map(({ stretches: { length } }) => {
    at += length;
    return hashes(read.slice(at - length, at).flat());
  });
}

/** The section with another key in every `tenc` (ISO/IEC 23001-7, 8.2): the one box of `schi`. */
function withKey(init: Buffer, { keyId, iv }: KeyStretch['key']): Buffer {
  const own = Buffer.from(init);
  for (let schi = own.indexOf('schi'); schi >= 0; schi = own.indexOf('schi', schi + 4)) {
    const tenc = schi + 8;
    if (own.toString('latin1', tenc, tenc + 4) !== 'tenc') continue;
    own.write(keyId, tenc + 12, 'hex');
    if (own[tenc + 11] === 0) own.write(iv, tenc + 29, 'hex');
  }
  return own;
}
