import type { MediaEntry } from '../../model/media-track.ts';
import { type Ending, Formats, type FrameSplitter, type Frames } from './frames.ts';
import { findUnits, startCodeOf } from './start-codes.ts';

/**
 * What a NAL unit is for the limits of access units: one begins with it; one begins with it where a picture is before it; the first
 * of a picture; the first of the other field of the frame; nothing of these.
 */
export type UnitRole = 'delimiter' | 'before' | 'picture' | 'second-field' | 'within';

/** The rules of a codec with NAL units. */
export interface VideoSyntax {
  /** Bytes of a NAL unit's header. */
  readonly headerBytes: number;
  role(bytes: Buffer, start: number, end: number): UnitRole;
  /** Whether a NAL unit is of a picture that decoding may begin at. */
  isSync(bytes: Buffer, start: number): boolean;
  isSet(bytes: Buffer, start: number): boolean;
  /** Keep a parameter set. @returns whether it is another one */
  keep(bytes: Buffer, start: number, end: number): boolean;
  /** Of the parameter sets in force. */
  readonly identity: string;
  describe(): MediaEntry;
}

/** Cuts a byte stream of NAL units into access units; two fields of a frame are one. */
export class VideoSplitter implements FrameSplitter {
  readonly formats = new Formats();
  readonly #syntax: VideoSyntax;
  #format = -1;

  constructor(syntax: VideoSyntax) {
    this.#syntax = syntax;
  }

  split(
    bytes: Buffer,
    end: number,
    ending: Ending,
    _starts: Uint32Array,
    frames: Frames,
    lost: (from: number, to: number) => void,
  ): number {
    const { unitStarts, unitEnds } = frames;
    findUnits(bytes, 0, end, unitStarts, unitEnds);
    const count = unitStarts.length;
    const begin = count > 0 ? startCodeOf(bytes, unitStarts.values[0]!) : end;
    if (begin > 0 && bytes.subarray(0, begin).some((byte) => byte !== 0)) lost(0, begin);

    // The access unit that is being put together.
    const unit = { first: 0, hasPicture: false, isSync: false, isOpen: false };
    /** Where the access unit begins that a second field would belong to the one before. */
    let joint = -1;
    let isChanged = this.#format < 0;
    for (let index = 0; index < count; index++) {
      const start = unitStarts.values[index]!;
      const to = unitEnds.values[index]!;
      if (to - start < this.#syntax.headerBytes) continue;
      const role = this.#syntax.role(bytes, start, to);
      const isBegin = role === 'delimiter' || (unit.hasPicture && (role === 'before' || role === 'picture'));
      if (isBegin && unit.isOpen) {
        this.#put(bytes, unit, startCodeOf(bytes, start), isChanged, frames);
        isChanged = false;
        joint = frames.count - 1;
        unit.isOpen = false;
      }
      if (!unit.isOpen) Object.assign(unit, { first: index, hasPicture: false, isSync: false, isOpen: true });
      if (role === 'second-field' && !unit.hasPicture && joint >= 0) {
        // What stands before the second field goes to the sample of the first.
        unit.first = frames.firstUnits.values[joint]!;
        unit.isSync = frames.sync.values[joint] === 1;
        frames.pop();
        frames.firstUnits.cut(frames.count);
        joint = -1;
      }
      if (role === 'picture' || role === 'second-field') unit.hasPicture = true;
      if (this.#syntax.isSet(bytes, start) && this.#syntax.keep(bytes, start, to)) isChanged = true;
      if (this.#syntax.isSync(bytes, start)) unit.isSync = true;
    }
    if (!unit.isOpen) return end;
    if (ending !== 'more') {
      this.#put(bytes, unit, end, isChanged, frames);
      return end;
    }
    const rest = startCodeOf(bytes, unitStarts.values[unit.first]!);
    unitStarts.cut(unit.first);
    unitEnds.cut(unit.first);
    return rest;
  }

  #put(
    bytes: Buffer,
    unit: { readonly first: number; readonly isSync: boolean },
    end: number,
    isChanged: boolean,
    frames: Frames,
  ): void {
    const start = startCodeOf(bytes, frames.unitStarts.values[unit.first]!);
    if (isChanged) this.#format = this.formats.index(this.#syntax.identity, () => this.#syntax.describe());
    frames.firstUnits.push(unit.first);
    frames.push(start, start, end, Number.NaN, unit.isSync, this.#format);
  }
}
