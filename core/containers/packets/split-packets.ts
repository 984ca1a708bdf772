import type { Packet, PacketReader } from './packet.ts';

/** The samples that a packet is; their places grow by less than its bytes. */
export type Split = (packet: Packet) => readonly Packet[];

/** Reads a packet as several where it is several samples in MP4. Reading starts at the first of a packet. */
export class SplitPackets implements PacketReader {
  readonly #reader: PacketReader;
  readonly #split: Split;
  /** Samples of the packet at hand, and the one to give out next. */
  #samples: readonly Packet[] = [];
  #next = 0;

  constructor(reader: PacketReader, split: Split) {
    this.#reader = reader;
    this.#split = split;
  }

  first(): Promise<Packet | undefined> {
    this.#forget();
    return this.#from(this.#reader.first());
  }

  next(): Promise<Packet | undefined> {
    return this.#from(undefined);
  }

  seek(packet: Pick<Packet, 'seconds' | 'position'>): Promise<Packet | undefined> {
    this.#forget();
    return this.#from(this.#reader.seek(packet));
  }

  #forget(): void {
    this.#samples = [];
    this.#next = 0;
  }

  async #from(start: Promise<Packet | undefined> | undefined): Promise<Packet | undefined> {
    let packet = await start;
    while (this.#next === this.#samples.length) {
      packet ??= await this.#reader.next();
      if (packet === undefined) return undefined;
      const whole = packet;
      packet = undefined;
      this.#forget(); // nothing is left, should this one be damaged
      this.#samples = this.#split(whole);
    }
    return this.#samples[this.#next++];
  }
}
