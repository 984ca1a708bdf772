import { dirname } from 'node:path';
import { FileParts } from '../oracles/file-parts.ts';
import { addressing, attribute, children, type MpdElement } from '../oracles/mpd-document.ts';

/** A segment as a player fetches it. */
export interface PlayedSegment {
  /** Seconds. */
  readonly start: number;
  readonly bytes: Buffer;
}

/** A track in fragmented MP4 as a player fetches it. */
export interface PlayedTrack {
  readonly init: Buffer;
  readonly segments: readonly PlayedSegment[];
}

/** The tracks that an MPD addresses, by the `@id` of their Representations. */
export function playedByMpd(path: string, mpd: MpdElement): Map<string, PlayedTrack> {
  const files = new FileParts();
  const tracks = new Map<string, PlayedTrack>();
  try {
    for (const set of children(children(mpd, 'Period')[0], 'AdaptationSet')) {
      for (const representation of children(set, 'Representation')) {
        const { init, segments } = addressing(dirname(path), representation, files);
        tracks.set(attribute(representation, 'id') ?? '', {
          init: files.read(init.path, init.part),
          segments: segments.map(({ start, path: file, part }) => ({ start, bytes: files.read(file, part) })),
        });
      }
    }
  } finally {
    files.close();
  }
  return tracks;
}
