import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './folders.ts';
import { type CodedSample, codedSamples, mp4Samples } from './oracle-samples.ts';
import { shakaPackager } from './shaka-packager.ts';

/** A key in hexadecimal, as test configs hold it. */
export interface HexKey {
  readonly keyId: string;
  readonly key: string;
}

/** A fragmented MP4, cut at its `moof` boxes. */
export interface Fragments {
  /** `ftyp`, `moov`: what a player reads first. */
  readonly init: Buffer;
  /** Each a `moof` with its `mdat`. */
  readonly fragments: readonly Buffer[];
}

/** Cut fragmented MP4 files, one after the other as they are given, into their parts. */
export async function readFragments(files: readonly string[]): Promise<Fragments> {
  const init: Buffer[] = [];
  const fragments: Buffer[] = [];
  let moof: Buffer | undefined;
  for (const file of files) {
    for (const { type, bytes } of topLevelBoxes(await readFile(file))) {
      if (type === 'ftyp' || type === 'moov') init.push(bytes);
      else if (type === 'moof') moof = bytes;
      else if (type === 'mdat') {
        if (moof === undefined) throw new Error(`${file}: mdat without moof`);
        fragments.push(Buffer.concat([moof, bytes]));
        moof = undefined;
      }
    }
  }
  return { init: Buffer.concat(init), fragments };
}

function topLevelBoxes(file: Buffer): { type: string; bytes: Buffer }[] {
  const boxes: { type: string; bytes: Buffer }[] = [];
  for (let at = 0; at < file.length; ) {
    const short = file.readUInt32BE(at);
    const size = short === 1 ? Number(file.readBigUInt64BE(at + 8)) : short;
    if (size < 8 || at + size > file.length) throw new Error(`box at ${at} does not fit: ${size} bytes`);
    boxes.push({ type: file.toString('latin1', at + 4, at + 8), bytes: file.subarray(at, at + size) });
    at += size;
  }
  return boxes;
}

/**
 * Decrypt with ffmpeg and read the samples.
 * ffmpeg 5.1 takes the wrong fragment's `senc` when it sees several `moof`s, so it is given one at a time.
 * @param files a single-file output, or an init segment and the media segments in order
 */
export async function dashSamplesByFfmpeg(
  files: readonly string[],
  kind: 'video' | 'audio',
  key: string,
): Promise<CodedSample[]> {
  const { init, fragments } = await readFragments(files);
  const samples: CodedSample[] = [];
  for (const fragment of fragments) {
    const demuxer = ['-ignore_editlist', '1', '-decryption_key', key];
    const input = Buffer.concat([init, fragment]);
    samples.push(...(await codedSamples('pipe:0', kind === 'video' ? 'v:0' : 'a:0', { demuxer, input })));
  }
  return samples;
}

/** A sample entry that Shaka Packager 3.4.2 does not know, and the one it has to take it for: samples are the same. */
const UNKNOWN_TO_SHAKA = ['frmadva1', 'frmaavc1'] as const;

/** Decrypt with Shaka Packager and read the samples. Files as for {@link dashSamplesByFfmpeg}. */
export async function dashSamplesByShaka(
  files: readonly string[],
  kind: 'video' | 'audio',
  { keyId, key }: HexKey,
): Promise<CodedSample[]> {
  const folder = temporaryFolder('shaka-decrypt');
  const [encrypted, decrypted] = [join(folder, 'encrypted.mp4'), join(folder, 'decrypted.mp4')];
  const { init, fragments } = await readFragments(files);
  const entry = init.indexOf(UNKNOWN_TO_SHAKA[0], 0, 'latin1');
  if (entry >= 0) init.write(UNKNOWN_TO_SHAKA[1], entry, 'latin1');
  await writeFile(encrypted, Buffer.concat([init, ...fragments]));
  const keys = ['--enable_raw_key_decryption', '--keys', `label=:key_id=${keyId}:key=${key}`];
  await shakaPackager([`in=${encrypted},stream=${kind},output=${decrypted}`, ...keys]);
  return mp4Samples(decrypted, kind === 'video' ? 'v:0' : 'a:0');
}
