import { readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { PackagerError, packageTitle, type Report } from '../../core/index.ts';
import { fault, hasFault } from '../helpers/media/faults.ts';
import { assertManifests } from '../helpers/oracles/valid-manifests.ts';
import { modeNamed } from '../helpers/titles/modes.ts';
import { filesBelow, testPlugins, titleOptions } from '../helpers/titles/package.ts';
import { inputSamples, wholeInput } from '../helpers/verify/input-samples.ts';
import { verifyPackage } from '../helpers/verify/verify-package.ts';
import { FAULT_MODES, type FaultMode, type FaultRow } from './row.ts';

/** What became of a title in one mode. */
export type FaultCell =
  | { readonly mode: FaultMode; readonly omitted: string }
  | { readonly mode: FaultMode; readonly error: Error }
  /** It was refused, as it must be. */
  | { readonly mode: FaultMode; readonly code: string }
  /** So many of its samples were decrypted, and are the input's. */
  | { readonly mode: FaultMode; readonly samples: number; readonly seen: string | undefined };

/** Which files a row is tried with: those that once failed, or others of the same kind, or none. */
export async function filesOf({ fault: name, files, made }: FaultRow): Promise<readonly string[]> {
  return hasFault(name) ? files.map((file) => fault(name, file)) : ((await made?.()) ?? []);
}

/** Try a row in every mode, or in some. @param files of `filesOf` */
export async function proveRow(
  row: FaultRow,
  files: readonly string[],
  modes: readonly FaultMode[] = FAULT_MODES,
): Promise<FaultCell[]> {
  const cells: FaultCell[] = [];
  for (const mode of modes) {
    const omitted = row.omitted?.[mode];
    if (omitted !== undefined) cells.push({ mode, omitted });
    else
      cells.push(
        await proveFault(row, mode, files).catch((error: unknown) => ({
          mode,
          error: error instanceof Error ? error : new Error(String(error)),
        })),
      );
  }
  return cells;
}

/** Package a title in one mode: everything of it is there and says what is right, or it is refused as it must be. */
async function proveFault(row: FaultRow, mode: FaultMode, files: readonly string[]): Promise<FaultCell> {
  const title = titleOptions({ inputs: files, ...row.options });
  const plugins = [...testPlugins(), modeNamed(mode).plugin()];
  const expected = row.refused?.[mode];
  const result: Report | PackagerError = await packageTitle({ title, plugins }).catch((error: unknown) => {
    if (PackagerError.is(error)) return error;
    throw error;
  });
  if (PackagerError.is(result)) {
    assert.is(result.code, expected ?? 'packaged', result.message);
    if (row.says) assert.match(result.message, row.says);
    assert.equal(await filesBelow(dirname(title.output)), [], 'nothing is left of it');
    return { mode, code: result.code };
  }
  assert.is('packaged', expected ?? 'packaged', 'it must be refused');
  const inputs = await Promise.all(files.map((path) => inputSamples(path).catch(() => wholeInput(path))));
  const { samples, faults } = await verifyPackage(result, inputs);
  assert.equal(faults, []);
  await assertManifests(title.output);
  const manifests = await manifestsIn(title.output);
  const output = { mode, report: result, output: title.output, inputs, manifests };
  return { mode, samples, seen: await row.check?.(output) };
}

async function manifestsIn(folder: string): Promise<string> {
  const names = (await filesBelow(folder)).filter((name) => ['.mpd', '.m3u8'].includes(extname(name)));
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
}
