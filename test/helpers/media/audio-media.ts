import { readFile, writeFile } from 'node:fs/promises';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';
import type { OddMedia } from './odd-media.ts';
import { hasRealFile, realFile } from './real-media.ts';

/** Sound in a codec that the title's manifests have to describe. */
export interface AudioMedia extends OddMedia {
  /** As RFC 6381 writes it. */
  readonly codecs: string;
  /** What DASH says of the loudspeakers: the scheme's last words, and the value. */
  readonly channels: readonly [scheme: 'dolby' | 'mpeg', value: string];
  readonly sampleRate: number;
  /** MPEG-TS can carry it: encrypted with SAMPLE-AES (and so in AES-128 too), in AES-128 alone, or not at all. */
  readonly ts: 'sample-aes' | 'aes-128' | 'none';
  /** Shaka Packager can read it. */
  readonly shaka: boolean;
}

type Facts = Omit<AudioMedia, keyof OddMedia>;

interface Recipe extends Facts {
  /** ffmpeg's options of the encoder. */
  readonly encoder: readonly string[];
  /** What is done to the finished file. */
  readonly rewrite?: (file: Buffer) => Buffer;
}

const AC3 = { codecs: 'ac-3', sampleRate: 48_000, ts: 'sample-aes', shaka: true } as const;
const EAC3 = { ...AC3, codecs: 'ec-3' } as const;
const OPUS = { codecs: 'Opus', sampleRate: 48_000, ts: 'none', shaka: true } as const;
const MP3 = { channels: ['mpeg', '2'], ts: 'aes-128', shaka: false } as const;

/** Two seconds of a tone in each codec that ffmpeg can encode. */
const RECIPES: Readonly<Record<string, Recipe>> = {
  'ac-3 5.1': { ...AC3, encoder: ['ac3', '-ac', '6'], channels: ['dolby', 'F801'] },
  'ac-3 mono': { ...AC3, encoder: ['ac3', '-ac', '1'], channels: ['dolby', '4000'] },
  'ac-3 44.1 kHz': {
    ...AC3,
    encoder: ['ac3', '-ac', '2', '-ar', '44100'],
    sampleRate: 44_100,
    channels: ['dolby', 'A000'],
  },
  'e-ac-3 stereo': { ...EAC3, encoder: ['eac3', '-ac', '2'], channels: ['dolby', 'A000'] },
  'e-ac-3 5.1': { ...EAC3, encoder: ['eac3', '-ac', '6'], channels: ['dolby', 'F801'] },
  'opus stereo': { ...OPUS, encoder: ['libopus', '-ac', '2'], channels: ['mpeg', '2'] },
  'opus 24 kHz mono': { ...OPUS, encoder: ['libopus', '-ac', '1', '-ar', '24000'], channels: ['mpeg', '1'] },
  flac: {
    ...{ codecs: 'fLaC', sampleRate: 48_000, ts: 'none', shaka: true },
    encoder: ['flac', '-ac', '2'],
    channels: ['mpeg', '2'],
  },
  'flac 96 kHz': {
    ...{ codecs: 'fLaC', sampleRate: 96_000, ts: 'none', shaka: true },
    encoder: ['flac', '-ac', '2', '-ar', '96000'],
    channels: ['mpeg', '2'],
  },
  'mp3 (MPEG-1)': { ...MP3, codecs: 'mp4a.6B', sampleRate: 48_000, encoder: ['libmp3lame', '-ac', '2'] },
  'mp3 (MPEG-2)': {
    ...{ ...MP3, codecs: 'mp4a.69', sampleRate: 22_050 },
    encoder: ['libmp3lame', '-ac', '2', '-ar', '22050'],
  },
  // Nobody encodes it for free: AAC frames that are announced as xHE-AAC. Nothing here looks into a frame.
  'xhe-aac': {
    ...{ codecs: 'mp4a.40.42', sampleRate: 48_000, ts: 'none', shaka: false },
    encoder: ['aac', '-ac', '2'],
    rewrite: asXheAac,
    channels: ['mpeg', '2'],
  },
};

/** Real files. */
const REAL: Readonly<Record<string, Facts>> = {
  'sample_ac3.mp4': { ...AC3, channels: ['dolby', 'F801'] },
  'sample_eac3joc.mp4': { ...EAC3, channels: ['dolby', 'F801'] },
  'bear-640x360-ec3.mp4': { ...EAC3, sampleRate: 44_100, channels: ['dolby', 'A000'] },
  'sample_opus.mp4': { ...OPUS, channels: ['mpeg', '2'] },
  'bear-flac.mp4': {
    ...{ codecs: 'fLaC', sampleRate: 44_100, ts: 'none', shaka: true },
    channels: ['mpeg', '2'],
  },
  'bear-640x360-aac_he-silent_right.mp4': {
    ...{ codecs: 'mp4a.40.5', sampleRate: 44_100, ts: 'sample-aes', shaka: true },
    channels: ['mpeg', '2'],
  },
};

const made: readonly AudioMedia[] = Object.entries(RECIPES).map(
  ([name, { encoder, rewrite, ...facts }]): AudioMedia => ({
    ...{ name, describe: name, video: false, audio: ['und'], ...facts },
    file: () => madeOnce(`${fileName(name)}.mp4`, (path) => make(path, encoder, rewrite)),
  }),
);

const real = Object.entries(REAL)
  .filter(([name]) => hasRealFile(name))
  .map(([name, facts]): AudioMedia => {
    const shape = { name, describe: name, video: name === 'bear-640x360-ec3.mp4', audio: ['und'] };
    return { ...shape, ...facts, file: async () => realFile(name) };
  });

/** Every codec, ready for a table of tests. */
export const MADE_AUDIO: readonly AudioMedia[] = made;

/** The same, and the real files that are there. */
export const AUDIO_MEDIA: readonly AudioMedia[] = [...made, ...real];

const fileName = (name: string): string => `audio-${name.replaceAll(/[^a-z0-9]+/gi, '-')}`;

async function make(path: string, encoder: readonly string[], rewrite: Recipe['rewrite']): Promise<void> {
  const tone = ['-f', 'lavfi', '-t', '2', '-i', 'sine=440:sample_rate=48000'];
  await ffmpeg([...tone, '-strict', '-2', '-c:a', ...encoder, '-movflags', '+faststart', path]);
  if (rewrite) await writeFile(path, rewrite(await readFile(path)));
}

/** H.264 with AAC, AC-3 and E-AC-3 in English, AAC in Korean and Opus in English: a title for every device. */
export const manyCodecs = (): Promise<string> =>
  madeOnce('many-codecs.mp4', async (path) => {
    const tones = [330, 440, 550, 660, 770].flatMap((tone) => [
      ...['-f', 'lavfi', '-t', '4'],
      ...['-i', `sine=${tone}:sample_rate=48000`],
    ]);
    const codecs = ['aac', 'ac3', 'eac3', 'aac', 'libopus'];
    const languages = ['eng', 'eng', 'eng', 'kor', 'eng'];
    await ffmpeg([
      ...['-f', 'lavfi', '-t', '4', '-i', 'testsrc2=size=320x180:rate=25', ...tones, '-strict', '-2'],
      ...['-map', '0:v', '-c:v', 'libx264', '-x264-params', 'threads=1:keyint=50:min-keyint=50:scenecut=0'],
      ...codecs.flatMap((codec, index) => [
        ...['-map', `${index + 1}:a`, `-c:a:${index}`, codec, `-ac:a:${index}`, '2'],
        ...[`-metadata:s:a:${index}`, `language=${languages[index]}`],
      ]),
      path,
    ]);
  });

/**
 * Replace ffmpeg's AudioSpecificConfig (AAC-LC, 48 kHz, stereo, no SBR) by one of xHE-AAC of the same size: object type 42,
 * 48 kHz, stereo, then the start of a UsacConfig (ISO/IEC 23003-3, 5.2).
 */
export function asXheAac(file: Buffer): Buffer {
  const config = file.indexOf(Buffer.from('119056e500', 'hex'));
  if (config < 0) throw new Error('ffmpeg wrote another AudioSpecificConfig');
  Buffer.from('f946432200', 'hex').copy(file, config);
  return file;
}
