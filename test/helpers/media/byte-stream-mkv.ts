import { readFile, writeFile } from 'node:fs/promises';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';
import { nalUnitsOf, setStartCodes } from './nal-lengths.ts';
import { videoBytes } from './slices.ts';

/**
 * Matroska as some recorders write it: start codes in place of lengths, and no CodecPrivate. Both have as many bytes, so
 * nothing moves.
 * @param source an MP4 whose parameter sets are in its samples too, with lengths of 4 bytes
 * @param startCodes false: lengths stay, CodecPrivate goes all the same
 */
export const byteStreamMkv = (name: string, source: string, startCodes = true): Promise<string> =>
  madeOnce(`${name}.mkv`, async (path) => {
    await ffmpeg(['-i', source, '-map', '0:v', '-c', 'copy', '-f', 'matroska', path]);
    const file = await readFile(path);
    makeVoid(file, file.indexOf(Buffer.of(0x63, 0xa2)));
    if (startCodes) setStartCodes(file, nalUnitsOf(await videoBytes(path)));
    await writeFile(path, file);
  });

/** Turn the element at `at`, whose id has two bytes, into a Void element of as many bytes: its id has one. */
function makeVoid(file: Buffer, at: number): void {
  if (at < 0) throw new Error('no such element');
  const bytes = Math.clz32(file.readUInt8(at + 2)) - 23; // of its size, after the leading zeros of that
  const size = file.readUIntBE(at + 2, bytes);
  file.writeUInt8(0xec, at);
  file.writeUIntBE(size + 1, at + 1, bytes);
}
