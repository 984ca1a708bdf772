import { copyBytes, view } from '../../base/bytes.ts';
import { LentBytes } from '../../base/reused-memory.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { type BlockHead, framesOf, MOST_BLOCK_HEAD, readBlockHead } from '../matroska/block.ts';
import { decoded } from '../matroska/content-encoding.ts';
import { EbmlError, type Element, elements, MOST_HEADER, readElement, unsignedOf } from '../matroska/ebml.ts';
import type { MatroskaTrack } from '../matroska/track-entries.ts';
import type { Packet, PacketReader } from './packet.ts';

const [EBML, SEGMENT, CLUSTER, TIMESTAMP] = [0x1a45dfa3, 0x18538067, 0x1f43b675, 0xe7] as const;
const [BLOCK_GROUP, BLOCK, SIMPLE_BLOCK] = [0xa0, 0xa1, 0xa3] as const;
const [BLOCK_DURATION, REFERENCE_BLOCK] = [0x9b, 0xfb] as const;

/** Bytes of the file at a time. */
const WINDOW = 2 ** 20;
/** Pictures of 8K are a few megabytes; a hostile block must not fill the memory. */
const LARGEST_BLOCK = 2 ** 26;
/** Coded media hardly shrinks: what would become many times the file is made to fill the memory, or the day. */
const MOST_INFLATION = 16;
/** The place of a packet is that of its block, times the most frames that a block can hold. */
const PLACE = 256;
const NANOSECONDS = 1e9;
const MAGIC_BYTES = 4;

/** A file that is read by several readers. */
export interface MatroskaFile {
  readonly source: ByteSource;
  /** Ticks a second. */
  readonly clock: number;
  /** Told where another recording begins, before it is read as if it were of the one before. @throws when it is not alike */
  checkNext(at: number): Promise<void>;
}

/** The frames of a block. */
interface Block {
  readonly frames: readonly Uint8Array[];
  readonly isKey: boolean;
  /** Presentation time of the first, and what each lasts, in ticks. */
  readonly ticks: number;
  readonly step: number;
  /** Its element in the file. */
  readonly start: number;
}

/**
 * Reads the packets of one track of Matroska, in the order of the file. Clusters and their elements are taken one behind
 * the other, whatever size the clusters claim: so live recordings need nothing else, and every step goes forward.
 */
export class MatroskaPackets implements PacketReader {
  readonly #source: ByteSource;
  readonly #track: MatroskaTrack;
  readonly #clock: number;
  readonly #checkNext: MatroskaFile['checkNext'];
  #window = Buffer.alloc(0);
  readonly #pieces = new LentBytes();
  /** What the window holds of the file. */
  #from = 0;
  #to = 0;
  /** The next element, and where the segment ends. */
  #at = 0;
  #end = 0;
  /** The segment does not say how large it is: it was recorded live, and may end anywhere. */
  #isLive = true;
  /** Ticks of the cluster. */
  #cluster = 0;
  #block: Block | undefined;
  #frame = 0;
  /** What the frames that were read in a row have come to. */
  #decodedBytes = 0;

  constructor({ source, clock, checkNext }: MatroskaFile, track: MatroskaTrack) {
    this.#source = source;
    this.#track = track;
    this.#clock = clock;
    this.#checkNext = checkNext;
  }

  first(): Promise<Packet | undefined> {
    this.#goTo(0);
    return this.next();
  }

  /** @throws EbmlError where the file breaks the syntax of Matroska */
  async next(): Promise<Packet | undefined> {
    while (this.#frame === (this.#block?.frames.length ?? 0)) {
      this.#block = await this.#nextBlock();
      this.#frame = 0;
      if (!this.#block) return undefined;
    }
    const { frames, isKey, ticks, step, start } = this.#block!;
    const frame = this.#frame++;
    const [seconds, position] = [(ticks + frame * step) / this.#clock, start * PLACE + frame];
    return { seconds, position, isKey, data: frames[frame]! };
  }

  async seek({ seconds, position }: Pick<Packet, 'seconds' | 'position'>): Promise<Packet | undefined> {
    this.#goTo(Math.floor(position / PLACE));
    const block = await this.#nextBlock();
    if (!block || block.start * PLACE + block.frames.length <= position) return undefined;
    // Its cluster was stepped over: the time of that follows from the packet's.
    this.#frame = position % PLACE;
    this.#cluster = Math.round(seconds * this.#clock - this.#frame * block.step) - block.ticks;
    this.#block = { ...block, ticks: block.ticks + this.#cluster };
    return this.next();
  }

  #goTo(position: number): void {
    this.#at = position;
    this.#end = this.#source.size;
    this.#isLive = true;
    this.#cluster = 0;
    this.#block = undefined;
    this.#frame = 0;
    this.#decodedBytes = 0;
  }

  /** The next block of the track. */
  async #nextBlock(): Promise<Block | undefined> {
    for (;;) {
      const block = await this.#blockOfRecording();
      if (block || !(await this.#beginNext())) return block;
    }
  }

  /** Go on with the recording that begins here, if one does: files that were joined as they are. */
  async #beginNext(): Promise<boolean> {
    const at = this.#at;
    if (at === 0 || at + MAGIC_BYTES > this.#source.size) return false;
    const magic = await this.#bytes(at, at + MAGIC_BYTES);
    if (view(magic).readUInt32BE(0) !== EBML) return false;
    await this.#checkNext(at);
    const decodedBytes = this.#decodedBytes;
    this.#goTo(at);
    this.#decodedBytes = decodedBytes; // the budget is one for the whole file
    const header = await this.#element();
    this.#at = header?.end ?? this.#source.size;
    return true;
  }

  async #blockOfRecording(): Promise<Block | undefined> {
    while (this.#at + 2 <= this.#end) {
      const element = await this.#element();
      if (!element) return undefined;
      const { id, start, end } = element;
      const at = this.#at;
      this.#at = end;
      if (id === SEGMENT || id === CLUSTER) this.#at = start;
      else if (id === EBML && at > 0) {
        this.#at = at;
        return undefined; // another recording begins
      } else if (id === TIMESTAMP) this.#cluster = unsignedOf(await this.#bytes(start, end));
      else if (id === SIMPLE_BLOCK || id === BLOCK_GROUP) {
        const block = await (id === SIMPLE_BLOCK
          ? this.#simpleBlock(element, at)
          : this.#blockGroup(element, at));
        if (block) return block;
      }
    }
    return undefined;
  }

  /** What begins at the place that was reached; `undefined` where a live recording was cut. */
  async #element(): Promise<(Element & { readonly end: number }) | undefined> {
    const at = this.#at;
    const header = await this.#bytes(at, Math.min(at + MOST_HEADER, this.#source.size));
    const element = readElement(header, 0, at);
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

  async #simpleBlock(
    { start, end }: Element & { readonly end: number },
    at: number,
  ): Promise<Block | undefined> {
    const head = readBlockHead(await this.#bytes(start, Math.min(end, start + MOST_BLOCK_HEAD)));
    if (head.track !== this.#track.id) return undefined;
    return this.#blockOf(head, await this.#bytes(start, end), { at, isKey: head.isKey });
  }

  async #blockGroup(
    { start, end }: Element & { readonly end: number },
    at: number,
  ): Promise<Block | undefined> {
    let data: Uint8Array | undefined;
    let duration: number | undefined;
    let isKey = true;
    for (const child of elements(await this.#bytes(start, end))) {
      if (child.id === BLOCK) data ??= child.data;
      else if (child.id === BLOCK_DURATION) duration = unsignedOf(child.data);
      else if (child.id === REFERENCE_BLOCK) isKey = false;
    }
    const head = data && readBlockHead(data);
    if (!data || head?.track !== this.#track.id) return undefined;
    return this.#blockOf(head, data, { at, isKey, ...(duration !== undefined && { duration }) });
  }

  /** @param data still in the window: it is copied */
  #blockOf(
    head: BlockHead,
    data: Uint8Array,
    { at, isKey, duration }: { readonly at: number; readonly isKey: boolean; readonly duration?: number },
  ): Block {
    const { encodings, defaultDuration } = this.#track;
    const frames = framesOf(copyBytes(data, head.length), head.lacing);
    const step =
      duration === undefined ? (defaultDuration / NANOSECONDS) * this.#clock : duration / frames.length;
    const whole = encodings.length > 0 ? frames.map((frame) => this.#decoded(frame, at)) : frames;
    return { frames: whole, isKey, ticks: this.#cluster + head.ticks, step, start: at };
  }

  /** A frame as it was before it was encoded: all of them together are no more than real ones could be. */
  #decoded(frame: Uint8Array, at: number): Uint8Array {
    const budget = this.#source.size * MOST_INFLATION + LARGEST_BLOCK;
    try {
      const most = Math.min(LARGEST_BLOCK, budget - this.#decodedBytes);
      const whole = decoded(frame, this.#track.encodings, most);
      this.#decodedBytes += whole.length;
      return whole;
    } catch (cause) {
      if (!(cause instanceof EbmlError)) throw cause;
      throw new EbmlError(`the block at byte ${at} cannot be unpacked: its ${cause.message}`);
    }
  }

  /** A piece of the file, until the next one is asked for. */
  async #bytes(start: number, end: number): Promise<Uint8Array> {
    if (start < this.#from || end > this.#to) {
      const wanted = end - start;
      if (wanted > LARGEST_BLOCK) throw new EbmlError(`the element at byte ${start} has ${wanted} bytes`);
      const size = Math.min(Math.max(wanted, WINDOW), this.#source.size - start);
      if (this.#window.length < size) this.#window = Buffer.allocUnsafeSlow(size);
      this.#to = 0; // nothing, should reading fail
      await this.#source.read(start, [this.#window.subarray(0, size)]);
      [this.#from, this.#to] = [start, start + size];
    }
    return this.#pieces.lend(this.#window.subarray(start - this.#from, end - this.#from));
  }
}
