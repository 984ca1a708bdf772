import { type FileHandle, lstat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fail, isTooManyFiles, type PackagerError } from '../base/errors.ts';
import { NOT_A_FILE, openRegularFile } from './regular-file.ts';

/** Names that only files have: no key, token or PEM text ends like this. */
const FILE_NAME =
  /^[^\p{Cc}<>]*[^\p{Cc}<>.]\.(pem|key|crt|cer|p8|xml|cpix|json|txt|token|secret|conf|env)$/iu;

export interface SecretFileOptions {
  /** How messages call it: `The token file`. */
  readonly what: string;
  /** As the user gave it: it may be the secret itself, in the place of its path. */
  readonly path: string;
  /** @default the working directory */
  readonly cwd?: string | undefined;
  /** More bytes than this are another file; the rest is not read. */
  readonly longest: number;
  /**
   * Makes the error. @param reason the end of a sentence, with its full stop
   * @default INVALID_OPTION: `… cannot be read: …`
   */
  refuse?(reason: string, hint: string, code: string): PackagerError;
}

/**
 * The text of a file with a secret. People put the secret itself where its path belongs, so a value is only quoted
 * when it is a path beyond doubt.
 * @throws PackagerError
 */
export async function readSecretFile(options: SecretFileOptions): Promise<string> {
  const { what, path, cwd = '.', longest } = options;
  let file: FileHandle | undefined;
  try {
    file = await openRegularFile(resolve(cwd, path));
    const { buffer, bytesRead } = await file.read(Buffer.alloc(longest), 0, longest, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (cause) {
    if (isTooManyFiles(cause)) throw fail.tooManyFiles(what, cause);
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    const reason = await explain(path, cwd, code);
    throw (
      options.refuse?.(reason, HINT, code) ?? fail.invalidOption(`${what} cannot be read: ${reason}`, HINT)
    );
  } finally {
    await file?.close();
  }
}

const HINT = 'Give the path of a file. What is no path is not shown: it may be the secret itself.';

async function explain(path: string, cwd: string, code: string): Promise<string> {
  if (code === NOT_A_FILE) return `${path} is no regular file.`;
  if (await exists(resolve(cwd, path))) return `${path} (${code}).`;
  if (FILE_NAME.test(path)) return `there is no file ${path}.`;
  const folder = dirname(path);
  const isTelling = folder !== '.' && folder !== dirname(folder) && (await exists(resolve(cwd, folder)));
  return isTelling ? `there is no such file in ${folder}.` : 'there is no such file.';
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );
