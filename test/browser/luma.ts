import { ffmpeg } from '../helpers/commands/command.ts';

const PNGS = ['-f', 'png_pipe', '-i', 'pipe:0'];
const GRAY = ['-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'gray', '-'];

/** The luma of screenshots of one size, full range, a byte a pixel: ffmpeg, which takes longer to start than that, starts once. */
export async function lumas(screenshots: readonly Buffer[]): Promise<Uint8Array[]> {
  const pixels = await ffmpeg([...PNGS, ...GRAY], { input: Buffer.concat(screenshots) });
  const size = pixels.length / screenshots.length;
  return screenshots.map((_, index) => pixels.subarray(index * size, (index + 1) * size));
}
