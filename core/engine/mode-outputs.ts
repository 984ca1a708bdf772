import { fail } from '../base/errors.ts';
import { kindOf } from '../config/wording.ts';
import type { ModeDefinition } from '../contract/packager.ts';
import { staysBelow } from '../io/output-tree.ts';
import type { InputInfo } from '../title/presentation.ts';

/**
 * The folder of a mode in the output folder; `undefined`: it writes straight into that. All who write for a mode, or look for what it
 * has written, ask here: what a plugin answers may lead out of the output folder.
 * @throws PackagerError INVALID_OPTION for what is no path below the output folder
 */
export function folderOf(mode: ModeDefinition, inputs: readonly InputInfo[]): string | undefined {
  if (mode.folder === undefined) return undefined;
  const folder = mode.folder(inputs);
  if (isBelow(folder) && !folder.includes('\\')) return folder;
  throw notBelow(mode, 'folder', folder);
}

/**
 * Names that a mode will write directly in the output folder.
 * @throws PackagerError INVALID_OPTION for what is no path below the output folder
 */
export function outputNames(mode: ModeDefinition, inputs: readonly InputInfo[]): readonly string[] {
  const folder = folderOf(mode, inputs);
  if (folder !== undefined) return [folder];
  const files = mode.files?.(inputs) ?? [];
  for (const file of files) if (!isBelow(file)) throw notBelow(mode, 'files', file);
  return files;
}

const isBelow = (path: unknown): path is string => typeof path === 'string' && staysBelow(path);

function notBelow({ name }: ModeDefinition, asked: 'folder' | 'files', answer: unknown) {
  const shown = typeof answer === 'string' ? JSON.stringify(answer) : kindOf(answer);
  return fail.invalidOption(
    `Mode ${name} would write to ${shown}, which is no path below the output folder.`,
    `Let its \`${asked}\` answer a relative path with \`/\`, without \`.\` and \`..\`: \`outputName\` of sealpack/kit makes one.`,
  );
}
