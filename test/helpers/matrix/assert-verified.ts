import * as assert from 'uvu/assert';
import { verifyTitle } from '../../../core/engine/verify/verify-title.ts';
import type { Plugin } from '../../../core/index.ts';
import { openPackage } from '../../../core/inspect/files/open-package.ts';
import { titleOptions } from '../titles/package.ts';

/** Containers of vendors are packages too. */
const ANY = [''];

/** What is told beside: a track that a mode cannot carry is left out of its package, and that is no fault. */
const LEFT_OUT = 'TRACK_LEFT_OUT';

/** Assert that verification proves every sample of an output against its inputs, and finds nothing wrong with it. */
export async function assertVerified(
  output: string,
  inputs: readonly string[],
  plugins: readonly Plugin[],
): Promise<void> {
  const files = await openPackage(output, { endings: ANY });
  const title = { title: titleOptions({ inputs }), plugins };
  const { findings, claims, verdict } = await verifyTitle({ files, title });
  const told = findings.filter(({ code }) => code !== LEFT_OUT);
  assert.equal(
    told.map(({ code, message, expected, found }) => [code, message, expected, found]),
    [],
  );
  assert.is(verdict, 'proved', JSON.stringify(claims));
}
