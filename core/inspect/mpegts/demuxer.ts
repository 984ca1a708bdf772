import type { TransportFactCode, TransportFacts } from './facts.ts';
import {
  ADAPTATION,
  adaptationFlags,
  clockReference,
  findPackets,
  isSync,
  PACKET,
  PID,
  payloadStart,
  pidOf,
  startsUnit,
} from './packets.ts';
import { headerNeeds, readPesHeader } from './pes.ts';
import { PesRows } from './pes-rows.ts';
import { ProgramReader } from './program-reader.ts';
import type { Piece } from './segment-bytes.ts';
import type { StreamBytes } from './stream-bytes.ts';
import type { StreamChoice } from './stream-choice.ts';
import { streamKind } from './stream-types.ts';
import type { Program, ProgramStream } from './tables.ts';

/** 100 ms (ISO/IEC 13818-1, 2.7.2). */
const PCR_INTERVAL = 9_000;

/**
 * Takes the bytes of one elementary stream out of a transport stream. They are put together in the memory that the packets are in: a
 * payload goes to a place before its packet, so that nothing is copied twice.
 */
export class Demuxer implements StreamBytes {
  readonly rows = new PesRows();
  end = 0;
  readonly programs = new ProgramReader();
  readonly #choice: StreamChoice;
  readonly #facts: TransportFacts;
  /** The reader that tells of what belongs to no stream. */
  readonly #isFirst: boolean;
  /** The start of a packet whose end is in the next piece. */
  readonly #rest = Buffer.alloc(PACKET);
  #restLength = 0;

  #pid = -1;
  #isProtected = false;
  #counter = -1;
  #repeated = 0;
  /** A PES packet is open; its header is not read yet while `#header` is not below 0. */
  #isOpen = false;
  #header = -1;
  #headerRow = { position: 0, randomAccess: false };
  /** Payload of the open PES packet that is still to come; `undefined`: nobody says how much. */
  #left: number | undefined;
  #hasTables = false;
  #isNewSegment = false;
  #lastPcr = Number.NaN;
  #piece: Piece | undefined;
  /** Where in memory byte 0 of the piece's position is. */
  #origin = 0;

  constructor(choice: StreamChoice, facts: TransportFacts, isFirst: boolean) {
    this.#choice = choice;
    this.#facts = facts;
    this.#isFirst = isFirst;
  }

  get headroom(): number {
    return this.end + this.#restLength;
  }

  prepare(memory: Buffer): void {
    if (this.#restLength > 0) memory.set(this.#rest.subarray(0, this.#restLength), this.end);
  }

  get stream(): ProgramStream {
    return this.#choice.stream;
  }

  get isWhole(): boolean {
    return !this.#isOpen;
  }

  /** Begin with a program that was found before: segments may have none of their own. */
  follow(program: Program): void {
    this.programs.program = program;
    this.#follow();
  }

  push(memory: Buffer, piece: Piece, hasMap: boolean): void {
    const from = this.end;
    const end = this.headroom + piece.length;
    this.#piece = piece;
    this.#origin = this.headroom;
    this.#restLength = 0;
    if (piece.isFirst) {
      this.#hasTables = hasMap;
      this.#isNewSegment = true;
      if (piece.segment.discontinuity) this.#restart();
    }
    let at = from;
    while (at + PACKET <= end) {
      const next = this.#nextPacket(memory, at, end);
      if (next !== at) {
        this.#lost(at, next);
        at = next;
        continue;
      }
      const pid = pidOf(memory, at);
      // Before its bytes go to another place, which may be where the packet is.
      if (this.#isFirst && pid !== PID.null) this.#lookAtPacket(memory, at, pid);
      if (pid === this.#pid) this.#take(memory, at);
      else if (this.programs.wants(pid)) {
        if (this.programs.push(memory, at, pid, this.#reportFirst)) {
          this.#hasTables = true;
          this.#follow();
        }
      }
      at += PACKET;
    }
    this.#keepRest(memory, at, end, piece);
    if (piece.isLast) this.#endSegment();
  }

  release(memory: Buffer, from: number): void {
    memory.copyWithin(0, from, this.end);
    this.end -= from;
    if (this.#header >= 0) this.#header -= from;
    this.rows.release(from);
  }

  #keepRest(memory: Buffer, at: number, end: number, piece: Piece): void {
    const rest = end - at;
    if (rest === 0) return;
    if (!piece.isLast) {
      memory.copy(this.#rest, 0, at, end);
      this.#restLength = rest;
    } else if (this.#isFirst) {
      this.#report(
        'PACKET_CUT',
        at,
        undefined,
        `A segment ends with ${rest} bytes that are no whole packet.`,
      );
    }
  }

  /** Where the next packet begins: at `at`, or behind what is none; `end`: nowhere. */
  #nextPacket(memory: Buffer, at: number, end: number): number {
    const isPacket = isSync(memory[at]);
    if (isPacket && (at + PACKET >= end || isSync(memory[at + PACKET]))) return at;
    const next = findPackets(memory, at + 1, end);
    // Before something else this is a packet all the same, unless others begin within it: then it was cut short.
    if (isPacket && (next < 0 || next >= at + PACKET)) return at;
    return next < 0 ? end : next;
  }

  #lost(at: number, next: number): void {
    if (!this.#isFirst) return;
    this.#report(
      'SYNC_LOST',
      at,
      undefined,
      `${next - at} bytes are no packets: they do not begin with 47 every 188 bytes.`,
    );
  }

  /** The next segment is on another clock, and its counters begin anew. */
  #restart(): void {
    this.#counter = -1;
    this.#lastPcr = Number.NaN;
    this.#isOpen = false;
    this.#header = -1;
  }

  #follow(): void {
    const { program } = this.programs;
    const stream = program && this.#choice.choose(program);
    if (!stream) return;
    if (stream.pid !== this.#pid) {
      this.#pid = stream.pid;
      this.#counter = -1;
    }
    this.#isProtected = streamKind(stream).isProtected;
    this.#choice.stream = stream;
  }

  #take(memory: Buffer, at: number): void {
    const flags = adaptationFlags(memory, at);
    const from = payloadStart(memory, at);
    const to = at + PACKET;
    if (from >= to) return;
    const isStart = startsUnit(memory, at);
    if (!this.#isNext(memory, at, from, flags, isStart)) return;
    if (!this.#hasTables && this.#isNewSegment && this.#isFirst) {
      this.#report(
        'TABLES_MISSING',
        at,
        undefined,
        'A segment has media before PAT and PMT: players may not start there.',
      );
    }
    this.#isNewSegment = false;
    if (isStart) this.#begin(at, (flags & ADAPTATION.randomAccess) !== 0);
    else if (!this.#isOpen) {
      this.#report(
        'PES_CUT',
        at,
        this.#pid,
        'A packet goes on with a PES packet that did not begin, or is complete.',
      );
      return;
    }
    memory.copyWithin(this.end, from, to);
    this.end += to - from;
    if (this.#header >= 0) {
      this.#readHeader(memory);
    } else if (this.#left !== undefined) {
      this.#left -= to - from;
      this.#close(at);
    }
  }

  /** Whether a packet is the next one: one that is there twice is left out (2.4.3.3). */
  #isNext(memory: Buffer, at: number, from: number, flags: number, isStart: boolean): boolean {
    const counter = memory[at + 3]! & 0x0f;
    const last = this.#counter;
    this.#counter = counter;
    if (last < 0 || (flags & ADAPTATION.discontinuity) !== 0 || counter === ((last + 1) & 0x0f)) {
      this.#repeated = 0;
      return true;
    }
    const size = at + PACKET - from;
    const isSame =
      counter === last &&
      (isStart
        ? this.#header >= 0 || this.rows.count > 0
        : memory.compare(memory, from, from + size, this.end - size, this.end) === 0);
    if (isSame && !this.#isNewSegment) {
      this.#repeated += 1;
      if (this.#repeated > 1)
        this.#report(
          'PACKET_REPEATED',
          at,
          this.#pid,
          'A packet is there more than twice; twice is the most.',
        );
      return false;
    }
    this.#repeated = 0;
    const missing = (counter - last - 1) & 0x0f;
    if (this.#isNewSegment) {
      this.#report(
        'CONTINUITY_RESTART',
        at,
        this.#pid,
        `The continuity counter is ${counter} behind ${last} of the segment before, and no discontinuity is signalled.`,
      );
    } else {
      this.#report(
        'CONTINUITY_JUMP',
        at,
        this.#pid,
        `The continuity counter is ${counter} behind ${last}: ${missing} packets are missing, or a multiple of 16 more.`,
      );
    }
    return true;
  }

  #begin(at: number, randomAccess: boolean): void {
    if (this.#isOpen && this.#header >= 0) {
      this.#report('PES_DAMAGED', at, this.#pid, 'The PES packet before ends within its header.');
      this.end = this.#header;
    } else if (this.#isOpen && this.#left !== undefined)
      this.#report(
        'PES_DAMAGED',
        at,
        this.#pid,
        `The PES packet before has ${this.#left} bytes less than it says.`,
      );
    this.#isOpen = true;
    this.#left = undefined;
    this.#header = this.end;
    this.#headerRow = { position: this.#positionOf(at), randomAccess };
  }

  /** The header of a PES packet, when all of it is there: then it is cut out. */
  #readHeader(memory: Buffer): void {
    const start = this.#header;
    const available = this.end - start;
    if (available < headerNeeds(memory, start, available)) return;
    const { position, randomAccess } = this.#headerRow;
    try {
      const header = readPesHeader(memory, start);
      memory.copyWithin(start, start + header.size, this.end);
      this.end -= header.size;
      this.#header = -1;
      const { pts, dts } = header;
      this.rows.push({
        start,
        pts,
        dts,
        position,
        randomAccess,
        listed: this.#piece?.listed ?? 0,
        isProtected: this.#isProtected,
      });
      this.#compareClock(dts, position);
      this.#left = header.payload === undefined ? undefined : header.payload - (this.end - start);
      this.#close(undefined);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#add('PES_DAMAGED', position, this.#pid, `A PES packet ${error.message}.`);
      this.end = start;
      this.#header = -1;
      this.#isOpen = false;
    }
  }

  /** End the PES packet where it has all its bytes. */
  #close(at: number | undefined): void {
    if (this.#left === undefined || this.#left > 0) return;
    if (this.#left < 0) {
      const position = at === undefined ? this.#headerRow.position : this.#positionOf(at);
      this.#add(
        'PES_DAMAGED',
        position,
        this.#pid,
        `A PES packet has ${-this.#left} bytes more than it says.`,
      );
      this.end += this.#left;
    }
    this.#left = undefined;
    this.#isOpen = false;
  }

  #endSegment(): void {
    if (!this.#isOpen) return;
    if (this.#header < 0 && this.#left === undefined) {
      this.#isOpen = false;
      return;
    }
    this.#add(
      'PES_CUT',
      this.#headerRow.position,
      this.#pid,
      `A segment ends in the middle of a PES packet${this.#left === undefined ? '' : `: ${this.#left} bytes are missing`}.`,
    );
  }

  /** Of packets of all streams: errors, scrambling, the clock. */
  #lookAtPacket(memory: Buffer, at: number, pid: number): void {
    if ((memory[at + 1]! & 0x80) !== 0)
      this.#report(
        'PACKET_ERROR',
        at,
        pid,
        'A packet says itself that it is damaged (transport_error_indicator).',
      );
    if ((memory[at + 3]! & 0xc0) !== 0)
      this.#report(
        'PACKET_SCRAMBLED',
        at,
        pid,
        'A packet is scrambled as in broadcasts, which players of HLS do not know.',
      );
    if ((memory[at + 3]! & 0x20) === 0 || pid !== this.programs.program?.pcrPid) return;
    if ((adaptationFlags(memory, at) & ADAPTATION.pcr) === 0) return;
    const pcr = clockReference(memory, at);
    if (pcr === undefined) return;
    const last = this.#lastPcr;
    this.#lastPcr = pcr;
    if ((adaptationFlags(memory, at) & ADAPTATION.discontinuity) !== 0 || !(pcr - last < 2 ** 32)) return;
    if (pcr < last) {
      if (last - pcr < 2 ** 32)
        this.#report('PCR_WRONG', at, pid, `The clock goes back by ${((last - pcr) / 90).toFixed(1)} ms.`);
    } else if (pcr - last > PCR_INTERVAL) {
      this.#report(
        'PCR_RARE',
        at,
        pid,
        `${((pcr - last) / 90).toFixed(1)} ms lie between two clock references; 100 ms is the most.`,
      );
    }
  }

  #compareClock(dts: number | undefined, position: number): void {
    if (dts === undefined || !this.#isFirst || !(this.#lastPcr > dts) || this.#lastPcr - dts > 2 ** 32)
      return;
    this.#add(
      'PCR_WRONG',
      position,
      this.#pid,
      `The clock is ${((this.#lastPcr - dts) / 90).toFixed(1)} ms later than the decode time of what follows it.`,
    );
  }

  #positionOf(at: number): number {
    return (this.#piece?.position ?? 0) + at - this.#origin;
  }

  readonly #report = (code: TransportFactCode, at: number, pid: number | undefined, message: string): void =>
    this.#add(code, this.#positionOf(at), pid, message);

  readonly #reportFirst = (
    code: TransportFactCode,
    at: number,
    pid: number | undefined,
    message: string,
  ): void => {
    if (this.#isFirst) this.#report(code, at, pid, message);
  };

  #add(code: TransportFactCode, offset: number, pid: number | undefined, message: string): void {
    const { file = '', listed = 0 } = this.#piece ?? {};
    this.#facts.add({ code, file, offset, segment: listed, pid, message });
  }
}
