import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { dashCenc } from '../../plugins/index.ts';
import type { OddMedia } from './odd-media.ts';
import { dashSamplesByFfmpeg, dashSamplesByShaka } from './oracle-dash.ts';
import { hashes, mp4Samples, recovers } from './oracle-samples.ts';
import { filesBelow, outputFolder, packageWith, TEST_KEY } from './package.ts';

const WRONG = 'ff'.repeat(16);

/**
 * Package with DASH-CENC and assert that ffmpeg and Shaka Packager decrypt every sample of every track to the source, and
 * that nothing does with a wrong key or without one.
 */
export async function assertDashDecrypts(media: OddMedia): Promise<void> {
  const input = await media.file();
  const { output } = await packageWith([dashCenc()], { inputs: [input] });
  const folder = join(output, outputFolder('DASH', input));
  const tracks = [
    ...(media.video ? [{ kind: 'video', stream: 'v:0', file: 'media-video-1.mp4' } as const] : []),
    ...media.audio.map((language, index) => ({
      kind: 'audio' as const,
      stream: `a:${index}` as const,
      file: `media-audio-${language}.mp4`,
    })),
  ];
  assert.equal(await filesBelow(folder), [...tracks.map(({ file }) => file), 'stream.mpd'].sort());
  for (const { kind, stream, file } of tracks) {
    const source = await mp4Samples(input, stream);
    const path = join(folder, file);
    assert.ok(source.length > 0);
    const byFfmpeg = await dashSamplesByFfmpeg([path], kind, TEST_KEY.key);
    assert.equal(hashes(byFfmpeg), hashes(source), `${file}, ffmpeg`);
    const byShaka = await dashSamplesByShaka([path], kind, TEST_KEY);
    assert.equal(hashes(byShaka), hashes(source), `${file}, Shaka Packager`);
    assert.not(await recovers(dashSamplesByFfmpeg([path], kind, WRONG), source), 'with a wrong key');
    assert.not(await recovers(mp4Samples(path, kind === 'video' ? 'v:0' : 'a:0'), source), 'with no key');
  }
}
