/** Parameter sets that change on the way: what MPEG-TS output decodes to is what the source decodes to, from any segment on. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { hlsNcg } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { CHANGING_SETS, type ChangingSets, writeChangingSets } from '../helpers/media/changing-sets.ts';
import { aes128SegmentsByOpenssl } from '../helpers/oracles/hls.ts';
import { scaledPictures } from '../helpers/oracles/presented.ts';
import { outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';

const test = sideBySide('parameter sets that change');

for (const name of Object.keys(CHANGING_SETS) as ChangingSets[]) {
  for (const container of ['mp4', 'mkv', 'ts']) {
    test(`${name}, from ${container}`, async () => {
      const folder = temporaryFolder('sets');
      const input = join(folder, `changing.${container}`);
      await writeChangingSets(name, input);
      const { output } = await packageWith([hlsNcg()], { inputs: [input], segmentDuration: 1 });
      const playlist = join(output, outputFolder('HLS-NCG', input), 'media-1', 'stream.m3u8');
      const segments = await aes128SegmentsByOpenssl(playlist, TEST_KEY.key);
      const whole = join(folder, 'whole.ts');
      await writeFile(whole, Buffer.concat(segments));
      const alone = await Promise.all(
        segments.map(async (segment, n) => {
          await writeFile(join(folder, `${n}.ts`), segment);
          return join(folder, `${n}.ts`);
        }),
      );
      const [source, ofWhole, ...ofEach] = await Promise.all([input, whole, ...alone].map(scaledPictures));
      assert.ok(source!.length >= 50 && source!.length % 25 === 0, `${source!.length} pictures`);
      assert.equal(ofWhole, source);

      // A player may begin with any segment: what is in force is repeated in it.
      assert.is(segments.length, source!.length / 25);
      for (const [n, pictures] of ofEach.entries()) {
        assert.equal(pictures, source!.slice(25 * n, 25 * n + 25), `segment ${n + 1} alone`);
      }
    });
  }
}

test.run();
