import type { Packet, PacketReader } from './packet.ts';

/** The samples that a packet is; their places grow by less than its bytes. */
export type Split = (packet: Packet) => readonly Packet[];

/** Reads a packet as several where it is several samples in MP4. Reading starts at the first of a packet. */
export class SplitPackets implements PacketReader {
  readonly #reader: PacketReader;
  readonly #split: Split;
  /** Samples of the packet at hand that are still to be given out. */
  #rest: readonly Packet[] = [];

  constructor(reader: PacketReader, split: Split) {
    this.#reader = reader;
    this.#split = split;
  }

  first(): Promise<Packet | undefined> {
    this.#rest = [];
    return this.#from(this.#reader.first());
  }

  next(): Promise<Packet | undefined> {
    return this.#from(undefined);
  }

  seek(packet: Pick<Packet, 'seconds' | 'position'>): Promise<Packet | undefined> {
    this.#rest = [];
    return this.#from(this.#reader.seek(packet));
  }

  async #from(start: Promise<Packet | undefined> | undefined): Promise<Packet | undefined> {
    let packet = await start;
    while (this.#rest.length === 0) {
      packet ??= await this.#reader.next();
      if (packet === undefined) return undefined;
      const whole = packet;
      packet = undefined;
      this.#rest = this.#split(whole);
    }
    const [sample, ...rest] = this.#rest;
    this.#rest = rest;
    return sample;
  }
}
