import type { OutputCues } from '../../inspect/compare/compare-cues.ts';
import type { OutputTrack } from '../../inspect/compare/output-track.ts';
import { plainCues } from '../../inspect/compare/plain-cues.ts';
import { cuesOfFile, cuesOfTrack } from '../../inspect/compare/read-cues.ts';
import type { ListedRendition } from '../../inspect/model/listed-package.ts';
import type { PackageFiles } from '../../inspect/model/places.ts';
import type { Cue } from '../../text/cue.ts';
import { readPlace } from './read-place.ts';

/** The subtitles of a rendition, from wherever they lie. */
export const readCues = {
  /** @param duration of the title in seconds @returns `undefined` for a format that nobody knows */
  async ofTrack(track: OutputTrack, duration: number): Promise<OutputCues | undefined> {
    const { rendition, reader, language, onSegment, clock, ahead = 0 } = track;
    // Its times are of the clock that pictures and sound have, as those of MPEG-TS that fragments stand beside.
    const zero = ahead + (clock.offset ?? clock.guess ?? 0);
    const told = {
      track: reader.track,
      async *segments() {
        for await (const segment of reader.segments()) {
          onSegment?.(segment);
          yield segment;
        }
      },
    };
    const cues = await cuesOfTrack(told, rendition);
    if (!cues) return undefined;
    const moved = cues.map((cue) => ({
      ...cue,
      start: cue.start - zero * 1000,
      end: cue.end - zero * 1000,
    }));
    return {
      rendition,
      file: rendition,
      listed: language,
      coded: reader.track.language,
      cues: plainCues(moved, duration),
    };
  },

  /** @param zero as `cuesOfFile` takes it */
  async ofFiles(
    files: Pick<PackageFiles, 'open'>,
    { id: rendition, segments, language }: ListedRendition,
    zero: number | undefined,
    duration: number,
  ): Promise<OutputCues | undefined> {
    const cues: Cue[] = [];
    for (const { place } of segments) {
      const bytes = await readPlace(files, place);
      for (const cue of cuesOfFile(bytes, place.path, zero)) cues.push(cue);
    }
    const file = segments[0]?.place.path ?? rendition;
    return { rendition, file, listed: language, coded: undefined, cues: plainCues(cues, duration) };
  },
};
