import { fail } from '../../base/errors.ts';
import { GrowingDoubles } from '../../base/growing-column.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { DamageError } from '../model/damage-error.ts';
import type { KeyLookup } from '../model/track-reader.ts';
import { clearBox } from './clear-boxes.ts';
import { ClearImage, type Patch } from './clear-image.ts';
import type { BoxPlace } from './facts.ts';
import { readFragment, wholeBox } from './fragment.ts';
import { type Movie, readMovie } from './movie.ts';
import { findMovie } from './open-mp4.ts';
import { SampleRows } from './sample-rows.ts';
import { TableSamples } from './table-samples.ts';
import { BoxWalk, type Stretch } from './top-level.ts';
import { fragmentTrack } from './track-fragment.ts';

/** Boxes at top level that may speak of protection, beside `moof`. */
const PATCHED: ReadonlySet<string> = new Set(['moov', 'pssh', 'uuid']);

/** Samples of tables at once. */
const BATCH = { samples: 2 ** 16, bytes: Number.MAX_SAFE_INTEGER };

/** More samples than a progressive file has: sizes that all are the same cost nothing to claim. */
const MOST_SAMPLES = 2 ** 24;

/**
 * A protected file of MP4 as the clear one that it was, of exactly the same length: samples are decrypted when they are read, boxes that
 * speak of protection become free space where they lie. So byte ranges, `sidx` and the tables of `moov` stay valid. What is clear already is
 * as it is.
 * @param file an init segment, a media segment, a whole file; closed with what is answered
 * @param init of a media segment: the piece of a file that its `moov` is in; it is read before this resolves
 * @throws DamageError where the file is not what it says; reading throws it as well, and PackagerError NO_KEY for a key that is not found
 */
export async function clearView(file: ByteSource, keys: KeyLookup, init?: Stretch): Promise<ByteSource> {
  const stretch = { source: file, from: 0, to: file.size };
  const walk = new BoxWalk(stretch);
  const patches: Patch[] = [];
  const starts = new GrowingDoubles();
  const sizes = new GrowingDoubles();
  let movie: Movie | undefined;
  for await (const box of walk.boxes()) {
    if (box.type === 'moof') {
      starts.push(box.position);
      sizes.push(box.size);
    } else if (PATCHED.has(box.type)) {
      const held = await walk.keep(box);
      if (box.type === 'moov') movie ??= readMovie(wholeBox({ ...held, bytes: Buffer.from(held.bytes) }));
      clearBox(wholeBox(held));
      patches.push({ position: box.position, bytes: held.bytes });
    }
  }
  if (!movie && init) movie = await findMovie(init);
  if (!movie && starts.length > 0)
    throw new DamageError(file.name, 0, 'has fragments, and no "moov" says what they are of');
  return new ClearView(file, keys, { movie, patches, starts, sizes });
}

interface FileParts {
  /** `undefined`: there is nothing that could be protected. */
  readonly movie: Movie | undefined;
  readonly patches: readonly Patch[];
  /** Of `moof` boxes. */
  readonly starts: GrowingDoubles;
  readonly sizes: GrowingDoubles;
}

class ClearView implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #file: ByteSource;
  readonly #parts: FileParts;
  readonly #walk: BoxWalk;
  readonly #image: ClearImage;
  /** The last read: each waits for the one before, as they share memory. */
  #last: Promise<void> = Promise.resolve();
  /** Which region is loaded: a fragment, counted from 0; -1: what is before the first. */
  #region: number | undefined;

  constructor(file: ByteSource, keys: KeyLookup, parts: FileParts) {
    this.name = file.name;
    this.size = file.size;
    this.#file = file;
    this.#parts = parts;
    this.#walk = new BoxWalk({ source: file, from: 0, to: file.size });
    this.#image = new ClearImage(file, keys);
  }

  read(position: number, targets: readonly Uint8Array[]): Promise<void> {
    const read = this.#last.then(() => this.#read(position, targets));
    this.#last = read.catch(() => {});
    return read;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #read(position: number, targets: readonly Uint8Array[]): Promise<void> {
    const wanted = targets.reduce((sum, { length }) => sum + length, 0);
    if (position + wanted > this.size)
      throw fail.inputNotReadable(
        this.name,
        `it ends at byte ${this.size}, in the middle of what was to be read.`,
      );
    let at = position;
    for (const target of targets) {
      for (let filled = 0; filled < target.length; ) {
        await this.#enter(this.#regionAt(at));
        const part = await this.#image.copy(at, target.subarray(filled));
        filled += part;
        at += part;
      }
    }
  }

  /** The last fragment that begins at or before a position. */
  #regionAt(position: number): number {
    const { values, length } = this.#parts.starts;
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle]! <= position) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  async #enter(region: number): Promise<void> {
    if (region === this.#region) return;
    this.#region = undefined;
    const { starts, patches } = this.#parts;
    const from = region < 0 ? 0 : starts.values[region]!;
    const to = region + 1 < starts.length ? starts.values[region + 1]! : this.size;
    const within = patches.filter(({ position }) => position >= from && position < to);
    const loaded = region < 0 ? this.#tables() : await this.#fragment(region);
    await this.#image.enter({ from, to, patches: [...loaded.patches, ...within], rows: loaded.rows });
    this.#region = region;
  }

  /** Samples of the tables of `moov`, which lie before the first fragment. */
  #tables(): { readonly patches: readonly Patch[]; readonly rows: readonly SampleRows[] } {
    const rows = (this.#parts.movie?.tracks ?? []).flatMap((track) => {
      const columns = new SampleRows();
      if (track.track.tableSamples > MOST_SAMPLES)
        throw track.stbl.damage(`has more than ${MOST_SAMPLES} samples in a track`);
      const samples = new TableSamples(track);
      while (samples.next(columns, BATCH));
      return columns.protections.length > 0 ? [columns] : [];
    });
    return { patches: [], rows };
  }

  async #fragment(region: number) {
    const { starts, sizes, movie } = this.#parts;
    const position = starts.values[region]!;
    const place: BoxPlace = { type: 'moof', position, size: sizes.values[region]! };
    const held = await this.#walk.keep(place);
    const tracks = new Map((movie?.tracks ?? []).map((track) => [track.track.id, fragmentTrack(track)]));
    const byTrack = new Map<number, SampleRows>();
    const { tracks: facts } = readFragment(held, { tracks, part: 0 }, (id) => {
      const rows = byTrack.get(id) ?? new SampleRows();
      byTrack.set(id, rows);
      return rows;
    });
    const fault = facts.flatMap(({ faults }) => faults).find(({ kind }) => kind === 'senc-count');
    if (fault) throw new DamageError(this.name, fault.position, `has ${fault.reason}`);
    clearBox(wholeBox(held));
    return { patches: [{ position, bytes: held.bytes }], rows: [...byTrack.values()] };
  }
}
