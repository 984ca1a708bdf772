/** Packages of other packagers, which do some things otherwise: of none of them an error may be said. */
import { ffmpeg } from '../commands/command.ts';
import { temporaryFolder } from '../commands/folders.ts';
import { shakaPackager } from '../oracles/shaka-packager.ts';
import { cutFilm, damageKey } from './packages.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const KEY = damageKey('VIDEO');
const RAW_KEY = [
  '--enable_raw_key_encryption',
  '--keys',
  `label=:key_id=${KEY.hexId}:key=${hex(KEY.reveal())}`,
  '--protection_systems',
  'Widevine,PlayReady,CommonSystem',
  '--segment_duration',
  '2',
];
const MANIFESTS = ['--mpd_output', 'stream.mpd', '--hls_master_playlist_output', 'master.m3u8'];

/** Streams of two films and their sound, as Shaka Packager takes them. */
async function streams(describe: (kind: string, index: number) => string): Promise<string[]> {
  const films = [await cutFilm('sample-270p.mp4'), await cutFilm('sample-180p.mp4')];
  return [
    ...films.map((film, index) => `in=${film},stream=video,${describe('video', index + 1)}`),
    `in=${films[0]},stream=audio,${describe('audio', 1)},language=en,hls_group_id=audio,hls_name=English`,
  ];
}

async function byShaka(
  describe: (kind: string, index: number) => string,
  more: readonly string[],
): Promise<string> {
  const folder = temporaryFolder('foreign');
  await shakaPackager([...(await streams(describe)), ...RAW_KEY, ...more], folder);
  return folder;
}

const single = (kind: string, index: number): string =>
  `output=${kind}-${index}.mp4,playlist_name=${kind}-${index}.m3u8`;
const segmented = (kind: string, index: number): string =>
  `init_segment=${kind}-${index}/init.mp4,segment_template=${kind}-${index}/$Number$.m4s,playlist_name=${kind}-${index}.m3u8`;
const transport = (kind: string, index: number): string =>
  `segment_template=${kind}-${index}-$Number$.ts,playlist_name=${kind}-${index}.m3u8`;

async function byFfmpeg(arguments_: (film: string) => readonly string[]): Promise<string> {
  const folder = temporaryFolder('foreign');
  const film = await cutFilm('sample-180p.mp4');
  await ffmpeg(['-i', film, '-c', 'copy', ...arguments_(film).map((word) => word.replaceAll('%', folder))]);
  return folder;
}

/** Each into a folder of its own. */
export const FOREIGN: Readonly<Record<string, () => Promise<string>>> = {
  'Shaka Packager, cenc, a file a track': () =>
    byShaka(single, [
      '--protection_scheme',
      'cenc',
      '--clear_lead',
      '0',
      '--generate_static_live_mpd=false',
      ...MANIFESTS,
    ]),
  'Shaka Packager, cenc behind a clear lead': () =>
    byShaka(single, ['--protection_scheme', 'cenc', '--clear_lead', '2', ...MANIFESTS]),
  'Shaka Packager, cbcs, a file a segment': () =>
    byShaka(segmented, [
      '--protection_scheme',
      'cbcs',
      '--clear_lead',
      '0',
      '--generate_static_live_mpd',
      ...MANIFESTS,
    ]),
  'Shaka Packager, cenc, segments longer than its @minBufferTime': () =>
    byShaka(single, [
      ...['--protection_scheme', 'cenc', '--clear_lead', '0', '--segment_duration', '6'],
      '--generate_static_live_mpd=false',
      ...MANIFESTS,
    ]),
  'Shaka Packager, SAMPLE-AES in MPEG-TS': () =>
    byShaka(transport, [
      '--protection_scheme',
      'cbcs',
      '--clear_lead',
      '0',
      '--hls_master_playlist_output',
      'master.m3u8',
    ]),
  'FFmpeg, DASH': () => byFfmpeg(() => ['-f', 'dash', '-seg_duration', '2', '%/stream.mpd']),
  'FFmpeg, HLS in MPEG-TS': () =>
    byFfmpeg(() => [
      '-f',
      'hls',
      '-hls_time',
      '2',
      '-hls_playlist_type',
      'vod',
      '-master_pl_name',
      'master.m3u8',
      '%/stream.m3u8',
    ]),
  'FFmpeg, HLS in fMP4': () =>
    byFfmpeg(() => [
      '-f',
      'hls',
      '-hls_time',
      '2',
      '-hls_playlist_type',
      'vod',
      '-hls_segment_type',
      'fmp4',
      '%/stream.m3u8',
    ]),
};
