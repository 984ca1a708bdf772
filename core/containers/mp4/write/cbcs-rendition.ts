import { carriesProtectable } from '../../../codecs/registry.ts';
import type { Carriage } from '../../../contract/packager.ts';
import { planTracks } from '../../../contract/plan-units.ts';
import type { RenditionResult } from '../../../contract/rendition.ts';
import type { SegmentJob } from '../../../contract/segment-job.ts';
import { describeTrack } from '../../../media/track.ts';
import { checkCbcsTrack } from '../../../protection/cbcs.ts';
import { withOutOfBandEntry } from './out-of-band-entry.ts';
import { cbcsEncryption } from './sample-entry.ts';
import { writeFragmentedMp4 } from './write-rendition.ts';

/** Fragmented MP4 under `cbcs`, as `writeCbcsRendition` writes it. VP9 is refused by the check, unless it stays clear. */
export const CBCS_CARRIAGE: Carriage = {
  carries: carriesProtectable,
  check: checkCbcsTrack,
  plan: (presentation) => planTracks(presentation).map((unit) => ({ ...unit, container: 'fmp4' })),
};

export interface CbcsRenditionOptions {
  /** The one file that holds the segments, one after the other, without extension: `video-1/media`. */
  readonly path: string;
  /** Whole `pssh` boxes, for players that do not take them from the playlist. */
  readonly pssh: readonly Uint8Array[];
}

/**
 * Write one track as fragmented MP4 for HLS, under the `cbcs` scheme with the key's own IV, with the ranges of its
 * I-frames.
 */
export async function writeCbcsRendition(
  job: SegmentJob,
  { path, pssh }: CbcsRenditionOptions,
): Promise<RenditionResult> {
  const tracks = await Promise.all(
    job.tracks.map(async (timed) => {
      const track = await withOutOfBandEntry(timed.track);
      if (track) return { ...timed, track };
      job.run.warn(
        `${timed.track.source.name}: ${describeTrack(timed.track)} has parameter sets in its samples; Apple's players ` +
          'want them in the sample entry alone. Encode or mux it again as avc1, hvc1 or dvh1.',
      );
      return timed;
    }),
  );
  const kind = tracks[0]?.track.kind ?? 'video';
  const encryption = cbcsEncryption(kind, job.key.id, job.key.requireIv(job.mode));
  return writeFragmentedMp4({ ...job, tracks }, { layout: 'byte-ranges', path, encryption, pssh });
}
