import { basename, dirname } from 'node:path';
import { bytes, printable, type Shell } from '../../core/cli/executable.ts';
import { ContentKey, fail, fromHex } from '../../core/index.ts';
import { type ByteSource, fileTree, localPath, NotLocal, openFile, Staging } from '../../core/kit.ts';
import { decryptNcgFile } from './files.ts';
import { type NcgHeader, readNcgHeader } from './header.ts';
import { readKey } from './read-key.ts';

/** The options of `sealpack ncg decrypt`. */
export interface DecryptFlags {
  readonly output: string;
  readonly keyFile?: string;
  readonly overwrite?: true;
}

/** Print what the header of an NCG file says. @throws PackagerError when it is not one, or is damaged. */
export async function ncgInfo(file: string, { cwd, stdout }: Pick<Shell, 'cwd' | 'stdout'>): Promise<void> {
  const source = await openFile(pathOf(cwd, file));
  try {
    stdout.write(infoText(await readNcgHeader(source)));
  } finally {
    await source.close();
  }
}

function infoText({ fields, version, payloadBytes, headerBytes }: NcgHeader): string {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Content id', fields.contentId],
    ['Key id', fields.keyId],
    ['Site id', fields.siteId],
    ['Licence URL', fields.licenseUrl],
    ['Source', fields.source],
    ['Packaged', fields.packageDate],
    ['Level', String(fields.level)],
    ['Range', String(fields.range)],
    ['Format', `NCG version ${version}, header of ${headerBytes} bytes, intact`],
    ['Payload', `${bytes(payloadBytes)} (${payloadBytes} bytes)`],
  ];
  return rows
    .filter(([, value]) => value !== undefined)
    .map(([name, value = '']) => `${name.padEnd(12)} ${printable(value)}\n`)
    .join('');
}

/**
 * Write the clear media of an NCG file: whole or not at all.
 * @throws PackagerError, e.g. INVALID_KEY when the key is not the file's.
 */
export async function ncgDecrypt(file: string, flags: DecryptFlags, shell: Shell): Promise<void> {
  const { cwd, stdout, stderr, signal } = shell;
  const source = cancellable(await openFile(pathOf(cwd, file)), signal);
  try {
    const { fields, payloadBytes } = await readNcgHeader(source);
    const id = fromHex(fields.keyId.replaceAll('-', ''));
    const key = new ContentKey({ id, ...(await readKey(flags.keyFile, shell)) });
    const path = pathOf(cwd, flags.output);
    const warnings = await writeWhole(path, pathOf(cwd, file), flags.overwrite === true, (output) =>
      decryptNcgFile(source, key, output),
    );
    for (const warning of warnings) stderr.write(`warning: ${printable(warning)}\n`);
    stdout.write(
      `Decrypted ${printable(fields.contentId)}: ${bytes(payloadBytes)} in ${printable(flags.output)}\n`,
    );
  } finally {
    await source.close();
  }
}

/** Reads fail once the user has cancelled, and whatever goes on with them ends. */
function cancellable(source: ByteSource, signal: AbortSignal): ByteSource {
  return {
    name: source.name,
    size: source.size,
    read: async (position, targets) => {
      if (signal.aborted) throw fail.cancelled();
      await source.read(position, targets);
    },
    close: () => source.close(),
  };
}

type Writer = (output: Parameters<typeof decryptNcgFile>[2]) => Promise<unknown>;

/** A single file, put in place when it is complete. Answers what somebody should know all the same. */
async function writeWhole(
  path: string,
  inputPath: string,
  overwrite: boolean,
  write: Writer,
): Promise<string[]> {
  const name = basename(path);
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  const staging = await Staging.open(dirname(path), [name], { overwrite, inputs: [inputPath], warn });
  const tree = fileTree(staging.folder);
  try {
    const output = await tree.create(name);
    await write(output);
    await output.close();
    await staging.commit([{ path: name, bytes: output.position }]);
    return warnings;
  } catch (error) {
    await tree.abandon();
    await staging.discard();
    throw error;
  }
}

function pathOf(cwd: string, text: string): string {
  try {
    return localPath(cwd, text);
  } catch (cause) {
    if (!(cause instanceof NotLocal)) throw cause;
    throw fail.invalidOption(`${cause.message}.`, cause.isRemote ? 'Copy the file here first.' : undefined);
  }
}
