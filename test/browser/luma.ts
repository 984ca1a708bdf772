import { ffmpeg } from '../helpers/commands/command.ts';

/** The luma of a screenshot, full range, a byte a pixel. */
export const luma = (png: Buffer): Promise<Uint8Array> =>
  ffmpeg(['-i', 'pipe:0', '-f', 'rawvideo', '-pix_fmt', 'gray', '-'], { input: png });
