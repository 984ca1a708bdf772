/** Whether files and streams of a title with several keys are each under the key of its label, and under no other. */
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { resultOf } from '../commands/together.ts';
import { decryptedByFfmpeg, decryptedByShaka } from '../oracles/dash.ts';
import { type HlsReading, hlsSamples, hlsSamplesOfEach } from '../oracles/hls.ts';
import { findBoxes, parseBoxes } from '../oracles/mp4box-reader.ts';
import {
  type CodedSample,
  codedSamples,
  codedSamplesOf,
  codedSamplesOfEach,
  hashes,
  IGNORE_EDITS,
  MP4_TO_TS,
  recovers,
} from '../oracles/samples.ts';
import { hexKey } from './label-titles.ts';

/** A track that has been written. */
interface LabelTrack {
  readonly kind: 'video' | 'audio';
  readonly label: string;
  /** The input that it is of. */
  readonly source: string;
}

/** In a fragmented MP4 of its own. */
export interface LabelFile extends LabelTrack {
  readonly file: string;
}

/** In a media playlist of its own, in MPEG-TS. */
export interface LabelPlaylist extends LabelTrack {
  readonly playlist: string;
}

const STREAM = { video: 'v:0', audio: 'a:0' } as const;

/**
 * Assert that files of one track decrypt with the key of their label, by two tools, and not with another of the title.
 * All attempts are read with one start of ffmpeg.
 * @param all the labels of the title
 */
export async function assertFilesUnder(files: readonly LabelFile[], all: readonly string[]): Promise<void> {
  const wanted = await codedSamplesOf(
    files.map(({ source, kind }) => ({ path: source, stream: STREAM[kind], demuxer: IGNORE_EDITS })),
  );
  const attempts = await Promise.all(files.map((track) => attemptsOn(track, all)));
  const read = await codedSamplesOfEach(attempts.flatMap((list) => list.map(({ requests }) => requests)));
  let at = 0;
  for (const [index, { file, label }] of files.entries()) {
    const source = hashes(wanted[index]!);
    assert.ok(source.length > 8);
    const tenc = findBoxes(parseBoxes(readFileSync(file)), 'tenc');
    assert.ok(tenc.length > 0, file);
    for (const box of tenc) assert.is(String(box['default_KID']), hexKey(label).keyId, file);
    for (const { what, isOwn } of attempts[index]!) {
      const found = read[at++];
      if (isOwn) assert.equal(hashes(resultOf(found)), source, `${file}: ${what}`);
      else assert.not.equal(samplesOf(found), source, `${file}: ${what} does not fit`);
    }
  }
}

const samplesOf = (found: PromiseSettledResult<CodedSample[]> | undefined): string[] =>
  found?.status === 'fulfilled' ? hashes(found.value) : [];

/** A key that is tried on a file. */
interface Attempt {
  readonly what: string;
  readonly isOwn: boolean;
  readonly requests: Awaited<ReturnType<typeof decryptedByFfmpeg>>;
}

/** By ffmpeg and by Shaka Packager, under the own key and under another, which for the latter has the id of this one. */
async function attemptsOn({ file, kind, label }: LabelFile, all: readonly string[]): Promise<Attempt[]> {
  const track = { files: [file], kind };
  const attempts: Attempt[] = [];
  const [wrong] = all.filter((other) => other !== label);
  for (const other of [label, wrong!]) {
    const requests = await decryptedByFfmpeg(track, hexKey(other).key);
    attempts.push({ what: `ffmpeg, ${other}`, isOwn: other === label, requests });
  }
  const own = await decryptedByShaka([track], hexKey(label));
  attempts.push({ what: `Shaka, ${label}`, isOwn: true, requests: own });
  const { keyId } = hexKey(label);
  const key = { keyId, key: hexKey(wrong!).key };
  // It may give up, too.
  const requests = await decryptedByShaka([track], key).catch(() => undefined);
  if (requests) attempts.push({ what: `Shaka, ${wrong}`, isOwn: false, requests });
  return attempts;
}

/** The same of playlists in MPEG-TS, by ffmpeg. @param all the labels of the title */
export async function assertPlaylistsUnder(
  playlists: readonly LabelPlaylist[],
  all: readonly string[],
): Promise<void> {
  const reading = ({ playlist, kind }: LabelPlaylist, label: string): HlsReading => ({
    playlist,
    stream: STREAM[kind],
    ...hexKey(label),
  });
  const read = await hlsSamplesOfEach(playlists.map((one) => reading(one, one.label)));
  for (const [index, one] of playlists.entries()) {
    const { playlist, kind, label, source } = one;
    // As MPEG-TS carries it.
    const filter = kind === 'video' ? MP4_TO_TS : undefined;
    const wanted = await codedSamples(source, STREAM[kind], { demuxer: IGNORE_EDITS, filter });
    assert.ok(wanted.length > 8, playlist);
    assert.equal(hashes(resultOf(read[index])), hashes(wanted), `${playlist} under ${label}`);
    // One of them for each: what has become the source under its own key cannot be it under others.
    const others = all.filter((name) => name !== label);
    const other = others[index % others.length]!;
    const found = hlsSamples(playlist, STREAM[kind], reading(one, other));
    assert.not.ok(await recovers(found, wanted), `${playlist} is not under ${other}`);
  }
}
