import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { TitleOptions } from '../../../core/contract/title-options.ts';
import { PackagerError, type Plugin, packageTitle, type Report } from '../../../core/index.ts';
import { demuxMkvTs, demuxMp4, keyManual } from '../../../plugins/index.ts';
import { temporaryFolder } from '../commands/folders.ts';
import type { HexKey } from '../oracles/dash.ts';
import { assertManifests } from '../oracles/valid-manifests.ts';

/** The key of all test titles. */
export const TEST_KEY: HexKey & { readonly iv: string } = {
  keyId: '000102030405060708090a0b0c0d0e0f',
  key: '101112131415161718191a1b1c1d1e1f',
  iv: 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf',
};

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

/** The manual key source with that key: what a licence server would give to a player. */
export const testKey = (): Plugin =>
  keyManual({ key: base64(TEST_KEY.key + TEST_KEY.iv), keyId: base64(TEST_KEY.keyId) });

/** A title's options: a new output folder, no threads, everything reproducible. */
export function titleOptions(facts: Partial<TitleOptions> & Pick<TitleOptions, 'inputs'>): TitleOptions {
  return {
    contentId: 'test-content',
    output: join(temporaryFolder('output'), 'out'),
    modes: undefined,
    segmentDuration: 2,
    clear: [],
    overwrite: false,
    workers: 0,
    reproducible: { seed: '5ea1'.repeat(16), time: '2026-01-02T03:04:05Z' },
    ...facts,
  };
}

/** What a title needs beside its modes: all demuxers and the test key. */
export const testPlugins = (): Plugin[] => [demuxMp4(), demuxMkvTs(), testKey()];

/** Package the inputs with the given mode plugins and the test key. Whatever they are, manifests must be valid. */
export async function packageWith(
  plugins: readonly Plugin[],
  facts: Partial<TitleOptions> & Pick<TitleOptions, 'inputs'>,
): Promise<Report> {
  const title = titleOptions(facts);
  const report = await packageTitle({ title, plugins: [...testPlugins(), ...plugins] });
  const places = title.details?.baseUrls?.map(({ url }) => url);
  await assertManifests(report.output, places);
  return report;
}

/** The error that packaging ends with. @throws when it does not fail, or not with a foreseen error */
export async function failureOf(work: Promise<unknown>): Promise<PackagerError> {
  try {
    await work;
  } catch (error) {
    if (PackagerError.is(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** All files below a folder, as sorted relative paths; empty when there is no such folder. */
export async function filesBelow(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .sort();
  } catch {
    return [];
  }
}

/** `DASH_test_mp4` for `/tmp/test.mp4`. */
export const outputFolder = (prefix: string, input: string): string =>
  `${prefix}_${basename(input).replace('.', '_')}`;
