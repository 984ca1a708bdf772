import { RbspReader } from '../../../base/bit-reader.ts';
import { copyBytes, view } from '../../../base/bytes.ts';

/** nal_unit_type of parameter sets (ITU-T H.264, table 7-1). */
const SPS = 7;
const PPS = 8;
const SPS_EXTENSION = 13;

interface ParameterSet {
  readonly type: number;
  readonly id: number;
  readonly nal: Uint8Array;
  /** Of a PPS or an extension: the SPS of its number that was in force when it came. */
  readonly sps: ParameterSet | undefined;
}

/** Whether a NAL unit of this type is a parameter set that {@link AvcSets} follows. */
export const isParameterSet = (type: number): boolean =>
  type === SPS || type === PPS || type === SPS_EXTENSION;

/**
 * The parameter sets of an H.264 stream that are in force, in the order in which they came: a decoder that is given them
 * in this order knows what it would know had it seen the stream from the start.
 *
 * A PPS belongs to the SPS that was in force when it came. Some decoders go by that, others look for the SPS when a picture
 * begins; so an SPS that another one replaced stays as long as a PPS belongs to it, and a PPS that comes again behind a new
 * SPS is new, whatever its bytes.
 */
export class AvcSets {
  #sets: ParameterSet[] = [];
  readonly #reader = new RbspReader();

  /** In the order in which a decoder is to get them. Valid for good. */
  get nalUnits(): readonly Uint8Array[] {
    return this.#sets.map(({ nal }) => nal);
  }

  /** Whether a decoder that is given them could start. */
  get areWhole(): boolean {
    return this.#find(SPS) !== undefined && this.#find(PPS) !== undefined;
  }

  clear(): void {
    this.#sets = [];
  }

  /**
   * Take over the parameter set `start` to `end` of `data`; its bytes are copied.
   * @returns false where a decoder knows it already
   * @throws BitstreamError when it is cut short or has an impossible number
   */
  add(data: Uint8Array, start: number, end: number): boolean {
    const { type, id, spsId } = this.#numbersOf(data, start, end);
    const sps = spsId === undefined ? undefined : this.#find(SPS, spsId);
    const known = this.#find(type, id);
    if (known && known.sps === sps && view(known.nal).compare(data, start, end) === 0) return false;
    const added = { type, id, sps, nal: copyBytes(data, start, end) };
    const sets = [...this.#sets.filter((set) => set !== known || set.type === SPS), added];
    this.#sets = sets.filter((set) => set === added || isNeeded(set, sets));
    return true;
  }

  /** The last of a type, and of a number where one is given. */
  #find(type: number, id?: number): ParameterSet | undefined {
    return this.#sets.findLast((set) => set.type === type && (id === undefined || set.id === id));
  }

  #numbersOf(data: Uint8Array, start: number, end: number) {
    const type = data[start]! & 0x1f;
    const reader = this.#reader.open(data, start + 1, end);
    if (type === SPS) reader.bits(24); // profile_idc, constraint flags, level_idc
    const id = reader.ueUpTo(type === PPS ? 255 : 31, 'a parameter set id');
    if (type === SPS) return { type, id, spsId: undefined };
    return { type, id, spsId: type === PPS ? reader.ueUpTo(31, 'a parameter set id') : id };
  }
}

/** Whether anything may still refer to a set: to an SPS that was replaced only through a PPS. */
function isNeeded(set: ParameterSet, sets: readonly ParameterSet[]): boolean {
  const isLast = (sps: ParameterSet): boolean =>
    sets.findLast(({ type, id }) => type === SPS && id === sps.id) === sps;
  if (set.type === PPS) return true;
  if (set.type === SPS_EXTENSION) return set.sps === undefined || isLast(set.sps);
  return isLast(set) || sets.some(({ type, sps }) => type === PPS && sps === set);
}
