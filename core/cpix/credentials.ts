import { fail } from '../base/errors.ts';
import { readSecretFile } from '../io/secret-file.ts';

/** Where a credential comes from. */
export interface TokenSource {
  /** The token, or a function that gets it; asked when it is needed, once a title. */
  readonly token?: string | (() => string | Promise<string>) | undefined;
  /** A file that holds nothing else, relative to the working directory. */
  readonly tokenFile?: string | undefined;
  /** The environment variable to look into where nothing else is set. */
  readonly variable: string;
  /** How messages call it. @default 'token' */
  readonly what?: string;
}

/**
 * Two sources of one credential are a mistake: which one counts is not for us to guess.
 * @param option its option, whose file has the same name with `File`: `token`, `siteKey`
 * @throws PackagerError INVALID_OPTION
 */
export function refuseTwoSources(plugin: string, option: string, options: object): void {
  const given: Readonly<Record<string, unknown>> = { ...options };
  if (given[option] === undefined || given[`${option}File`] === undefined) return;
  throw fail.invalidOption(
    `${plugin} has both \`${option}\` and \`${option}File\`.`,
    'Leave one of them out.',
  );
}

/** More text than any credential has: what is longer is another file. */
const LONGEST = 64 * 1024;

/**
 * The credential, without white space around it; `undefined`: none is set.
 * @throws PackagerError, never with its text
 */
export async function readToken(source: TokenSource): Promise<string | undefined> {
  const { token, tokenFile, variable, what = 'token' } = source;
  if (token !== undefined) {
    const value = typeof token === 'function' ? await askFor(what, token) : token;
    return required(value, `The ${what} that the config gives`);
  }
  if (tokenFile !== undefined)
    return required(
      await readSecretFile({ what: `The ${what} file`, path: tokenFile, longest: LONGEST }),
      `The ${what} file ${tokenFile}`,
    );
  return process.env[variable]?.trim() || undefined;
}

async function askFor(what: string, token: () => string | Promise<string>): Promise<string> {
  try {
    return await token();
  } catch {
    // Its message is not repeated: it may quote what it got.
    throw fail.invalidOption(`The function that was to get the ${what} failed.`);
  }
}

function required(value: unknown, what: string): string {
  const text = typeof value === 'string' ? value.trim() : '';
  if (text === '') throw fail.invalidOption(`${what} is empty, or no text.`);
  return text;
}

/** PEM text as it is, or the text of the PEM file at a path. @throws PackagerError INVALID_OPTION, without its text */
export async function readPem(what: string, value: string): Promise<string> {
  const text = value.includes('-----BEGIN ')
    ? value
    : await readSecretFile({ what, path: value, longest: LONGEST });
  if (text.includes('-----BEGIN ')) return text;
  throw fail.invalidOption(`${what} is not a PEM file: ${value}.`);
}
