import { lastAtOrBelow } from '../../base/ascending.ts';
import { fail } from '../../base/errors.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import type { Packet, PacketReader } from './packet.ts';

/** A packet from which reading may go on: where it is in the container, and its sample in the made bytes. */
export interface Checkpoint extends Pick<Packet, 'seconds' | 'position'> {
  readonly offset: number;
}

export interface PacketSourceOptions {
  /** How messages name the file. */
  readonly name: string;
  /** Bytes of all samples. */
  readonly size: number;
  readonly reader: PacketReader;
  /** Ascending; the first is the track's first sample, at 0. */
  readonly checkpoints: readonly Checkpoint[];
  /** The bytes of a packet as MP4 has them; none where it is left out. */
  sample(packet: Packet): Uint8Array;
  /** What a failure of the reader is to be thrown as. */
  explain(cause: unknown): unknown;
}

/**
 * The samples of a track, one behind the other, as if they were a file; made while it is read. Reading on is fast,
 * reading elsewhere starts at a checkpoint. One read at a time: others wait.
 */
export class PacketSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #options: PacketSourceOptions;
  /** Of the checkpoints: a day has as many as segments, and each is asked for. */
  readonly #offsets: Float64Array;
  #last: Promise<unknown> = Promise.resolve();
  /** The sample at hand, and its place. */
  #data: Uint8Array = new Uint8Array(0);
  #offset = 0;
  /** False until the first read, and after a failure. */
  #isPlaced = false;

  constructor(options: PacketSourceOptions) {
    this.name = options.name;
    this.size = options.size;
    this.#options = options;
    this.#offsets = Float64Array.from(options.checkpoints, ({ offset }) => offset);
  }

  read(position: number, targets: readonly Uint8Array[]): Promise<void> {
    const turn = this.#last.then(() => this.#read(position, targets));
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Nothing to close: whoever opened the container does that. */
  async close(): Promise<void> {}

  async #read(position: number, targets: readonly Uint8Array[]): Promise<void> {
    try {
      await this.#goTo(position);
      let at = position;
      for (const target of targets) {
        for (let filled = 0; filled < target.length; ) {
          while (at >= this.#offset + this.#data.length) await this.#advance();
          const piece = this.#data.subarray(at - this.#offset, at - this.#offset + target.length - filled);
          target.set(piece, filled);
          filled += piece.length;
          at += piece.length;
        }
      }
    } catch (cause) {
      this.#isPlaced = false;
      throw this.#options.explain(cause);
    }
  }

  async #goTo(position: number): Promise<void> {
    const near = this.#options.checkpoints[lastAtOrBelow(this.#offsets, position)]!;
    // Walking on is cheaper than seeking while no checkpoint lies between.
    if (this.#isPlaced && position >= this.#offset && near.offset <= this.#offset + this.#data.length) return;
    this.#take(await this.#find(near), near.offset);
    this.#isPlaced = true;
  }

  /** The packet of a checkpoint, by a seek, or by walking from the start where times are too odd for one. */
  async #find(checkpoint: Checkpoint): Promise<Packet> {
    const { reader } = this.#options;
    const found = await reader.seek(checkpoint);
    if (found?.position === checkpoint.position) return found;
    let packet = await reader.first();
    while (packet && packet.position !== checkpoint.position) packet = await reader.next();
    if (packet === undefined) throw this.#changed();
    return packet;
  }

  async #advance(): Promise<void> {
    const packet = await this.#options.reader.next();
    if (packet === undefined) throw this.#changed();
    this.#take(packet, this.#offset + this.#data.length);
  }

  #changed() {
    return fail.inputNotReadable(
      this.name,
      'it has changed since it was looked through.',
      'It is still being written: wait until it is complete.',
    );
  }

  #take(packet: Packet, offset: number): void {
    this.#data = this.#options.sample(packet);
    this.#offset = offset;
  }
}
