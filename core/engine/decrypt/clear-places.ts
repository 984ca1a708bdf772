import { fail } from '../../base/errors.ts';
import type { ListedPackage, ListedSegment } from '../../inspect/model/listed-package.ts';
import type { PlaceOfBytes } from '../../inspect/model/places.ts';
import type { ClearSegment, MovedPacket } from '../../inspect/mpegts/clear/clear-transport.ts';
import { endOf } from './transport-parts.ts';

/** A piece of a file, in bytes. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * Where the byte ranges that playlists name are once the file is in the clear: segments of MPEG-TS change their lengths. All ranges are
 * known before, so that of I-frames no more is kept than their new places.
 */
export class ClearPlaces {
  /** By file: ranges that playlists name. */
  readonly #asked = new Map<string, PlaceOfBytes[]>();
  readonly #found = new Map<string, ByteRange>();

  /** @param paths of files that are made clear */
  constructor(packages: readonly ListedPackage[], paths: ReadonlySet<string>) {
    for (const { renditions } of packages)
      for (const { init, segments } of renditions)
        for (const place of [init, ...segments.flatMap((each) => [each.init, each.place])]) {
          if (!place || place.length === undefined || !paths.has(place.path)) continue;
          const asked = this.#asked.get(place.path);
          if (asked) asked.push(place);
          else this.#asked.set(place.path, [place]);
        }
    for (const asked of this.#asked.values()) asked.sort((one, other) => one.offset - other.offset);
  }

  /** Take note of a segment that is written at `offset` of its file. */
  add({ place, keys }: ListedSegment, { data, moved }: Omit<ClearSegment, 'listed'>, offset: number): void {
    const asked = this.#asked.get(place.path) ?? [];
    const end = endOf(place);
    const isCut = keys.some(({ method }) => method === 'SAMPLE-AES') && data.length !== place.length;
    for (let index = firstFrom(asked, place.offset); index < asked.length; index++) {
      const range = asked[index]!;
      if (range.offset >= end) break;
      const clear =
        range.offset === place.offset && range.length === place.length
          ? { offset: 0, length: data.length }
          : moved.length > 0
            ? rangeOfPackets(range, place.offset, moved)
            : isCut
              ? undefined
              : shifted(range, place.offset, data.length);
      if (clear) this.#found.set(nameOf(range), { offset: offset + clear.offset, length: clear.length });
    }
  }

  /**
   * The range of a file that is in the clear now.
   * @returns `undefined` where it is named as a whole, or stays as it is
   * @throws PackagerError UNSUPPORTED_INPUT where nobody can say what became of the range
   */
  of(place: PlaceOfBytes): ByteRange | undefined {
    if (place.length === undefined || !this.#asked.has(place.path)) return undefined;
    const found = this.#found.get(nameOf(place));
    if (found) return found;
    throw fail.unsupportedInput(
      place.path,
      `a playlist names its ${place.length} bytes from ${place.offset} on, which are no segment and begin with none of its PES packets.`,
      'It cannot be made clear: package the source again without protection.',
    );
  }
}

const nameOf = ({ path, offset, length }: PlaceOfBytes): string => `${offset} ${length} ${path}`;

/** Index of the first place at `offset` or behind it. */
function firstFrom(places: readonly PlaceOfBytes[], offset: number): number {
  let from = 0;
  let to = places.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (places[middle]!.offset < offset) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** In a segment that stays what it is, but for its padding. */
function shifted({ offset, length = 0 }: PlaceOfBytes, start: number, size: number): ByteRange | undefined {
  const at = offset - start;
  return at < size ? { offset: at, length: Math.min(length, size - at) } : undefined;
}

/** A PES packet by itself; or what a segment begins with, up to a packet: its tables, with or without pictures behind them. */
function rangeOfPackets(
  range: PlaceOfBytes,
  start: number,
  moved: readonly MovedPacket[],
): ByteRange | undefined {
  const exact = moved.find(({ position }) => position === range.offset);
  if (exact) return exact;
  if (range.offset !== start) return undefined;
  const within = moved.filter(({ position }) => position < endOf(range));
  const length =
    within.length > 0
      ? within.reduce((most, { offset, length: own }) => Math.max(most, offset + own), 0)
      : moved.reduce((least, { offset }) => Math.min(least, offset), Number.POSITIVE_INFINITY);
  return { offset: 0, length };
}
