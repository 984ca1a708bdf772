import type { InputFacts } from '../io/input-source.ts';
import type { ClosedCaptions } from '../media/captions.ts';
import type { Marker } from '../media/markers.ts';
import type { ThumbnailSet } from '../media/thumbnails.ts';
import type { TimedText } from '../media/timed-text.ts';
import type { TimedTrack } from '../media/timed-track.ts';
import type { AudioTrack, ImageTrack, VideoTrack } from '../media/track.ts';
import type { TrackChoice } from './track-choice.ts';

/** An input, as plain data that everybody may see. */
export interface InputInfo {
  readonly index: number;
  /** Absolute path; or a reference with a scheme, without credentials and query. */
  readonly path: string;
  /** File name with extension, the last name in the path: `test.mp4`. */
  readonly name: string;
  readonly bytes: number;
  /** What its source said of it when the run first looked. */
  readonly identity?: InputFacts['identity'];
  /** What the config takes of it. Absent: everything. */
  readonly choice?: TrackChoice;
}

/** The one grid that all tracks, renditions and modes share. */
export interface SegmentGrid {
  readonly count: number;
  /** Presented start of each segment in seconds, then the end of the last: count + 1 values. */
  readonly boundaries: Float64Array;
  /** The crypto period of each segment, or `CLEAR`. */
  readonly periods: Int32Array;
  /** Longest presented track, in seconds. */
  readonly duration: number;
}

/** All that is known of a title after demuxing: tracks chosen, timeline and grid decided. */
export interface Presentation {
  readonly inputs: readonly InputInfo[];
  /** In the order of the inputs. */
  readonly video: readonly TimedTrack<VideoTrack>[];
  /** One per programme, codec, number of channels and quality (`AudioChoice`); what players start with comes first. */
  readonly audio: readonly TimedTrack<AudioTrack>[];
  /** One per language, format and use, from the first input that has it. */
  readonly text: readonly TimedText[];
  /** Those of the first input that has any. */
  readonly images: readonly ImageTrack[];
  /** Key frames for trick play, in no variant: those that are given, then those of renditions. Absent: there are none. */
  readonly trickPlay?: readonly TimedTrack<VideoTrack>[];
  /** What lies in the pictures. Absent: nobody has looked, as of a title without pictures. */
  readonly captions?: readonly ClosedCaptions[];
  /** In the order of time. Absent: there are none. */
  readonly markers?: readonly Marker[];
  /** Images for seek bars, which the engine copies into the folders of modes that say where they are. Absent: there are none. */
  readonly thumbnails?: readonly ThumbnailSet[];
  readonly grid: SegmentGrid;
}
