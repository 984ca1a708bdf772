import { type ErrorDetails, EXIT, RESULT } from './error-codes.ts';
import { missingPath, withoutKeys } from './key-like.ts';
import { thrownWords } from './thrown.ts';

export { type ErrorDetails, EXIT, RESULT };

const BRAND = Symbol.for('sealpack.PackagerError');

/** Every failure that Sealpack foresees: one sentence, a hint, and the codes that belong to it. */
export class PackagerError extends Error implements ErrorDetails {
  override readonly name = 'PackagerError';
  readonly code: string;
  readonly result: number;
  readonly exit: number;
  readonly hint: string | undefined;
  plugin: string | undefined;
  hook: string | undefined;
  readonly [BRAND] = true;

  constructor(details: ErrorDetails, options?: ErrorOptions) {
    super(details.message, options);
    this.code = details.code;
    this.result = details.result;
    this.exit = details.exit;
    this.hint = details.hint;
    this.plugin = details.plugin;
    this.hook = details.hook;
  }

  /** True for errors of any copy of this class: a config may load the package a second time. */
  static is(value: unknown): value is PackagerError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  /** Every failure ends as one of these; an unforeseen one keeps its cause for debugging. */
  static from(cause: unknown): PackagerError {
    if (PackagerError.is(cause)) return cause;
    if (isTooManyFiles(cause)) return fail.tooManyFiles('A file', cause);
    return fail.unexpected(thrownWords(cause), cause);
  }

  /** The plain data of this error, to cross a thread or to be printed as JSON. */
  toJSON(): ErrorDetails {
    const { code, result, exit, message, hint, plugin, hook } = this;
    return { code, result, exit, message, hint, plugin, hook };
  }
}

/** The system gives this process, or all of them, no more files: nothing is wrong with the one that was to be opened. */
export const isTooManyFiles = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && (cause.code === 'EMFILE' || cause.code === 'ENFILE');

/** Reasons of libraries and other parts may bring a full stop of their own. Not in `…` or in paths (`../..`). */
export const oneStop = (text: string): string => text.replace(/([^.\s/\\])\.\.(?=\s|$)/g, '$1.');

const error = (
  code: string,
  result: number,
  exit: number,
  message: string,
  hint?: string,
  cause?: unknown,
): PackagerError =>
  new PackagerError(
    { code, result, exit, message: oneStop(message), hint: hint && oneStop(hint) },
    cause === undefined ? undefined : { cause },
  );

const { usage, input, output, key, failure, cancelled } = EXIT;

/** One function per fault: the sentence says what happened, the hint says what to do. */
export const fail = {
  // Configuration and parameters
  invalidConfig: (where: string, complaints: readonly string[]) =>
    error(
      'INVALID_CONFIG',
      RESULT.invalidParameter,
      usage,
      `${where} is not valid:\n${complaints.map((line) => `  ${line}`).join('\n')}`,
    ),
  noConfig: (folder: string) =>
    error(
      'NO_CONFIG',
      RESULT.parameterCount,
      usage,
      `No configuration was found in ${folder} or above it.`,
      'Run `sealpack init` to write a packager.config.ts, or name one with --config.',
    ),
  configNotLoaded: (path: string, reason: string, cause?: unknown) =>
    error(
      'CONFIG_NOT_LOADED',
      RESULT.invalidParameter,
      usage,
      `${path} could not be loaded: ${reason}`,
      undefined,
      cause,
    ),
  missingEnvironment: (names: readonly string[]) => {
    const [one, several] = [names.join(''), names.length > 1];
    const last = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
    return error(
      'MISSING_ENVIRONMENT',
      RESULT.parameterCount,
      usage,
      `The environment variable${several ? `s ${last} are` : ` ${one} is`} not set.`,
      `Set ${several ? 'them' : one} before running, for example: ${names.map((name) => `${name}=…`).join(' ')} sealpack`,
    );
  },
  invalidOption: (what: string, hint?: string) =>
    error('INVALID_OPTION', RESULT.invalidParameter, usage, what, hint),
  missingOption: (what: string, hint?: string) =>
    error('MISSING_OPTION', RESULT.parameterCount, usage, what, hint),
  surplusOption: (what: string, hint?: string) =>
    error('SURPLUS_OPTION', RESULT.parameterCount, usage, what, hint),
  noParameters: (what: string) => error('NO_PARAMETERS', RESULT.noParameters, usage, what),
  duplicatePlugin: (name: string) =>
    error(
      'DUPLICATE_PLUGIN',
      RESULT.invalidParameter,
      usage,
      `Two plugins are named "${name}".`,
      'Remove one of them from `plugins`.',
    ),
  /** @param shown how the message names it */
  unknownMode: (shown: string, hint: string) =>
    error('UNKNOWN_MODE', RESULT.invalidParameter, usage, `There is no mode ${shown}.`, hint),
  outputsClash: (what: string, hint: string) =>
    error('OUTPUTS_CLASH', RESULT.invalidParameter, usage, what, hint),
  /** Several of these at once; the codes are those of the first. */
  several: (head: string, lines: readonly string[], first: ErrorDetails) =>
    new PackagerError({
      code: first.code,
      result: first.result,
      exit: first.exit,
      message: `${head}\n${lines.map((line) => `  ${line}`).join('\n')}`,
    }),

  // Input
  inputNotFound: (path: string) =>
    error(
      'INPUT_NOT_FOUND',
      RESULT.inputNotFound,
      input,
      `Input file not found: ${missingPath(path)}`,
      'Check the path. Relative paths in a config start at its folder, those on a command line at the working directory.',
    ),
  /** For files whose path is not to be quoted. */
  fileNotFound: (what: string, reason: string, hint: string) =>
    error('INPUT_NOT_FOUND', RESULT.inputNotFound, input, `${what} was not found: ${reason}`, hint),
  inputNotReadable: (path: string, reason: string, hint?: string, cause?: unknown) =>
    error(
      'INPUT_NOT_READABLE',
      RESULT.inputNotReadable,
      input,
      `${path} cannot be read: ${reason}`,
      hint,
      cause,
    ),
  notMedia: (path: string, reason: string, hint?: string) =>
    error(
      'NOT_MEDIA',
      RESULT.inputNotReadable,
      input,
      `${path} is not media that can be read: ${reason}`,
      hint,
    ),
  unsupportedCodec: (path: string, what: string, hint: string) =>
    error('UNSUPPORTED_CODEC', RESULT.inputNotReadable, input, `${path}: ${what}`, hint),
  unsupportedInput: (path: string, what: string, hint: string) =>
    error('UNSUPPORTED_INPUT', RESULT.inputNotReadable, input, `${path}: ${what}`, hint),
  misaligned: (message: string, hint: string) =>
    error('RENDITIONS_NOT_ALIGNED', RESULT.inputNotReadable, input, message, hint),
  segmentTooLarge: (path: string, from: number, to: number, bytes: number) =>
    error(
      'SEGMENT_TOO_LARGE',
      RESULT.inputNotReadable,
      input,
      `${path} cannot be cut between ${from.toFixed(3)} s and ${to.toFixed(3)} s, and one segment of ` +
        `${Math.round(bytes / 2 ** 20)} MiB is too large.`,
      'Encode it with a key frame every few seconds, or choose a shorter segment duration.',
    ),
  inputChanged: (path: string, how: string) =>
    error(
      'INPUT_CHANGED',
      RESULT.inputNotReadable,
      input,
      `${path} changed while it was being packaged: ${how}`,
      'Wait until it is complete and nobody writes to it any more, then run again.',
    ),
  sizeNotReadable: (path: string, reason: string, cause?: unknown) =>
    error(
      'SIZE_NOT_READABLE',
      RESULT.sizeNotReadable,
      input,
      `The size of ${missingPath(path)} could not be read: ${reason}`,
      'Name the file itself, where this machine can read it.',
      cause,
    ),

  /** @param what was to be opened */
  tooManyFiles: (what: string, cause?: unknown, result: number = RESULT.inputNotReadable) =>
    error(
      'TOO_MANY_FILES',
      result,
      result === RESULT.cannotMove ? output : input,
      `${what} could not be opened: too many open files.`,
      'Raise the limit of open files (ulimit -n 4096), or package fewer titles at the same time.',
      cause,
    ),

  // Output
  outputExists: (path: string, hint = 'Choose another output folder, or pass --overwrite to replace it.') =>
    error('OUTPUT_EXISTS', RESULT.cannotMove, output, `${path} exists already and was left as it is.`, hint),
  outputBusy: (path: string) =>
    error(
      'OUTPUT_BUSY',
      RESULT.cannotMove,
      output,
      `Another run is writing ${path}.`,
      'Wait until it has ended. One that was killed on another machine or in another container counts as ended two minutes later.',
    ),
  outputIsInput: (path: string, inputPath: string) =>
    error(
      'OUTPUT_IS_INPUT',
      RESULT.cannotMove,
      output,
      `${path} cannot be replaced: the input ${inputPath} would be deleted with it.`,
      'Choose another output folder, or move the input.',
    ),
  outputLost: (folder: string) =>
    error(
      'OUTPUT_LOST',
      RESULT.cannotMove,
      output,
      `What this run was writing in ${folder} is gone: somebody has deleted it, or it slept so long that another run took its place.`,
      'Run it again.',
    ),
  outputIncomplete: (path: string, bytes: number, found: string) =>
    error(
      'OUTPUT_INCOMPLETE',
      RESULT.cannotMove,
      output,
      `${path} should have ${bytes} bytes, but ${found}; nothing was put in place.`,
    ),
  notPutBack: (folder: string, reason: string, cause?: unknown) =>
    error(
      'CANNOT_MOVE',
      RESULT.cannotMove,
      output,
      `The outputs could not be put in place, nor the earlier ones put back: ${reason}`,
      `Both are kept in ${folder}; the next run in this output folder tries again.`,
      cause,
    ),
  configExists: (path: string) =>
    error(
      'CONFIG_EXISTS',
      RESULT.cannotMove,
      output,
      `${path} exists already and was left as it is.`,
      'Pass --force to replace it.',
    ),
  outputNotWritable: (path: string, reason: string, cause?: unknown) =>
    error(
      'OUTPUT_NOT_WRITABLE',
      RESULT.cannotMove,
      output,
      `Cannot write to ${path}: ${reason}`,
      'Choose an output folder that exists or can be made, and that this user may write to.',
      cause,
    ),
  cannotMove: (from: string, to: string, reason: string, cause?: unknown) =>
    error(
      'CANNOT_MOVE',
      RESULT.cannotMove,
      output,
      `${from} could not be moved to ${to}: ${reason}`,
      undefined,
      cause,
    ),
  pathTooLong: (path: string) =>
    error(
      'PATH_TOO_LONG',
      RESULT.pathTooLong,
      output,
      `The output path is too long: ${path}`,
      'Choose a shorter one.',
    ),
  nameTooLong: (name: string) =>
    error(
      'NAME_TOO_LONG',
      RESULT.nameTooLong,
      output,
      `The output name is too long: ${name}`,
      'Choose a shorter one.',
    ),
  diskFull: (path: string, detail: string) =>
    error(
      'DISK_FULL',
      RESULT.diskFull,
      output,
      `Not enough disk space in ${path}: ${detail}`,
      'Free some space or choose another output folder.',
    ),

  // Keys
  noKey: (contentId: string, label: string, mode: string) =>
    error(
      'NO_KEY',
      RESULT.noKey,
      key,
      `No key source answered for content "${contentId}" (label ${label}, mode ${mode}).`,
      'Add a key plugin to packager.config.ts, for example keyLocal().',
    ),
  keySize: (what: string, expected: string, got: number, hint?: string) =>
    error('KEY_SIZE', RESULT.keySize, key, `${what} must have ${expected} bytes, but has ${got}.`, hint),
  invalidKey: (what: string, hint?: string) => error('INVALID_KEY', RESULT.invalidKey, key, what, hint),
  keyMissing: (what: string, hint?: string) => error('NO_KEY', RESULT.noKey, key, what, hint),
  keyDocument: (reason: string, hint?: string) =>
    error('KEY_DOCUMENT', RESULT.serverError, key, `The key document cannot be used: ${reason}`, hint),
  keyStore: (path: string, reason: string, hint?: string, cause?: unknown) =>
    error('KEY_STORE', RESULT.invalidKey, key, `The key store cannot use ${path}: ${reason}`, hint, cause),
  noContentId: () =>
    error(
      'NO_CONTENT_ID',
      RESULT.parameterCount,
      usage,
      'No plugin gave a content id.',
      'Set `contentId` in the config, pass --content-id, or add cidFileName().',
    ),
  notProtected: (mode: string, track: string) =>
    error(
      'NOT_PROTECTED',
      RESULT.invalidParameter,
      failure,
      `No plugin encrypts ${track} in mode ${mode}, and the config does not list it under \`clear\`.`,
      'Add a plugin that taps `encrypt` for this mode.',
    ),
  leftClear: (mode: string, what: string, found: string) =>
    error(
      'LEFT_CLEAR',
      RESULT.invalidParameter,
      failure,
      `Mode ${mode} would leave ${what} clear: ${found}.`,
      'Nothing was written. Mend the plugin that taps `encrypt` for this mode, leave the mode out, or list the kind of track under `clear`.',
    ),
  notSegmented: (mode: string, unit: string) =>
    error(
      'NOT_SEGMENTED',
      RESULT.invalidParameter,
      failure,
      `No plugin writes ${unit} in mode ${mode}.`,
      'Add a plugin that taps `segment` for this mode.',
    ),

  // Servers
  requestFailed: (server: string, reason: string, hint?: string) =>
    error('REQUEST_FAILED', RESULT.requestFailed, key, `${server} could not be asked: ${reason}`, hint),
  serverError: (server: string, what: string, hint?: string) =>
    error('SERVER_ERROR', RESULT.serverError, key, `${server} ${what}`, hint),

  // The engine
  /** @param state what is true of the outputs, as the end of a sentence */
  cancelled: (state = 'nothing was left behind') =>
    error('CANCELLED', RESULT.invalidParameter, cancelled, `Cancelled; ${state}.`),
  /** The process is ending while the command has not. */
  endedEarly: () =>
    error(
      'ENDED_EARLY',
      RESULT.invalidParameter,
      failure,
      'The process was ended before its work was: the config, a plugin or something that they use called process.exit().',
      'Throw an error instead. Outputs that are visible are complete; the next run there removes the rest.',
    ),
  neverSettled: () =>
    error(
      'NEVER_SETTLED',
      RESULT.invalidParameter,
      failure,
      'There is nothing left to wait for, but a promise of the config or of a plugin has not settled.',
      'Look for one that nothing resolves. Outputs that are visible are complete; the next run there removes the rest.',
    ),
  workerDied: (unit: string, reason: string) =>
    error(
      'WORKER_DIED',
      RESULT.inputNotReadable,
      failure,
      `The worker that was writing ${unit} died: ${reason}`,
      'Run again with `workers: 0` to keep everything in one process.',
    ),
  /** @param reason of somebody else's making: what looks like a key is taken out of it */
  unexpected: (reason: string, cause?: unknown) =>
    error(
      'UNEXPECTED',
      RESULT.inputNotReadable,
      failure,
      withoutKeys(reason, { hasPaths: true }),
      undefined,
      cause,
    ),
} as const;
