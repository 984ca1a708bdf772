import type { Soon } from '../../base/soon.ts';

/** What a container says of its clock beside a packet. */
export interface PacketClock {
  /** Decode time in seconds, where it is said apart from the presentation time. */
  readonly decodeSeconds?: number;
  /** Seconds that the clock went on without a leap since the packet before, as far as that is known. */
  readonly clockSeconds?: number;
  /** The clock is said to be a new one from here on. */
  readonly isNewTimeBase?: boolean;
}

/** A coded frame as a container other than MP4 has it. */
export interface Packet extends PacketClock {
  /** Presentation time in seconds, as the container's reader gives it. */
  readonly seconds: number;
  readonly data: Uint8Array;
  /** Decoding can start here, as the container says. */
  readonly isKey: boolean;
  /** Where it is, in a number of the reader's own that grows from packet to packet. */
  readonly position: number;
}

/** Reads the packets of one track in decode order. */
export interface PacketReader {
  first(): Promise<Packet | undefined>;
  /** The one behind the last that was given out; `undefined` at the end. At once, where it has been read already. */
  next(): Soon<Packet | undefined>;
  /** Go to a packet that was seen before; `undefined` when it cannot be found at once. */
  seek(packet: Pick<Packet, 'seconds' | 'position'>): Promise<Packet | undefined>;
}

/** Makes a new reader, at the start of the track. */
export type OpenPackets = () => PacketReader;
