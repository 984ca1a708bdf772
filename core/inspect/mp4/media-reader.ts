import type { ByteSource } from '../../io/byte-source.ts';
import { DamageError } from '../model/damage-error.ts';
import type { FragmentFacts, MovieFacts, Mp4Entry, Mp4Track } from './facts.ts';
import { readFragment } from './fragment.ts';
import type { Movie } from './movie.ts';
import type { Mp4Media, Mp4Options, Mp4Segment, Mp4TrackReader } from './mp4-file.ts';
import type { PartOpener } from './part-opener.ts';
import { SampleRows } from './sample-rows.ts';
import { SegmentMaker } from './segment-maker.ts';
import { TableSamples } from './table-samples.ts';
import { BoxWalk } from './top-level.ts';
import { type FragmentTrack, fragmentTrack } from './track-fragment.ts';

/** Samples of tables at once. */
const TABLE_LIMIT = { samples: 2 ** 14, bytes: 2 ** 23 };

/** A piece of a file with fragments. */
export interface Part {
  /** Index of the movie that its fragments belong to. */
  readonly init: number;
  /** What the opener calls it. */
  readonly part: number;
}

/** What media is read from. */
export interface MediaParts {
  /** One, or several where the init segment changes. */
  readonly inits: readonly Movie[];
  /** Samples that are no fragments: of the tables of a movie. */
  readonly tables?: { readonly movie: Movie; readonly source: ByteSource };
  readonly parts: readonly Part[];
  /** A new one for each that reads. */
  readonly opener: () => PartOpener;
  readonly options: Mp4Options;
}

/** Reads the tracks of a file, or of a rendition of several. */
export class MediaReader implements Mp4Media {
  readonly movie: MovieFacts;
  readonly tracks: readonly Mp4TrackReader[];
  readonly #media: MediaParts;

  constructor(media: MediaParts) {
    const [first] = media.inits;
    if (!first) throw new RangeError('media without a movie');
    this.#media = media;
    this.movie = first.facts;
    this.tracks = first.tracks.map((_, index) => this.#trackReader(index));
  }

  async *fragments(): AsyncGenerator<FragmentFacts, void> {
    const rows = new SampleRows();
    const contexts = this.#contexts();
    const tracksOf = (init: number) =>
      new Map(contexts.map((inits) => [inits[init]!.id, inits[init]!.track]));
    const rowsOf = (): SampleRows => {
      rows.clear();
      return rows;
    };
    for await (const { facts } of this.#read(tracksOf, rowsOf)) yield facts;
  }

  #trackReader(index: number): Mp4TrackReader {
    const { inits } = this.#media;
    const first = inits[0]!.tracks[index]!.track;
    const entries: Mp4Entry[] = inits.flatMap((init) => init.tracks[index]?.track.entries ?? []);
    const track: Mp4Track = { ...first, entries };
    return { track, segments: () => this.#segments(index) };
  }

  async *#segments(index: number): AsyncGenerator<Mp4Segment, void> {
    const { tables, options } = this.#media;
    const maker = new SegmentMaker(options.keys);
    const rows = new SampleRows();
    const inits = this.#contexts()[index]!;
    const movie = tables?.movie.tracks[index];
    if (tables && movie && movie.track.tableSamples > 0) {
      const samples = new TableSamples(movie);
      while (samples.next(rows, TABLE_LIMIT)) {
        yield* maker.segments(rows, { source: tables.source, part: 0, fragment: undefined });
        rows.clear();
      }
      inits[0]!.track.nextTime = samples.time;
    }
    const tracksOf = (init: number) => new Map([[inits[init]!.id, inits[init]!.track]]);
    for await (const { facts, source } of this.#read(tracksOf, () => rows)) {
      yield* maker.segments(rows, { source, part: facts.part, fragment: facts });
      rows.clear();
    }
  }

  /** All fragments. @param tracksOf those of an init segment that are wanted, by track_ID */
  async *#read(
    tracksOf: (init: number) => ReadonlyMap<number, FragmentTrack>,
    rowsOf: (trackId: number) => SampleRows,
  ): AsyncGenerator<ReadFragment, void> {
    const opener = this.#media.opener();
    try {
      for (const { init, part } of this.#media.parts) {
        const stretch = await opener.open(part);
        const context = { tracks: tracksOf(init), part };
        const walk = new BoxWalk(stretch);
        for await (const box of walk.boxes()) {
          if (box.type !== 'moof') continue;
          const facts = readFragment(await walk.hold(box), context, rowsOf);
          yield { facts, source: stretch.source };
        }
      }
    } finally {
      await opener.close();
    }
  }

  /** Of each track, what its fragments are read with, by init segment. */
  #contexts(): { readonly id: number; readonly track: FragmentTrack }[][] {
    const { inits } = this.#media;
    return inits[0]!.tracks.map((_, index) => {
      let firstEntry = 0;
      return inits.map(({ tracks, facts }) => {
        const found = tracks[index];
        if (!found)
          throw new DamageError('', facts.position, 'has an init segment with fewer tracks than the first');
        const context = fragmentTrack(found, firstEntry);
        firstEntry += context.protections.length;
        return { id: found.track.id, track: context };
      });
    });
  }
}

interface ReadFragment {
  readonly facts: FragmentFacts;
  readonly source: ByteSource;
}
