import { carriesProtectable } from '../../../codecs/registry.ts';
import type { Carriage } from '../../../contract/packager.ts';
import { planTracks } from '../../../contract/plan-units.ts';
import type { RenditionResult } from '../../../contract/rendition.ts';
import type { SegmentJob } from '../../../contract/segment-job.ts';
import type { ContentKey } from '../../../keys/content-key.ts';
import { describeTrack } from '../../../media/track.ts';
import { checkCbcsTrack } from '../../../protection/cbcs.ts';
import { withOutOfBandEntry } from './out-of-band-entry.ts';
import { cbcsEncryption, cencEncryption, type TrackEncryption } from './sample-entry.ts';
import { type FragmentedMp4Options, writeFragmentedMp4 } from './write-rendition.ts';

/** Fragmented MP4 under `cbcs`, as `writeHlsFragments` writes it. VP9 is refused by the check, unless it stays clear. */
export const CBCS_CARRIAGE: Carriage = {
  carries: carriesProtectable,
  check: checkCbcsTrack,
  plan: (presentation) => planTracks(presentation).map((unit) => ({ ...unit, container: 'fmp4' })),
};

/** How a rendition of fragmented MP4 for HLS is written. */
export interface HlsFragmentsOptions
  extends Pick<FragmentedMp4Options, 'files' | 'path' | 'index' | 'cmaf' | 'pssh'> {
  /** `cbcs` with the key's own IV, or `cenc` with IVs in the samples: as the job's protectors do. */
  readonly scheme: 'cbcs' | 'cenc';
  /** `pssh` boxes of one key, for the fragments of a later crypto period. @default keys do not change */
  readonly keyPssh?: (key: ContentKey, period: number) => readonly Uint8Array[];
}

/**
 * Write one track as fragmented MP4 for HLS: with the ranges of its I-frames, an edit list where it begins with what is not
 * to be presented, and parameter sets in the sample entry alone, where they are.
 */
export async function writeHlsFragments(
  job: SegmentJob,
  { scheme, keyPssh, ...options }: HlsFragmentsOptions,
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
  const [timed] = tracks;
  if (!timed) throw new RangeError('a rendition needs a track');
  const encryptionOf = (key: ContentKey): TrackEncryption =>
    scheme === 'cenc'
      ? cencEncryption(key.id)
      : cbcsEncryption(timed.track.kind, key.id, key.requireIv(job.mode));
  return writeFragmentedMp4(
    { ...job, tracks },
    {
      ...options,
      encryption: encryptionOf,
      ...(keyPssh && {
        keyChange: (key, period) => ({ encryption: encryptionOf(key), pssh: keyPssh(key, period) }),
      }),
      iframes: true,
      editList: true,
    },
  );
}
