import { posix } from 'node:path';
import { fail } from '../base/errors.ts';
import type { ModeDefinition } from '../contract/packager.ts';
import type { RenditionResult } from '../contract/rendition.ts';
import type { Run } from '../contract/run.ts';
import type { StagedFile, TreeFile } from '../io/store.ts';
import { folderOf } from './mode-outputs.ts';

interface ModeFiles {
  /** What the mode says that it has written. */
  readonly declared: RenditionResult['files'];
  /** What went through its tree. */
  readonly written: readonly TreeFile[];
  readonly isManifest: boolean;
}

/**
 * Files of a mode for the store: what it says that it has written, with the receipts of what it has, and what it has not said.
 * Of files that only one of the two knows, the store finds that out.
 * @throws PackagerError OUTPUT_INCOMPLETE where the two do not say the same of one
 */
export function stagedFiles(
  mode: ModeDefinition,
  { inputs }: Run,
  { declared, written, isManifest }: ModeFiles,
): StagedFile[] {
  const folder = folderOf(mode, inputs) ?? '';
  const known = new Map(written.map((file) => [file.path, file]));
  const untold = written
    .filter(({ path }) => !declared.some((file) => file.path === path))
    .map(({ path, position }) => ({ path, bytes: position }));
  return [...declared, ...untold].map(({ path, bytes }) => {
    const { position = bytes, receipt, checksum } = known.get(path) ?? {};
    if (position !== bytes)
      throw fail.outputIncomplete(posix.join(folder, path), bytes, `it has ${position}`);
    return {
      ...{ path: posix.join(folder, path), bytes, isManifest },
      ...(receipt !== undefined && { receipt }),
      ...(checksum && { checksum }),
    };
  });
}
