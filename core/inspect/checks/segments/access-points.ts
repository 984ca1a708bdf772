import { finding } from '../../findings/make.ts';
import { inManifest, mainTrack, nameOf, ofEach, seconds } from '../check.ts';
import type { PackageFacts, RenditionFacts, TrackFacts } from '../package-facts.ts';
import { timed } from './spans.ts';

/** Segments begin with a key frame where their manifest says so. */
export const checkAccessPoints = ofEach(function* (rendition) {
  const found = rendition.listed.kind === 'video' ? timed(rendition) : undefined;
  if (!found || !rendition.listed.independent || found.track.track.kind !== 'video') return;
  for (const span of found.spans) {
    if (!span || span.startsWithSync) continue;
    const { start } = rendition.listed.segments[span.index]!;
    yield finding(
      'ACCESS_POINT',
      { file: span.file, offset: span.position, time: start, rendition: rendition.listed.id },
      `${span.file}: the segment at ${seconds(start)} does not begin with a key frame, though ${rendition.listed.manifest} says that all do.`,
    );
  }
});

/** Entries of an I-frame playlist are one key frame each (RFC 8216, 4.3.3.6). */
export const checkIframes = ofEach(function* (rendition, facts) {
  const { listed } = rendition;
  if (listed.kind !== 'trick' || listed.manifest !== listed.id) return;
  // What is encrypted as a whole is listed as a whole.
  if (listed.segments.some(({ keys }) => keys.some(({ method }) => method === 'AES-128'))) return;
  const frames = keyFrames(rendition, facts);
  if (!frames) return;
  for (const { place, start } of listed.segments) {
    const end = frames.get(`${place.path}@${place.offset}`);
    const { length = Number.POSITIVE_INFINITY } = place;
    if (end && length >= end.least && length <= end.most) continue;
    yield finding(
      'IFRAME_RANGE',
      { ...inManifest(rendition), time: start },
      end
        ? `${listed.manifest} lists ${place.length} bytes from ${place.offset} of ${place.path}, and the key frame there has ${end.least}.`
        : `${listed.manifest} lists bytes from ${place.offset} of ${place.path} as a key frame, where none begins.`,
    );
  }
});

/** How many bytes an entry may list: packets of other streams may lie between those of a picture and the next one. */
interface Extent {
  readonly least: number;
  readonly most: number;
}

const PACKET = 188;

/** By file and first byte. */
function keyFrames(rendition: RenditionFacts, facts: PackageFacts): Map<string, Extent> | undefined {
  const paths = new Set(rendition.listed.segments.map(({ place }) => place.path));
  const whole = facts.renditions.flatMap((other) => {
    const track = other.listed.kind === 'video' ? mainTrack(other) : undefined;
    return track && track.samples > 0 && paths.has(track.rows.at(0).file) ? track : [];
  });
  return whole.length === 0 ? undefined : new Map(whole.flatMap((track) => [...extentsOf(track)]));
}

function* extentsOf({ rows, keyPackets }: TrackFacts): Generator<[string, Extent], void> {
  for (const [file, position, next] of keyPackets)
    yield [`${file}@${position}`, { least: PACKET, most: next - position }];
  if (keyPackets.length > 0) return;
  for (const { file, position, startsWithSync, firstSampleEnd: end } of rows)
    if (startsWithSync) yield [`${file}@${position}`, { least: end, most: end }];
}

/** Fragments are numbered upwards (ISO/IEC 14496-12, 8.8.5). */
export const checkSequences = ofEach(function* (rendition) {
  const sequences = rendition.media?.fragments?.sequences;
  if (!sequences || rendition.listed.kind === 'trick') return;
  for (let index = 1; index < sequences.length; index++) {
    if (!(sequences[index]! <= sequences[index - 1]!)) continue;
    yield finding(
      'SEQUENCE_NUMBER',
      inManifest(rendition),
      `${nameOf(rendition)} has fragment ${sequences[index]} behind ${sequences[index - 1]}.`,
    );
    return;
  }
});
