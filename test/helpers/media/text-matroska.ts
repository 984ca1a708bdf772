import { elements } from '../../../core/containers/matroska/ebml.ts';
import { ebml } from './packed-matroska.ts';

const [EBML, SEGMENT, TRACKS, TRACK_ENTRY, CLUSTER, TIMESTAMP] = [
  0x1a45dfa3, 0x18538067, 0x1654ae6b, 0xae, 0x1f43b675, 0xe7,
];
const [SEEK_HEAD, CUES, CRC_32, VOID] = [0x114d9b74, 0x1c53bb6b, 0xbf, 0xec];

const number = (id: number, value: number): Buffer => {
  const data = Buffer.alloc(6);
  data.writeUIntBE(value, 0, 6);
  return ebml(id, data);
};
const text = (id: number, value: string): Buffer => ebml(id, Buffer.from(value));

/** A cue as a block of Matroska; milliseconds. */
export interface MadeBlock {
  readonly start: number;
  /** Absent: it does not say. */
  readonly duration?: number;
  readonly data: string | Uint8Array;
  /** BlockAdditional of BlockAddID 1. */
  readonly additional?: string;
  /** Lacing of Xiph: the frames of the block, in place of `data`. */
  readonly frames?: readonly string[];
  /** As a SimpleBlock, which has neither duration nor anything beside it. */
  readonly isSimple?: boolean;
}

/** A track of subtitles as a muxer would write it. */
export interface MadeTextTrack {
  readonly id: number;
  readonly codecId: string;
  readonly header?: string | Uint8Array;
  readonly language?: string;
  readonly bcp47?: string;
  readonly name?: string;
  /** Absent: not written. */
  readonly isDefault?: boolean;
  readonly isForced?: boolean;
  readonly isHearingImpaired?: boolean;
  readonly isCommentary?: boolean;
  readonly isEnabled?: boolean;
  /** Nanoseconds. */
  readonly defaultDuration?: number;
  readonly type?: number;
  /** More elements of its TrackEntry. */
  readonly more?: readonly Uint8Array[];
  readonly blocks: readonly MadeBlock[];
}

const flag = (id: number, value: boolean | undefined): Buffer[] =>
  value === undefined ? [] : [number(id, Number(value))];

function trackEntry(track: MadeTextTrack): Buffer {
  return ebml(
    TRACK_ENTRY,
    ...[number(0xd7, track.id), number(0x73c5, track.id + 1000), number(0x83, track.type ?? 0x11)],
    text(0x86, track.codecId),
    ...(track.language === undefined ? [] : [text(0x22b59c, track.language)]),
    ...(track.bcp47 === undefined ? [] : [text(0x22b59d, track.bcp47)]),
    ...(track.name === undefined ? [] : [text(0x536e, track.name)]),
    ...(track.header === undefined ? [] : [ebml(0x63a2, Buffer.from(track.header))]),
    ...(track.defaultDuration === undefined ? [] : [number(0x23e383, track.defaultDuration)]),
    ...[...flag(0x88, track.isDefault), ...flag(0x55aa, track.isForced), ...flag(0xb9, track.isEnabled)],
    ...[...flag(0x55ab, track.isHearingImpaired), ...flag(0x55af, track.isCommentary)],
    ...(track.more ?? []),
  );
}

/** A block in the cluster of a time. */
function blockElement({ id }: MadeTextTrack, block: MadeBlock, clusterTime: number): Buffer {
  const head = Buffer.alloc(4);
  head[0] = 0x80 | id;
  head.writeInt16BE(block.start - clusterTime, 1);
  let data = Buffer.from(block.data);
  if (block.frames !== undefined) {
    head[3] = 2;
    const frames = block.frames.map((frame) => Buffer.from(frame));
    data = Buffer.concat([
      Buffer.from([frames.length - 1, ...frames.slice(0, -1).map((frame) => frame.length)]),
      ...frames,
    ]);
  }
  if (block.isSimple) return ebml(0xa3, head, data);
  const more = ebml(0xa6, number(0xee, 1), text(0xa5, block.additional ?? ''));
  return ebml(
    0xa0,
    ebml(0xa1, head, data),
    ...(block.additional === undefined ? [] : [ebml(0x75a1, more)]),
    ...(block.duration === undefined ? [] : [number(0x9b, block.duration)]),
  );
}

const childrenOf = (data: Uint8Array) => [...elements(data)].filter(({ id }) => id !== CRC_32);
const unsigned = (data: Uint8Array): number => data.reduce((value, byte) => value * 256 + byte, 0);

/** An element that does not say how large it is, as live recordings have them. */
const open = (id: number, parts: readonly Uint8Array[]): Buffer =>
  Buffer.concat([Buffer.from(id.toString(16), 'hex'), Buffer.from([0xff]), ...parts]);

/**
 * A Matroska file of ffmpeg (its ticks milliseconds) with tracks of subtitles: their blocks lie in the clusters of their times, behind
 * the first of which that is.
 * @param isLive segment and clusters do not say how large they are
 */
export function withTexts(file: Uint8Array, tracks: readonly MadeTextTrack[], isLive = false): Buffer {
  const [head, segment] = [...elements(file)];
  if (head?.id !== EBML) throw new Error('it is no Matroska');
  const parts = childrenOf(segment!.data).filter(({ id }) => ![SEEK_HEAD, CUES, VOID].includes(id));
  const timeOf = (data: Uint8Array): number =>
    unsigned(childrenOf(data).find(({ id }) => id === TIMESTAMP)!.data);
  const times = parts.flatMap(({ id, data }) => (id === CLUSTER ? [timeOf(data)] : []));
  const whole = (id: number, children: readonly Uint8Array[]) => ebml(id, ...children);
  const master = isLive ? open : whole;
  const content = parts.map(({ id, data }) => {
    const children = childrenOf(data).map((child) => ebml(child.id, child.data));
    if (id === TRACKS) return ebml(id, ...children, ...tracks.map(trackEntry));
    if (id !== CLUSTER) return ebml(id, data);
    const time = timeOf(data);
    const next = times[times.indexOf(time) + 1] ?? Number.POSITIVE_INFINITY;
    const isHere = ({ start }: MadeBlock): boolean => start < next && (start >= time || time === times[0]);
    const own = tracks.flatMap((track) =>
      track.blocks.filter(isHere).map((block) => blockElement(track, block, time)),
    );
    return master(id, [...children, ...own]);
  });
  return Buffer.concat([ebml(EBML, head.data), master(SEGMENT, content)]);
}

/** A file of subtitles alone (`.mks`): one cluster for each block. */
export function textsAlone(tracks: readonly MadeTextTrack[]): Buffer {
  const clusters = tracks.flatMap((track) =>
    track.blocks.map((block) => {
      const time = Math.max(0, block.start);
      return ebml(CLUSTER, number(TIMESTAMP, time), blockElement(track, block, time));
    }),
  );
  return Buffer.concat([
    ebml(EBML, text(0x4282, 'matroska')),
    ebml(SEGMENT, ebml(TRACKS, ...tracks.map(trackEntry)), ...clusters),
  ]);
}
