import type { SampleProtection } from '../model/media-track.ts';
import { AuxiliaryReader, skipInformation } from './auxiliary.ts';
import type { Box } from './box.ts';
import type { AuxiliaryFault, FragmentDefaults, GroupFacts, TrackFragmentFacts } from './facts.ts';
import { GroupCursor } from './group-cursor.ts';
import { readGroups, readSeigDescriptions, type SeigDescriptions } from './sample-groups.ts';
import type { SampleRows } from './sample-rows.ts';
import type { MovieTrack } from './track.ts';

/** A track, as its fragments are read. */
export interface FragmentTrack {
  readonly defaults: FragmentDefaults | undefined;
  /** Protection of each sample entry of its init segment; `undefined`: clear. */
  readonly protections: readonly (SampleProtection | undefined)[];
  /** Index of the first of those in `MediaTrack.entries`. */
  readonly firstEntry: number;
  readonly seig: SeigDescriptions;
  /** Where a fragment without `tfdt` begins: behind the one before. It is moved on by whoever reads. */
  nextTime: number;
}

/** @param firstEntry index of its first sample entry in `MediaTrack.entries` */
export const fragmentTrack = ({ track, seig }: MovieTrack, firstEntry = 0): FragmentTrack => ({
  defaults: track.defaults,
  protections: track.entries.map(({ protection }) => protection),
  firstEntry,
  seig,
  nextTime: 0,
});

const TFHD = { base: 0x1, description: 0x2, duration: 0x8, size: 0x10, flags: 0x20, baseIsMoof: 0x2_0000 };
const TRUN = { offset: 0x1, firstFlags: 0x4, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 };

/** Of sample flags (ISO/IEC 14496-12, 8.8.3.1): sample_is_non_sync_sample. */
const NOT_SYNC = 0x1_0000;

/** More samples than a fragment has: those without a byte of their own in `trun` would otherwise cost nothing to claim. */
const MOST_SAMPLES = 2 ** 21;

interface Places {
  /** Of `moof`. */
  readonly moof: number;
  /** Where data of the `traf` before ends. */
  readonly dataEnd: number;
}

/** Reads one `traf` (ISO/IEC 14496-12, 8.8.6). */
export class TrackFragmentReader {
  readonly #traf: Box;
  readonly #boxes: readonly Box[];
  readonly #track: FragmentTrack;
  readonly #base: number;
  readonly #flags: number;
  readonly #trackId: number;
  readonly #defaults: FragmentDefaults;
  readonly #faults: AuxiliaryFault[] = [];
  /** Where its samples end in the file. */
  dataEnd: number;

  constructor(traf: Box, track: FragmentTrack, { moof, dataEnd }: Places) {
    this.#traf = traf;
    this.#boxes = traf.children();
    this.#track = track;
    const { flags, fields } = traf.needed('tfhd').fullFields();
    this.#flags = flags;
    this.#trackId = fields.u32();
    const isFromMoof = (flags & TFHD.baseIsMoof) !== 0;
    this.#base = flags & TFHD.base ? fields.u64() : isFromMoof ? moof : dataEnd;
    this.dataEnd = this.#base;
    const or = (flag: number, value: number | undefined) => (flags & flag ? fields.u32() : (value ?? 0));
    const { defaults } = track;
    this.#defaults = {
      description: or(TFHD.description, defaults?.description ?? 1),
      duration: or(TFHD.duration, defaults?.duration),
      size: or(TFHD.size, defaults?.size),
      flags: or(TFHD.flags, defaults?.flags),
    };
  }

  /** @param rows gets the samples, and what protects them, behind those that it has */
  read(rows: SampleRows): TrackFragmentFacts {
    const { description } = this.#defaults;
    const from = rows.count;
    const decodeTime = this.#decodeTime();
    const start = decodeTime ?? this.#track.nextTime;
    const end = this.#runs(rows, start);
    this.#track.nextTime = end;
    const groups = this.#protect(rows, from);
    const auxiliary = new AuxiliaryReader(this.#boxes, this.#base, (fault) => this.#faults.push(fault));
    // Left behind in a clear track it says nothing of samples, and nobody knows how long its IVs are.
    if (this.#track.protections.every((protection) => !protection)) skipInformation(rows, from);
    else {
      auxiliary.read(rows, from);
      auxiliary.finish();
    }
    return {
      ...this.#traf.place,
      trackId: this.#trackId,
      flags: this.#flags,
      description,
      decodeTime,
      samples: rows.count - from,
      duration: end - start,
      ...auxiliary.facts,
      groups,
      faults: this.#faults,
    };
  }

  #decodeTime(): number | undefined {
    const box = this.#boxes.find(({ type }) => type === 'tfdt');
    if (!box) return undefined;
    const { version, fields } = box.fullFields();
    return fields.word(version === 1);
  }

  /** All `trun` boxes. @returns decode time behind the last sample */
  #runs(rows: SampleRows, start: number): number {
    const entry = this.#track.firstEntry + this.#defaults.description - 1;
    if (this.#defaults.description < 1 || this.#defaults.description > this.#track.protections.length)
      throw this.#traf.damage(
        `has a fragment of sample entry ${this.#defaults.description}, of which there are ${this.#track.protections.length}`,
      );
    const from = rows.count;
    let time = start;
    let run = 0;
    for (const trun of this.#boxes) {
      if (trun.type !== 'trun') continue;
      const first = rows.count;
      time = this.#run(trun, rows, time);
      rows.runs.fill(run++, first, rows.count);
      if (rows.count - from > MOST_SAMPLES)
        throw trun.damage(`has more than ${MOST_SAMPLES} samples in a fragment`);
    }
    rows.entries.fill(entry, from, rows.count);
    return time;
  }

  /** A `trun` (ISO/IEC 14496-12, 8.8.8). @returns decode time behind its last sample */
  #run(trun: Box, rows: SampleRows, start: number): number {
    const { flags, version, fields } = trun.fullFields();
    const count = fields.u32();
    if (count > MOST_SAMPLES) throw trun.damage(`has more than ${MOST_SAMPLES} samples in a fragment`);
    let position = flags & TRUN.offset ? this.#base + fields.i32() : this.dataEnd;
    const firstFlags = flags & TRUN.firstFlags ? fields.u32() : undefined;
    const has = (flag: number): number => (flags & flag ? 4 : 0);
    const [durations, sizes] = [has(TRUN.duration), has(TRUN.size)];
    const [sampleFlags, compositions] = [has(TRUN.flags), has(TRUN.composition)];
    const { view } = fields;
    let at = fields.rows(count, durations + sizes + sampleFlags + compositions);
    rows.reserve(count);
    const end = rows.count + count;
    let time = start;
    const defaults = this.#defaults;
    for (let row = rows.count; row < end; row++) {
      const duration = durations ? view.getUint32(at) : defaults.duration;
      const size = sizes ? view.getUint32(at + durations) : defaults.size;
      const own = sampleFlags ? view.getUint32(at + durations + sizes) : defaults.flags;
      const bits = row === rows.count && firstFlags !== undefined ? firstFlags : own;
      at += durations + sizes + sampleFlags;
      // Version 0 says unsigned offsets; what does not fit as signed was meant so (QuickTime, old muxers).
      rows.compositionOffsets[row] = compositions ? view.getInt32(at) : 0;
      at += compositions;
      rows.positions[row] = position;
      rows.sizes[row] = size;
      rows.decodeTimes[row] = time;
      rows.durations[row] = duration;
      rows.sync[row] = bits & NOT_SYNC ? 0 : 1;
      position += size;
      time += duration;
    }
    if (version > 1) throw trun.damage(`has a "trun" of version ${version}`);
    rows.count = end;
    this.dataEnd = position;
    return time;
  }

  /** What protects each sample: of its group, else of its entry. */
  #protect(rows: SampleRows, from: number): GroupFacts[] {
    const ofEntry = this.#track.protections[this.#defaults.description - 1];
    const scheme = (ofEntry ?? this.#track.protections.find((protection) => protection))?.scheme;
    const local = scheme ? readSeigDescriptions(this.#boxes, scheme) : undefined;
    const groups = local ? readGroups(this.#boxes, this.#track.seig, local) : [];
    const byDefault = local?.byDefault
      ? local.protections[local.byDefault - 1]
      : this.#track.seig.protections[this.#track.seig.byDefault - 1];
    const cursor = new GroupCursor(groups, this.#traf);
    cursor.apply(rows, from, rows.count, byDefault ?? ofEntry);
    const fault = cursor.fault();
    if (fault) this.#faults.push(fault);
    return groups;
  }
}
