import { rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { fail } from '../base/errors.ts';
import type { PackageOptions } from '../engine/api.ts';
import type { PackageFiles } from '../inspect/model/places.ts';
import { localPath, NotLocal } from '../io/local-path.ts';
import { shownReference } from '../io/reference.ts';
import { makeTemporaryFolder } from '../io/temporary-folder.ts';
import type { TitleCheck } from '../preview/background-checks.ts';
import type { PreviewOptions, servePreview } from '../preview/server.ts';
import { sourceKeys } from '../preview/source-keys.ts';
import { printableName } from './format.ts';
import { optionalTitles } from './optional-titles.ts';
import type { Parts } from './parts.ts';
import type { PreviewFlags } from './program.ts';
import { runCommand } from './run-command.ts';
import type { Shell } from './shell.ts';
import { eachTitle } from './titles.ts';

/**
 * Serve a page that plays a finished package, until the user ends it; a config in its place is packaged first, into a temporary folder.
 * @returns the exit status
 */
export async function previewCommand(
  target: string,
  flags: PreviewFlags,
  shell: Shell,
  parts: () => Promise<Parts>,
  onError: (error: unknown, title?: string) => void,
): Promise<number> {
  const path = pathOf(target, shell.cwd);
  const found = await stat(path).catch(() => undefined);
  if (!found) throw fail.inputNotFound(path);
  if (found.isDirectory() || /\.(mpd|m3u8?)$/i.test(path)) {
    const root = found.isDirectory() ? path : dirname(path);
    await preview({ path, root, name: basename(root) }, flags, shell, parts);
    return 0;
  }
  const folder = await makeTemporaryFolder('preview');
  try {
    const packaged = { ...flags, config: path };
    // Titles that go to places of their own may have outputs of one name.
    const apart = async () => ({ ...(await parts()), outputs: 'apart' as const });
    const status = await runCommand([], { ...packaged, output: folder }, shell, apart, onError);
    const place = { path: folder, root: folder, name: basename(path), apart: true };
    if (status === 0) await preview(place, packaged, shell, parts);
    return status;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pathOf(target: string, cwd: string): string {
  try {
    return localPath(cwd, target);
  } catch (cause) {
    if (!(cause instanceof NotLocal)) throw cause;
    const hint = 'Name the folder of a package, a manifest in one, or a config.';
    throw fail.inputNotReadable(shownReference(target), `${cause.message}.`, hint);
  }
}

/** Where a package is, and how the page calls it. */
interface Place {
  /** Folder or manifest. */
  readonly path: string;
  /** What paths in it begin at. */
  readonly root: string;
  readonly name: string;
  /** As `titleShares` takes it. */
  readonly apart?: boolean;
}

async function preview(
  { path, root, name, apart }: Place,
  flags: PreviewFlags,
  shell: Shell,
  parts: () => Promise<Parts>,
): Promise<void> {
  const [found, { openPackage }, { servePreview }] = await Promise.all([
    optionalTitles([], flags, shell, parts),
    import('../inspect/files/open-package.ts'),
    import('../preview/server.ts'),
  ]);
  const titles = [...eachTitle(found)];
  const files = await openPackage(path);
  try {
    const titleName = titles.length === 1 ? titles[0]?.title.contentId : undefined;
    const checks = await checksOf(files, titles, shell, apart);
    await serveUntilEnd(
      servePreview,
      { files, root, name: titleName ?? name, keyHint: KEY_HINT, checks, ...keysOf(titles, shell) },
      shell,
    );
  } finally {
    await files.close();
  }
}

const KEY_HINT =
  'Name the config or preset that it was packaged with (--config, --preset), and its content id (--content-id).';

/** How each of the titles is verified that lie in a package. */
async function checksOf(
  files: PackageFiles,
  titles: readonly PackageOptions[],
  { signal }: Shell,
  apart: boolean | undefined,
): Promise<readonly TitleCheck[]> {
  const [{ titleShares }, { verifyTitle }] = await Promise.all([
    import('./title-shares.ts'),
    import('../engine/verify/verify-title.ts'),
  ]);
  return (await titleShares(files, titles, { apart })).map(({ part, title }, _, all) => ({
    name: all.length > 1 ? title?.title.contentId : undefined,
    roots: part.roots,
    verify: (onProgress) =>
      verifyTitle({ files: part, title: title && { ...title, signal }, signal, onProgress }),
  }));
}

const keysOf = (titles: readonly PackageOptions[], { signal }: Shell): Pick<PreviewOptions, 'findKeys'> =>
  titles.length > 0 ? { findKeys: sourceKeys(titles, signal) } : {};

async function serveUntilEnd(
  serve: typeof servePreview,
  options: PreviewOptions,
  { stdout, signal }: Shell,
): Promise<void> {
  const server = await serve(options);
  stdout.write(
    `\n  Preview of ${printableName(options.name)}\n\n  ${server.url}\n\n  On this machine alone. Ctrl-C ends it.\n`,
  );
  if (!signal.aborted)
    await new Promise<void>((end) => signal.addEventListener('abort', () => end(), { once: true }));
  await server.close();
}
