import { presentedStart } from '../../../contract/segment-rows.ts';
import type { Segment } from '../../../media/segment.ts';
import { splitSegment } from '../../../media/split-segment.ts';
import type { TimedTrack } from '../../../media/timed-track.ts';
import type { IFrame, MuxedSegment, Muxer } from '../../muxer.ts';
import { type CmafCheck, cmafCheck } from './cmaf-check.ts';
import { fragmentHeader } from './fragment.ts';
import type { FragmentKeys } from './fragment-keys.ts';
import { FragmentNumbers } from './fragment-numbers.ts';
import { initSegment, styp } from './init.ts';
import type { TrackEncryption } from './sample-entry.ts';

/** What is in the boxes: choices that do not depend on each other. */
export interface FragmentedMp4MuxerOptions {
  /** What `tenc` says; `undefined` for a track that stays clear. */
  readonly encryption: TrackEncryption | undefined;
  /** Whole `pssh` boxes, for `moov`. */
  readonly pssh: readonly Uint8Array[];
  /** What fragments say of their keys. @default nothing: all segments are as `encryption` says */
  readonly keys?: FragmentKeys;
  /** Begin each segment with a `styp`, as one does that is a file of its own. @default false */
  readonly segmentTypes?: boolean;
  /** Give each I-frame a fragment of its own and list it; a track of sound has none. @default false */
  readonly iframes?: boolean;
  /** Let an edit list present `mediaTimeAtZero` at 0. @default false: who plays it is told so elsewhere */
  readonly editList?: boolean;
  /** Name the brands of CMAF (ISO/IEC 23000-19), as far as what is written has them. @default false */
  readonly cmaf?: boolean;
}

/**
 * Fragmented MP4 with one track: `ftyp` and `moov`; a segment is a `moof` and an `mdat` for all its samples, or for each part
 * of them that begins with an I-frame, where these are listed, or has a format of its own. Segments can be made in any order.
 */
export class FragmentedMp4Muxer implements Muxer {
  readonly isSequential = false;
  readonly listsIframes: boolean;
  /** Payload is written from where the samples are. */
  readonly copiesSamples = false;
  readonly #timed: TimedTrack;
  readonly #options: FragmentedMp4MuxerOptions;
  readonly #numbers: FragmentNumbers;
  readonly #check: CmafCheck | undefined;

  constructor(timed: TimedTrack, options: FragmentedMp4MuxerOptions) {
    this.listsIframes = options.iframes === true && timed.track.kind === 'video';
    this.#timed = timed;
    this.#options = options;
    this.#numbers = new FragmentNumbers(timed, this.listsIframes);
    // A CMAF track has one sample entry (ISO/IEC 23000-19, 7.5.10).
    const check = options.keys?.hasClear ? () => false : cmafCheck(timed.track);
    this.#check = options.cmaf ? check : undefined;
  }

  /** An edit list presents `mediaTimeAtZero` at 0; without one, or where that is 0 anyway, it is presented when it says. */
  get hasEditList(): boolean {
    return this.#options.editList === true && this.#timed.timing.mediaTimeAtZero !== 0;
  }

  init(conforms = false): Uint8Array {
    const { track, timing } = this.#timed;
    const { encryption, pssh, keys } = this.#options;
    return initSegment({
      track,
      encryption,
      hasClear: keys?.hasClear ?? false,
      pssh,
      duration: track.duration + timing.shift,
      ...(this.hasEditList && { mediaTimeAtZero: timing.mediaTimeAtZero }),
      // Always as many, so that it is as long either way: one that is there already says nothing new.
      ...(this.#check && { brands: [conforms ? 'cmfc' : 'dash'] }),
    });
  }

  conforms([clear]: readonly Segment[]): boolean {
    return this.#check?.(splitSegment(clear!, this.listsIframes)) ?? false;
  }

  segment(index: number, [samples]: readonly Segment[], conforms = false): MuxedSegment {
    const fragments = splitSegment(samples!, this.listsIframes);
    const before = this.#numbers.before(index);
    this.#numbers.made(index, fragments.length);
    const key = this.#options.keys?.of(index);
    const parts: Uint8Array[] = this.#options.segmentTypes ? [styp(this.#brands(conforms))] : [];
    const iframes: IFrame[] = [];
    let offset = parts[0]?.length ?? 0;
    for (const [n, fragment] of fragments.entries()) {
      const header = fragmentHeader(fragment, before + n + 1, key);
      if (this.listsIframes && fragment.sync[0] === 1) {
        const start = presentedStart(this.#timed, fragment);
        iframes.push({ offset, size: header.length + fragment.sizes[0]!, start });
      }
      parts.push(header, fragment.data);
      offset += header.length + fragment.data.length;
    }
    return { parts, iframes };
  }

  /** Compatible brands of a segment. */
  #brands(conforms: boolean): string[] {
    if (!this.#check) return ['msdh', 'msix'];
    return ['msdh', conforms ? 'cmfs' : 'msdh'];
  }
}
