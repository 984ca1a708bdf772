import { BoxError, type BoxSpan } from '../../../base/box-walk.ts';
import { clockTime } from '../../../base/clock-time.ts';
import { fail } from '../../../base/errors.ts';
import { largest, maxOf } from '../../../base/largest.ts';
import type { ByteSource } from '../../../io/byte-source.ts';
import type { EventMessages } from './event-messages.ts';
import { FragmentSampleWriter, type Restart } from './fragment-sample-writer.ts';
import type { MediaTrack, Movie } from './movie.ts';
import { type Mp4Samples, Mp4SampleTable } from './sample-table.ts';
import { TopLevelBoxes } from './top-level-boxes.ts';
import {
  type FragmentSink,
  type FragmentTracks,
  readMovieFragment,
  type TrackFragment,
} from './track-fragment.ts';

/** What is to be known of a track to find its samples; one of no kind has text in them. */
type SampledTrack = Pick<MediaTrack, 'id' | 'headers' | 'tables'> & Partial<Pick<MediaTrack, 'kind'>>;

/** The samples of a whole day in one fragment stay far below this. */
const LARGEST_FRAGMENT = 2 ** 27;

/** Bytes of two boxes that are compared at a time. */
const COMPARED = 65_536;

/**
 * Find the samples of some tracks of a file: those that its `moov` lists, then those of all fragments in the order of
 * the file. Of a fragmented file every `moof` is read, wherever the `moov` is; never the media data. Pictures and sound without
 * anything in them are left out, whatever is before them lasts longer: decoders take no such samples, and other readers lose what
 * is beside them.
 * @param checkpoint called once a fragment; may throw, to give up
 * @param warn told where recordings lie behind each other, and what is left out
 * @param events takes the event messages of a fragmented file
 * @returns a table for each of `tracks`
 * @throws BoxError or RangeError when the file is damaged, PackagerError when a fragment is encrypted
 */
export async function readSamples(
  source: ByteSource,
  movie: Movie,
  tracks: readonly SampledTrack[],
  checkpoint: () => void,
  warn: (message: string) => void,
  events?: EventMessages,
): Promise<Mp4Samples[]> {
  const { fragmentDefaults: defaults } = movie;
  if (!defaults) return tracks.map((track) => listedSamples(source, track, warn));
  const fragments = new FragmentedTracks(source, tracks, defaults);
  const boxes = new TopLevelBoxes(source);
  for await (const box of boxes.spans()) {
    if (box.type === 'moov' && !(await repeats(source, box, movie))) throw severalMovies(source.name);
    if (events && EVENT_BOXES.has(box.type)) await takeEvent(boxes, box, events);
    if (box.type !== 'moof') continue;
    checkpoint();
    events?.fragment(() => fragments.counts());
    readMovieFragment(await boxes.whole(box, LARGEST_FRAGMENT), box.start, fragments);
  }
  events?.finish(fragments.counts());
  return fragments.finish(warn);
}

/** The samples that `moov` lists, of a file without fragments. */
function listedSamples(source: ByteSource, track: SampledTrack, warn: (message: string) => void): Mp4Samples {
  const table = new Mp4SampleTable(track.tables, source.size);
  if (table.empty === 0 || track.kind === undefined) return table;
  const writer = writerOf(source, track, { samples: table.count });
  writer.addAll(table, table.descriptions);
  tellEmpty(source.name, track, writer, warn);
  return writer.finish();
}

const writerOf = (
  { size }: ByteSource,
  { id, kind, headers }: SampledTrack,
  budget: { samples: number },
): FragmentSampleWriter => new FragmentSampleWriter(id, size, budget, headers.timescale, kind !== undefined);

function tellEmpty(
  name: string,
  { id }: SampledTrack,
  { empty }: FragmentSampleWriter,
  warn: (message: string) => void,
): void {
  if (empty === 0) return;
  warn(
    `${name}: track ${id}: samples without anything in them are left out (${empty}). What comes before each lasts longer.`,
  );
}

const EVENT_BOXES: ReadonlySet<string> = new Set(['emsg', 'styp']);

/** The brand of a file that has no `ftyp` is no segment's. */
async function takeEvent(boxes: TopLevelBoxes, box: BoxSpan, events: EventMessages): Promise<void> {
  if (box.type === 'styp' && box.start > 0) events.begin();
  if (box.type !== 'emsg' || !events.wants(box)) return;
  events.add((await boxes.whole(box, box.end - box.start)).subarray(box.payload - box.start));
}

/** Segments that were joined can each have brought the same `moov` along. */
async function repeats(source: ByteSource, box: BoxSpan, { span }: Movie): Promise<boolean> {
  if (box.start === span.start) return true;
  const size = span.end - span.start;
  if (box.end - box.start !== size) return false;
  const [one, other] = [Buffer.alloc(Math.min(size, COMPARED)), Buffer.alloc(Math.min(size, COMPARED))];
  for (let at = 0; at < size; at += COMPARED) {
    const length = Math.min(COMPARED, size - at);
    await source.read(span.start + at, [one.subarray(0, length)]);
    await source.read(box.start + at, [other.subarray(0, length)]);
    if (one.compare(other, 0, length, 0, length) !== 0) return false;
  }
  return true;
}

const severalMovies = (name: string) =>
  fail.unsupportedInput(
    name,
    'it has several "moov" boxes that differ: it is several files in one.',
    'Make one of them: ffmpeg -i in.mp4 -map 0 -c copy out.mp4',
  );

/** The tracks of a fragmented file while its fragments are read. */
class FragmentedTracks implements FragmentTracks {
  readonly defaults: FragmentTracks['defaults'];
  readonly #source: ByteSource;
  readonly #tracks: readonly SampledTrack[];
  readonly #writers: readonly FragmentSampleWriter[];

  constructor(source: ByteSource, tracks: readonly SampledTrack[], defaults: FragmentTracks['defaults']) {
    this.defaults = defaults;
    this.#source = source;
    this.#tracks = tracks;
    // Any sample takes at least a byte, of data or of a table; the tracks share those of the file.
    const budget = { samples: source.size };
    this.#writers = tracks.map((track) => {
      const { tables } = track;
      const writer = writerOf(source, track, budget);
      if (tables.has('stsz') || tables.has('stz2')) {
        const table = new Mp4SampleTable(tables, source.size);
        writer.addAll(table, table.descriptions);
      }
      return writer;
    });
  }

  sinkFor({ track: id, defaults, isEncrypted }: TrackFragment): FragmentSink | undefined {
    const index = this.#tracks.findIndex((track) => track.id === id);
    const track = this.#tracks[index];
    if (!track) return undefined;
    if (isEncrypted) throw encrypted(this.#source.name, id);
    const writer = this.#writers[index];
    writer?.describe(defaults.description);
    return writer;
  }

  /** How many samples each track has so far. */
  counts(): number[] {
    return this.#writers.map(({ count }) => count);
  }

  finish(warn: (message: string) => void): Mp4Samples[] {
    const used = this.#writers.filter(({ count }) => count > 0);
    const pauses = pausesBefore(used.map(({ restarts }) => restarts));
    for (const { start, end } of used[0]?.restarts ?? []) {
      const [from, to] = [clockTime(end), clockTime(start)];
      warn(
        `${this.#source.name}: its fragments go back from ${from} to ${to}. What follows is put behind what comes before.`,
      );
    }
    return this.#writers.map((writer, number) => {
      const index = used.indexOf(writer);
      const track = this.#tracks[number]!;
      const { timescale } = track.headers;
      tellEmpty(this.#source.name, track, writer, warn);
      return writer.finish(index < 0 ? [] : pauses[index]!.map((seconds) => Math.round(seconds * timescale)));
    });
  }
}

const encrypted = (name: string, id: number) =>
  fail.unsupportedInput(
    name,
    `track ${id} is encrypted already (its fragments have "senc" boxes).`,
    'Package the clear original, decrypt it first (`sealpack decrypt`), or add a plugin that takes it with its keys.',
  );

/**
 * How long each track pauses before each of its restarts, in seconds, so that all tracks begin again together: at once in the
 * one that would be the last, with the others as far from it as they are.
 * @throws BoxError when not all of the tracks restart
 */
function pausesBefore(tracks: readonly (readonly Restart[])[]): number[][] {
  const count = largest(tracks, ({ length }) => length);
  if (tracks.some(({ length }) => length !== count)) {
    const { end, start } = tracks.find(({ length }) => length > 0)![0]!;
    throw new BoxError(
      `one of its tracks goes back in time, from ${clockTime(end)} to ${clockTime(start)}, and others do not`,
    );
  }
  const pauses = tracks.map((): number[] => []);
  for (let restart = 0; restart < count; restart++) {
    const lengths = tracks.map((restarts) => restarts[restart]!.end - restarts[restart]!.start);
    const longest = maxOf(lengths);
    for (const [track, length] of lengths.entries()) pauses[track]!.push(longest - length);
  }
  return pauses;
}
