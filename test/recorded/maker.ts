import { arch, cpus } from 'node:os';
import { command } from '../helpers/commands/command.ts';

/** What made media follow from: another ffmpeg encodes otherwise, and so do the same encoders on another processor. */
export async function maker(): Promise<string> {
  const text = (await command('ffmpeg', ['-version'])).toString();
  const version = /^ffmpeg version (\S+)/.exec(text)?.[1];
  return `made by ffmpeg ${version}, ${arch()}, ${cpus()[0]?.model.trim()}`;
}
