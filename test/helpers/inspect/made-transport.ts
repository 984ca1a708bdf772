import type { ListedKey, ListedSegment } from '../../../core/inspect/model/listed-package.ts';
import type { TransportInput } from '../../../core/inspect/mpegts/transport.ts';
import type { ByteSource } from '../../../core/kit.ts';
import { contentKey } from './listed-segments.ts';

export const PACKET = 188;
export const PIDS = { pmt: 0x100, video: 0x101, audio: 0x102 } as const;

export interface PacketFacts {
  readonly pid: number;
  readonly start?: boolean;
  readonly counter: number;
  /** Up to 184 bytes: the rest of the packet is stuffing of its adaptation field. */
  readonly payload: Uint8Array;
  /** 90 kHz. */
  readonly pcr?: number;
  readonly randomAccess?: boolean;
}

/** A transport packet, by ISO/IEC 13818-1, 2.4.3.2. */
export function packet({ pid, start, counter, payload, pcr, randomAccess }: PacketFacts): Buffer {
  const bytes = Buffer.alloc(PACKET, 0xff);
  bytes.writeUInt32BE(((0x47 << 24) | (start ? 0x400000 : 0) | (pid << 8) | 0x10 | (counter & 15)) >>> 0);
  const field = PACKET - 4 - payload.length;
  if (field > 0) {
    bytes[3]! |= 0x20;
    bytes[4] = field - 1;
    if (field > 1) bytes[5] = (randomAccess ? 0x40 : 0) | (pcr === undefined ? 0 : 0x10);
    if (pcr !== undefined) {
      bytes.writeUInt32BE(Math.floor(pcr / 2) >>> 0, 6);
      bytes.writeUInt16BE(((pcr % 2) << 15) | 0x7e00, 10);
    }
  }
  bytes.set(payload, PACKET - payload.length);
  return bytes;
}

/** A section with its CRC (Annex A), calculated bit by bit. */
function section(body: Buffer): Buffer {
  let crc = 0xffffffff;
  for (const byte of body) {
    crc = (crc ^ (byte << 24)) >>> 0;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1) >>> 0;
  }
  const end = Buffer.alloc(4);
  end.writeUInt32BE(crc);
  return Buffer.concat([body, end]);
}

const table = (id: number, extension: number, version: number, body: Buffer): Buffer => {
  const length = 5 + body.length + 4;
  const head = [
    id,
    0xb0 | (length >> 8),
    length & 255,
    extension >> 8,
    extension & 255,
    0xc1 | (version << 1),
    0,
    0,
  ];
  return section(Buffer.concat([Buffer.from(head), body]));
};

export const pat = (pids: readonly number[] = [PIDS.pmt]): Buffer =>
  table(0, 1, 0, Buffer.from(pids.flatMap((pid, n) => [0, n + 1, 0xe0 | (pid >> 8), pid & 255])));

export interface MadeStream {
  readonly pid: number;
  readonly type: number;
  readonly descriptors?: Buffer;
}

export const pmt = (streams: readonly MadeStream[], version = 0): Buffer => {
  const pcr = streams[0]!.pid;
  const list = streams.map(({ pid, type, descriptors = Buffer.alloc(0) }) =>
    Buffer.concat([
      Buffer.from([
        type,
        0xe0 | (pid >> 8),
        pid & 255,
        0xf0 | (descriptors.length >> 8),
        descriptors.length & 255,
      ]),
      descriptors,
    ]),
  );
  return table(2, 1, version, Buffer.concat([Buffer.from([0xe0 | (pcr >> 8), pcr & 255, 0xf0, 0]), ...list]));
};

export interface PesFacts {
  readonly streamId?: number;
  readonly pts?: number;
  readonly dts?: number;
  /** Bytes of stuffing in the header. */
  readonly stuffing?: number;
  /** PES_packet_length is 0. */
  readonly open?: boolean;
}

const time = (prefix: number, ticks: number): number[] => {
  const wrapped = ((ticks % 2 ** 33) + 2 ** 33) % 2 ** 33;
  const high = Math.floor(wrapped / 2 ** 30);
  const low = wrapped % 2 ** 30;
  const [middle, last] = [Math.floor(low / 2 ** 15), low % 2 ** 15];
  return [
    (prefix << 4) | (high << 1) | 1,
    middle >> 7,
    ((middle & 127) << 1) | 1,
    last >> 7,
    ((last & 127) << 1) | 1,
  ];
};

/** A PES packet (2.4.3.6). */
export function pes(
  payload: Uint8Array,
  { streamId = 0xc0, pts, dts, stuffing = 0, open }: PesFacts,
): Buffer {
  const times =
    pts === undefined ? [] : dts === undefined ? time(2, pts) : [...time(3, pts), ...time(1, dts)];
  const flags = pts === undefined ? 0 : dts === undefined ? 0x80 : 0xc0;
  const fields = [...times, ...Array.from({ length: stuffing }, () => 0xff)];
  const length = open ? 0 : 3 + fields.length + payload.length;
  const head = [0, 0, 1, streamId, length >> 8, length & 255, 0x80, flags, fields.length, ...fields];
  return Buffer.concat([Buffer.from(head), payload]);
}

/** Puts packets together; counters go on as long as it lives. */
export class MadeTransport {
  readonly #counters = new Map<number, number>();
  packets: Buffer[] = [];

  tables(streams: readonly MadeStream[], version = 0): this {
    return this.section(0, pat()).section(PIDS.pmt, pmt(streams, version));
  }

  /** A section in as many packets as it needs. */
  section(pid: number, bytes: Buffer): this {
    const pointed = Buffer.concat([Buffer.from([0]), bytes]);
    const filled = Buffer.alloc(184 * Math.ceil(pointed.length / 184), 0xff);
    filled.set(pointed);
    return this.unit(pid, filled);
  }

  /** A PES packet or a section. @param room payload bytes of a packet */
  unit(
    pid: number,
    bytes: Uint8Array,
    facts: Pick<PacketFacts, 'pcr' | 'randomAccess'> = {},
    room = 184,
  ): this {
    let at = 0;
    do {
      const most = at === 0 && (facts.pcr !== undefined || facts.randomAccess) ? Math.min(room, 176) : room;
      const payload = bytes.subarray(at, at + most);
      const own = at === 0 ? facts : {};
      this.packets.push(packet({ pid, start: at === 0, counter: this.next(pid), payload, ...own }));
      at += payload.length;
    } while (at < bytes.length);
    return this;
  }

  next(pid: number): number {
    const counter = ((this.#counters.get(pid) ?? -1) + 1) & 15;
    this.#counters.set(pid, counter);
    return counter;
  }

  /** All packets since the last call. */
  take(): Buffer {
    const bytes = Buffer.concat(this.packets);
    this.packets = [];
    return bytes;
  }
}

/** A frame of AAC in ADTS, 48 kHz stereo. @param fill what it is made of, so that frames can be told apart */
export function adts(size: number, fill: number): Buffer {
  const length = size + 7;
  const head = [
    0xff,
    0xf1,
    0x4c,
    0x80 | (length >> 11),
    (length >> 3) & 255,
    ((length & 7) << 5) | 0x1f,
    0xfc,
  ];
  return Buffer.concat([Buffer.from(head), Buffer.alloc(size, fill)]);
}

export interface MadeInput {
  readonly duration?: number;
  readonly keys?: readonly ListedKey[];
  /** By segment. */
  readonly discontinuities?: readonly number[];
}

/** Segments in one file, in memory. */
export function madeInput(segments: readonly Buffer[], facts: MadeInput = {}): TransportInput {
  const { duration = 1, keys = [], discontinuities = [] } = facts;
  const whole = Buffer.concat(segments);
  const source: ByteSource = {
    name: 'media.ts',
    size: whole.length,
    async read(position, targets) {
      let at = position;
      for (const target of targets) {
        whole.copy(target, 0, at, at + target.length);
        at += target.length;
      }
    },
    close: async () => {},
  };
  let offset = 0;
  const listed = segments.map((segment, number): ListedSegment => {
    const place = { path: 'media.ts', offset, length: segment.length };
    offset += segment.length;
    const discontinuity = discontinuities.includes(number);
    return { place, start: number * duration, duration, keys, init: undefined, discontinuity, number };
  });
  return { segments: listed, open: async () => source, lookup: () => contentKey() };
}
