import {
  BoxError,
  type BoxSpan,
  eachBox,
  payloadOf,
  readBoxHeader,
  required,
} from '../../../base/box-walk.ts';
import { viewOf } from '../../../base/bytes.ts';
import { NO_DEFAULTS, type SampleDefaults } from './movie-extends.ts';
import { dataOffsetOf, type RunSink, readTrackRun } from './track-run.ts';

/** Flags of `tfhd` (ISO/IEC 14496-12, 8.8.7). */
const BASE_DATA_OFFSET = 0x1;
const DESCRIPTION = 0x2;
const DURATION = 0x8;
const SIZE = 0x10;
const FLAGS = 0x20;
const DURATION_IS_EMPTY = 0x1_0000;
const DEFAULT_BASE_IS_MOOF = 0x2_0000;

/** What a fragment's samples are handed to. */
export interface FragmentSink extends RunSink {
  /** See `FragmentSampleWriter.seek`. */
  seek(time: bigint): void;
  pause(ticks: number): void;
}

/** Whoever reads fragments, asked once for each `traf`. */
export interface FragmentTracks {
  /** From `trex`, by track_ID. */
  readonly defaults: ReadonlyMap<number, SampleDefaults>;
  /**
   * Who takes the samples; `undefined`: they are of a track that nobody wants.
   */
  sinkFor(fragment: TrackFragment): FragmentSink | undefined;
}

/** What a `traf` says of itself. */
export interface TrackFragment {
  /** track_ID. */
  readonly track: number;
  readonly defaults: SampleDefaults;
  /** It has a `senc` box (ISO/IEC 23001-7, 7.2). */
  readonly isEncrypted: boolean;
}

/**
 * Read a whole `moof`.
 * @param start its place in the file
 * @throws BoxError or RangeError when it is damaged
 */
export function readMovieFragment(bytes: Uint8Array, start: number, tracks: FragmentTracks): void {
  // Where a `traf` does not say where its data is: at the `moof`, then behind the data of the `traf` before it.
  let implicit = start;
  const { payload, end } = readBoxHeader(bytes, 0, bytes.length);
  for (const traf of eachBox(bytes, payload, end)) {
    if (traf.type === 'traf')
      implicit = readTrackFragment(bytes, traf, { start, size: bytes.length, implicit }, tracks);
  }
}

/** Where in the file a `traf` and its data are. */
interface Place {
  /** Of the `moof`. */
  readonly start: number;
  readonly size: number;
  /** Where the data is if the `traf` does not say it. */
  readonly implicit: number;
}

/** @returns where its data ends */
function readTrackFragment(bytes: Uint8Array, traf: BoxSpan, place: Place, tracks: FragmentTracks): number {
  const boxes = headersOf(bytes, traf);
  const tfhd = payloadOf(bytes, required(boxes, 'tfhd', 'a fragment'));
  const header = readHeader(tfhd, tracks.defaults, place.start);
  const sink = tracks.sinkFor({ ...header, isEncrypted: boxes.has('senc') });
  const tfdt = boxes.get('tfdt');
  if (tfdt) sink?.seek(decodeTime(payloadOf(bytes, tfdt)));
  if (header.isEmpty) sink?.pause(header.defaults.duration);

  let { base } = header;
  let implicit = base ?? place.implicit;
  let end = place.implicit;
  for (const trun of eachBox(bytes, traf.payload, traf.end)) {
    if (trun.type !== 'trun') continue;
    const run = payloadOf(bytes, trun);
    base ??= impliedBase(run, place);
    end = readTrackRun(run, { base, defaults: header.defaults, implicit }, sink);
    implicit = end;
  }
  return end;
}

/**
 * Where data offsets count from in a `traf` that does not say it: the end of the data of the `traf` before it, in the
 * first the `moof` itself. But many writers, and players with them, always count from the `moof`. Theirs are known by
 * reaching over the whole `moof` to the data behind it; from the end of other data nobody skips that much.
 */
function impliedBase(firstRun: Uint8Array, { start, size, implicit }: Place): number {
  const offset = dataOffsetOf(firstRun);
  return offset !== undefined && offset >= size ? start : implicit;
}

/** What a `traf` has once; there can be any number of `trun`. */
const HEADERS: ReadonlySet<string> = new Set(['tfhd', 'tfdt', 'senc']);

function headersOf(bytes: Uint8Array, traf: BoxSpan): ReadonlyMap<string, BoxSpan> {
  const boxes = new Map<string, BoxSpan>();
  for (const box of eachBox(bytes, traf.payload, traf.end)) {
    if (HEADERS.has(box.type) && !boxes.has(box.type)) boxes.set(box.type, box);
  }
  return boxes;
}

interface Header {
  readonly track: number;
  readonly defaults: SampleDefaults;
  /** What data offsets count from, if it is said. */
  readonly base: number | undefined;
  readonly isEmpty: boolean;
}

function readHeader(tfhd: Uint8Array, defaults: ReadonlyMap<number, SampleDefaults>, moof: number): Header {
  const view = viewOf(tfhd);
  const present = view.getUint32(0);
  const track = view.getUint32(4);
  const { description, duration, size, flags } = defaults.get(track) ?? NO_DEFAULTS;
  let at = 8;
  let base = (present & DEFAULT_BASE_IS_MOOF) === 0 ? undefined : moof;
  if ((present & BASE_DATA_OFFSET) !== 0) {
    const position = view.getBigUint64(at);
    if (position > Number.MAX_SAFE_INTEGER) throw new BoxError(`a "tfhd" box points to byte ${position}`);
    base = Number(position);
    at += 8;
  }
  const field = (flag: number, otherwise: number): number => {
    if ((present & flag) === 0) return otherwise;
    at += 4;
    return view.getUint32(at - 4);
  };
  return {
    track,
    defaults: {
      description: field(DESCRIPTION, description),
      duration: field(DURATION, duration),
      size: field(SIZE, size),
      flags: field(FLAGS, flags),
    },
    base,
    isEmpty: (present & DURATION_IS_EMPTY) !== 0,
  };
}

/** `tfdt` (ISO/IEC 14496-12, 8.8.12). */
function decodeTime(tfdt: Uint8Array): bigint {
  const view = viewOf(tfdt);
  return tfdt[0] === 1 ? view.getBigUint64(4) : BigInt(view.getUint32(4));
}
