import { fstatSync, writeSync } from 'node:fs';
import type { Screen } from './shell.ts';

/** What a terminal counts as that does not know its size: it says 0, and nothing could be drawn there. */
const [COLUMNS, ROWS] = [80, 24];

type Stream = NodeJS.WriteStream & { readonly fd: number };

/**
 * A standard stream as a screen.
 * @param onLost told once, when something could not be written; not of a reader that has gone (`| head`, a closed terminal): that ends
 * the display, not the work
 */
export function screenOf(stream: Stream, onLost: (cause: unknown) => void): Screen {
  let isLost = false;
  const lose = (cause: unknown): void => {
    if (isLost || isReaderGone(stream, cause)) return;
    isLost = true;
    onLost(cause);
  };
  stream.on('error', lose);
  if (stream.isTTY) giveSize(stream);
  // Not as numbers: Node.js 20 looks at those of the last look, whatever was looked at, and behind a pipe follows no link to a package.
  if (!fstatSync(stream.fd, { bigint: true }).isFile()) return stream;
  return {
    write: (text) => {
      if (isLost) return;
      try {
        writeWhole(stream.fd, text);
      } catch (cause) {
        lose(cause);
      }
    },
  };
}

const isReaderGone = ({ isTTY }: Stream, cause: unknown): boolean => {
  const { code } = cause as NodeJS.ErrnoException;
  return code === 'EPIPE' || (code === 'EIO' && isTTY);
};

/** For the libraries that draw, too: they look at the stream itself. */
function giveSize(stream: Stream): void {
  const fill = (): void => {
    stream.columns ||= COLUMNS;
    stream.rows ||= ROWS;
  };
  fill();
  stream.on('resize', fill);
}

/** A disk that is nearly full takes a part, and Node.js takes no notice of the rest. */
function writeWhole(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}
