import type { KeyPolicy } from '../keys/label-policy.ts';
import type { ClosedCaptions } from '../media/captions.ts';
import type { Marker } from '../media/markers.ts';
import type { ThumbnailSource } from '../media/thumbnails.ts';
import type { TitleDetails } from '../media/title-details.ts';
import type { CodedKind } from '../media/track.ts';
import type { TrackChoice } from '../title/track-choice.ts';
import type { Target } from './target.ts';

/** A title's own options, complete with defaults: what the engine works with. Plain data. */
export interface TitleOptions {
  readonly contentId: string | undefined;
  /**
   * Media files; two or more with video are the renditions of one adaptive set. Absolute paths, or references with
   * a scheme (`https://…`, `acme://bucket/key`) as the config has them: these may hold credentials.
   */
  readonly inputs: readonly string[];
  /** What is taken of each of them, by its place in `inputs`. Absent: everything. */
  readonly choices?: readonly (TrackChoice | undefined)[];
  /** Absolute path, or a location with a scheme. */
  readonly output: string;
  /** Run only these of the configured modes; `undefined`: all. */
  readonly modes: readonly string[] | undefined;
  /** Seconds. */
  readonly segmentDuration: number;
  readonly clear: readonly CodedKind[];
  /** Which tracks share a key. @default 'one'. A function stays in the thread that has opened the title. */
  readonly keys?: KeyPolicy | undefined;
  /** Seconds of a crypto period; `undefined`: keys do not change. */
  readonly keyRotation?: number | undefined;
  /** Seconds: segments that start before stay clear. */
  readonly clearLead?: number | undefined;
  /** Closed captions in its pictures; none where the list is empty. Absent: they are looked for. */
  readonly captions?: readonly ClosedCaptions[] | undefined;
  /** Places on its timeline: a list, or the path of a file with one. Absent: what the inputs say. */
  readonly markers?: string | readonly Marker[] | undefined;
  /** Images for seek bars, each set in a size of its own. Absent: none. */
  readonly thumbnails?: readonly ThumbnailSource[] | undefined;
  /** Make pictures for trick play of key frames, where none are given and a mode has a use for them. */
  readonly trickPlay?: boolean | undefined;
  /** What manifests say of it as a whole. Absent: nothing. */
  readonly details?: TitleDetails | undefined;
  /** What the title is to play on: each must be able to play one of its modes. Absent: nothing is asked. */
  readonly targets?: readonly Target[];
  readonly overwrite: boolean;
  /** Read all that was written again before it becomes visible, and compare it with the inputs. @default false */
  readonly verify?: boolean;
  /** Write a receipt of each output, behind all other files. @default where the store of its outputs wants them, or one would be wrong from now on */
  readonly receipt?: boolean | undefined;
  /** Worker threads; 0 keeps everything in this thread; `undefined`: as many as there are processors and work. */
  readonly workers: number | undefined;
  /** Among other titles: smaller ones are begun first. @default 1000 */
  readonly priority?: number;
  readonly reproducible: Reproducible | undefined;
}

/** Fixed sources of chance and time: two runs with the same keys and inputs are byte-identical. */
export interface Reproducible {
  /** 64 hexadecimal digits. Never use one seed for different content under the same key: IVs would repeat. */
  readonly seed: string;
  /** ISO 8601 with a time zone, e.g. `2024-01-01T00:00:00Z`. */
  readonly time: string;
}
