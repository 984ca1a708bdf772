import { BitstreamError } from '../../base/bit-reader.ts';

/** frame_type (AV1 specification, 6.8.2). */
export const FRAME_TYPE = { key: 0, inter: 1, intraOnly: 2, switch: 3 } as const;

/** Frames that later ones may refer to. */
export const SLOTS = 8;
/** References of an inter frame: LAST, LAST2, LAST3, GOLDEN, BWDREF, ALTREF2, ALTREF. */
export const REFS_PER_FRAME = 7;

/** What later headers need of a decoded frame (7.20). */
export interface Reference {
  readonly frameType: number;
  readonly upscaledWidth: number;
  readonly height: number;
  readonly orderHint: number;
  /** By segment: what is added to base_q_idx. */
  readonly segmentQuantizers: readonly number[];
}

/** The slots of the decoded frames, and the order hints that they are known by. */
export class ReferenceSlots {
  readonly #frames = new Array<Reference | undefined>(SLOTS).fill(undefined);
  /** RefOrderHint: also of slots whose frame is missing, where a frame header stated it. */
  readonly #orderHints = new Array<number>(SLOTS).fill(0);

  /** @throws BitstreamError when no frame was stored there */
  frame(slot: number): Reference {
    const frame = this.#frames[slot];
    if (frame === undefined)
      throw new BitstreamError(`refers to the frame in slot ${slot}, which is missing`);
    return frame;
  }

  orderHint(slot: number): number {
    return this.#orderHints[slot]!;
  }

  /** Store a frame in the slots whose bits are set (7.20). */
  refresh(flags: number, frame: Reference): void {
    for (let slot = 0; slot < SLOTS; slot += 1) {
      if (((flags >> slot) & 1) === 0) continue;
      this.#frames[slot] = frame;
      this.#orderHints[slot] = frame.orderHint;
    }
  }

  /** A shown key frame forgets the order hints of all before it. */
  forgetOrderHints(): void {
    this.#orderHints.fill(0);
  }

  /** ref_order_hint: another one than is known says that the slot's frame was lost. */
  expectOrderHint(slot: number, hint: number): void {
    if (this.#orderHints[slot] === hint) return;
    this.#frames[slot] = undefined;
    this.#orderHints[slot] = hint;
  }
}

/** get_relative_dist(): how much later a frame is than another; 0 without order hints. */
export function relativeDistance(orderHintBits: number, a: number, b: number): number {
  if (orderHintBits === 0) return 0;
  const sign = 1 << (orderHintBits - 1);
  const difference = a - b;
  return (difference & (sign - 1)) - (difference & sign);
}

/** Positions among the references. */
const LAST2 = 1;
const LAST3 = 2;
const GOLDEN = 3;
const BWDREF = 4;
const ALTREF2 = 5;
const ALTREF = 6;

/**
 * set_frame_refs() (7.8): all references of a frame that states two of them only.
 * @param distances how much later the frame in each slot is than this one
 * @param last slot of LAST
 * @param golden slot of GOLDEN
 * @returns the slots of all references
 */
export function setFrameRefs(distances: readonly number[], last: number, golden: number): number[] {
  const refs = new Array<number>(REFS_PER_FRAME).fill(-1);
  const used = new Set<number>([last, golden]);
  refs[0] = last;
  refs[GOLDEN] = golden;

  /** The slot that wins against all others, of those `allowed`; of equals the first, or the last. */
  const find = (allowed: (slot: number) => boolean, wins: (a: number, b: number) => boolean): number => {
    let found = -1;
    for (let slot = 0; slot < SLOTS; slot += 1) {
      if (allowed(slot) && (found < 0 || wins(distances[slot]!, distances[found]!))) found = slot;
    }
    return found;
  };
  const fill = (position: number, slot: number): void => {
    if (slot < 0) return;
    refs[position] = slot;
    used.add(slot);
  };
  const backward = (slot: number) => !used.has(slot) && distances[slot]! >= 0;
  const forward = (slot: number) => !used.has(slot) && distances[slot]! < 0;
  const earliest = (a: number, b: number) => a < b;
  const latest = (a: number, b: number) => a >= b;

  fill(ALTREF, find(backward, latest));
  fill(BWDREF, find(backward, earliest));
  fill(ALTREF2, find(backward, earliest));
  for (const position of [LAST2, LAST3, BWDREF, ALTREF2, ALTREF]) {
    if (refs[position]! < 0) fill(position, find(forward, latest));
  }
  const fallback = find(() => true, earliest);
  return refs.map((slot) => (slot < 0 ? fallback : slot));
}

/**
 * Whether skip_mode_present is coded (5.9.22): there is a reference before the frame, and one after it or another one
 * before that.
 * @param hints order hints of the references
 */
export function skipModeAllowed(orderHintBits: number, orderHint: number, hints: readonly number[]): boolean {
  let before: number | undefined;
  let after = false;
  for (const hint of hints) {
    const distance = relativeDistance(orderHintBits, hint, orderHint);
    if (distance > 0) after = true;
    const nearer = before === undefined || relativeDistance(orderHintBits, hint, before) > 0;
    if (distance < 0 && nearer) before = hint;
  }
  if (before === undefined) return false;
  const nearest = before;
  return after || hints.some((hint) => relativeDistance(orderHintBits, hint, nearest) < 0);
}
