import { keepForOthers, reusedMemory, spoil } from '../base/reused-memory.ts';

/** Memory that one segment is read into. */
interface Slot {
  bytes: Uint8Array<ArrayBuffer>;
  /** Of the read that makes it free. */
  freeAt: number;
  isBusy: boolean;
}

/** Where one segment is read into. */
export interface SegmentRoom {
  /** Called once, with the segment's length. */
  allocate(bytes: number): Uint8Array;
  /** All of it was read. One that failed is not used again: something may still be written into it. */
  done(): void;
}

/**
 * The few buffers that segments of a track are read into, again and again: touching fresh memory costs five times as much as reading
 * into it. Reads have numbers, from 0: what read `n` has given is valid until read `n + atOnce` begins.
 */
export class SegmentMemory {
  readonly #atOnce: number;
  readonly #slots: Slot[] = [];
  #begun = 0;

  /** @param atOnce segments in use at a time, the one that is being read included */
  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** A read begins. @returns its number */
  begin(): number {
    return this.#begun++;
  }

  /** Room for what a read gives. @param number of the read, which may be the next one, and not have begun */
  room(number: number): SegmentRoom {
    const slot = this.#slots.find(({ isBusy, freeAt }) => !isBusy && freeAt < this.#begun) ?? this.#newSlot();
    slot.freeAt = number + this.#atOnce;
    slot.isBusy = true;
    return {
      allocate(bytes) {
        spoil(slot.bytes);
        if (slot.bytes.length < bytes) {
          keepForOthers(slot.bytes);
          slot.bytes = reusedMemory(bytes);
        }
        return slot.bytes.subarray(0, bytes);
      },
      done() {
        slot.isBusy = false;
      },
    };
  }

  /** Free all of it, when nobody needs any of the segments any more. What is being read into is the collector's. */
  release(): void {
    for (const { isBusy, bytes } of this.#slots.splice(0)) if (!isBusy) keepForOthers(bytes);
  }

  #newSlot(): Slot {
    const slot: Slot = { bytes: new Uint8Array(0), freeAt: 0, isBusy: false };
    this.#slots.push(slot);
    return slot;
  }
}
