import { readFile } from 'node:fs/promises';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';

/** Ticks a second of a transport stream, and where its time stamps start again from 0. */
export const TICKS = 90_000;
export const WRAP = 2 ** 33;

const PACKET = 188;

export interface TsRecipe {
  readonly seconds: number;
  readonly video?: boolean;
  /** Audio tracks. @default 1 */
  readonly audio?: number;
  readonly bFrames?: number;
  /** Bits a second of noise, to make the file large. */
  readonly bitrate?: string;
}

/** H.264 of 25 pictures a second, a key frame every second, with AAC of 48 kHz. */
export const transportStream = (recipe: TsRecipe): Promise<Buffer> => {
  const { seconds, video = true, audio = 1, bFrames = 2, bitrate } = recipe;
  const name = `clock-${seconds}-${video}-${audio}-${bFrames}-${bitrate}.ts`;
  return madeOnce(name, async (path) => {
    const noise = bitrate === undefined ? '' : ',noise=alls=100:allf=t';
    const size = bitrate === undefined ? '96x64' : '320x180';
    const tones = Array.from({ length: audio }, (_, n) => [
      ...['-f', 'lavfi', '-t', String(seconds), '-i', `sine=${300 + 200 * n}:sample_rate=48000`],
    ]);
    const gop = `threads=1:keyint=25:min-keyint=25:scenecut=0:bframes=${bFrames}:b-adapt=0`;
    await ffmpeg([
      ...tones.flat(),
      ...(video ? ['-f', 'lavfi', '-t', String(seconds), '-i', `testsrc2=size=${size}:rate=25${noise}`] : []),
      ...tones.flatMap((_, n) => ['-map', `${n}:a`, `-metadata:s:a:${n}`, `language=${LANGUAGES[n]}`]),
      ...(video ? ['-map', `${audio}:v`, '-c:v', 'libx264', '-preset', 'ultrafast', '-threads', '1'] : []),
      ...(video ? ['-pix_fmt', 'yuv420p', '-x264-params', gop] : []),
      ...(bitrate === undefined ? [] : ['-b:v', bitrate, '-maxrate', bitrate, '-bufsize', bitrate]),
      ...['-c:a', 'aac', '-b:a', '64k', '-f', 'mpegts', path],
    ]);
  }).then((path) => readFile(path));
};

const LANGUAGES = ['eng', 'fra', 'deu'];

export interface Retiming {
  /** Number of the transport packet from which on times change. @default 0 */
  readonly from?: number;
  /** PCR too. @default true */
  readonly pcr?: boolean;
  /** Set the discontinuity_indicator of the first PCR that changes. */
  readonly isSaid?: boolean;
}

/** A copy whose clock shows `ticks` more, with 33 bits. */
export function retimed(
  stream: Buffer,
  ticks: number,
  { from = 0, pcr = true, isSaid = false }: Retiming = {},
): Buffer {
  const bytes = Buffer.from(stream);
  let isUnsaid = isSaid;
  const moved = (time: number) => (((time + ticks) % WRAP) + WRAP) % WRAP;
  for (let at = from * PACKET; at < bytes.length; at += PACKET) {
    const control = bytes[at + 3]!;
    const field = control & 0x20 ? 1 + bytes[at + 4]! : 0;
    if (pcr && field >= 8 && bytes[at + 5]! & 0x10) {
      if (isUnsaid) bytes[at + 5]! |= 0x80;
      isUnsaid = false;
      const base = moved(bytes.readUInt32BE(at + 6) * 2 + (bytes[at + 10]! >> 7));
      bytes.writeUInt32BE(Math.floor(base / 2), at + 6);
      bytes[at + 10] = (bytes[at + 10]! & 0x7f) | ((base % 2) * 0x80);
    }
    const pes = at + 4 + field;
    if ((bytes[at + 1]! & 0x40) === 0 || bytes.readUIntBE(pes, 3) !== 1) continue;
    if (bytes[pes + 7]! & 0x80) writeTime(bytes, pes + 9, moved(readTime(bytes, pes + 9)));
    if (bytes[pes + 7]! & 0x40) writeTime(bytes, pes + 14, moved(readTime(bytes, pes + 14)));
  }
  return bytes;
}

/** A copy without decode times: their flag is taken away, the bytes stay as stuffing. */
export function withoutDecodeTimes(stream: Buffer): Buffer {
  const bytes = Buffer.from(stream);
  for (const { at } of pesStarts(bytes)) {
    if ((bytes[at + 7]! & 0xc0) !== 0xc0) continue;
    bytes[at + 7]! &= ~0x40;
    bytes[at + 9] = (bytes[at + 9]! & 0x0f) | 0x20;
    bytes.fill(0xff, at + 14, at + 19);
  }
  return bytes;
}

/** A PES packet: the number of its transport packet, where it is in the file. */
export interface PesStart {
  readonly packet: number;
  readonly at: number;
  readonly pid: number;
  readonly isKey: boolean;
}

export function pesStarts(bytes: Buffer): PesStart[] {
  const starts: PesStart[] = [];
  for (let at = 0; at < bytes.length; at += PACKET) {
    const pid = bytes.readUInt16BE(at + 1) & 0x1fff;
    if ((bytes[at + 1]! & 0x40) === 0 || pid < 0x100 || pid > 0x110) continue;
    const field = bytes[at + 3]! & 0x20 ? 1 + bytes[at + 4]! : 0;
    const isKey = field > 1 && (bytes[at + 5]! & 0x40) !== 0;
    starts.push({ packet: at / PACKET, at: at + 4 + field, pid, isKey });
  }
  return starts;
}

/** PID of the video of {@link transportStream} with one audio track. */
export const videoPid = (audio = 1): number => 0x100 + audio;

/** The transport packet in which the n-th picture, by decoding, begins. */
export const pictureAt = (bytes: Buffer, n: number, pid = videoPid()): number =>
  pesStarts(bytes).filter((start) => start.pid === pid)[n]!.packet;

function readTime(bytes: Buffer, at: number): number {
  const high = ((bytes[at]! >> 1) & 7) * 2 ** 30;
  return high + (bytes.readUInt16BE(at + 1) >> 1) * 2 ** 15 + (bytes.readUInt16BE(at + 3) >> 1);
}

/** Put 33 bits of time behind their prefix, with marker bits. */
export function writeTime(bytes: Buffer, at: number, time: number): void {
  bytes[at] = (bytes[at]! & 0xf0) | (Math.floor(time / 2 ** 30) << 1) | 1;
  bytes.writeUInt16BE(((Math.floor(time / 2 ** 15) % 2 ** 15) << 1) | 1, at + 1);
  bytes.writeUInt16BE(((time % 2 ** 15) << 1) | 1, at + 3);
}
