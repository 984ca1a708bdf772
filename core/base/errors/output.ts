import { error } from './packager-error.ts';

/** Why outputs cannot be written, or put in place. */
export const outputFailures = {
  outputExists: (path: string, hint = 'Choose another output folder, or set `overwrite` to replace it.') =>
    error('OUTPUT_EXISTS', `${path} exists already and was left as it is.`, hint),
  /** @param found a name in it */
  outputForeign: (path: string, found: string) =>
    error(
      'OUTPUT_EXISTS',
      `${path} is no package and was left as it is: it holds ${found}, which would be deleted.`,
      'Move that folder away, or choose another output folder.',
    ),
  /** @param who of the other run, in parentheses */
  outputBusy: (path: string, who = '') =>
    error(
      'OUTPUT_BUSY',
      `Another run${who && ` (${who})`} is writing ${path}.`,
      'Wait until it has ended. One that was killed on another machine or in another container counts as ended two minutes later.',
    ),
  outputIsInput: (path: string, inputPath: string) =>
    error(
      'OUTPUT_IS_INPUT',
      `${path} cannot be replaced: the input ${inputPath} would be deleted with it.`,
      'Choose another output folder, or move the input.',
    ),
  outputLost: (folder: string) =>
    error(
      'OUTPUT_LOST',
      `What this run was writing in ${folder} is gone: somebody has deleted it, or it slept so long that another run took its place.`,
      'Run it again.',
    ),
  outputIncomplete: (path: string, bytes: number, found: string) =>
    error('OUTPUT_INCOMPLETE', `${path} should have ${bytes} bytes, but ${found}; nothing was put in place.`),
  notPutBack: (folder: string, reason: string, cause?: unknown) =>
    error(
      'CANNOT_MOVE',
      `The outputs could not be put in place, nor the earlier ones put back: ${reason}`,
      `Both are kept in ${folder}; the next run in this output folder tries again.`,
      cause,
    ),
  outputFaulty: (summary: string, first: string) =>
    error(
      'OUTPUT_FAULTY',
      `What was written is not what it should be, and nothing was put in place: ${summary}. The first: ${first}`,
      'Package the title again without what has changed the output: a plugin, the disk. If it comes back, please report it.',
    ),
  cannotVerify: (store: string) =>
    error(
      'INVALID_OPTION',
      `\`verify\` needs outputs that can be read before they appear, and ${store} cannot do that.`,
      'Write to a folder of this machine and copy that, or leave `verify` out and verify what was written.',
    ),
  configExists: (path: string, hint: string) =>
    error('CONFIG_EXISTS', `${path} exists already and was left as it is.`, hint),
  outputNotWritable: (
    path: string,
    reason: string,
    cause?: unknown,
    hint = 'Choose an output folder that exists or can be made, and that this user may write to.',
  ) => error('OUTPUT_NOT_WRITABLE', `Cannot write to ${path}: ${reason}`, hint, cause),
  cannotMove: (from: string, to: string, reason: string, cause?: unknown) =>
    error('CANNOT_MOVE', `${from} could not be moved to ${to}: ${reason}`, undefined, cause),
  pathTooLong: (path: string) =>
    error('PATH_TOO_LONG', `The output path is too long: ${path}`, 'Choose a shorter one.'),
  nameTooLong: (name: string) =>
    error('NAME_TOO_LONG', `The output name is too long: ${name}`, 'Choose a shorter one.'),
  diskFull: (path: string, detail: string) =>
    error(
      'DISK_FULL',
      `Not enough disk space in ${path}: ${detail}`,
      'Free some space or choose another output folder.',
    ),
} as const;
