/** What `matrix-dash-cbcs.test.ts` does not say of `cbcs` in fragmented MP4: its boxes and shares. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { mp4EncryptedShare } from '../helpers/oracles/encrypted-share.ts';
import { findBox, findBoxes, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { cbcsMode } from '../plugins/mode-cbcs.ts';

const test = suite('cbcs in fragmented MP4');
test('tenc has the pattern and the constant IV; samples carry subsamples in video, nothing in audio', async () => {
  const { output } = await packageWith([cbcsMode()], { inputs: [await oddMedia('ctts-v0')] });
  const video = parseBoxes(await readFile(join(output, 'cbcs/media-video-1.mp4')));
  const audio = parseBoxes(await readFile(join(output, 'cbcs/media-audio-und.mp4')));
  for (const [file, pattern] of [
    [video, [1, 9]],
    [audio, [0, 0]],
  ] as const) {
    assert.is(findBox(file, 'schm')['scheme_type'], 'cbcs');
    const tenc = findBox(file, 'tenc');
    assert.equal([tenc['default_crypt_byte_block'], tenc['default_skip_byte_block']], pattern);
    assert.is(tenc['default_Per_Sample_IV_Size'], 0);
    assert.is(Buffer.from(tenc['default_constant_IV'] as Uint8Array).toString('hex'), TEST_KEY.iv);
  }
  assert.is(findBoxes(video, 'senc').length, findBoxes(video, 'moof').length);
  assert.equal([...findBoxes(audio, 'senc'), ...findBoxes(audio, 'saiz'), ...findBoxes(audio, 'saio')], []);
});

test('one block in ten of the slices is encrypted', async () => {
  const input = await oddMedia('one-gop');
  const { output } = await packageWith([cbcsMode()], { inputs: [input] });
  const { slices, changedSlices, share } = await mp4EncryptedShare(
    input,
    join(output, 'cbcs/media-video-1.mp4'),
  );
  assert.ok(changedSlices / slices > 0.9, `${changedSlices} of ${slices} slices`);
  assert.ok(share > 0.08 && share < 0.14, `${share} of the bytes`);
});

test.run();
