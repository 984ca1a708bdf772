import { type ErrorDetails, EXIT, fail, isTooManyFiles, PackagerError } from '../base/errors.ts';
import { withoutKeys } from '../base/key-like.ts';
import { thrownWords } from '../base/thrown.ts';
import { withoutUrlSecrets } from '../base/url-secrets.ts';
import { inCommandWords } from './command-words.ts';
import { type Paint, printable, wrapLines } from './format.ts';
import { paintFor, type Shell, wrapWidth } from './shell.ts';

/** What is known of anything thrown; an exception that nobody foresaw becomes `UNEXPECTED`. */
export function errorDetails(error: unknown): ErrorDetails {
  // Of the program's own files too: nothing of it is wrong.
  if (isTooManyFiles(error)) return PackagerError.from(error).toJSON();
  if (PackagerError.is(error)) {
    const details = error.toJSON();
    const hint =
      inCommandWords(details.hint) ??
      (details.code === 'UNEXPECTED' ? 'Run again with SEALPACK_DEBUG=1 to see where.' : undefined);
    return { ...details, message: withoutUrlSecrets(details.message), hint };
  }
  const reason = thrownWords(error);
  return {
    ...fail.unexpected(`Sealpack failed in a way it should not: ${withoutUrlSecrets(reason)}`).toJSON(),
    hint: 'This is a bug. Please report it with what the same command prints with SEALPACK_DEBUG=1.',
  };
}

/** Whether somebody ended it: nothing has failed. */
export const isCancelled = (error: unknown): error is PackagerError =>
  PackagerError.is(error) && error.code === 'CANCELLED';

/** The exit status that a failure stands for. */
export const exitStatus = (error: unknown): number => (PackagerError.is(error) ? error.exit : EXIT.failure);

/** Tell the user, on standard error. @param title of a list: the one that failed, `2 of 5: movie.mp4` */
export function printError(error: unknown, shell: Pick<Shell, 'stderr' | 'env'>, title?: string): void {
  const { stderr, env } = shell;
  const debug = env['SEALPACK_DEBUG'] === '1';
  const text = formatError(error, { paint: paintFor(stderr, shell), debug, title });
  stderr.write(wrapLines(text, wrapWidth(stderr)));
}

export interface ErrorFormat {
  readonly paint: Paint;
  readonly debug: boolean;
  readonly title?: string | undefined;
}

/** What the user reads: the sentence, what to do, whose it is and where it happened, and the code to look it up by. */
export function formatError(error: unknown, { paint, debug, title }: ErrorFormat): string {
  const { code, message, hint, plugin, hook } = errorDetails(error);
  // Where a run was when it was cancelled is chance.
  const where =
    code === 'CANCELLED'
      ? ''
      : [plugin && `plugin ${plugin}`, hook && `hook ${hook}`].filter(Boolean).join(' in ');
  const row = (name: string, text: string) => `  ${paint.dim(`${name}:`)} ${printable(text)}`;
  return [
    `${paint.bad('error:')} ${printable(message)}`,
    ...(hint ? [row('fix', hint)] : []),
    ...(title ? [row('title', title)] : []),
    ...(where ? [row('where', where)] : []),
    row('code', code),
    ...(debug
      ? [paint.dim(printable(withoutUrlSecrets(withoutKeys(stacks(error), { hasPaths: true }))))]
      : []),
    '',
  ].join('\n');
}

/** The stack of an error and of what caused it, and nothing of their other properties: those may hold secrets. */
function stacks(error: unknown): string {
  const parts: string[] = [];
  for (let next = error; next instanceof Error && parts.length < 10; next = next.cause) {
    parts.push(next.stack ?? next.message);
  }
  return parts.join('\ncaused by ');
}
