import type { Readable } from 'node:stream';
import type { Shell } from '../../core/cli/executable.ts';
import { fail, fromHex } from '../../core/index.ts';
import { copyBytes, fromBase64, readSecretFile } from '../../core/kit.ts';

/** A key and its IV, 16 bytes each. Secret. */
export interface KeyAndIv {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

export const KEY_VARIABLE = 'SEALPACK_KEY';

/** More text than any key has: what is longer is another file. */
const LONGEST = 16 * 1024;

/**
 * The key that a user hands in: from a file, from standard input (`-`), or from the environment. Never from the
 * arguments, which every user of the machine can see.
 *
 * @throws PackagerError that says where the key was to come from, and nothing of its text.
 */
export async function readKey(
  file: string | undefined,
  { stdin, env, cwd }: Pick<Shell, 'stdin' | 'env' | 'cwd'>,
): Promise<KeyAndIv> {
  if (file === '-') return parseKey(await readStream(stdin), 'The key on standard input');
  if (file !== undefined) {
    const what = 'The key file';
    const refuse = (reason: string, hint: string, code: string) =>
      code === 'ENOENT' ? fail.fileNotFound(what, reason, hint) : fail.inputNotReadable(what, reason, hint);
    const text = await readSecretFile({ what, path: file, cwd, longest: LONGEST + 1, refuse });
    if (text.length > LONGEST) throw tooLong();
    return parseKey(text, `The key in ${file}`);
  }
  const text = env[KEY_VARIABLE];
  if (!text) {
    throw fail.missingOption(
      'There is no key.',
      `Pass --key-file <file>, or set ${KEY_VARIABLE} in the environment.`,
    );
  }
  return parseKey(text, `The key in ${KEY_VARIABLE}`);
}

/** Key then IV, 32 bytes, in hexadecimal or Base64; or JSON with `key` and `iv`, as the local key store writes it. */
export function parseKey(text: string, what: string): KeyAndIv {
  const trimmed = text.trim();
  const bytes = trimmed.startsWith('{') ? parseRecord(trimmed, what) : decode(trimmed, what);
  if (bytes.length !== 32)
    throw fail.keySize(what, '32', bytes.length, 'Give the key, then the IV, 16 bytes each.');
  return { key: copyBytes(bytes, 0, 16), iv: copyBytes(bytes, 16) };
}

function parseRecord(text: string, what: string): Uint8Array {
  let record: { readonly key?: unknown; readonly iv?: unknown };
  try {
    record = JSON.parse(text);
  } catch {
    throw fail.invalidKey(`${what} is not valid JSON.`); // without the cause: it quotes the text
  }
  const { key, iv } = record;
  if (typeof key !== 'string' || typeof iv !== 'string')
    throw fail.invalidKey(`${what} has no \`key\` and \`iv\`.`);
  return decode(key + iv, what);
}

function decode(text: string, what: string): Uint8Array {
  try {
    return /^([0-9a-f]{2})+$/i.test(text) ? fromHex(text) : fromBase64(text);
  } catch {
    throw fail.invalidKey(`${what} is neither hexadecimal nor Base64.`);
  }
}

async function readStream(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.length > LONGEST) throw tooLong();
  }
  return text;
}

const tooLong = () => fail.invalidKey('What was given as a key is too long to be one.');
