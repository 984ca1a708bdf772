import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmpeg } from './command.ts';
import { madeOnce, temporaryFolder } from './folders.ts';

const PICTURES = ['-f', 'lavfi', '-t', '1', '-i', 'testsrc2=size=128x72:rate=25'];
const TONE = ['-f', 'lavfi', '-t', '1', '-i', 'sine=440:sample_rate=48000'];
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

/** Pictures in H.264 with sound as these options of ffmpeg say. */
export const withSound = (name: string, ...sound: readonly string[]): Promise<string> =>
  madeOnce(`sound-${name}`, async (path) => {
    await ffmpeg([...PICTURES, ...TONE, ...H264, '-strict', '-2', '-ac', '2', ...sound, path]);
  });

/** A copy of a transport stream whose Program Map Table gives the streams of a type another type. */
export async function relabelled(source: string, from: number, to: number): Promise<string> {
  const bytes = await readFile(source);
  for (let at = 0; at + 188 <= bytes.length; at += 188) {
    // A map that begins in this packet: table_id 2 behind the pointer.
    if ((bytes[at + 1]! & 0x40) === 0 || bytes.readUInt16BE(at + 4) !== 2) continue;
    const [section, end] = [at + 5, at + 5 + 3 + (bytes.readUInt16BE(at + 6) & 0xfff) - 4];
    let entry = section + 12 + (bytes.readUInt16BE(section + 10) & 0xfff);
    for (; entry < end; entry += 5 + (bytes.readUInt16BE(entry + 3) & 0xfff))
      if (bytes[entry] === from) bytes[entry] = to;
  }
  const path = join(temporaryFolder('relabelled'), `as-0x${to.toString(16)}.ts`);
  await writeFile(path, bytes);
  return path;
}
