import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { schemeOf } from './reference.ts';

/** A text that means nothing on this machine. The message is the end of a sentence, without its stop. */
export class NotLocal extends RangeError {
  /** What it names is elsewhere. */
  readonly isRemote: boolean;

  constructor(message: string, isRemote = false) {
    super(message);
    this.isRemote = isRemote;
  }
}

/**
 * The absolute path that a text means: a path, relative to `base`, or a `file:` URL. `./~` is a file of that name.
 * @throws NotLocal for URLs of other kinds; nothing of them is quoted but the scheme
 */
export function localPath(base: string, text: string): string {
  // Only shells put the home folder in its place, and not behind an option: a folder `~` would be made here.
  if (/^~(\/|$)/.test(text)) throw new NotLocal('"~" means the home folder to shells only: write it out');
  if (/^file:/i.test(text)) return fromFileUrl(text);
  const scheme = schemeOf(text);
  if (scheme === undefined) return resolve(base, text);
  throw new NotLocal(`${scheme}: URLs are not supported here, only files and folders of this machine`, true);
}

function fromFileUrl(text: string): string {
  const noPath = 'this file: URL names no path of this machine (file:///folder/name does)';
  // Without a slash the path would be taken from the root, wherever it was meant from.
  if (/^file:[^/]/i.test(text)) throw new NotLocal(noPath);
  try {
    return fileURLToPath(text);
  } catch {
    throw new NotLocal(noPath, true);
  }
}
