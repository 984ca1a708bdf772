import { finding } from '../../findings/make.ts';
import { inManifest, mainTrack, nameOf, ofEach } from '../check.ts';
import type { TrackFacts } from '../package-facts.ts';

/** How far a frame rate may be off: files count in ticks. */
const RATE_TOLERANCE = 0.02;

/** Width, height and frame rate are those of the pictures. */
export const checkPictures = ofEach(function* (rendition) {
  const { listed } = rendition;
  const track = mainTrack(rendition);
  if (track?.track.kind !== 'video' || track.samples === 0) return;
  const { width, height } = listed;
  const sizes = sizesOf(track);
  if (width !== undefined && height !== undefined && sizes.length > 0)
    if (!sizes.some(([w, h]) => w === width && h === height) && !isStretched(track, height))
      yield finding(
        'RESOLUTION',
        inManifest(rendition),
        `${listed.manifest} says ${width}x${height} for ${nameOf(rendition)}, whose pictures have ${sizes[0]!.join('x')}.`,
        { expected: sizes[0]!.join('x'), found: `${width}x${height}` },
      );
  const rate = rateOf(track);
  if (listed.frameRate === undefined || listed.kind === 'trick' || rate === undefined) return;
  if (Math.abs(listed.frameRate / rate - 1) > RATE_TOLERANCE)
    yield finding(
      'FRAME_RATE',
      inManifest(rendition),
      `${listed.manifest} says ${listed.frameRate} pictures a second for ${nameOf(rendition)}, which has ${rate.toFixed(3)}.`,
      { expected: rate.toFixed(3), found: listed.frameRate },
    );
});

/** Pixels need not be square, and outside of MP4 nothing but the samples themselves says so. */
const isStretched = ({ track }: TrackFacts, height: number): boolean =>
  !('displayWidth' in track) && track.entries.some((entry) => entry.height === height);

/** As they are coded, and as they are shown: standards speak of either. Turned ones are shown on their side. */
function sizesOf({ track }: TrackFacts): (readonly [number, number])[] {
  const coded = track.entries.flatMap(({ width, height }) =>
    width && height ? [[width, height] as const, [height, width] as const] : [],
  );
  const { displayWidth, displayHeight } = track as { displayWidth?: number; displayHeight?: number };
  return displayWidth && displayHeight
    ? [
        ...coded,
        [Math.round(displayWidth), Math.round(displayHeight)],
        [Math.round(displayHeight), Math.round(displayWidth)],
      ]
    : coded;
}

/** `undefined`: they do not come at equal distances. */
function rateOf({ track, shortest, longest }: TrackFacts): number | undefined {
  if (shortest <= 0 || longest - shortest > 0.02 * longest + 1) return undefined;
  return (2 * track.timescale) / (shortest + longest);
}
