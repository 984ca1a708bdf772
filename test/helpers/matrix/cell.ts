import { dirname } from 'node:path';
import * as assert from 'uvu/assert';
import { PackagerError, packageTitle, type RunEvent } from '../../../core/index.ts';
import { assertForeseen, planOf } from '../titles/expected-sizes.ts';
import { filesBelow, packageWith, testPlugins, titleOptions } from '../titles/package.ts';
import { ASKED, type Asked, assertAsked } from './assert-verified.ts';
import { type Column, carriedStreams, type Refusal, SEGMENT } from './column.ts';
import type { FootnoteName } from './footnotes.ts';
import type { MatrixRow, Oracle } from './row.ts';

/** What a cell says. */
export type Cell =
  | { readonly oracles: readonly Oracle[]; readonly footnotes: readonly FootnoteName[] }
  | { readonly refused: Refusal }
  /** As what it is there, of what is beside pictures and sound. */
  | { readonly carried: string };

/**
 * Prove one cell: package the row in the column's mode and decrypt every stream of it, or be refused.
 * @param asked our own commands are asked too: verification has to prove it and to find nothing, and so of what `decrypt` makes of it
 * @throws Error when anything is not as it must be
 */
export async function proveCell(
  row: MatrixRow,
  column: Column,
  asked: readonly Asked[] = ASKED,
): Promise<Cell> {
  const inputs = await row.inputs();
  const streams = carriedStreams(row, column);
  if (typeof streams === 'string') {
    await assertRefused(inputs, column);
    return { refused: streams };
  }
  const plugins = [...testPlugins(), column.mode()];
  const title = titleOptions({ inputs, segmentDuration: SEGMENT });
  const plan = await planOf({ title, plugins });
  const { output, modes } = await packageWith([column.mode()], { inputs, segmentDuration: SEGMENT });
  assertForeseen(plan, { modes });
  await assertAsked(asked, output, { title, plugins });
  const proofs = await column.prove({ row, streams, inputs, output });
  assert.ok(proofs.length >= (column.name === 'ncg' ? inputs : streams).length, 'nothing is left unproven');
  const oracles = column.oracles.filter((oracle) => proofs.every((proof) => proof.oracles.includes(oracle)));
  const footnotes = [...new Set(proofs.flatMap((proof) => proof.footnotes))];
  assert.ok(oracles.length > 0, 'one decryptor can at least');
  assert.ok(oracles.length === column.oracles.length || footnotes.length > 0, 'who did not, has a reason');
  return { oracles, footnotes };
}

/** Assert that the mode refuses the inputs before anything is written, and says what to do. */
async function assertRefused(inputs: readonly string[], column: Column): Promise<void> {
  const title = titleOptions({ inputs, segmentDuration: SEGMENT });
  const events: RunEvent[] = [];
  const plugins = [...testPlugins(), column.mode()];
  const refusal = await packageTitle({ title, plugins, onEvent: (event) => events.push(event) }).then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(PackagerError.is(refusal), `refused, not ${refusal}`);
  assert.is(refusal.code, 'UNSUPPORTED_CODEC', refusal.message);
  assert.is(refusal.exit, 3);
  assert.match(refusal.message, /(video|audio) track \d+ \(.+\) of input 1/);
  assert.ok(refusal.hint, 'it says what to choose instead');
  assert.not(
    events.some(({ type }) => type === 'unit'),
    'no unit was begun',
  );
  assert.equal(await filesBelow(dirname(title.output)), []);
}
