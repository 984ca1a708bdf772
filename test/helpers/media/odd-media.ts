import { readFile, writeFile } from 'node:fs/promises';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';
import { withCo64 } from './co64.ts';

/** A small MP4 of a shape that encoders write and packagers trip over. */
export interface OddMedia {
  readonly name: string;
  /** What is odd, as part of a test's name. */
  readonly describe: string;
  readonly video: boolean;
  /** Languages of the audio tracks, in order. */
  readonly audio: readonly string[];
  /** Its path; made on first use, once a run. */
  file(): Promise<string>;
}

interface Recipe {
  readonly describe: string;
  /** Extra x264 parameters. */
  readonly x264?: string;
  /** Filters on the picture. */
  readonly picture?: string;
  /** Audio tracks. @default one, `und` */
  readonly audio?: readonly string[];
  /** @default true */
  readonly video?: boolean;
  readonly rate?: string;
  /** Sample rate and channels of the sound. */
  readonly sound?: { readonly rate: number; readonly channels: number };
  /** Options before the audio input: a late start. */
  readonly audioInput?: readonly string[];
  /** Output options; the last of one name wins. */
  readonly output?: readonly string[];
  /** What is done to the finished file. */
  readonly rewrite?: (file: Buffer) => Buffer;
}

const SECONDS = 5;

const RECIPES: Readonly<Record<string, Recipe>> = {
  'moov-last': { describe: 'the moov at the end', output: ['-movflags', '-faststart'] },
  co64: { describe: '64-bit chunk offsets', output: ['-movflags', '-faststart'], rewrite: withCo64 },
  'ctts-v0': { describe: 'unsigned composition offsets and an edit list that takes the delay away' },
  'ctts-v1': {
    describe: 'negative composition offsets (ctts version 1)',
    output: ['-movflags', '+faststart+negative_cts_offsets'],
  },
  'no-edit-list': { describe: 'composition offsets without an edit list', output: ['-use_editlist', '0'] },
  'no-b-frames': { describe: 'no B-frames, so no ctts', x264: 'bframes=0' },
  'b-pyramid': {
    describe: 'a pyramid of seven B-frames',
    x264: 'bframes=7:b-adapt=0:b-pyramid=normal:ref=5',
  },
  languages: { describe: 'three audio tracks, eng, kor and und', audio: ['eng', 'kor', 'und'] },
  'video-only': { describe: 'video alone', audio: [] },
  'audio-only': { describe: 'audio alone', video: false },
  'timescale-90001': { describe: 'the time scale 90001', output: ['-video_track_timescale', '90001'] },
  ntsc: {
    describe: '29.97 frames a second',
    rate: '30000/1001',
    output: ['-video_track_timescale', '30000'],
  },
  'low-timescale': { describe: 'a time scale of one tick a frame', output: ['-video_track_timescale', '25'] },
  baseline: { describe: 'the Baseline profile', output: ['-profile:v', 'baseline'] },
  cavlc: { describe: 'CAVLC with B-frames', x264: 'cabac=0' },
  'multi-slice': { describe: 'four slices a picture', x264: 'slices=4' },
  'many-slices': { describe: 'more slices than saiz can count', x264: 'slice-max-mbs=4:bframes=0' },
  interlaced: { describe: 'interlaced pictures (MBAFF, top field first)', x264: 'interlaced=1:tff=1' },
  'fake-interlaced': { describe: 'frames in a stream that allows fields', x264: 'fake-interlaced=1' },
  fades: { describe: 'explicit weighted prediction', x264: 'weightp=2:ref=4', picture: 'fade=out:25:75' },
  'high-422-10': { describe: '4:2:2 with 10 bits', picture: 'format=yuv422p10le', x264: 'weightp=2' },
  monochrome: { describe: 'no chroma', picture: 'format=gray', x264: 'weightp=2' },
  'in-band-headers': {
    describe: 'SPS, PPS and access unit delimiters inside the samples too',
    x264: 'repeat-headers=1:aud=1',
  },
  'non-square-pixels': { describe: 'pixels of 4:3', picture: 'setsar=4/3' },
  'late-audio': {
    describe: 'audio that starts 0.7 s late (an empty edit)',
    audioInput: ['-itsoffset', '0.7'],
  },
  'mono-44100': { describe: 'mono at 44.1 kHz', sound: { rate: 44100, channels: 1 } },
  'variable-gop': {
    describe: 'key frames at irregular times',
    x264: 'keyint=250:min-keyint=1',
    output: ['-force_key_frames', '0.48,0.52,1.6,3.92'],
  },
  'one-gop': { describe: 'one key frame for all', x264: 'keyint=infinite' },
  'open-gop': { describe: 'open GOPs, whose key frames are no IDR pictures', x264: 'open-gop=1' },
  'extra-tracks': {
    describe: 'a track that is neither video nor audio',
    output: ['-timecode', '01:00:00:00', '-write_tmcd', '1'],
  },
  fragmented: {
    describe: 'fragments of video and audio with offsets from the start of the file',
    output: ['-movflags', 'frag_keyframe+empty_moov'],
  },
  'fragmented-implicit': {
    describe: 'fragments that do not say where offsets count from',
    output: ['-movflags', 'frag_keyframe+empty_moov+omit_tfhd_offset'],
  },
  'fragmented-frames': {
    describe: 'a fragment for every frame, negative composition offsets and an edit list',
    x264: 'b-adapt=0',
    output: ['-movflags', 'frag_every_frame+delay_moov+default_base_moof+negative_cts_offsets'],
  },
  'fragmented-partly': {
    describe: 'a moov with the samples of the first seconds, then fragments',
    output: ['-movflags', 'frag_keyframe', '-frag_duration', '2000000'],
  },
  'fragmented-dash': {
    describe: 'a fragment for each track, sidx in front of them, audio that starts late',
    audioInput: ['-itsoffset', '0.7'],
    output: ['-movflags', 'dash+global_sidx+delay_moov+separate_moof'],
  },
  'fragmented-cmaf': {
    describe: 'CMAF fragments of audio alone',
    video: false,
    output: ['-movflags', 'cmaf', '-frag_duration', '1500000'],
  },
  'long-chunks': { describe: 'a second of samples in a chunk', output: ['-chunk_duration', '1000000'] },
};

/** Every odd shape, ready for a table of tests. */
export const ODD_MEDIA: readonly OddMedia[] = Object.entries(RECIPES).map(([name, recipe]) => ({
  name,
  describe: recipe.describe,
  video: recipe.video ?? true,
  audio: recipe.audio ?? ['und'],
  file: () => madeOnce(`${name}.mp4`, (path) => make(path, recipe)),
}));

/** The path of one odd shape, by its name. */
export function oddMedia(name: string): Promise<string> {
  const media = ODD_MEDIA.find((candidate) => candidate.name === name);
  if (media === undefined) throw new Error(`There is no odd medium "${name}".`);
  return media.file();
}

async function make(path: string, recipe: Recipe): Promise<void> {
  await ffmpeg([
    ...inputs(recipe),
    ...encoding(recipe),
    '-movflags',
    '+faststart',
    ...(recipe.output ?? []),
    path,
  ]);
  if (recipe.rewrite) await writeFile(path, recipe.rewrite(await readFile(path)));
}

function inputs({ video = true, audio = ['und'], rate = '25', sound, audioInput = [] }: Recipe): string[] {
  const picture = ['-f', 'lavfi', '-t', `${SECONDS}`, '-i', `testsrc2=size=320x180:rate=${rate}`];
  const sounds = audio.flatMap((_, index) => {
    const tone = `sine=${330 * (index + 1)}:sample_rate=${sound?.rate ?? 48000}`;
    return [...audioInput, '-f', 'lavfi', '-t', `${SECONDS}`, '-i', tone];
  });
  return [...(video ? picture : []), ...sounds];
}

function encoding({ video = true, audio = ['und'], x264, picture, sound }: Recipe): string[] {
  const first = video ? 1 : 0;
  const maps = audio.flatMap((_, index) => ['-map', `${first + index}:a`]);
  const languages = audio.flatMap((language, index) => [`-metadata:s:a:${index}`, `language=${language}`]);
  const filter = picture === undefined ? [] : ['-vf', picture];
  // With several threads x264 makes another stream each time.
  const parameters = ['threads=1:keyint=25:min-keyint=25:scenecut=0', x264].filter(Boolean).join(':');
  const h264 = ['-map', '0:v', ...filter, '-c:v', 'libx264', '-preset', 'fast', '-x264-params', parameters];
  const aac = ['-c:a', 'aac', '-b:a', '64k', '-ac', `${sound?.channels ?? 2}`];
  return [...(video ? h264 : []), ...maps, ...languages, ...aac];
}
