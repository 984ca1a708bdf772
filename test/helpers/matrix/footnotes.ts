import type { Codec, Incapable } from './row.ts';

/** Why a cell was not proven by every decryptor of its column. */
export const FOOTNOTES = {
  slices:
    'ffmpeg 5.1 loses a byte of every slice but the last when that one had an emulation prevention byte. The decryptor ' +
    "in test/helpers/oracles/sample-aes.ts follows Apple's text instead.",
  entries:
    'ffmpeg 5.1 knows one encrypted sample entry a track and drops the samples of others; told that all have the first, it ' +
    'decrypts them (test/cases/format-changes.test.ts).',
  mp3: 'Shaka Packager 3.4.2 knows no MP3 in MP4.',
} as const;

export type FootnoteName = keyof typeof FOOTNOTES;

/** Of codecs, wherever they are. */
export const INCAPABLE_OF: Partial<Record<Codec, readonly Incapable[]>> = {
  mp3: [{ oracle: 'S', because: 'mp3' }],
};

/** Of video with several slices a picture. */
export const SAMPLE_AES_SLICES: readonly Incapable[] = [
  { oracle: 'F', columns: ['hls-aes-ts'], because: 'slices' },
];

/** Of video with several sample entries. */
export const SEVERAL_ENTRIES: readonly Incapable[] = [
  {
    oracle: 'F',
    columns: ['dash-cenc', 'dash-cbcs', 'hls-aes-fmp4', 'cmaf-cbcs', 'cmaf-cenc'],
    because: 'entries',
  },
];
