/** A film of which the headers are most, since nothing moves in it: protected all the same, and proved so. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { identity } from '../../core/index.ts';
import { cmaf, dashCenc, hlsAes } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce } from '../helpers/commands/folders.ts';
import { packageWith } from '../helpers/titles/package.ts';

const test = suite('short samples');

/** More bytes than a share is made of. */
const SECONDS = 240;

/** Each picture but the first of two seconds says that it is the one before: some 30 bytes, most of them headers. */
const still = () =>
  madeOnce('still.mp4', async (path) => {
    const picture = ['-f', 'lavfi', '-i', 'color=c=blue:s=640x360:r=25', '-t', String(SECONDS)];
    await ffmpeg([...picture, '-c:v', 'libx264', '-g', '50', '-preset', 'veryfast', '-threads', '1', path]);
  });

for (const [name, plugin] of [
  ['DASH', dashCenc()],
  ['CMAF under cbcs', cmaf()],
  ['SAMPLE-AES', hlsAes({ systems: [identity({ uri: 'key.bin' })], container: 'ts' })],
] as const) {
  test(`a film that stands still is proved to be protected: ${name}`, async () => {
    const { verification, warnings } = await packageWith([plugin], { inputs: [await still()], verify: true });
    assert.is(verification?.verdict, 'proved');
    assert.equal(warnings, []);
  });
}

test.run();
