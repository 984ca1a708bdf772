/** The `cbcs` protector in fragmented MP4: a building block, tried in a mode of the tests' own. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AUDIO_MEDIA } from '../helpers/audio-media.ts';
import { AV1_MEDIA } from '../helpers/av1-media.ts';
import { mp4EncryptedShare } from '../helpers/encrypted-share.ts';
import { findBox, findBoxes, parseBoxes } from '../helpers/mp4box-reader.ts';
import { ODD_MEDIA, type OddMedia, oddMedia } from '../helpers/odd-media.ts';
import { dashSamplesByFfmpeg, dashSamplesByShaka } from '../helpers/oracle-dash.ts';
import { hashes, mp4Samples, recovers } from '../helpers/oracle-samples.ts';
import { packageWith, TEST_KEY } from '../helpers/package.ts';
import { cbcsMode } from '../plugins/mode-cbcs.ts';

const test = suite('cbcs in fragmented MP4');
const WRONG = 'ff'.repeat(16);

/** Shapes of slices and of audio; the rest of the odd media differs in what no scheme looks at. */
const SHAPES = ['ctts-v0', 'multi-slice', 'many-slices', 'interlaced', 'cavlc', 'high-422-10', 'languages'];

const MEDIA: readonly (OddMedia & { readonly shaka?: boolean })[] = [
  ...ODD_MEDIA.filter(({ name }) => SHAPES.includes(name)),
  ...AV1_MEDIA,
  ...AUDIO_MEDIA,
];

for (const media of MEDIA) {
  const { shaka = true } = media;
  test(`${media.describe}: ${shaka ? 'ffmpeg and Shaka Packager decrypt' : 'ffmpeg decrypts'} every sample`, async () => {
    const input = await media.file();
    const { output } = await packageWith([cbcsMode()], { inputs: [input] });
    const tracks = [
      ...(media.video ? [{ kind: 'video', stream: 'v:0', file: 'video-1' } as const] : []),
      ...media.audio.map((language, index) => ({
        kind: 'audio' as const,
        stream: `a:${index}` as const,
        file: `audio-${language}`,
      })),
    ];
    for (const { kind, stream, file } of tracks) {
      const path = join(output, 'cbcs', `media-${file}.mp4`);
      const source = await mp4Samples(input, stream);
      const byFfmpeg = await dashSamplesByFfmpeg([path], kind, TEST_KEY.key);
      assert.equal(hashes(byFfmpeg), hashes(source), `${file}, ffmpeg`);
      if (shaka) {
        const byShaka = await dashSamplesByShaka([path], kind, TEST_KEY);
        assert.equal(hashes(byShaka), hashes(source), `${file}, Shaka Packager`);
      }
      assert.not(await recovers(dashSamplesByFfmpeg([path], kind, WRONG), source), 'with a wrong key');
      assert.not(await recovers(mp4Samples(path, kind === 'video' ? 'v:0' : 'a:0'), source), 'with no key');
    }
  });
}

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
