import { readFile, writeFile } from 'node:fs/promises';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce } from '../helpers/commands/folders.ts';
import { AVC_CLIPS, writeJoined } from '../helpers/media/joined-media.ts';
import { packed } from '../helpers/media/packed-matroska.ts';
import { packagedText, textFile, textTrack } from './text-media.ts';

/** How the bytes of a file are organised: what a mutator has to know to hit something that matters. */
export type Format = 'mp4' | 'ebml' | 'ts' | 'text';

/** A sound file that is to be damaged. */
export interface FuzzMedia {
  /** With an extension. */
  readonly name: string;
  readonly format: Format;
  /** It is subtitles, which are packaged beside a film: the name of that, which stays sound. */
  readonly film?: string;
  file(): Promise<string>;
}

/** Small, so that most of a file is headers, and hundreds of mutants take seconds. */
const PICTURES = ['-f', 'lavfi', '-t', '1.2', '-i', 'testsrc2=size=128x72:rate=25'];
const TONE = ['-f', 'lavfi', '-t', '1.2', '-i', 'sine=440:sample_rate=48000'];
const GOP = 'keyint=10:min-keyint=10:scenecut=0:bframes=2';
const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-x264-params', `threads=1:${GOP}`];
const HEVC = [
  ...['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params'],
  `log-level=error:pools=none:frame-threads=1:${GOP}`,
];
const VP9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-g', '10', '-threads', '1'];
const AV1 = ['-c:v', 'libaom-av1', '-usage', 'realtime', '-cpu-used', '8', '-g', '10', '-threads', '1'];
const FRAGMENTS = ['-movflags', 'frag_keyframe+delay_moov+default_base_moof'];
const CENC = [
  ...['-encryption_scheme', 'cenc-aes-ctr', '-encryption_key', '00'.repeat(16)],
  ...['-encryption_kid', '11'.repeat(16)],
];

const made = (name: string, format: Format, args: readonly string[]): FuzzMedia => ({
  name,
  format,
  file: () =>
    madeOnce(`fuzz-${name}`, async (path) => {
      const inputs = [...PICTURES, ...TONE, '-pix_fmt', 'yuv420p'];
      await ffmpeg([...inputs, '-strict', '-2', '-bitexact', ...args, path]);
    }),
});

/** Beside which subtitles are packaged. */
const FILM = 'avc-aac.mp4';

const subtitles = (name: string, format: Format, file: () => Promise<string>): FuzzMedia => ({
  name,
  format,
  film: FILM,
  file,
});

/** One of them. @throws Error when there is none of that name */
export function mediaNamed(name: string): FuzzMedia {
  const media = FUZZ_MEDIA.find((candidate) => candidate.name === name);
  if (!media) throw new Error(`There is no "${name}" to be damaged.`);
  return media;
}

/** Every container, codec and shape: progressive and fragmented, edit lists, several sample entries. */
export const FUZZ_MEDIA: readonly FuzzMedia[] = [
  made('avc-aac.mp4', 'mp4', [...H264, '-c:a', 'aac']),
  made('hevc-ac3.mp4', 'mp4', [...HEVC, '-tag:v', 'hvc1', '-c:a', 'ac3', '-movflags', '+faststart']),
  made('av1-opus.mp4', 'mp4', [...AV1, '-c:a', 'libopus']),
  made('vp9-flac.mp4', 'mp4', [...VP9, '-c:a', 'flac']),
  made('avc-mp3-fragments.mp4', 'mp4', [...H264, '-c:a', 'libmp3lame', ...FRAGMENTS]),
  made('hevc-eac3-fragments.mp4', 'mp4', [...HEVC, '-tag:v', 'hev1', '-c:a', 'eac3', ...FRAGMENTS]),
  made('av1-aac-frames.mp4', 'mp4', [
    ...[...AV1, '-c:a', 'aac', '-movflags'],
    'frag_every_frame+delay_moov+default_base_moof+negative_cts_offsets',
  ]),
  made('avc-aac-dash.mp4', 'mp4', [
    ...[...H264, '-c:a', 'aac', '-movflags'],
    'dash+global_sidx+delay_moov+separate_moof',
  ]),
  made('avc-cmaf.mp4', 'mp4', ['-map', '0:v', ...H264, '-movflags', 'cmaf', '-frag_duration', '400000']),
  made('avc-aac-encrypted.mp4', 'mp4', [...H264, '-c:a', 'aac', ...CENC]),
  {
    name: 'several-sample-entries.mp4',
    format: 'mp4',
    file: () =>
      madeOnce('fuzz-several-sample-entries.mp4', async (path) => {
        await writeJoined(path, { files: [await AVC_CLIPS.large(), await AVC_CLIPS.small()] });
      }),
  },
  made('avc-aac.mkv', 'ebml', [...H264, '-c:a', 'aac']),
  {
    name: 'avc-aac-zlib.mkv',
    format: 'ebml',
    file: () =>
      madeOnce('fuzz-avc-aac-zlib.mkv', async (path) => {
        const plain = await readFile(await mediaNamed('avc-aac.mkv').file());
        await writeFile(path, packed(plain, { steps: ['zlib'], scope: 3 }));
      }),
  },
  made('hevc-mp3.mkv', 'ebml', [...HEVC, '-c:a', 'libmp3lame']),
  made('avc-flac-live.mkv', 'ebml', [...H264, '-c:a', 'flac', '-live', '1']),
  made('vp9-opus.webm', 'ebml', [...VP9, '-c:a', 'libopus']),
  made('av1-opus.webm', 'ebml', [...AV1, '-c:a', 'libopus']),
  made('avc-aac.ts', 'ts', [...H264, '-c:a', 'aac']),
  made('hevc-ac3.ts', 'ts', [...HEVC, '-c:a', 'ac3']),
  made('avc-mp3.ts', 'ts', [...H264, '-c:a', 'libmp3lame']),
  made('avc-opus.ts', 'ts', [...H264, '-c:a', 'libopus']),
  made('avc-latm.ts', 'ts', [...H264, '-c:a', 'aac', '-mpegts_flags', 'latm']),
  made('avc-eac3-m2ts.ts', 'ts', [...H264, '-c:a', 'eac3', '-mpegts_m2ts_mode', '1']),
  subtitles('text.vtt', 'text', () => textFile('vtt')),
  subtitles('text.srt', 'text', () => textFile('srt')),
  subtitles('text.ttml', 'text', () => textFile('ttml')),
  subtitles('tx3g.mp4', 'mp4', () => textTrack('tx3g.mp4', 'srt', 'mov_text')),
  subtitles('wvtt.mp4', 'mp4', () => packagedText('wvtt.mp4', 'vtt', mediaNamed(FILM).file)),
  subtitles('stpp.mp4', 'mp4', () => packagedText('stpp.mp4', 'ttml', mediaNamed(FILM).file)),
  subtitles('subrip.mkv', 'ebml', () => textTrack('subrip.mkv', 'srt', 'srt')),
  subtitles('webvtt.mkv', 'ebml', () => textTrack('webvtt.mkv', 'vtt', 'webvtt')),
  subtitles('webvtt.webm', 'ebml', () => textTrack('webvtt.webm', 'vtt', 'webvtt')),
];
