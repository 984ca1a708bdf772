/** A picture that is turned stands upright in players of MSE, as it does where the source is played. */
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dashCenc } from '../../plugins/index.ts';
import { MATRICES, turnedFile } from '../helpers/media/turned-media.ts';
import { outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { usesBrowser, withPlayer } from './player-page.ts';

const test = suite('turned pictures in players');

usesBrowser(test);

for (const [name, matrix, isTurned] of [
  ['portrait', MATRICES.portrait, true],
  ['upsideDown', MATRICES.upsideDown, false],
] as const) {
  test(`${name}: Chromium gives the size as it is shown`, async () => {
    const input = await turnedFile(matrix);
    const { output } = await packageWith([dashCenc({ systems: ['common', 'clearkey'] })], {
      inputs: [input],
    });
    const folder = join(output, outputFolder('DASH', input));
    const clearKeys = { [TEST_KEY.keyId]: TEST_KEY.key };
    const request = { player: 'shaka', folder, manifest: 'stream.mpd', clearKeys } as const;
    const size = await withPlayer(request, async (page, start) => {
      await page.evaluate(`void ${start}`);
      await page.waitForFunction('document.querySelector("video").videoWidth > 0');
      return page.evaluate<{ width: number; height: number }>(
        '(({ videoWidth, videoHeight }) => ({ width: videoWidth, height: videoHeight }))(document.querySelector("video"))',
      );
    });
    assert.is(size.height > size.width, isTurned, JSON.stringify(size));
  });
}

test.run();
