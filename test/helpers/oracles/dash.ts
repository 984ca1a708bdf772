import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../commands/folders.ts';
import { topLevelBoxes } from './boxes.ts';
import { type CodedSample, codedSamplesOf, IGNORE_EDITS, type SampleRequest } from './samples.ts';
import { shakaPackager } from './shaka-packager.ts';

/** A key in hexadecimal, as test configs hold it. */
export interface HexKey {
  readonly keyId: string;
  readonly key: string;
}

const STREAM = { video: 'v:0', audio: 'a:0' } as const;

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

/** A protected track in fragmented MP4, to be decrypted. */
export interface ProtectedTrack extends FragmentOptions {
  /** A single-file output, or an init segment and the media segments in order. */
  readonly files: readonly string[];
  readonly kind: 'video' | 'audio';
}

/** What to read of the decrypted fragments. */
export interface FragmentOptions {
  /** The first ones alone. @default all */
  readonly fragments?: number;
  /** A chain of bitstream filters. @default none: samples as they are stored */
  readonly filter?: string | undefined;
}

/**
 * Decrypt with ffmpeg and read the samples.
 * @param files as of a {@link ProtectedTrack}
 */
export async function dashSamplesByFfmpeg(
  files: readonly string[],
  kind: 'video' | 'audio',
  key: string,
  options: FragmentOptions = {},
): Promise<CodedSample[]> {
  return (await codedSamplesOf(await decryptedByFfmpeg({ ...options, files, kind }, key))).flat();
}

/**
 * What is to be read of a track that ffmpeg decrypts, one request after the other.
 * ffmpeg 5.1 takes the wrong fragment's `senc` when it sees several `moof`s, so each is an input of its own.
 */
export async function decryptedByFfmpeg(
  { files, kind, filter, fragments: most = Number.POSITIVE_INFINITY }: ProtectedTrack,
  key: string,
): Promise<SampleRequest[]> {
  const folder = temporaryFolder('ffmpeg-decrypt');
  const { init, fragments } = await readFragments(files);
  const requests: SampleRequest[] = [];
  for (const [index, fragment] of fragments.slice(0, most).entries()) {
    const path = join(folder, `${index}.mp4`);
    await writeFile(path, Buffer.concat([init, fragment]));
    const demuxer = [...IGNORE_EDITS, '-decryption_key', key];
    requests.push({ path, stream: STREAM[kind], demuxer, filter });
  }
  return requests;
}

/** Decrypt with Shaka Packager and read the samples. Files as of a {@link ProtectedTrack}. */
export async function dashSamplesByShaka(
  files: readonly string[],
  kind: 'video' | 'audio',
  key: HexKey,
  { filter }: Pick<FragmentOptions, 'filter'> = {},
): Promise<CodedSample[]> {
  const [samples = []] = await codedSamplesOf(await decryptedByShaka([{ files, kind, filter }], key));
  return samples;
}

/** A sample entry that Shaka Packager 3.4.2 does not know, and the one it has to take it for: samples are the same. */
const UNKNOWN_TO_SHAKA = ['frmadva1', 'frmaavc1'] as const;

/** Decrypt whole tracks with one start of Shaka Packager: what is to be read of each then. */
export async function decryptedByShaka(
  tracks: readonly Omit<ProtectedTrack, 'fragments'>[],
  { keyId, key }: HexKey,
): Promise<SampleRequest[]> {
  const folder = temporaryFolder('shaka-decrypt');
  const descriptors: string[] = [];
  const requests: SampleRequest[] = [];
  for (const [index, { files, kind, filter }] of tracks.entries()) {
    const [encrypted, path] = [
      join(folder, `encrypted-${index}.mp4`),
      join(folder, `decrypted-${index}.mp4`),
    ];
    const { init, fragments } = await readFragments(files);
    const entry = init.indexOf(UNKNOWN_TO_SHAKA[0], 0, 'latin1');
    if (entry >= 0) init.write(UNKNOWN_TO_SHAKA[1], entry, 'latin1');
    await writeFile(encrypted, Buffer.concat([init, ...fragments]));
    descriptors.push(`in=${encrypted},stream=${kind},output=${path}`);
    requests.push({ path, stream: STREAM[kind], demuxer: IGNORE_EDITS, filter });
  }
  const keys = ['--enable_raw_key_decryption', '--keys', `label=:key_id=${keyId}:key=${key}`];
  await shakaPackager([...descriptors, ...keys]);
  return requests;
}
