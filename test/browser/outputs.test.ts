/** What we write, in real players: the right key plays, a wrong one does not. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import { identity, type Plugin } from '../../core/index.ts';
import { dashCenc, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { oneIn } from '../helpers/commands/extent.ts';
import { outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { assertDoesNotPlay, assertPlays } from './expect.ts';
import { play } from './play.ts';
import { usesBrowser } from './player-page.ts';

const MEDIA = join(import.meta.dirname, '../media');
const INPUTS = ['sample-360p.mp4', 'sample-270p.mp4', 'sample-180p.mp4'].map((name) => join(MEDIA, name));
const WRONG_KEY = 'ffeeddccbbaa99887766554433221100';

const test = suite('outputs in players');

usesBrowser(test);

/** Package the three renditions; answers the mode's folder. */
async function output(prefix: string, plugin: Plugin): Promise<string> {
  const { output: folder } = await packageWith([plugin], { inputs: INPUTS });
  return join(folder, outputFolder(prefix, INPUTS[0]!));
}

const LAYOUTS = ['single-file', 'segments'] as const;

// Each layout in one of the players, each player with one of them.
for (const [index, layout] of LAYOUTS.entries()) {
  for (const player of oneIn(2, ['shaka', 'dashjs'] as const, index)) {
    test(`${player} plays DASH (${layout}) with the right ClearKey, and not with a wrong one`, async () => {
      const folder = await output(
        'DASH',
        dashCenc({ systems: ['common', 'widevine', 'playready', 'clearkey'], layout }),
      );
      const request = { player, folder, manifest: 'stream.mpd' };
      assertPlays(await play({ ...request, clearKeys: { [TEST_KEY.keyId]: TEST_KEY.key } }));
      assertDoesNotPlay(await play({ ...request, clearKeys: { [TEST_KEY.keyId]: WRONG_KEY } }));
    });
  }
}

const HLS = {
  'SAMPLE-AES': () => output('HLS', hlsAes({ systems: [identity({ uri: '../key.bin' })] })),
  'AES-128': () => output('HLS-NCG', hlsNcg({ keyUri: '../key.bin' })),
};

for (const [name, make] of Object.entries(HLS)) {
  test(`hls.js plays ${name} with the right key, and not with a wrong one`, async () => {
    const folder = await make();
    const request = { player: 'hls', folder, manifest: 'master.m3u8' } as const;
    await writeFile(join(folder, 'key.bin'), Buffer.from(TEST_KEY.key, 'hex'));
    assertPlays(await play(request));
    await writeFile(join(folder, 'key.bin'), Buffer.from(WRONG_KEY, 'hex'));
    assertDoesNotPlay(await play(request));
  });
}

test.run();
