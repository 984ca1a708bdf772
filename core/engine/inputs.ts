import { access, constants, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fail } from '../base/errors.ts';
import type { Packager } from '../contract/packager.ts';
import type { Run } from '../contract/run.ts';
import type { TitleOptions } from '../contract/title-options.ts';
import type { ByteSource } from '../io/byte-source.ts';
import { identityOf, requireUnchanged } from '../io/file-identity.ts';
import { openFile } from '../io/file-source.ts';
import { systemReason } from '../io/system-reason.ts';
import type { Track } from '../media/track.ts';
import { requireDistinctIds } from '../title/distinct-ids.ts';
import type { InputInfo } from '../title/presentation.ts';
import { withSampleFacts } from '../title/sample-facts.ts';
import { chosenTracks } from '../title/select-tracks.ts';
import { foreignFormat, LOOK } from './foreign-formats.ts';

/** The inputs of a title before anybody has looked at them. */
export const unseenInputs = ({ inputs, choices = [] }: TitleOptions): InputInfo[] =>
  inputs.map((path, index) => {
    const choice = choices[index];
    return { index, path, name: basename(path), bytes: 0, ...(choice && { choice }) };
  });

/** Look at every input before anything else happens: most mistakes end here. */
export const statInputs = (inputs: readonly InputInfo[]): Promise<InputInfo[]> =>
  Promise.all(inputs.map(statInput));

/**
 * @throws PackagerError INPUT_NOT_FOUND when there is no such file, INPUT_NOT_READABLE when it cannot be read,
 * SIZE_NOT_READABLE when nothing is known of it
 */
export async function statInput(input: InputInfo): Promise<InputInfo> {
  const { path } = input;
  const found = await stat(path, { bigint: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') throw fail.inputNotFound(path);
    if (isForbidden(cause)) throw forbidden(path, cause);
    throw fail.sizeNotReadable(path, systemReason(cause), cause);
  });
  if (!found.isFile()) {
    const what = found.isDirectory() ? 'it is a folder' : 'it is not a regular file';
    throw fail.inputNotReadable(path, `${what}.`, 'Name a media file.');
  }
  if (found.size === 0n) throw fail.inputNotReadable(path, 'it is empty.', 'Copy or encode it again.');
  await access(path, constants.R_OK).catch((cause: NodeJS.ErrnoException) => {
    if (isForbidden(cause)) throw forbidden(path, cause);
  });
  return { ...input, bytes: Number(found.size), identity: identityOf(found) };
}

const isForbidden = ({ code }: NodeJS.ErrnoException): boolean => code === 'EACCES' || code === 'EPERM';

const forbidden = (path: string, cause: unknown) =>
  fail.inputNotReadable(path, 'permission denied.', 'Give this user the right to read it.', cause);

/** The inputs of a run as one thread sees them: each is opened and demuxed once, when first needed. */
export class Inputs {
  readonly #packager: Packager;
  readonly #run: Run;
  readonly #demuxed = new Map<number, Promise<readonly Track[]>>();
  readonly #found = new Map<number, readonly Track[]>();
  readonly #sources: ByteSource[] = [];
  #isClosed = false;

  constructor(packager: Packager, run: Run) {
    this.#packager = packager;
    this.#run = run;
  }

  /**
   * The tracks of an input that the config takes, the same in every thread.
   * @throws PackagerError NOT_MEDIA when no demuxer knows the format, INVALID_OPTION when the config asks for what is
   * not there
   */
  tracks(index: number): Promise<readonly Track[]> {
    const known = this.#demuxed.get(index);
    if (known) return known;
    const tracks = this.#demux(index);
    this.#demuxed.set(index, tracks);
    return tracks;
  }

  /** All tracks that were found in an input so far, those that the config leaves out among them. */
  foundTracks(index: number): readonly Track[] {
    return this.#found.get(index) ?? [];
  }

  async #demux(index: number): Promise<readonly Track[]> {
    const input = this.#run.inputs[index];
    if (!input) throw new RangeError(`there is no input ${index}`);
    const source = await openFile(input.path, input.identity);
    this.#sources.push(source);
    if (this.#isClosed) await source.close(); // another input was refused meanwhile: the first read will say so
    const found = await this.#packager.hooks.demux.promise({ source, input }, this.#run);
    if (!found) throw await unknownFormat(source);
    requireDistinctIds(input.path, found);
    this.#found.set(index, found);
    const tracks = found.map((track) => ({
      ...track,
      codec: track.codec ?? this.#packager.codecs.of(track),
    }));
    return Promise.all(chosenTracks(input, tracks).map(withSampleFacts));
  }

  /**
   * Look at all inputs once more, when everything is written: what was read in several threads and at several times is one
   * title only if nobody has touched it meanwhile.
   * @throws PackagerError INPUT_CHANGED when one of them is not what it was at the start
   */
  async requireUnchanged(): Promise<void> {
    for (const { path, identity } of this.#run.inputs) await requireUnchanged(path, identity);
  }

  /** Close all files; whoever still looks into one fails with his next read, and is waited for. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#sources.map((source) => source.close()));
    await Promise.allSettled(this.#demuxed.values());
  }
}

/** Say what the file seems to be, by what is in it: its name says what it should be. */
async function unknownFormat(source: ByteSource) {
  const start = new Uint8Array(Math.min(source.size, LOOK));
  await source.read(0, [start]);
  const format = foreignFormat(start);
  const inputs = 'Inputs are MP4, MOV, Matroska, WebM and MPEG-TS files.';
  return format
    ? fail.notMedia(source.name, `it seems to be ${format.name}.`, `${format.advice} ${inputs}`)
    : fail.notMedia(
        source.name,
        'no demuxer knows its format.',
        `${inputs} They are known by what is in them, not by their names.`,
      );
}
