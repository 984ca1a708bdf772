import { readFile, writeFile } from 'node:fs/promises';
import { madeOnce } from '../commands/folders.ts';
import { HEVC_MEDIA } from './hevc-media.ts';
import { ODD_MEDIA, type OddMedia } from './odd-media.ts';

/** DOVIDecoderConfigurationRecord: version 1.0, profile 8, level 1, metadata and base layer, compatible with HDR10. */
const CONFIGURATION = Buffer.from('0100100d10', 'hex');

/**
 * Video with the sample entries of Dolby Vision. There is no encoder of it here, and packagers look no further than the
 * entry: another one's file is renamed, and has the configuration in place of `btrt`, which says nothing that matters.
 */
export const DOLBY_VISION_MEDIA: readonly OddMedia[] = [
  dolbyVision('dvh1', 'hvc1', 'hevc-main'),
  dolbyVision('dvhe', 'hev1', 'hevc-in-band'),
  dolbyVision('dva1', 'avc1', 'video-only'),
];

/** The same under a plain entry: for all decoders, and more for those of Dolby Vision. */
export const DOLBY_VISION_HVC1 = dolbyVision('hvc1', 'hvc1', 'hevc-main');

function dolbyVision(entry: string, from: string, name: string): OddMedia {
  const source = [...HEVC_MEDIA, ...ODD_MEDIA].find((media) => media.name === name)!;
  return {
    name: `dolby-vision-${entry}`,
    describe: `Dolby Vision, ${entry}`,
    video: true,
    audio: [],
    file: () =>
      madeOnce(`dolby-vision-${entry}.mp4`, async (path) => {
        await writeFile(path, renamed(await readFile(await source.file()), from, entry));
      }),
  };
}

function renamed(file: Buffer, from: string, to: string): Buffer {
  const entry = file.indexOf(from, file.indexOf('stsd'), 'latin1');
  const box = file.indexOf('btrt', entry, 'latin1');
  if (entry < 0 || box < 0) throw new Error(`there is no "${from}" with a "btrt" in it`);
  file.write(to, entry, 'latin1');
  file.write('dvvC', box, 'latin1');
  CONFIGURATION.copy(file, box + 4);
  return file;
}
