import type { Finding } from '../../findings/finding.ts';
import { finding } from '../../findings/make.ts';
import type { ListedSegment } from '../../model/listed-package.ts';
import { inManifest, mainTrack, ofEach, seconds } from '../check.ts';
import type { PackageFacts, RenditionFacts, TrackFacts } from '../package-facts.ts';
import { rowsOfSegments } from './rows-of-segments.ts';
import { type Timed, timed } from './spans.ts';

/** Entries of an I-frame playlist are one key frame each, and last until the next one (RFC 8216, 4.3.3.6). */
export const checkIframes = ofEach(function* (rendition, facts) {
  const { listed } = rendition;
  if (listed.kind !== 'trick' || listed.manifest !== listed.id) return;
  // What is encrypted as a whole is listed as a whole.
  if (listed.segments.some(({ keys }) => keys.some(({ method }) => method === 'AES-128'))) return;
  const whole = wholeOf(rendition, facts);
  if (whole.length === 0) return;
  const frames = new Map(whole.flatMap((one) => [...framesOf(one)]));
  const found = listed.segments.map(({ place }) => frames.get(`${place.path}@${place.offset}`));
  let isRight = true;
  for (const [index, { place, start }] of listed.segments.entries()) {
    const frame = found[index];
    const { length = Number.POSITIVE_INFINITY } = place;
    if (frame && length >= frame.least && length <= frame.most) continue;
    isRight = false;
    yield finding(
      'IFRAME_RANGE',
      { ...inManifest(rendition), time: start },
      frame
        ? `${listed.manifest} lists ${place.length} bytes from ${place.offset} of ${place.path}, and the key frame there has ${frame.least}.`
        : `${listed.manifest} lists bytes from ${place.offset} of ${place.path} as a key frame, where none begins.`,
    );
  }
  if (isRight) yield* durations(rendition, found as readonly KeyFrame[], whole[0]!);
});

/** A moment: seconds as the media playlist lists them, and by the media themselves, which jump at discontinuities. */
interface Moment {
  readonly listed: number;
  readonly media: number;
}

/** How many bytes an entry may list: packets of other streams may lie between those of a picture and the next one. */
interface KeyFrame extends Moment {
  readonly least: number;
  readonly most: number;
}

const PACKET = 188;

/** The renditions whose key frames are listed. */
function wholeOf(rendition: RenditionFacts, facts: PackageFacts): Timed[] {
  const paths = new Set(rendition.listed.segments.map(({ place }) => place.path));
  return facts.renditions.flatMap((other) => {
    const track = other.listed.kind === 'video' ? mainTrack(other) : undefined;
    const isWhole = track && track.samples > 0 && paths.has(track.rows.at(0).file);
    return (isWhole && timed(other)) || [];
  });
}

/** By file and first byte. */
function* framesOf({ rendition, track }: Timed): Generator<[string, KeyFrame], void> {
  const moments = momentsOf(rendition, track);
  const packets = track.keyPackets[Symbol.iterator]();
  const isTransport = track.keyPackets.length > 0;
  for (const [index, row] of [...track.rows].entries()) {
    const momentAt = moments(index);
    for (let left = isTransport ? row.syncs : 0; left > 0; left -= 1) {
      const { value } = packets.next();
      if (!value) return;
      const [file, position, next, time] = value;
      yield [`${file}@${position}`, { ...momentAt(time), least: PACKET, most: next - position }];
    }
    if (isTransport || !row.startsWithSync) continue;
    const { file, position, firstSampleEnd: end } = row;
    yield [`${file}@${position}`, { ...momentAt(row.firstStart), least: end, most: end }];
  }
}

/** What moment a time of a row is: in the segment that the row is in, beside the first picture of that. */
function momentsOf(rendition: RenditionFacts, track: TrackFacts): (row: number) => (ticks: number) => Moment {
  const { timescale } = track.track;
  const starts = new Map<number, readonly [segment: ListedSegment, first: number]>();
  for (const [index, rows] of rowsOfSegments(rendition, track).entries())
    for (const row of rows)
      starts.set(row, [rendition.listed.segments[index]!, track.rows.at(rows[0]!).firstStart]);
  return (row) => (ticks) => {
    const [segment, first] = starts.get(row) ?? [];
    const listed = segment ? segment.start + (ticks - first!) / timescale : Number.NaN;
    return { listed, media: ticks / timescale };
  };
}

/** Each entry lasts to the next one, the last to the end; the first is where the media begin: what is missing leaves a hole. */
function* durations(
  rendition: RenditionFacts,
  frames: readonly KeyFrame[],
  { rendition: { listed: whole }, track, tolerance }: Timed,
): Generator<Finding, void> {
  const { listed } = rendition;
  const { timescale } = track.track;
  const [first, last] = [whole.segments[0]!, whole.segments.at(-1)!];
  const rows = [...track.rows];
  const begin = { listed: first.start, media: rows[0]!.firstStart / timescale };
  const end = { listed: last.start + last.duration, media: rows.at(-1)!.end / timescale };
  const isRounded = [listed, whole].some((one) =>
    one.segments.every(({ duration }) => Number.isInteger(duration)),
  );
  const room = tolerance + (isRounded ? 0.5 : 0);
  const moments = [begin, ...frames, end];
  const lasts = [0, ...listed.segments.map(({ duration }) => duration)];
  for (const [index, duration] of lasts.entries()) {
    const [from, to] = [moments[index]!, moments[index + 1]!];
    const distances = [to.listed - from.listed, to.media - from.media];
    const isLast = index === lasts.length - 1;
    // Sound that ends later than the pictures is listed with them or not; what stands in no listed segment has no time (NaN).
    if (!distances.every((one) => Math.abs(one - duration) > room)) continue;
    const { start } = listed.segments[Math.max(0, index - 1)]!;
    const expected = distances[0]!;
    yield finding(
      'IFRAME_DURATION',
      { ...inManifest(rendition), time: start },
      index === 0
        ? `${listed.manifest} begins with a key frame that is shown ${seconds(expected)} behind the start of ${whole.manifest}.`
        : `${listed.manifest} lists the key frame at ${seconds(start)} with ${seconds(duration)}, and ${isLast ? 'the end' : 'the next one'} is ${seconds(expected)} behind it.`,
      { expected: seconds(expected), found: seconds(duration) },
    );
  }
}
