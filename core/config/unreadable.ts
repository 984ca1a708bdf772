import { access, constants, lstat, stat } from 'node:fs/promises';

/** Ten thousand titles, each with options of its own, stay below this. Parsing takes many times the memory. */
const LARGEST_CONFIG = 4 * 2 ** 20;

/** What a system error means for a config, as the end of a sentence. */
export const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file.',
  ENOTDIR: 'there is no such file.',
  EISDIR: 'it is a folder.',
  EACCES: 'this user may not read it.',
  ELOOP: 'it is a symbolic link that leads back to itself.',
};

/** Why a config cannot be read. */
export interface Unreadable {
  /** The end of a sentence. */
  readonly reason: string;
  /** It is not to be tried: reading a named pipe waits for a writer, which no signal ends, and a huge file fills the memory. */
  readonly isHarmful: boolean;
}

/** @param most bytes @returns `undefined` for what can be read */
export async function whyUnreadable(path: string, most = LARGEST_CONFIG): Promise<Unreadable | undefined> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return harmless('EISDIR');
    if (!found.isFile()) return { reason: 'it is no regular file.', isHarmful: true };
    if (found.size > most) return { reason: tooLarge(found.size, most), isHarmful: true };
    await access(path, constants.R_OK);
    return undefined;
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    const isLink = code === 'ENOENT' && (await lstat(path).catch(() => undefined)) !== undefined;
    return isLink
      ? { reason: 'it is a symbolic link to nothing.', isHarmful: false }
      : harmless(code, message);
  }
}

const harmless = (code: string, message = ''): Unreadable => ({
  reason: REASONS[code] ?? message,
  isHarmful: false,
});

const tooLarge = (bytes: number, most: number): string =>
  most === LARGEST_CONFIG
    ? `it has ${bytes} bytes, and a config has at most ${most}. Make several of it, or a .ts file that lists the titles.`
    : `it has ${bytes} bytes, and may have ${most}. Make several of it.`;
