/** The `cbcs` scheme in Chromium's own ClearKey. */
import { join } from 'node:path';
import { suite } from 'uvu';
import { packageWith, TEST_KEY } from '../helpers/package.ts';
import { cbcsMode } from '../plugins/mode-cbcs.ts';
import { assertDoesNotPlay, assertPlays } from './expect.ts';
import { closeBrowser, play } from './play.ts';

const INPUT = join(import.meta.dirname, '../media/sample-360p.mp4');
const WRONG_KEY = 'ffeeddccbbaa99887766554433221100';

const test = suite('cbcs in players');

test.after(closeBrowser);

for (const player of ['shaka', 'dashjs'] as const) {
  test(`${player} plays H.264 and AAC in cbcs with the right ClearKey, and not with a wrong one`, async () => {
    const { output } = await packageWith([cbcsMode()], { inputs: [INPUT] });
    const request = { player, folder: join(output, 'cbcs'), manifest: 'stream.mpd' };
    assertPlays(await play({ ...request, clearKeys: { [TEST_KEY.keyId]: TEST_KEY.key } }));
    assertDoesNotPlay(await play({ ...request, clearKeys: { [TEST_KEY.keyId]: WRONG_KEY } }));
  });
}

test.run();
