import { readFile } from 'node:fs/promises';
import { fullBox, u32 } from '../../../core/base/box.ts';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';
import { markerMedia } from './marker-media.ts';

/** What an `emsg` says. */
export interface MadeEvent {
  readonly scheme: string;
  readonly value?: string;
  readonly timescale?: number;
  /** Ticks: from the first picture of the segment (version 0), or on the timeline of the movie (version 1). */
  readonly delta?: number;
  readonly time?: bigint | number;
  /** Ticks. @default unknown */
  readonly duration?: number;
  readonly id?: number;
  readonly message?: Uint8Array;
}

const ticks = (time: bigint | number): Uint8Array => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(time));
  return bytes;
};

const text = (value: string): Uint8Array => Buffer.from(`${value}\0`, 'utf8');

/** Of version 0 with a `delta`, of version 1 with a `time`. */
export function emsg(event: MadeEvent): Uint8Array {
  const { scheme, value = '', timescale = 1000, delta, time = 0, duration = 0xffff_ffff, id = 0 } = event;
  const { message = new Uint8Array(0) } = event;
  const names = [text(scheme), text(value)];
  return delta === undefined
    ? fullBox('emsg', 1, 0, u32(timescale), ticks(time), u32(duration), u32(id), ...names, message)
    : fullBox('emsg', 0, 0, ...names, u32(timescale), u32(delta), u32(duration), u32(id), message);
}

/** The film of markers in fragments, each with sound and pictures from a key frame to the next. @param flags more `movflags` of ffmpeg */
export const fragmentedMedia = (height: 90 | 180, flags = ''): Promise<string> =>
  madeOnce(`markers-fragmented-${height}${flags}.mp4`, async (path) => {
    await ffmpeg([
      ...['-i', await markerMedia(height), '-c', 'copy'],
      ...['-movflags', `frag_keyframe+empty_moov+default_base_moof${flags}`, path],
    ]);
  });

/** The boxes at the top of a file, in order. */
export async function topBoxes(
  path: string,
): Promise<{ readonly type: string; readonly bytes: Uint8Array }[]> {
  const file = await readFile(path);
  const boxes: { type: string; bytes: Uint8Array }[] = [];
  for (let at = 0; at < file.length; at += file.readUInt32BE(at)) {
    const bytes = file.subarray(at, at + file.readUInt32BE(at));
    boxes.push({ type: bytes.toString('latin1', 4, 8), bytes });
  }
  return boxes;
}

/**
 * A file with boxes put in front of its fragments.
 * @param before of the n-th fragment, from 0; of one behind the last: at the end
 */
export async function withBoxes(
  path: string,
  before: Readonly<Record<number, readonly Uint8Array[]>>,
): Promise<Uint8Array> {
  const boxes = (await topBoxes(path)).filter(({ type }) => type !== 'mfra');
  let fragment = 0;
  const parts = boxes.flatMap(({ type, bytes }) => [
    ...(type === 'moof' ? (before[fragment++] ?? []) : []),
    bytes,
  ]);
  return Buffer.concat([...parts, ...(before[fragment] ?? [])]);
}
