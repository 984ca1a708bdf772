import { view } from '../../base/bytes.ts';
import type { Soon } from '../../base/soon.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { type BlockHead, MOST_BLOCK_HEAD, readBlockHead } from '../matroska/block.ts';
import { EbmlError, type Element, elements, MOST_HEADER, readElement, unsignedOf } from '../matroska/ebml.ts';

const [EBML, SEGMENT, CLUSTER, TIMESTAMP] = [0x1a45dfa3, 0x18538067, 0x1f43b675, 0xe7] as const;
const [BLOCK_GROUP, BLOCK, SIMPLE_BLOCK] = [0xa0, 0xa1, 0xa3] as const;
const [BLOCK_DURATION, REFERENCE_BLOCK] = [0x9b, 0xfb] as const;
const [BLOCK_ADDITIONS, BLOCK_MORE, BLOCK_ADD_ID, BLOCK_ADDITIONAL] = [0x75a1, 0xa6, 0xee, 0xa5] as const;

/** Bytes of the file at a time. */
const WINDOW = 2 ** 20;
/** The meaning of additional data that the codec of a track gives it (RFC 9559, 5.1.3.5.2.3). */
const OF_THE_CODEC = 1;
/** Pictures of 8K are a few megabytes; a hostile block must not fill the memory. */
export const LARGEST_BLOCK = 2 ** 26;
const MAGIC_BYTES = 4;

/** A file that is read by several readers. */
export interface MatroskaFile {
  readonly source: ByteSource;
  /** Ticks a second. */
  readonly clock: number;
  /** Told where another recording begins, before it is read as if it were of the one before. @throws when it is not alike */
  checkNext(at: number): Promise<void>;
}

type WholeElement = Element & { readonly end: number };

/**
 * Walks over the blocks of one track of Matroska, or of several, in the order of the file. Clusters and their elements are taken
 * one behind the other, whatever size the clusters claim: so live recordings need nothing else, and every step goes forward. What
 * the window holds is walked over at once, without a promise or a copy for each block: there may be one for every few bytes.
 */
export class MatroskaBlocks {
  readonly #source: ByteSource;
  readonly #checkNext: MatroskaFile['checkNext'];
  readonly #tracks: ReadonlySet<number>;
  readonly #windowSize: number;
  /** A piece of the file, from `#from` to `#to`; memory of its own each time, because packets are pieces of it. */
  #window = new Uint8Array(0);
  #from = 0;
  #to = 0;
  /** As much of the element at hand must be in the window to go on; 0: nothing is wanted. */
  #wantedTo = 0;
  /** The next element, and where the segment ends. */
  #at = 0;
  #end = 0;
  /** The segment does not say how large it is: it was recorded live, and may end anywhere. */
  #isLive = true;
  /** Ticks of the cluster. */
  #cluster = 0;

  /** BlockAdditions of the block at hand. */
  #additions: Uint8Array | undefined;

  /** The block at hand, without its head. */
  data = new Uint8Array(0);
  /** TrackNumber. */
  track = 0;
  lacing = 0;
  isKey = false;
  /** Presentation time of its first frame, in ticks. */
  ticks = 0;
  /** Ticks that all its frames last; `undefined` where it does not say. */
  duration: number | undefined;
  /** Its element in the file. */
  start = 0;

  /**
   * @param tracks their TrackNumbers
   * @param windowSize bytes to read at a time: few where little of a file is wanted
   */
  constructor({ source, checkNext }: MatroskaFile, tracks: Iterable<number>, windowSize = WINDOW) {
    this.#source = source;
    this.#checkNext = checkNext;
    this.#tracks = new Set(tracks);
    this.#windowSize = windowSize;
  }

  /** What the codec of the track has beside the block at hand; `undefined`: nothing. @throws EbmlError when it is damaged */
  get additional(): Uint8Array | undefined {
    return this.#additions && additionalOf(this.#additions);
  }

  goTo(position: number): void {
    this.#at = position;
    this.#end = this.#source.size;
    this.#isLive = true;
    this.#cluster = 0;
    this.#wantedTo = 0;
  }

  /** Say when the block at hand is presented: where its cluster was stepped over, nothing else tells. */
  setTicks(ticks: number): void {
    this.#cluster += ticks - this.ticks;
    this.ticks = ticks;
  }

  /** Take the next block of the tracks; false at the end of the file. @throws EbmlError where that breaks the syntax of Matroska */
  next(): Soon<boolean> {
    return this.#walk() || this.#readOn();
  }

  async #readOn(): Promise<boolean> {
    do {
      if (this.#wantedTo > 0) await this.#load();
      else if (!(await this.#beginNext())) return false;
    } while (!this.#walk());
    return true;
  }

  /** Go on with the recording that begins here, if one does: files that were joined as they are. */
  async #beginNext(): Promise<boolean> {
    const at = this.#at;
    if (at === 0 || at + MAGIC_BYTES > this.#source.size) return false;
    while (!this.#holds(at, Math.min(at + MOST_HEADER, this.#source.size))) await this.#load();
    if (view(this.#window).readUInt32BE(at - this.#from) !== EBML) return false;
    await this.#checkNext(at);
    this.goTo(at);
    this.#at = this.#element()?.end ?? this.#source.size;
    return true;
  }

  /**
   * Go to the next block of the tracks.
   * @returns false where the window does not hold what comes, or the recording is over
   */
  #walk(): boolean {
    while (this.#at + 2 <= this.#end) {
      const at = this.#at;
      if (!this.#holds(at, Math.min(at + MOST_HEADER, this.#source.size))) return false;
      const element = this.#element();
      if (!element || (element.id === EBML && at > 0)) return false; // cut, or another recording begins
      const isTaken = this.#take(element);
      if (isTaken === undefined) return false;
      this.#at = element.id === SEGMENT || element.id === CLUSTER ? element.start : element.end;
      this.start = at;
      if (isTaken) return true;
    }
    return false;
  }

  /** What begins at the place that was reached, which the window holds; `undefined` where a live recording was cut. */
  #element(): WholeElement | undefined {
    const at = this.#at;
    const element = readElement(this.#window, at - this.#from, this.#from);
    const { id, start, end = this.#end } = element;
    if (id === SEGMENT && element.end !== undefined) {
      this.#end = Math.min(this.#end, end);
      this.#isLive = false;
    }
    const isOpen = id === SEGMENT || id === CLUSTER;
    if (!isOpen && element.end === undefined)
      throw new EbmlError(`the element at byte ${at} does not say how large it is`);
    if (isOpen || end <= this.#end) return { id, start, end };
    if (this.#isLive) return undefined;
    throw new EbmlError(`the element at byte ${at} goes on behind its segment`);
  }

  /** @returns whether it is a block of the tracks, now at hand; `undefined` where the window does not hold what that takes */
  #take({ id, start, end }: WholeElement): boolean | undefined {
    if (id !== TIMESTAMP && id !== BLOCK_GROUP && id !== SIMPLE_BLOCK) return false;
    // Of another track's block the head is enough.
    const enough = id === SIMPLE_BLOCK ? Math.min(end, start + MOST_BLOCK_HEAD) : end;
    if (!this.#holds(start, enough)) return undefined;
    const from = start - this.#from;
    if (id === TIMESTAMP) {
      this.#cluster = unsignedOf(this.#window, from, end - this.#from);
      return false;
    }
    if (id === BLOCK_GROUP) return this.#takeGroup(from, end - this.#from);
    const head = readBlockHead(this.#window, from, enough - this.#from);
    if (!this.#tracks.has(head.track)) return false;
    if (!this.#holds(start, end)) return undefined;
    this.isKey = head.isKey;
    this.duration = undefined;
    this.#additions = undefined;
    this.#takeBlock(head, from, end - this.#from);
    return true;
  }

  /** @param from where it lies in the window */
  #takeGroup(from: number, to: number): boolean {
    let block: Element | undefined;
    let duration: number | undefined;
    let additions: Element | undefined;
    let isKey = true;
    for (let at = from; at < to; ) {
      const child = readElement(this.#window, at);
      const { id, start, end = to } = child;
      if (end > to) throw new EbmlError('an element does not fit into the one around it');
      if (id === BLOCK) block ??= child;
      else if (id === BLOCK_DURATION) duration = unsignedOf(this.#window, start, end);
      else if (id === REFERENCE_BLOCK) isKey = false;
      else if (id === BLOCK_ADDITIONS) additions ??= child;
      at = end;
    }
    if (!block) return false;
    const { start, end = to } = block;
    const head = readBlockHead(this.#window, start, end);
    if (!this.#tracks.has(head.track)) return false;
    this.isKey = isKey;
    this.duration = duration;
    this.#additions = additions && this.#window.subarray(additions.start, additions.end ?? to);
    this.#takeBlock(head, start, end);
    return true;
  }

  #takeBlock({ length, lacing, ticks, track }: BlockHead, from: number, to: number): void {
    this.data = this.#window.subarray(from + length, to);
    this.track = track;
    this.lacing = lacing;
    this.ticks = this.#cluster + ticks;
  }

  /** Whether the window holds a piece of the element that was reached; if not, it is loaded next. */
  #holds(start: number, end: number): boolean {
    if (start >= this.#from && end <= this.#to) return true;
    if (end - start > LARGEST_BLOCK)
      throw new EbmlError(`the element at byte ${start} has ${end - start} bytes`);
    this.#wantedTo = end;
    return false;
  }

  async #load(): Promise<void> {
    const start = this.#at; // with its head: that is looked at again
    const size = Math.min(Math.max(this.#wantedTo - start, this.#windowSize), this.#source.size - start);
    this.#wantedTo = 0;
    this.#to = 0; // nothing, should reading fail
    this.#window = new Uint8Array(size);
    await this.#source.read(start, [this.#window]);
    this.#from = start;
    this.#to = start + size;
  }
}

/** Of BlockAdditions the one that the track's codec gives a meaning (RFC 9559, 5.1.3.5.2). */
function additionalOf(additions: Uint8Array): Uint8Array | undefined {
  for (const more of elements(additions)) {
    if (more.id !== BLOCK_MORE) continue;
    const parts = [...elements(more.data)];
    const meaning = parts.find(({ id }) => id === BLOCK_ADD_ID);
    if (meaning !== undefined && unsignedOf(meaning.data) !== OF_THE_CODEC) continue;
    return parts.find(({ id }) => id === BLOCK_ADDITIONAL)?.data;
  }
  return undefined;
}
