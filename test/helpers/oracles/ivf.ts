import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmpeg } from '../commands/command.ts';
import { temporaryFolder } from '../commands/folders.ts';
import { type TracedPacket, traceFrameHeaders } from './frame-headers.ts';

/**
 * Let ffmpeg read the headers of made packets, AV1 temporal units or VP9 frames, however little sense they make.
 * @param real a file of the same codec: without a frame of it ffmpeg would not open the stream
 */
export async function traceMadePackets(
  real: string,
  packets: readonly Uint8Array[],
): Promise<TracedPacket[]> {
  const folder = temporaryFolder('ivf');
  const [first, made] = [join(folder, 'first.ivf'), join(folder, 'made.ivf')];
  await ffmpeg(['-i', real, '-map', '0:v', '-c', 'copy', '-frames:v', '1', first]);
  const frames = packets.flatMap((packet, index) => {
    const header = Buffer.alloc(12);
    header.writeUInt32LE(packet.length);
    header.writeUInt32LE(index + 1, 4);
    return [header, packet];
  });
  await writeFile(made, Buffer.concat([await readFile(first), ...frames]));
  return (await traceFrameHeaders(made)).slice(1);
}
