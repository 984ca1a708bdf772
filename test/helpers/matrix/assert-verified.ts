import * as assert from 'uvu/assert';
import { verifyTitle } from '../../../core/engine/verify/verify-title.ts';
import type { Plugin } from '../../../core/index.ts';
import { openPackage } from '../../../core/inspect/files/open-package.ts';
import { titleOptions } from '../titles/package.ts';

/** Containers of vendors are packages too. */
const ANY = [''];

/** What is true of the source, and no fault of the package: a track that the mode cannot carry, no sound in stereo AAC. */
const OF_SOURCES = ['TRACK_LEFT_OUT', 'APPLE_STEREO_AAC'];

/** Assert that verification proves every sample of an output against its inputs, and finds nothing wrong with it. */
export async function assertVerified(
  output: string,
  inputs: readonly string[],
  plugins: readonly Plugin[],
): Promise<void> {
  const files = await openPackage(output, { endings: ANY });
  const title = { title: titleOptions({ inputs }), plugins };
  const { findings, claims, verdict } = await verifyTitle({ files, title });
  const told = findings.filter(({ code }) => !OF_SOURCES.includes(code));
  assert.equal(
    told.map(({ code, message, expected, found }) => [code, message, expected, found]),
    [],
  );
  assert.is(verdict, 'proved', JSON.stringify(claims));
}
