import type { RenditionResult } from '../../../contract/rendition.ts';
import type { SegmentJob } from '../../../contract/segment-job.ts';
import type { ContentKey } from '../../../keys/content-key.ts';
import { distinctKeys } from '../../../keys/mode-keys.ts';
import type { SegmentFilesChoice } from '../../segment-files.ts';
import { writeRendition } from '../../write-rendition.ts';
import { fragmentKeys, type KeyChange } from './fragment-keys.ts';
import { FragmentedMp4Muxer } from './muxer.ts';
import type { TrackEncryption } from './sample-entry.ts';
import { segmentIndex } from './segment-index.ts';

/** How a track is laid out: choices that do not depend on each other, but that an index is in the one file. */
export interface FragmentedMp4Options {
  /** `one`: `<path>.mp4`, self-initialising. `many`: `<path>/init.mp4` and `<path>/seg-1.m4s`, … */
  readonly files: SegmentFilesChoice;
  /** Without extension. */
  readonly path: string;
  /** Put a `sidx` in front of the segments, for manifests that do not list them (DASH on-demand profile). @default false */
  readonly index?: boolean;
  /** Give each I-frame a fragment of its own and list it in `iframes`, for playlists that address them. @default false */
  readonly iframes?: boolean;
  /**
   * Let an edit list present `mediaTimeAtZero` at 0, for manifests that cannot say so: playlists.
   * @default false: `presentationTimeOffset` of an MPD does
   */
  readonly editList?: boolean;
  /** Name the brands of CMAF (ISO/IEC 23000-19), as far as what is written has them. @default false */
  readonly cmaf?: boolean;
  /** What `tenc` says of a track under a key: asked of the label's first one (`ModeKeys.first`). Must agree with the protector; not asked for a clear track. */
  encryption(key: ContentKey): TrackEncryption;
  /** Whole boxes for `moov`, which tell players of all keys of the track, by crypto period. Not asked for a clear one. */
  pssh(keys: readonly ContentKey[]): readonly Uint8Array[];
  /** How the key of a later crypto period is written, in the fragments of its segments. @default keys do not change */
  readonly keyChange?: (key: ContentKey, period: number) => KeyChange;
}

/** Write one track as fragmented MP4, one fragment a segment, an I-frame or a change of format. Every byte is written once. */
export async function writeFragmentedMp4(
  job: SegmentJob,
  options: FragmentedMp4Options,
): Promise<RenditionResult> {
  const [timed] = job.tracks;
  if (!timed || job.tracks.length > 1) throw new RangeError('a fragmented MP4 file holds exactly one track');
  const { files, path, index = false, iframes = false, editList = false, cmaf = false } = options;
  const isProtected = timed.protector !== undefined;
  const keys = isProtected ? fragmentKeys(job, timed, options.keyChange) : undefined;
  const { keyLabel } = timed;
  const muxer = new FragmentedMp4Muxer(timed, {
    encryption: isProtected ? options.encryption(job.keys.first(keyLabel)) : undefined,
    pssh: isProtected ? options.pssh(distinctKeys(job.keys.placed(keyLabel))) : [],
    ...(keys && { keys }),
    segmentTypes: files === 'many',
    iframes,
    editList,
    cmaf,
  });
  const zero = muxer.hasEditList ? timed.timing.mediaTimeAtZero : 0;
  const result = await writeRendition(job, {
    muxer,
    files,
    path,
    extension: 'mp4',
    segmentExtension: 'm4s',
    ...(index && { index: segmentIndex(timed, zero) }),
  });
  return { ...result, ...(muxer.hasEditList && { hasEditList: true }) };
}
