import { BitstreamError } from '../../base/bit-reader.ts';
import { concat } from '../../base/bytes.ts';
import type { Soon } from '../../base/soon.ts';
import type { Packet, PacketReader } from './packet.ts';

/** More than any sample is made of: H.265 has 600 slices a picture, E-AC-3 72 substreams in six frames. */
const MOST_JOINED = 1024;

/** Whether a packet belongs to the same sample as those before it. */
export type Joins = (sample: readonly Packet[], packet: Packet) => boolean;

/** Reads several packets as one where they are one sample in MP4. */
export class JoinedPackets implements PacketReader {
  readonly #reader: PacketReader;
  readonly #joins: Joins;
  /** The packet behind the last that was given out. */
  #ahead: Packet | undefined;

  constructor(reader: PacketReader, joins: Joins) {
    this.#reader = reader;
    this.#joins = joins;
  }

  first(): Promise<Packet | undefined> {
    return this.#from(this.#reader.first());
  }

  next(): Promise<Packet | undefined> {
    return this.#from(this.#ahead);
  }

  seek(packet: Pick<Packet, 'seconds' | 'position'>): Promise<Packet | undefined> {
    return this.#from(this.#reader.seek(packet));
  }

  async #from(start: Soon<Packet | undefined>): Promise<Packet | undefined> {
    const packet = await start;
    this.#ahead = undefined;
    if (packet === undefined) return undefined;
    const sample = [packet];
    for (;;) {
      const following = await this.#reader.next();
      if (following !== undefined && this.#joins(sample, following)) {
        if (sample.length === MOST_JOINED)
          throw new BitstreamError(`is made of more than ${MOST_JOINED} packets, which nothing is`);
        sample.push(following);
        continue;
      }
      this.#ahead = following;
      return sample.length === 1 ? packet : { ...packet, data: concat(sample.map(({ data }) => data)) };
    }
  }
}
