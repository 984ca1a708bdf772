import { fail } from '../../base/errors.ts';
import type { ListedPackage, ListedRendition, ListedSegment } from '../../inspect/model/listed-package.ts';
import type { PlaceOfBytes } from '../../inspect/model/places.ts';

/** A rendition whose protected segments are no MP4: MPEG-TS, packed audio, and what AES-128 encrypts whole. */
export interface TransportPart {
  /** How messages name it. */
  readonly name: string;
  /** Subtitles, of which nothing but their first line can be judged. */
  readonly isText: boolean;
  /** Each once, in the order in which they lie in their files. */
  readonly segments: readonly ListedSegment[];
}

/** What is undone. */
const METHODS: ReadonlySet<string> = new Set(['AES-128', 'SAMPLE-AES']);

/**
 * All that is protected and no MP4, each file in one of them: what playlists of others name in these, such as I-frames, is found by its place.
 * @param mp4 paths of files of boxes
 * @throws PackagerError UNSUPPORTED_INPUT for what is protected in another way: whoever asks for clear media must not be given that
 */
export function findTransports(
  packages: readonly ListedPackage[],
  mp4: ReadonlySet<string>,
): TransportPart[] {
  const renditions = packages.flatMap((listed) => listed.renditions);
  const whole = renditions.filter(({ kind }) => kind !== 'trick');
  const trick = renditions.filter(({ kind }) => kind === 'trick');
  const taken = new Set<string>();
  const parts: TransportPart[] = [];
  for (const rendition of [...whole, ...trick]) {
    const others = rendition.segments.filter(({ place, isGap }) => !isGap && !mp4.has(place.path));
    if (!isProtected(rendition, others)) continue;
    for (const segment of others) requireMethod(rendition, segment);
    const paths = new Set(others.map(({ place }) => place.path));
    const known = [...paths].filter((path) => taken.has(path)).length;
    if (known === paths.size) continue;
    const [first] = paths;
    if (known > 0) throw undoable(first!, 'some of its segments are in the files of another rendition');
    if (rendition.init || others.some(({ init }) => init))
      throw undoable(first!, 'it has an init segment (EXT-X-MAP), and is no MP4 before it is decrypted');
    for (const path of paths) taken.add(path);
    parts.push({ name: rendition.id, isText: rendition.kind === 'text', segments: inFiles(others) });
  }
  return parts;
}

const isProtected = ({ protection }: ListedRendition, segments: readonly ListedSegment[]): boolean =>
  segments.length > 0 &&
  (protection.length > 0 || segments.some(({ keys }) => keys.some(({ method }) => method !== 'NONE')));

function requireMethod({ protection }: ListedRendition, { place, keys }: ListedSegment): void {
  const methods = keys.map(({ method }) => method).filter((method) => method !== 'NONE');
  if (methods.some((method) => METHODS.has(method))) return;
  if (methods.length === 0 && protection.length === 0) return;
  const how = methods.length > 0 ? ` with ${methods[0]}` : '';
  throw undoable(place.path, `it is protected${how}, and no MP4`);
}

const undoable = (path: string, why: string) =>
  fail.unsupportedInput(
    path,
    `${why}.`,
    'It cannot be made clear: package the source again without protection.',
  );

/** Of playlists that name a segment twice, once; of those that go back in a file, as they lie in it. */
function inFiles(segments: readonly ListedSegment[]): ListedSegment[] {
  const files = new Map<string, Map<string, ListedSegment>>();
  for (const segment of segments) {
    const { path, offset, length } = segment.place;
    const file = files.get(path) ?? new Map<string, ListedSegment>();
    const name = `${offset} ${length}`;
    if (!file.has(name)) file.set(name, segment);
    files.set(path, file);
  }
  return [...files.values()].flatMap((file) =>
    [...file.values()].sort((one, other) => one.place.offset - other.place.offset),
  );
}

/** Segments that overlap are no segments of one file. @throws PackagerError UNSUPPORTED_INPUT */
export function requireApart({ segments }: TransportPart): void {
  for (const [index, { place }] of segments.entries()) {
    const next = segments[index + 1]?.place;
    if (next?.path === place.path && next.offset < endOf(place))
      throw undoable(
        place.path,
        `the segment at byte ${next.offset} begins before the one in front of it ends`,
      );
  }
}

/** Behind the last byte of a place. */
export const endOf = ({ offset, length }: PlaceOfBytes): number =>
  length === undefined ? Number.POSITIVE_INFINITY : offset + length;
