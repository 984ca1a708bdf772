import { PackagerError } from '../../base/errors.ts';
import type { Finding } from '../../inspect/findings/finding.ts';
import { finding } from '../../inspect/findings/make.ts';
import type { ListedPackage } from '../../inspect/model/listed-package.ts';
import type { KeyLookup } from '../../inspect/model/track-reader.ts';
import type { Wrapper } from '../../inspect/model/wrapper.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { keyPaths } from '../key-paths.ts';
import type { SizedFiles } from './sized-files.ts';
import { isCalled } from './verify-files.ts';

const KEY_BYTES = 16;

/**
 * Files of a vendor's format that key lines name: each is there, and holds the key that it names. Of others nobody here knows whether they
 * are to lie in the package at all: a key in the clear may not.
 */
export async function checkKeyFiles(
  packages: readonly ListedPackage[],
  wrappers: readonly Wrapper[],
  files: SizedFiles,
  lookup: KeyLookup,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const path of keyPaths(files, packages)) {
    const wrapper = wrappers.find(({ name }) => isCalled(path, name));
    const told = wrapper && (await checkKeyFile(path, wrapper, files, lookup));
    if (told) findings.push(told);
  }
  return findings;
}

async function checkKeyFile(
  path: string,
  wrapper: Wrapper,
  files: SizedFiles,
  lookup: KeyLookup,
): Promise<Finding | undefined> {
  const fault = (code: 'WRONG_KEY' | 'DAMAGED' | 'FILE_MISSING', what: string) =>
    finding(code, { file: path }, `${path}${what}`);
  let source: ByteSource | undefined;
  try {
    source = await files.open(path);
    const { clear, kid } = await wrapper.open(source, lookup);
    const key = clear && lookup({ kid, scheme: 'whole-file' });
    if (!clear || !key) return undefined;
    if (clear.size !== KEY_BYTES) return fault('DAMAGED', ` holds ${clear.size} bytes, and no key.`);
    const held = Buffer.alloc(KEY_BYTES);
    await clear.read(0, [held]);
    return held.equals(key.reveal()) ? undefined : fault('WRONG_KEY', ' holds another key than it names.');
  } catch (error) {
    if (!PackagerError.is(error) || error.code === 'CANCELLED') throw error;
    if (error.code === 'INPUT_NOT_FOUND')
      return fault('FILE_MISSING', ' is not there, and a key line names it.');
    return fault(
      error.code === 'INVALID_KEY' ? 'WRONG_KEY' : 'DAMAGED',
      `, ${wrapper.name}: ${error.message}`,
    );
  } finally {
    await source?.close();
  }
}
