/** Parameter sets that change on the way: what MPEG-TS output decodes to is what the source decodes to, from any segment on. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hlsNcg } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { CHANGING_SETS, type ChangingSets, writeChangingSets } from '../helpers/media/changing-sets.ts';
import { aes128SegmentsByOpenssl } from '../helpers/oracles/hls.ts';
import { scaledPictures } from '../helpers/oracles/presented.ts';
import { outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';

const test = suite('parameter sets that change');

for (const name of Object.keys(CHANGING_SETS) as ChangingSets[]) {
  for (const container of ['mp4', 'mkv', 'ts']) {
    test(`${name}, from ${container}`, async () => {
      const folder = temporaryFolder('sets');
      const input = join(folder, `changing.${container}`);
      await writeChangingSets(name, input);
      const { output } = await packageWith([hlsNcg()], { inputs: [input], segmentDuration: 1 });
      const playlist = join(output, outputFolder('HLS-NCG', input), 'media-1', 'stream.m3u8');
      const segments = await aes128SegmentsByOpenssl(playlist, TEST_KEY.key);
      const source = await scaledPictures(input);
      assert.ok(source.length >= 50 && source.length % 25 === 0, `${source.length} pictures`);

      const whole = join(folder, 'whole.ts');
      await writeFile(whole, Buffer.concat(segments));
      assert.equal(await scaledPictures(whole), source);

      // A player may begin with any segment: what is in force is repeated in it.
      assert.is(segments.length, source.length / 25);
      for (const [n, segment] of segments.entries()) {
        const alone = join(folder, `${n}.ts`);
        await writeFile(alone, segment);
        assert.equal(
          await scaledPictures(alone),
          source.slice(25 * n, 25 * n + 25),
          `segment ${n + 1} alone`,
        );
      }
    });
  }
}

test.run();
