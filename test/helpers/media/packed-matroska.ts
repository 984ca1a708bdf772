import { deflateSync } from 'node:zlib';
import { elements } from '../../../core/containers/matroska/ebml.ts';

const [EBML, SEGMENT, INFO, TRACKS, TRACK_ENTRY] = [0x1a45dfa3, 0x18538067, 0x1549a966, 0x1654ae6b, 0xae];
const [CLUSTER, SIMPLE_BLOCK, BLOCK_GROUP, BLOCK] = [0x1f43b675, 0xa3, 0xa0, 0xa1];
const CRC_32 = 0xbf;
const [CODEC_PRIVATE, ENCODINGS, ENCODING] = [0x63a2, 0x6d80, 0x6240];
const [ORDER, SCOPE, TYPE, COMPRESSION, ALGORITHM, SETTINGS] = [
  0x5031, 0x5032, 0x5033, 0x5034, 0x4254, 0x4255,
];

/** An element with a size of four bytes. */
export function ebml(id: number, ...parts: readonly Uint8Array[]): Buffer {
  const data = Buffer.concat(parts);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(0x1000_0000 + data.length);
  return Buffer.concat([Buffer.from(id.toString(16), 'hex'), size, data]);
}

/** What is done to the frames, one after the other. */
export interface Packing {
  /** `zlib`, or what is taken off the front of every frame. */
  readonly steps: readonly ('zlib' | Uint8Array)[];
  /** 1: frames, 2: CodecPrivate, 3: both. @default 1 */
  readonly scope?: number;
}

/** A Matroska file of ffmpeg with all its tracks packed, as mkvmerge packs them on demand (RFC 9559, 5.1.4.1.31). */
export function packed(file: Uint8Array, { steps, scope = 1 }: Packing): Buffer {
  const pack = (frame: Uint8Array): Uint8Array => steps.reduce<Uint8Array>(packStep, frame);
  const number = (id: number, value: number) => ebml(id, Uint8Array.of(value));
  const encodings = steps.map((step, order) => {
    const compression =
      step === 'zlib' ? [number(ALGORITHM, 0)] : [number(ALGORITHM, 3), ebml(SETTINGS, step)];
    const head = [number(ORDER, order), number(SCOPE, scope), number(TYPE, 0)];
    return ebml(ENCODING, ...head, ebml(COMPRESSION, ...compression));
  });
  const block = (data: Uint8Array): Buffer => {
    const head = 4; // a track number of one byte, the time, flags without lacing
    return Buffer.concat([
      data.subarray(0, head),
      scope & 1 ? pack(data.subarray(head)) : data.subarray(head),
    ]);
  };
  const trackEntry = (data: Uint8Array): Buffer =>
    ebml(
      TRACK_ENTRY,
      ...mapped(data, (id, child) => (id === CODEC_PRIVATE && scope & 2 ? pack(child) : child)),
      ebml(ENCODINGS, ...encodings),
    );
  const trackEntries = (data: Uint8Array): Buffer[] =>
    childrenOf(data).flatMap((child) => (child.id === TRACK_ENTRY ? [trackEntry(child.data)] : []));
  const group = (data: Uint8Array) => mapped(data, (id, child) => (id === BLOCK ? block(child) : child));

  const [head, segment] = [...elements(file)];
  const content = [...elements(segment!.data)].flatMap(({ id, data }): Buffer[] => {
    if (id === INFO) return [ebml(id, data)];
    if (id === TRACKS) return [ebml(id, ...trackEntries(data))];
    if (id !== CLUSTER) return []; // places in the file, which are no longer true
    return [
      ebml(
        id,
        ...childrenOf(data).map((child) => {
          if (child.id === SIMPLE_BLOCK) return ebml(child.id, block(child.data));
          return child.id === BLOCK_GROUP ? ebml(child.id, ...group(child.data)) : ebml(child.id, child.data);
        }),
      ),
    ];
  });
  if (head?.id !== EBML) throw new Error('it is no Matroska');
  return Buffer.concat([ebml(EBML, head.data), ebml(SEGMENT, ...content)]);
}

function packStep(data: Uint8Array, step: 'zlib' | Uint8Array): Uint8Array {
  if (step === 'zlib') return deflateSync(data);
  if (Buffer.compare(data.subarray(0, step.length), step) !== 0)
    throw new Error('a frame does not begin with what is to be taken off it');
  return data.subarray(step.length);
}

/** Without the CRC-32 of what they were. */
const childrenOf = (data: Uint8Array) => [...elements(data)].filter(({ id }) => id !== CRC_32);

const mapped = (data: Uint8Array, change: (id: number, child: Uint8Array) => Uint8Array): Buffer[] =>
  childrenOf(data).map((child) => ebml(child.id, change(child.id, child.data)));
