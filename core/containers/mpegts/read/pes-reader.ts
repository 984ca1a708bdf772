import { spoil } from '../../../base/reused-memory.ts';
import type { ByteSource } from '../../../io/byte-source.ts';
import { CLOCK, WRAP } from '../clock.ts';
import { PACKET } from '../write/packet-writer.ts';
import type { LaterStreams } from './later-streams.ts';
import { type PacketLayout, pidAt, SYNC } from './packet-layout.ts';
import type { PacketLosses } from './packet-losses.ts';

/** A transport stream breaks its own syntax; the message is a sentence about it, without its end. */
export class TransportError extends Error {}

/** Packets of a stream cannot be read without a key from somewhere on. */
export class ScrambledError extends Error {
  readonly pid: number;
  /** Where in the file. */
  readonly byte: number;

  constructor(pid: number, byte: number) {
    super(`PID ${pid} is scrambled from byte ${byte} on`);
    this.pid = pid;
    this.byte = byte;
  }
}

/** A packet of an elementary stream (ISO/IEC 13818-1, 2.4.3.6), put together. */
export interface PesPacket {
  /** Number of the transport packet in which it begins, from 0. */
  readonly packet: number;
  /** Presentation time stamp of the first access unit that begins in it: 33 bits, in ticks of 90 kHz. */
  readonly pts: number | undefined;
  /** Decoding time stamp, where it differs from that. */
  readonly dts: number | undefined;
  /** Ticks that the PCR on this PID went on since the PES packet before; 0 when there was none, or it leapt. */
  readonly pcrAdvance: number;
  /** A PCR with a discontinuity_indicator came: the time base is a new one (2.4.3.5). */
  readonly isNewTimeBase: boolean;
  /** What it has of the elementary stream. */
  readonly data: Buffer;
}

/** Bytes of the file at a time. */
const WINDOW = 2 ** 20;
/** Pictures of 8K are a few megabytes; a stream whose packets never end must not fill the memory. */
const LARGEST_PES = 2 ** 26;

const [ERROR_INDICATOR, START_INDICATOR] = [0x80, 0x40];
const [SCRAMBLED, ADAPTATION, PAYLOAD] = [0xc0, 0x20, 0x10];
/** In an adaptation field (2.4.3.4). */
const [DISCONTINUITY, PCR] = [0x80, 0x10];
/** Where a PCR in it ends, in the packet. */
const CLOCK_END = 12;
/** A PCR comes every 100 ms, at least: one that is further on than this has leapt. */
const LARGEST_PCR_STEP = CLOCK;
/** Bytes of a PES header up to PES_header_data_length. */
const PES_HEAD = 9;
const TIME_BYTES = 5;
/** stream_id of packets without such a header (table 2-22): maps, padding, private_stream_2, ECM, EMM, DSM-CC, H.222.1, directory. */
const HEADLESS: ReadonlySet<number> = new Set([0xbc, 0xbe, 0xbf, 0xf0, 0xf1, 0xf2, 0xf8, 0xff]);

/** What the PCR of a PID tells beside its PES packets. */
type PesClock = Pick<PesPacket, 'pcrAdvance' | 'isNewTimeBase'>;

const STEADY: PesClock = { pcrAdvance: 0, isNewTimeBase: false };

/** Who is told of what lies beside the stream that is read. */
export interface TransportWatchers {
  /** Of packets that are missing or damaged. */
  readonly losses?: PacketLosses;
  /** Of the tables. */
  readonly later?: LaterStreams;
}

/** Reads the PES packets of one PID, in the order of the file. */
export class PesReader {
  readonly #source: ByteSource;
  readonly #layout: PacketLayout;
  readonly #pid: number;
  readonly #count: number;
  #window = Buffer.alloc(0);
  /** Transport packets in the window: the first one's number, the one to look at, and where they end. */
  #base = 0;
  #next = 0;
  #end = 0;
  /** The PES packet that is being put together; `#open` is the transport packet in which it begins. */
  #open: number | undefined;
  #pes = Buffer.alloc(0);
  #size = 0;
  #openClock = STEADY;
  /** continuity_counter of the last packet with a payload; -1: there was none. */
  #counter = -1;
  readonly #watchers: TransportWatchers;
  /** The last PCR, and what it has told since a PES packet began. */
  #pcr: number | undefined;
  #clock = STEADY;

  constructor(source: ByteSource, layout: PacketLayout, pid: number, watchers: TransportWatchers = {}) {
    this.#source = source;
    this.#layout = layout;
    this.#pid = pid;
    this.#watchers = watchers;
    this.#count = Math.max(0, Math.floor((source.size - layout.first - PACKET) / layout.stride) + 1);
  }

  /** Go on with the first PES packet that begins in this transport packet or behind it. */
  seek(packet: number): void {
    this.#next = packet;
    this.#open = undefined;
    this.#counter = -1;
    this.#pcr = undefined;
    this.#clock = STEADY;
  }

  /**
   * @throws TransportError where the file loses its packets, or one of a stream has no end
   * @throws ScrambledError where a payload is scrambled: what it would be taken for is noise
   */
  async next(): Promise<PesPacket | undefined> {
    for (;;) {
      if (this.#next < this.#base || this.#next >= this.#end) await this.#load();
      const isOver = this.#next >= this.#count;
      if (!isOver && !this.#collect()) continue;
      const pes = this.#close();
      if (pes || isOver) return pes;
    }
  }

  async #load(): Promise<void> {
    const { stride, first } = this.#layout;
    const count = Math.min(Math.floor(WINDOW / stride), this.#count - this.#next);
    if (count <= 0) return;
    if (this.#window.length === 0) this.#window = Buffer.allocUnsafeSlow(WINDOW);
    const bytes = this.#window.subarray(0, (count - 1) * stride + PACKET);
    spoil(this.#window);
    await this.#source.read(first + this.#next * stride, [bytes]);
    this.#base = this.#next;
    this.#end = this.#base + count;
  }

  /** Look at the packets of the window: whether the open PES packet is whole. */
  #collect(): boolean {
    const [bytes, { stride }] = [this.#window, this.#layout];
    const [pid, { later }] = [this.#pid, this.#watchers];
    for (let at = (this.#next - this.#base) * stride; this.#next < this.#end; at += stride, this.#next++) {
      if (bytes[at] !== SYNC) throw this.#broken('it has something else where a packet must begin');
      const found = pidAt(bytes, at + 1);
      if (found !== pid) {
        if (later?.wants(found)) later.add(found, this.#next, bytes.subarray(at, at + PACKET));
        continue;
      }
      const starts = (bytes[at + 1]! & START_INDICATOR) !== 0;
      const control = bytes[at + 3]!;
      if ((control & SCRAMBLED) !== 0 && control & PAYLOAD) this.#refuseScrambled(bytes, at);
      const payload = at + 4 + (control & ADAPTATION ? 1 + bytes[at + 4]! : 0);
      if (control & PAYLOAD && this.#isRepeated(bytes, at, payload, starts)) continue;
      if (starts && this.#open !== undefined) return true; // it is looked at again, as the next one's first
      this.#checkLoss(bytes, at);
      if (payload >= at + CLOCK_END && bytes[at + 5]! & PCR) this.#readClock(bytes, at + 5);
      if (starts) {
        this.#open = this.#next;
        this.#size = 0;
        this.#openClock = this.#clock;
        this.#clock = STEADY;
      } else if (this.#open === undefined) continue;
      if (control & PAYLOAD && payload < at + PACKET) this.#add(payload, at + PACKET);
    }
    return false;
  }

  /** The word of a packet that was damaged on its way counts for nothing. */
  #refuseScrambled(bytes: Buffer, at: number): void {
    if ((bytes[at + 1]! & ERROR_INDICATOR) === 0) throw new ScrambledError(this.#pid, this.#byte);
  }

  /** A packet may be sent twice (2.4.3.3); its PCR may differ. @param payload where that begins */
  #isRepeated(bytes: Buffer, at: number, payload: number, starts: boolean): boolean {
    const length = at + PACKET - payload;
    if ((bytes[at + 3]! & 0x0f) !== this.#counter || this.#open === undefined || length <= 0) return false;
    if (starts ? this.#size !== length : this.#size < length) return false;
    return bytes.compare(this.#pes, this.#size - length, this.#size, payload, at + PACKET) === 0;
  }

  /** Whether something is missing in front of a packet, or wrong with it. */
  #checkLoss(bytes: Buffer, at: number): void {
    const isDamaged = (bytes[at + 1]! & ERROR_INDICATOR) !== 0;
    const isGap = (bytes[at + 3]! & PAYLOAD) !== 0 && this.#skips(bytes, at);
    if (isGap || isDamaged) this.#watchers.losses?.note(this.#pid, this.#next, { isGap, isDamaged });
  }

  /** Whether the counter of a packet with a payload does not go on, and no discontinuity_indicator says that it need not. */
  #skips(bytes: Buffer, at: number): boolean {
    const [last, counter] = [this.#counter, bytes[at + 3]! & 0x0f];
    this.#counter = counter;
    if (last < 0 || counter === ((last + 1) & 0x0f)) return false;
    const hasFlags = (bytes[at + 3]! & ADAPTATION) !== 0 && bytes[at + 4]! > 0;
    return !(hasFlags && bytes[at + 5]! & DISCONTINUITY);
  }

  /** @param at of the flags of an adaptation field with a PCR */
  #readClock(bytes: Buffer, at: number): void {
    const pcr = bytes.readUInt32BE(at + 1) * 2 + (bytes[at + 5]! >> 7);
    const step = this.#pcr === undefined ? 0 : (pcr - this.#pcr + WRAP) % WRAP;
    this.#pcr = pcr;
    this.#clock = {
      pcrAdvance: step > LARGEST_PCR_STEP ? Number.NEGATIVE_INFINITY : this.#clock.pcrAdvance + step,
      isNewTimeBase: this.#clock.isNewTimeBase || (bytes[at]! & DISCONTINUITY) !== 0,
    };
  }

  #add(from: number, to: number): void {
    const size = this.#size + to - from;
    if (size > this.#pes.length) {
      if (size > LARGEST_PES) throw this.#broken('it has a PES packet without an end');
      const larger = Buffer.allocUnsafeSlow(Math.max(2 ** 16, 2 * size));
      this.#pes.copy(larger, 0, 0, this.#size);
      this.#pes = larger;
    }
    this.#window.copy(this.#pes, this.#size, from, to);
    this.#size = size;
  }

  /** The PES packet that was put together; `undefined` when it is none of a medium. */
  #close(): PesPacket | undefined {
    const [packet, pes, size] = [this.#open, this.#pes, this.#size];
    this.#open = undefined;
    if (packet === undefined || size < PES_HEAD || pes.readUIntBE(0, 3) !== 1) return undefined;
    if (HEADLESS.has(pes[3]!)) return undefined;
    const length = pes.readUInt16BE(4);
    const start = PES_HEAD + pes[8]!;
    const end = length === 0 ? size : Math.min(size, 6 + length);
    if (start > end) return undefined;
    const hasTime = (pes[7]! & 0x80) !== 0 && start >= PES_HEAD + TIME_BYTES;
    const hasDecodeTime = hasTime && (pes[7]! & 0x40) !== 0 && start >= PES_HEAD + 2 * TIME_BYTES;
    const pts = hasTime ? readTime(pes, PES_HEAD) : undefined;
    const dts = hasDecodeTime ? readTime(pes, PES_HEAD + TIME_BYTES) : undefined;
    const data = Buffer.from(pes.subarray(start, end));
    spoil(pes.subarray(0, size));
    const { pcrAdvance, isNewTimeBase } = this.#openClock;
    return { packet, pts, dts, pcrAdvance: Math.max(0, pcrAdvance), isNewTimeBase, data };
  }

  #broken(what: string): TransportError {
    return new TransportError(`${what}, at byte ${this.#byte}`);
  }

  /** Where the transport packet at hand is in the file. */
  get #byte(): number {
    return this.#layout.first + this.#next * this.#layout.stride;
  }
}

/** 33 bits with a marker bit behind each of its three parts (2.4.3.7). */
const readTime = (bytes: Buffer, at: number): number =>
  ((bytes[at]! >> 1) & 7) * 2 ** 30 +
  (bytes.readUInt16BE(at + 1) >> 1) * 2 ** 15 +
  (bytes.readUInt16BE(at + 3) >> 1);
