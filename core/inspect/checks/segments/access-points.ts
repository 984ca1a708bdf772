import { finding } from '../../findings/make.ts';
import { inManifest, nameOf, ofEach, seconds } from '../check.ts';
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
