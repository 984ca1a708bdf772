import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAdtsHeader } from '../../../core/codecs/aac/adts-header.ts';
import { ffmpeg } from '../commands/command.ts';
import { temporaryFolder } from '../commands/folders.ts';

/** Frames of AAC LC in ADTS, as ffmpeg encodes noise and beats: long and short windows, noise shaping, perceptual noise. */
export async function lowRateFrames(rate: number, channels: number): Promise<Uint8Array[]> {
  const path = join(temporaryFolder('low-rate'), 'core.aac');
  const beats = `aevalsrc='if(lt(mod(t,0.31),0.02),0.9,0.02)*(2*random(0)-1)+0.2*sin(900*t)':d=4:s=${rate}`;
  await ffmpeg(['-f', 'lavfi', '-i', beats, '-ac', String(channels), '-c:a', 'aac', '-b:a', '64k', path]);
  const stream = new Uint8Array(await readFile(path));
  const frames: Uint8Array[] = [];
  for (let at = 0; at < stream.length; ) {
    const { frameLength } = parseAdtsHeader(stream.subarray(at));
    frames.push(Uint8Array.from(stream.subarray(at, at + frameLength)));
    at += frameLength;
  }
  return frames;
}

/** extension_type of spectral band replication, and of fill bits. */
export type Extension = 13 | 14 | 0;

/** The same ADTS frame with a fill element at its end: 110, a count of 3, the type of the extension, three bytes in all. */
export function withExtension(frame: Uint8Array, extension: Extension): Uint8Array {
  const { bytes } = parseAdtsHeader(frame);
  const bits = [...frame.subarray(bytes)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const end = bits.lastIndexOf('1') - 2;
  if (bits.slice(end, end + 3) !== '111') throw new Error('no end element');
  const fill = `1100011${extension.toString(2).padStart(4, '0')}${'01'.repeat(10)}`;
  const all = `${bits.slice(0, end)}${fill}111`;
  const body = (all.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
  const made = Uint8Array.of(...frame.subarray(0, bytes), ...body);
  made[3] = (made[3]! & 0xfc) | (made.length >> 11);
  made[4] = (made.length >> 3) & 0xff;
  made[5] = ((made.length & 7) << 5) | (made[5]! & 0x1f);
  return made;
}

/** The frames as a file, without coding them again: neither container says more of them than ADTS does. */
export async function muxed(frames: readonly Uint8Array[], container: 'mp4' | 'ts' | 'mkv'): Promise<string> {
  const folder = temporaryFolder('hidden-sbr');
  const [from, to] = [join(folder, 'frames.aac'), join(folder, `sound.${container}`)];
  await writeFile(from, Buffer.concat(frames));
  await ffmpeg(['-i', from, '-c', 'copy', to]);
  return to;
}
