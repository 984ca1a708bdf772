import { readFile, writeFile } from 'node:fs/promises';
import { ffmpeg, SAME_IDS } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';
import { SLICES_AND_SEI, type StreamName } from '../oracles/samples.ts';
import { packed } from './packed-matroska.ts';

/** A stream of a file that is no MP4, and how ffmpeg brings both sides of a comparison into one form. */
export interface PacketStream {
  readonly stream: StreamName;
  /** Filters for what ffmpeg reads of the source, and of a decrypted MP4. */
  readonly source?: string;
  readonly mp4?: string;
  /** Seconds at its start that nobody is to hear. */
  readonly trim?: number;
}

export interface PacketMedia {
  readonly name: string;
  readonly streams: readonly PacketStream[];
  /** Codec strings of its tracks. */
  readonly codecs: readonly string[];
  file(): Promise<string>;
  /** A file with the same samples, where ffmpeg cannot take them out of this one. */
  reference?(): Promise<string>;
}

const PICTURES = ['-f', 'lavfi', '-t', '3', '-i', 'testsrc2=size=320x180:rate=30000/1001'];
const TONE = ['-f', 'lavfi', '-t', '3', '-i', 'sine=440:sample_rate=48000'];
/** Closed GOPs of a second with B-frames; no threads, so that the stream is always the same. */
const H264 = [
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'],
  ...['-x264-params', 'threads=1:keyint=30:min-keyint=30:scenecut=0:bframes=3'],
];
const HEVC = [
  ...['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
  ...[
    '-x265-params',
    'log-level=error:pools=none:frame-threads=1:keyint=30:min-keyint=30:open-gop=0:bframes=3',
  ],
];
const VP9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-g', '30', '-threads', '1'];
const AV1 = ['-c:v', 'libaom-av1', '-usage', 'realtime', '-cpu-used', '8', '-g', '30', '-threads', '1'];
const STEREO = ['-ac', '2'];

/** ffmpeg names what it writes after the extension: a wrong one needs the format said. */
const made = (name: string, args: readonly string[], format: string) => () =>
  madeOnce(name, async (path) => {
    const ids = format === 'mpegts' ? [] : SAME_IDS;
    await ffmpeg([...PICTURES, ...TONE, '-strict', '-2', ...args, ...ids, '-f', format, path]);
  });

const HEVC_SLICES = 'filter_units=remove_types=32-35';
export const VIDEO: PacketStream = { stream: 'v:0' };
export const AUDIO: PacketStream = { stream: 'a:0' };
export const H264_IN_TS: PacketStream = {
  ...VIDEO,
  source: SLICES_AND_SEI,
  mp4: `h264_mp4toannexb,${SLICES_AND_SEI}`,
};
export const HEVC_IN_TS: PacketStream = {
  ...VIDEO,
  source: HEVC_SLICES,
  mp4: `hevc_mp4toannexb,${HEVC_SLICES}`,
};
export const AAC_IN_TS: PacketStream = { ...AUDIO, source: 'aac_adtstoasc' };

const media = (
  name: string,
  format: string,
  streams: readonly PacketStream[],
  codecs: readonly string[],
  args: readonly string[],
): PacketMedia => ({ name, streams, codecs, file: made(name, args, format) });

const AVC = 'avc1.64000d';
const HVC = 'hvc1.1.6.L60.90';

const AVC_AAC = media(
  'avc-aac.mkv',
  'matroska',
  [VIDEO, AUDIO],
  [AVC, 'mp4a.40.2'],
  [...H264, '-c:a', 'aac', ...STEREO],
);

/** What libopus has before the sound: 312 samples at 48 kHz. */
const OPUS_PRIMING = 312 / 48_000;

/** The same frames in LATM, of which ffmpeg gives the whole LOAS frames. */
const AVC_LATM: PacketMedia = {
  name: 'avc-latm.ts',
  streams: [{ ...H264_IN_TS, source: `h264_mp4toannexb,${SLICES_AND_SEI}` }, AUDIO],
  codecs: [AVC, 'mp4a.40.2'],
  file: () =>
    madeOnce('avc-latm.ts', async (path) => {
      const latm = ['-c', 'copy', '-mpegts_flags', 'latm', '-f', 'mpegts'];
      await ffmpeg(['-i', await AVC_AAC.file(), ...latm, path]);
    }),
  reference: () => AVC_AAC.file(),
};

/** The same in frames that are compressed by zlib. */
const AVC_AAC_ZLIB: PacketMedia = {
  ...AVC_AAC,
  name: 'avc-aac-zlib.mkv',
  file: () =>
    madeOnce('avc-aac-zlib.mkv', async (path) => {
      await writeFile(path, packed(await readFile(await AVC_AAC.file()), { steps: ['zlib'] }));
    }),
};

/** One of each codec and container, three seconds. */
export const PACKET_MEDIA: readonly PacketMedia[] = [
  AVC_AAC,
  AVC_AAC_ZLIB,
  media('avc-aac.ts', 'mpegts', [H264_IN_TS, AAC_IN_TS], [AVC, 'mp4a.40.2'], [...H264, '-c:a', 'aac']),
  media('avc-eac3.ts', 'mpegts', [H264_IN_TS, AUDIO], [AVC, 'ec-3'], [...H264, '-c:a', 'eac3', ...STEREO]),
  media(
    'm2ts-ac3.ts',
    'mpegts',
    [H264_IN_TS, AUDIO],
    [AVC, 'ac-3'],
    [...H264, '-c:a', 'ac3', '-mpegts_m2ts_mode', '1'],
  ),
  media(
    'hevc-mp3.mkv',
    'matroska',
    [VIDEO, AUDIO],
    [HVC, 'mp4a.6B'],
    [...HEVC, '-c:a', 'libmp3lame', ...STEREO],
  ),
  media(
    'avc-opus.ts',
    'mpegts',
    [H264_IN_TS, { ...AUDIO, trim: OPUS_PRIMING }],
    [AVC, 'Opus'],
    [...H264, '-c:a', 'libopus'],
  ),
  AVC_LATM,
  media('hevc-ac3.ts', 'mpegts', [HEVC_IN_TS, AUDIO], [HVC, 'ac-3'], [...HEVC, '-c:a', 'ac3']),
  media(
    'vp9-opus.webm',
    'webm',
    [VIDEO, AUDIO],
    ['vp09.00.11.08.01.02.02.02.00', 'Opus'],
    [...VP9, '-c:a', 'libopus'],
  ),
  media('av1-opus.webm', 'webm', [VIDEO, AUDIO], ['av01.0.00M.08', 'Opus'], [...AV1, '-c:a', 'libopus']),
  media('avc-flac.mp4', 'matroska', [VIDEO, AUDIO], [AVC, 'fLaC'], [...H264, '-c:a', 'flac', ...STEREO]),
];

/** Sound that starts 1.3 s after the pictures. */
export const lateSound = (name: 'late.mkv' | 'late.ts'): Promise<string> =>
  madeOnce(name, async (path) => {
    const late = [...PICTURES, '-itsoffset', '1.3', ...TONE];
    await ffmpeg([...late, '-map', '0', '-map', '1', ...H264, '-c:a', 'aac', path]);
  });
