import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { decryptPackage } from '../../../core/engine/decrypt/decrypt-package.ts';
import { verifyTitle } from '../../../core/engine/verify/verify-title.ts';
import type { PackageOptions } from '../../../core/index.ts';
import { openPackage } from '../../../core/inspect/files/open-package.ts';
import { temporaryFolder } from '../commands/folders.ts';

/** Containers of vendors are packages too. */
const ANY = [''];

/** What is true of the source, and no fault of the package: a track that the mode cannot carry, no sound in stereo AAC. */
const OF_SOURCES = ['TRACK_LEFT_OUT', 'APPLE_STEREO_AAC'];

/** Our own commands. */
export const ASKED = ['verify', 'decrypt'] as const;

export type Asked = (typeof ASKED)[number];

/** Assert what some of our own commands say of an output. */
export async function assertAsked(
  asked: readonly Asked[],
  output: string,
  title: PackageOptions,
): Promise<void> {
  if (asked.includes('verify')) await assertVerified(output, title);
  if (asked.includes('decrypt')) await assertDecrypted(output, title);
}

/** Assert that verification proves every sample of an output against its inputs, and finds nothing wrong with it. */
async function assertVerified(output: string, title: PackageOptions): Promise<void> {
  const files = await openPackage(output, { endings: ANY });
  const { findings, claims, verdict } = await verifyTitle({ files, title });
  const told = findings.filter(({ code }) => !OF_SOURCES.includes(code));
  assert.equal(
    told.map(({ code, message, expected, found }) => [code, message, expected, found]),
    [],
  );
  assert.is(verdict, 'proved', JSON.stringify(claims));
}

/** Assert that an output, decrypted, is the same title in clear: its samples are the source's, and its manifests agree with it. */
async function assertDecrypted(output: string, { title, plugins }: PackageOptions): Promise<void> {
  const clear = join(temporaryFolder('decrypted'), 'out');
  await decryptPackage({
    reference: output,
    base: '/',
    titles: [{ title: { ...title, inputs: [] }, plugins }],
    output: clear,
    overwrite: false,
    signal: new AbortController().signal,
    warn: (message) => assert.unreachable(message),
  });
  await assertVerified(clear, { title, plugins });
}
