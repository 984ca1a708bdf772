import { constants } from 'node:fs';
import type { Disk } from './surroundings.ts';

/** A pipe is not waited for, which nobody may ever write to. */
export const WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** The text of a file that others may have put there: no link is followed, and nothing waited for. */
export const readPlain = (path: string, disk: Disk): Promise<string> =>
  disk.readFile(path, { encoding: 'utf8', flag: WITHOUT_WAITING | (constants.O_NOFOLLOW ?? 0) });
