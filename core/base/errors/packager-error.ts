import { thrownCause, thrownWords, wordsWithoutSecrets } from '../thrown.ts';
import { CODES, type ErrorCode, TRANSIENT } from './codes.ts';

/** What is told of a failure: plain data, without secrets. */
export interface ErrorDetails {
  /** A stable name for programs, e.g. `INPUT_NOT_FOUND`. */
  readonly code: string;
  /** The exit status of the command. */
  readonly exit: number;
  /** What happened and where, in one sentence. Never a key, a token or a query string. */
  readonly message: string;
  /** What the user can do about it. */
  readonly hint?: string | undefined;
  readonly plugin?: string | undefined;
  readonly hook?: string | undefined;
  /** Whether another try a while later may end better: a server is down or busy. @default what is so for its code */
  readonly transient?: boolean | undefined;
}

const BRAND = Symbol.for('sealpack.PackagerError');

/** Every failure that Sealpack foresees: one sentence, a hint, and the codes that belong to it. */
export class PackagerError extends Error implements ErrorDetails {
  override readonly name = 'PackagerError';
  readonly code: string;
  readonly exit: number;
  readonly hint: string | undefined;
  plugin: string | undefined;
  hook: string | undefined;
  /** Another try a while later may end better. */
  transient: boolean;
  readonly [BRAND] = true;

  /** @param options of the cause only words and stack are kept, without what looks like a key: consoles print causes */
  constructor(details: ErrorDetails, options?: ErrorOptions) {
    const cause = PackagerError.is(options?.cause) ? options.cause : thrownCause(options?.cause);
    super(details.message, cause && { cause });
    this.code = details.code;
    this.exit = details.exit;
    this.hint = details.hint;
    this.plugin = details.plugin;
    this.hook = details.hook;
    this.transient = details.transient ?? TRANSIENT.has(details.code);
  }

  /** True for errors of any copy of this class: a config may load the package a second time. */
  static is(value: unknown): value is PackagerError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  /** Every failure ends as one of these; an unforeseen one keeps its cause for debugging. */
  static from(cause: unknown): PackagerError {
    if (PackagerError.is(cause)) return cause;
    if (isTooManyFiles(cause)) return tooManyFiles('A file', cause);
    return unexpected(thrownWords(cause), cause);
  }

  /** The plain data of this error, to cross a thread or to be printed as JSON. */
  toJSON(): ErrorDetails {
    const { code, exit, message, hint, plugin, hook, transient } = this;
    const isUnusual = transient !== TRANSIENT.has(code);
    return { code, exit, message, hint, plugin, hook, ...(isUnusual && { transient }) };
  }
}

/** An error with one of our codes. @param exit where it is not the code's usual one */
export const error = (
  code: ErrorCode,
  message: string,
  hint?: string,
  cause?: unknown,
  exit: number = CODES[code],
): PackagerError =>
  new PackagerError(
    { code, exit, message: oneStop(message), hint: hint && oneStop(hint) },
    cause === undefined ? undefined : { cause },
  );

/** Reasons of libraries and other parts may bring a full stop of their own. Not in `…` or in paths (`../..`). */
export const oneStop = (text: string): string => text.replace(/([^.\s/\\])\.\.(?=\s|$)/g, '$1.');

/** The system gives this process, or all of them, no more files: nothing is wrong with the one that was to be opened. */
export const isTooManyFiles = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && (cause.code === 'EMFILE' || cause.code === 'ENFILE');

/**
 * @param what was to be opened
 * @param exit 3, an input, unless it is something else
 */
export const tooManyFiles = (what: string, cause?: unknown, exit?: number): PackagerError =>
  error(
    'TOO_MANY_FILES',
    `${what} could not be opened: too many open files.`,
    'Raise the limit of open files (ulimit -n 4096), or package fewer titles at the same time.',
    cause,
    exit,
  );

/** @param reason of somebody else's making: what may be secret is taken out of it */
export const unexpected = (reason: string, cause?: unknown): PackagerError =>
  error('UNEXPECTED', wordsWithoutSecrets(reason), undefined, cause);
