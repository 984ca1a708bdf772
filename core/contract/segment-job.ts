import type { EncryptApart } from '../crypto/cipher-thread.ts';
import type { ByteSource } from '../io/byte-source.ts';
import type { OutputTree } from '../io/output-tree.ts';
import type { ModeKeys } from '../keys/mode-keys.ts';
import type { TimedText } from '../media/timed-text.ts';
import type { TimedTrack } from '../media/timed-track.ts';
import type { Protector } from '../protection/protector.ts';
import type { InputInfo, SegmentGrid } from '../title/presentation.ts';
import type { SegmentSource } from '../title/segment-reader.ts';
import type { Run } from './run.ts';
import type { SegmentHelp, SegmentOrders } from './segment-help.ts';
import type { UnitPlan } from './unit-plan.ts';

/** One track of a unit with what protects it; `undefined`: the config leaves it clear. */
export interface ProtectedTrack extends TimedTrack {
  /** With the crypto period of a segment it says which key is the track's. */
  readonly keyLabel: string;
  readonly protector: Protector | undefined;
}

/** What a mode's `segment` hook works on: protected tracks in, files out. */
export interface SegmentJob {
  readonly mode: string;
  readonly unit: UnitPlan;
  readonly run: Run;
  /** All keys of the mode, those of the protectors among them, for what headers say of them. */
  readonly keys: ModeKeys;
  readonly input: InputInfo;
  readonly tracks: readonly ProtectedTrack[];
  /** The text of a unit that has some, which no mode encrypts. */
  readonly text: readonly TimedText[];
  /** Protects finished resources (segments, the file) in modes that encrypt those. */
  readonly resourceProtector: Protector | undefined;
  readonly grid: SegmentGrid;
  /** The mode's own output folder, still hidden. */
  readonly output: OutputTree;
  /** Composition time 0 in MPEG-TS, in 90 kHz ticks: the same for all renditions of a title. */
  readonly tsOffset: number;
  /**
   * The segments of one of its tracks.
   * @param atOnce segments in use at a time, the one that is being read included. @default 3, as `overlap` has
   */
  segments(track: TimedTrack, atOnce?: number): SegmentSource;
  /** The whole input, for modes that do not look into files; whoever opens it closes it. */
  openInput(): Promise<ByteSource>;
  /** Encrypts finished resources in another thread, where their ciphers say how; absent: there is none to spare. */
  readonly encryptApart?: EncryptApart | undefined;
  /** Others who make some of its segments; absent: nobody. */
  readonly help?: SegmentHelp | undefined;
  /** This is help for somebody else who writes it: what is asked for is made, and nothing is written. */
  readonly orders?: SegmentOrders | undefined;
  /** Say that this many more input bytes are done. Throws when the run was cancelled. */
  progress(bytes: number): void;
}
