import type { ByteSource } from '../../io/byte-source.ts';
import { DamageError } from '../model/damage-error.ts';
import type { Box } from '../mp4/box.ts';
import type { BoxPlace, EventFacts, FragmentFacts } from '../mp4/facts.ts';
import { readFragment, wholeBox } from '../mp4/fragment.ts';
import { readBrands, readEvent, readIndex } from '../mp4/layout.ts';
import { type Movie, readMovie } from '../mp4/movie.ts';
import { readPsshs } from '../mp4/pssh.ts';
import { SampleRows } from '../mp4/sample-rows.ts';
import { readElsewhere } from '../mp4/segment-maker.ts';
import { TableSamples } from '../mp4/table-samples.ts';
import { BoxWalk } from '../mp4/top-level.ts';
import type { FragmentTrack } from '../mp4/track-fragment.ts';
import { PsshList } from './describe-pssh.ts';
import type { Damage, FragmentsDescription, IndexDescription, Mp4Description } from './description.ts';
import { round, TrackSums } from './track-sums.ts';

/** Samples of tables at once; their bytes are not read. */
const TABLE_LIMIT = { samples: 2 ** 14, bytes: Number.POSITIVE_INFINITY };

/** So many of each are kept. */
const MOST = { brands: 4, indexes: 100, events: 100, faults: 20 };

/** What was found, and where it had to end. */
export interface FoundMp4 {
  readonly mp4: Mp4Description;
  readonly damage?: Damage;
}

/** Describe a file of boxes: a whole one, an init segment, a media segment. Headers, tables and indexes are read, no sample is. */
export async function describeMp4(source: ByteSource): Promise<FoundMp4> {
  const found = new Mp4Reader(source);
  try {
    await found.read();
    return { mp4: found.describe() };
  } catch (cause) {
    if (!(cause instanceof DamageError)) throw cause;
    return { mp4: found.describe(), damage: { offset: cause.offset, message: sentenceOf(cause, source) } };
  }
}

/** `film.mp4: at byte 1024 has …` as a sentence of its own. */
export const sentenceOf = ({ message, offset }: DamageError, { name }: ByteSource): string =>
  `${name} ${message}, at byte ${offset}.`;

type Writable<T> = { -readonly [name in keyof T]: T[name] };

class Mp4Reader {
  readonly #source: ByteSource;
  readonly #walk: BoxWalk;
  readonly #brands: Mp4Description['brands'][number][] = [];
  readonly #boxes = new Map<string, { type: string; count: number; bytes: number }>();
  readonly #pssh = new PsshList();
  readonly #indexes: IndexDescription[] = [];
  readonly #events: EventFacts[] = [];
  #eventCount = 0;
  readonly #faults: Mp4Description['faults'][number][] = [];
  #movie: Movie | undefined;
  #isMovieLast = false;
  #sums = new Map<number, TrackSums>();
  #contexts = new Map<number, FragmentTrack>();
  readonly #fragments: Writable<FragmentsDescription> = { count: 0 };
  /** Of fragments without a movie, by track_ID. */
  readonly #loose = new Map<number, Writable<NonNullable<FragmentsDescription['tracks']>[number]>>();

  constructor(source: ByteSource) {
    this.#source = source;
    this.#walk = new BoxWalk({ source, from: 0, to: source.size });
  }

  async read(): Promise<void> {
    for await (const place of this.#walk.boxes()) {
      const known = this.#boxes.get(place.type) ?? { type: place.type, count: 0, bytes: 0 };
      this.#boxes.set(place.type, { ...known, count: known.count + 1, bytes: known.bytes + place.size });
      await this.#box(place);
    }
  }

  async #box(place: BoxPlace): Promise<void> {
    const whole = async () => wholeBox(await this.#walk.hold(place));
    switch (place.type) {
      case 'ftyp':
      case 'styp':
        return this.#addBrands(await whole());
      case 'moov':
        return this.#addMovie(place);
      case 'moof':
        return this.#addFragment(place);
      case 'sidx':
        return this.#addIndex(await whole());
      case 'emsg':
        return this.#addEvent(readEvent(await whole()));
      case 'pssh':
        return this.#pssh.add(readPsshs([await whole()]));
      default:
    }
  }

  #addBrands(box: Box): void {
    const { type, major, compatible } = readBrands(box);
    const isKnown = this.#brands.some((brand) => brand.type === type && brand.major === major);
    if (!isKnown && this.#brands.length < MOST.brands) this.#brands.push({ type, major, compatible });
  }

  async #addMovie(place: BoxPlace): Promise<void> {
    if (this.#movie) return;
    this.#isMovieLast = this.#boxes.has('mdat');
    const movie = readMovie(wholeBox(await this.#walk.keep(place)));
    this.#movie = movie;
    this.#pssh.add(movie.facts.pssh);
    this.#sums = new Map(movie.tracks.map(({ track }) => [track.id, new TrackSums(track)]));
    this.#contexts = new Map(
      movie.tracks.map(({ track, seig }) => {
        const protections = track.entries.map(({ protection }) => protection);
        return [track.id, { defaults: track.defaults, protections, firstEntry: 0, seig, nextTime: 0 }];
      }),
    );
    for (const one of movie.tracks) {
      if (one.track.tableSamples === 0) continue;
      const rows = new SampleRows();
      const samples = new TableSamples(one);
      while (samples.next(rows, TABLE_LIMIT)) await this.#sum(one.track.id, rows);
      this.#contexts.get(one.track.id)!.nextTime = samples.time;
    }
  }

  async #addFragment(place: BoxPlace): Promise<void> {
    const held = await this.#walk.hold(place);
    this.#fragments.count += 1;
    if (!this.#movie) return this.#addLoose(wholeBox(held));
    const rows = new Map<number, SampleRows>();
    const rowsOf = (id: number) => rows.get(id) ?? rows.set(id, new SampleRows()).get(id)!;
    const facts = readFragment(held, { tracks: this.#contexts, part: 0 }, rowsOf);
    this.#note(facts);
    for (const [id, own] of rows) await this.#sum(id, own);
  }

  #note({ sequence, tracks, pssh }: FragmentFacts): void {
    const fragments = this.#fragments;
    if (sequence !== undefined) fragments.firstSequence ??= sequence;
    const [first] = this.#movie!.tracks;
    for (const { trackId, duration } of tracks) {
      if (trackId !== first?.track.id) continue;
      const seconds = round(duration / first.track.timescale);
      fragments.shortest = Math.min(fragments.shortest ?? seconds, seconds);
      fragments.longest = Math.max(fragments.longest ?? seconds, seconds);
    }
    this.#pssh.add(pssh);
    for (const { kind, position, reason } of tracks.flatMap(({ faults }) => faults)) {
      if (this.#faults.length === MOST.faults) return;
      const message = `The fragment at byte ${position} has ${reason}.`;
      this.#faults.push({ kind, offset: position, message });
    }
  }

  /** A media segment: how its samples are protected and what they last is in a file that is not here. */
  #addLoose(moof: Box): void {
    const boxes = moof.children();
    this.#pssh.add(readPsshs(boxes));
    const sequence = moof.child('mfhd')?.fullFields().fields.u32();
    if (sequence !== undefined) this.#fragments.firstSequence ??= sequence;
    for (const traf of boxes) {
      if (traf.type !== 'traf') continue;
      const parts = traf.children();
      const id = traf.needed('tfhd').fullFields().fields.u32();
      const time = parts.find(({ type }) => type === 'tfdt')?.fullFields();
      const known = this.#loose.get(id) ?? {
        id,
        samples: 0,
        ...(time && { decodeTime: time.fields.word(time.version === 1) }),
        encrypted: false,
      };
      for (const part of parts) {
        if (part.type === 'trun') known.samples += part.fullFields().fields.u32();
        if (part.type === 'senc') known.encrypted = true;
      }
      this.#loose.set(id, known);
    }
  }

  async #sum(id: number, rows: SampleRows): Promise<void> {
    await readElsewhere(rows, this.#source);
    this.#sums.get(id)?.add(rows, this.#source.name);
    rows.clear();
  }

  #addIndex(box: Box): void {
    const { position, timescale, rows } = readIndex(box);
    if (this.#indexes.length === MOST.indexes) return;
    const ticks = rows.reduce((sum, { duration }) => sum + duration, 0);
    const longest = rows.reduce((most, { duration }) => Math.max(most, duration), 0);
    this.#indexes.push({
      offset: position,
      segments: rows.length,
      duration: round(ticks / (timescale || 1)),
      longest: round(longest / (timescale || 1)),
      accessPoints: rows.filter(({ startsWithSap }) => startsWithSap).length,
    });
  }

  #addEvent(event: EventFacts): void {
    this.#eventCount += 1;
    if (this.#events.length < MOST.events) this.#events.push(event);
  }

  describe(): Mp4Description {
    const tracks = [...this.#sums.values()].map((sums) => sums.describe());
    const loose = [...this.#loose.values()];
    return {
      brands: this.#brands,
      boxes: [...this.#boxes.values()],
      ...(this.#movie && { isFragmented: this.#movie.facts.isFragmented }),
      ...(this.#isMovieLast && { isMovieLast: true }),
      duration: tracks.reduce((most, { duration }) => Math.max(most, duration), 0),
      tracks,
      ...(this.#fragments.count > 0 && {
        fragments: { ...this.#fragments, ...(loose.length > 0 && { tracks: loose }) },
      }),
      pssh: this.#pssh.all(),
      indexes: this.#indexes,
      events: {
        count: this.#eventCount,
        first: this.#events.map(({ schemeIdUri, value, time, duration, timescale, id }) => ({
          scheme: schemeIdUri,
          value,
          time: round(time / (timescale || 1)),
          duration: round(duration / (timescale || 1)),
          id,
        })),
      },
      faults: this.#faults,
    };
  }
}
