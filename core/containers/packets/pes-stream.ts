import type { ByteSource } from '../../io/byte-source.ts';
import { CLOCK, WRAP } from '../mpegts/clock.ts';
import type { PacketLayout } from '../mpegts/read/packet-layout.ts';
import { PesReader, type TransportWatchers } from '../mpegts/read/pes-reader.ts';
import type { Packet, PacketClock } from './packet.ts';

/** A place in a transport stream is a packet's number times this, plus a byte of the PES packet that begins there. */
const PLACE = 2 ** 20;

/** A transport stream that is read by several readers, and the time from which all of them count. */
export interface TransportFile extends TransportWatchers {
  readonly source: ByteSource;
  readonly layout: PacketLayout;
  /** Ticks near which the first time stamps are: they start anywhere, and may be about to start again from 0. */
  anchor?: number | undefined;
}

/** A piece of an elementary stream. */
export interface PesPiece extends PacketClock {
  readonly data: Uint8Array;
  /** When the first access unit that begins in it is presented; `undefined` when the stream does not say. */
  readonly seconds: number | undefined;
  /** Place of its first byte. */
  readonly position: number;
}

/** The elementary stream of a PID, in pieces, with times that go on where time stamps start again. */
export class PesStream {
  readonly #file: TransportFile;
  readonly #reader: PesReader;
  #ticks: number | undefined;
  /** Where reading starts, when that is in the middle of a PES packet. */
  #start: Pick<Packet, 'seconds' | 'position'> | undefined;

  constructor(file: TransportFile, pid: number) {
    this.#file = file;
    this.#reader = new PesReader(file.source, file.layout, pid, file);
  }

  /** Go to a place that `next` has given, and the access unit that begins there; without one to the start of the file. */
  seek(start?: Pick<Packet, 'seconds' | 'position'>): void {
    this.#reader.seek(start ? PesStream.packetOf(start.position) : 0);
    this.#start = start;
    this.#ticks = start && start.seconds * CLOCK;
    this.#file.anchor ??= this.#ticks;
  }

  /** @throws TransportError when the file breaks the syntax of transport streams, ScrambledError where it is scrambled */
  async next(): Promise<PesPiece | undefined> {
    const pes = await this.#reader.next();
    if (!pes) return undefined;
    const start = this.#start;
    this.#start = undefined;
    if (start) {
      const skipped = start.position % PLACE;
      return { data: pes.data.subarray(skipped), seconds: start.seconds, position: start.position };
    }
    const { data, pts, dts, pcrAdvance, isNewTimeBase } = pes;
    const ticks = pts === undefined ? undefined : this.#unwrap(pts);
    return {
      data,
      seconds: ticks === undefined ? undefined : ticks / CLOCK,
      position: pes.packet * PLACE,
      ...(ticks !== undefined &&
        dts !== undefined && { decodeSeconds: (ticks - nearZero(pts! - dts)) / CLOCK }),
      ...(pcrAdvance > 0 && { clockSeconds: pcrAdvance / CLOCK }),
      ...(isNewTimeBase && { isNewTimeBase }),
    };
  }

  /** Number of the transport packet in which a place of `next` is. */
  static packetOf(position: number): number {
    return Math.floor(position / PLACE);
  }

  /** The place `offset` bytes into a piece. */
  static placeOf({ position }: PesPiece, offset: number): number {
    return position + Math.min(offset, PLACE - 1 - (position % PLACE));
  }

  /** Of all times that a time stamp may mean, the one next to what came before. */
  #unwrap(pts: number): number {
    const near = this.#ticks ?? this.#file.anchor ?? pts;
    this.#file.anchor ??= pts;
    this.#ticks = pts + WRAP * Math.round((near - pts) / WRAP);
    return this.#ticks;
  }
}

/**
 * Of all differences that two time stamps may have, the nearest to 0. Less than 0 for a picture that is presented before it
 * is decoded: many a segmenter leaves the delay of B-frames out of presentation times.
 */
const nearZero = (ticks: number): number => ticks - WRAP * Math.round(ticks / WRAP);
