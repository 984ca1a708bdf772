import type { BoxSpan } from '../../../base/box-walk.ts';
import { type EventMessage, readEventMessage } from './event-message.ts';

/** An event, and the samples that its segment begins with. */
export interface PlacedEvent extends Omit<EventMessage, 'message'> {
  /** Base64. */
  readonly message: string;
  readonly segment: EventSegment;
}

/** Of each track the number of the first sample of a segment, and of the first behind it. */
export interface EventSegment {
  readonly first: readonly number[];
  readonly end: readonly number[];
}

interface OpenSegment {
  first: readonly number[];
  end: readonly number[] | undefined;
}

/** Why event messages are not kept. */
export type EventLoss =
  /** Nobody can say what they mean. */
  | 'damaged'
  /** They tell players of the MPD that they were sent with to fetch another. */
  | 'of-mpd'
  /** One is larger than messages are, or all of them are too many. */
  | 'too-much';

/** A stream of nothing but events must not fill the memory, nor the manifests: so many, of so many bytes in all. */
const MOST = 10_000;
const MOST_BYTES = 4 * 2 ** 20;
/** Bytes of a box. */
const LARGEST = 65_536;

/** Events that are for the player itself (ISO/IEC 23009-1, 5.10.4): of an MPD that is updated, which ours never is. */
const OF_MPD = 'urn:mpeg:dash:event:2012';

/**
 * Takes the `emsg` boxes of a file in while its fragments are read. Those of one scheme, value, id and message are one event, however
 * often they are sent: in each segment until it is time, or in each of the files of a presentation.
 *
 * Segments begin at `styp` where there are any, else each fragment is one; what stands behind the last fragment belongs to that.
 */
export class EventMessages {
  readonly #placed = new Map<string, Omit<PlacedEvent, 'segment'> & { readonly segment: OpenSegment }>();
  readonly #lost = new Map<EventLoss, number>();
  #bytes = 0;
  #isSegmented = false;
  #segment: OpenSegment | undefined;
  /** The one that begins with the next fragment. */
  #next: OpenSegment | undefined;
  #last: readonly number[] = [];

  /** Whether a box is to be read for `add`: larger ones are not. */
  wants({ start, end }: BoxSpan): boolean {
    if (end - start <= LARGEST) return true;
    this.#lose('too-much');
    return false;
  }

  /** A `styp`. */
  begin(): void {
    this.#isSegmented = true;
    this.#next ??= { first: [], end: undefined };
  }

  /** @param payload of an `emsg`; it is not kept */
  add(payload: Uint8Array): void {
    const event = readEventMessage(payload);
    if (!event) this.#lose('damaged');
    else if (event.scheme === OF_MPD) this.#lose('of-mpd');
    else this.#keep(event);
  }

  /** A `moof`, before it is read. @param counts how many samples each track has so far */
  fragment(counts: () => number[]): void {
    const isFirst = this.#next !== undefined || !this.#isSegmented;
    if (!isFirst) return;
    this.#last = counts();
    if (this.#segment) this.#segment.end = this.#last;
    this.#segment = this.#next;
    if (this.#segment) this.#segment.first = this.#last;
    this.#next = undefined;
  }

  /** The end of the file. */
  finish(counts: readonly number[]): void {
    if (this.#next) this.#next.first = this.#last;
    for (const segment of [this.#segment, this.#next]) if (segment) segment.end = counts;
  }

  /** In the order of the file, once it has been read. */
  get events(): PlacedEvent[] {
    return Array.from(this.#placed.values(), ({ segment: { first, end = first }, ...event }) => ({
      ...event,
      segment: { first, end },
    }));
  }

  get lost(): ReadonlyMap<EventLoss, number> {
    return this.#lost;
  }

  #keep({ message: bytes, ...event }: EventMessage): void {
    const message = Buffer.from(bytes).toString('base64');
    const key = JSON.stringify([event.scheme, event.value, event.id, message]);
    if (this.#placed.has(key)) return;
    if (this.#placed.size === MOST || this.#bytes + key.length > MOST_BYTES) {
      this.#lose('too-much');
      return;
    }
    this.#bytes += key.length;
    this.#placed.set(key, { ...event, message, segment: this.#own() });
  }

  #own(): OpenSegment {
    if (this.#isSegmented && !this.#next && this.#segment) return this.#segment;
    this.#next ??= { first: [], end: undefined };
    return this.#next;
  }

  #lose(why: EventLoss): void {
    this.#lost.set(why, (this.#lost.get(why) ?? 0) + 1);
  }
}
