/** How manifests name codecs beside H.264 and AAC; `matrix-dash-cenc.test.ts` decrypts them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dashCenc } from '../../plugins/index.ts';
import { AV1_MEDIA } from '../helpers/media/av1-media.ts';
import { DOLBY_VISION_HVC1, DOLBY_VISION_MEDIA } from '../helpers/media/dolby-vision.ts';
import { HEVC_MEDIA } from '../helpers/media/hevc-media.ts';
import type { OddMedia } from '../helpers/media/odd-media.ts';
import { VP9_MEDIA } from '../helpers/media/vp9-media.ts';
import { outputFolder, packageWith } from '../helpers/titles/package.ts';

const test = suite('codecs in dash-cenc');

const MEDIA = [...HEVC_MEDIA, ...DOLBY_VISION_MEDIA, ...AV1_MEDIA, ...VP9_MEDIA];

async function mpdOf({ file }: Pick<OddMedia, 'file'>): Promise<string> {
  const input = await file();
  const { output } = await packageWith([dashCenc()], { inputs: [input] });
  return readFile(join(output, outputFolder('DASH', input), 'stream.mpd'), 'utf8');
}

for (const [name, codecs] of [
  ['hevc-main', 'hvc1.1.6.L60.90'],
  ['hevc-main-10', 'hvc1.2.4.L60.90'],
  ['hevc-422-10', 'hvc1.4.10.L60.9D.8'],
  ['hevc-in-band', 'hev1.1.6.L60.90'],
  ['dolby-vision-dvh1', 'dvh1.08.01'],
  ['dolby-vision-dva1', 'dva1.08.01'],
  ['av1-main', 'av01.0.00M.08'],
  ['av1-422-10', 'av01.2.00M.10.0.100.01.01.01.0'],
  ['av1-monochrome', 'av01.0.00M.08.1.110.01.01.01.1'],
  ['vp9-main', 'vp09.00.10.08.01.02.02.02.00'],
  ['vp9-rgb', 'vp09.01.10.08.03.02.02.00.01'],
] as const) {
  test(`the MPD says ${codecs} of ${name}, as the file's configuration does`, async () => {
    const mpd = await mpdOf(MEDIA.find((media) => media.name === name)!);
    assert.match(mpd, ` codecs="${codecs}"`);
    assert.not.match(mpd, 'scte214');
  });
}

test('Dolby Vision that other decoders play too is named beside their codec', async () => {
  const mpd = await mpdOf(DOLBY_VISION_HVC1);
  assert.match(mpd, ' codecs="hvc1.1.6.L60.90"');
  assert.match(mpd, ' scte214:supplementalCodecs="dvh1.08.01" scte214:supplementalProfiles="db1p"');
});

test.run();
