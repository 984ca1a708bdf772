import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as assert from 'uvu/assert';
import { ncg } from '../../../plugins/index.ts';
import { ncgPayloadByOpenssl } from '../oracles/ncg.ts';
import { filesBelow, TEST_KEY } from '../titles/package.ts';
import type { Column, PackagedRow, Proof } from './column.ts';

/** NCG: every input whole, whatever it holds. */
export const ncgColumn: Column = {
  name: 'ncg',
  title: 'NCG',
  oracles: ['O'],
  mode: () => ncg(),
  refuses: () => undefined,
  async prove({ inputs, output }: PackagedRow): Promise<Proof[]> {
    const names = inputs.map((input) => `${basename(input)}.ncg`);
    assert.equal(await filesBelow(output), [...names].sort());
    const proofs: Proof[] = [];
    for (const [index, input] of inputs.entries()) {
      const source = await readFile(input);
      const file = await readFile(join(output, names[index] ?? ''));
      assert.ok((await ncgPayloadByOpenssl(file, TEST_KEY)).equals(source), `${input} by O`);
      const wrong = { ...TEST_KEY, key: 'ff'.repeat(16) };
      assert.not((await ncgPayloadByOpenssl(file, wrong)).equals(source), 'with a wrong key');
      proofs.push({ oracles: ['O'], footnotes: [] });
    }
    return proofs;
  },
};
