/** Opus and FLAC beside H.264, in both schemes of Common Encryption, in Chromium's own ClearKey. */
import { join } from 'node:path';
import { suite } from 'uvu';
import { dashCenc } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/command.ts';
import { madeOnce } from '../helpers/folders.ts';
import { outputFolder, packageWith, TEST_KEY } from '../helpers/package.ts';
import { cbcsMode } from '../plugins/mode-cbcs.ts';
import { assertDoesNotPlay, assertPlays } from './expect.ts';
import { closeBrowser, play } from './play.ts';

const SAMPLE = join(import.meta.dirname, '../media/sample-360p.mp4');
const WRONG_KEY = 'ffeeddccbbaa99887766554433221100';

const test = suite('audio codecs in players');

test.after(closeBrowser);

/** The sample title with other sound. */
const withSound = (codec: string): Promise<string> =>
  madeOnce(`sample-${codec}.mp4`, async (path) => {
    const copy = ['-i', SAMPLE, '-t', '6', '-c:v', 'copy', '-strict', '-2'];
    await ffmpeg([...copy, '-c:a', codec, '-movflags', '+faststart', path]);
  });

const CASES = [
  ['shaka', 'libopus', 'cenc'],
  ['shaka', 'libopus', 'cbcs'],
  ['shaka', 'flac', 'cenc'],
  ['shaka', 'flac', 'cbcs'],
  ['dashjs', 'libopus', 'cenc'],
  ['dashjs', 'flac', 'cenc'],
] as const;

for (const [player, codec, scheme] of CASES) {
  test(`${player} plays H.264 with ${codec} in ${scheme}, and not with a wrong key`, async () => {
    const input = await withSound(codec);
    const mode = scheme === 'cenc' ? dashCenc({ systems: ['common', 'clearkey'] }) : cbcsMode();
    const { output } = await packageWith([mode], { inputs: [input] });
    const folder = join(output, scheme === 'cenc' ? outputFolder('DASH', input) : 'cbcs');
    const request = { player, folder, manifest: 'stream.mpd' };
    assertPlays(await play({ ...request, clearKeys: { [TEST_KEY.keyId]: TEST_KEY.key } }));
    assertDoesNotPlay(await play({ ...request, clearKeys: { [TEST_KEY.keyId]: WRONG_KEY } }));
  });
}

test.run();
