import { readFile, writeFile } from 'node:fs/promises';
import * as assert from 'uvu/assert';
import { madeOnce } from '../commands/folders.ts';
import { codedSamples, hashes, IGNORE_EDITS, MP4_TO_TS } from '../oracles/samples.ts';
import type { MatrixRow, RowStream } from './row.ts';

/** How samples are compared: as MP4 stores them, or as they are in a transport stream. */
export type SampleForm = 'stored' | 'ts';

/** The hashes of a stream's samples in the source: read once a run, for all columns that compare with them. */
export async function sourceHashes(
  row: MatrixRow,
  { kind, from, unit, filters, input = 0 }: RowStream,
  form: SampleForm,
): Promise<string[]> {
  const own = form === 'ts' && kind === 'video' ? 'ts' : 'stored'; // the same for audio
  const { isMp4 = true } = row;
  const filter = filters?.source ?? (own === 'ts' ? MP4_TO_TS : undefined);
  const path = await madeOnce(`source-${row.name}-${unit}-${own}.json`, async (draft) => {
    const file = (await (row.references ?? row.inputs)())[input];
    if (file === undefined) throw new RangeError(`${row.name} has no input ${input}`);
    const demuxer = isMp4 ? IGNORE_EDITS : [];
    const samples = await codedSamples(file, from, { demuxer, filter });
    await writeFile(draft, JSON.stringify(hashes(samples)));
  });
  const source: string[] = JSON.parse(await readFile(path, 'utf8'));
  assert.ok(source.length > 0, `${row.name}: the source has no samples of ${unit}`);
  return source;
}
