import {
  type ChangingVideo,
  type LargeAudio,
  type LargeContainer,
  type LargeVideo,
  largeChange,
  largeEntries,
  largeMedia,
} from '../media/large-media.ts';
import { AAC_IN_TS, H264_IN_TS, HEVC_IN_TS, type PacketStream } from '../media/packet-media.ts';
import { SEVERAL_ENTRIES } from './footnotes.ts';
import { type MatrixRow, type RowStream, streamsOf } from './row.ts';

/** What each container may hold, each codec once at least, in the company of another one. */
const PAIRS: Readonly<Record<LargeContainer, readonly (readonly [LargeVideo, LargeAudio])[]>> = {
  '.mp4': [
    ['avc', 'aac'],
    ['hevc', 'ac-3'],
    ['av1', 'opus'],
    ['vp9', 'ec-3'],
    ['avc', 'flac'],
    ['hevc', 'mp3'],
  ],
  '-fragmented.mp4': [
    ['avc', 'ac-3'],
    ['hevc', 'aac'],
    ['av1', 'ec-3'],
    ['vp9', 'opus'],
    ['hevc', 'flac'],
    ['avc', 'mp3'],
  ],
  '.mkv': [
    ['avc', 'ec-3'],
    ['hevc', 'opus'],
    ['av1', 'aac'],
    ['vp9', 'ac-3'],
    ['avc', 'flac'],
    ['avc', 'mp3'],
  ],
  '.webm': [
    ['av1', 'opus'],
    ['vp9', 'opus'],
  ],
  '.ts': [
    ['avc', 'aac'],
    ['hevc', 'ac-3'],
    ['avc', 'ec-3'],
    ['avc', 'mp3'],
  ],
};

/** How streams are compared that came in a transport stream. */
const IN_TS: Partial<Record<LargeVideo | LargeAudio, PacketStream>> = {
  avc: H264_IN_TS,
  hevc: HEVC_IN_TS,
  aac: AAC_IN_TS,
};

const GROUP = 'Above 4 MiB';
const isMp4 = (container: LargeContainer): boolean => container.endsWith('mp4');

const stream = (
  container: LargeContainer,
  codec: LargeVideo | LargeAudio,
  kind: 'video' | 'audio',
): RowStream => {
  const { source, mp4 } = (container === '.ts' && IN_TS[codec]) || {};
  return {
    ...{ kind, codec, from: kind === 'video' ? 'v:0' : 'a:0' },
    unit: kind === 'video' ? 'video-1' : 'audio-und',
    filters: { source, mp4 },
  };
};

const pairs = Object.entries(PAIRS).flatMap(([name, both]) => {
  const container = name as LargeContainer;
  return both.map(
    ([video, audio]): MatrixRow => ({
      name: `large-${video}-${audio}${container}`,
      describe: 'longer than all windows and buffers',
      group: GROUP,
      isMp4: isMp4(container),
      streams: [stream(container, video, 'video'), stream(container, audio, 'audio')],
      inputs: async () => [await largeMedia(container, video, audio)],
    }),
  );
});

const CODECS: readonly ChangingVideo[] = ['avc', 'hevc'];

const changes = CODECS.flatMap((video) =>
  (['.mp4', '-fragmented.mp4', '.mkv', '.ts'] as const).map(
    (container): MatrixRow => ({
      name: `large-change-${video}${container}`,
      describe: 'another size from the middle on: other parameter sets, in the samples',
      group: GROUP,
      isMp4: isMp4(container),
      streams: [stream(container, video, 'video')],
      inputs: async () => [await largeChange(container, video)],
    }),
  ),
);

const entries = CODECS.map(
  (video): MatrixRow => ({
    name: `large-entries-${video}.mp4`,
    describe: 'another size from the middle on: two sample entries',
    group: GROUP,
    streams: streamsOf({ video: true, audio: [] }, { video, incapable: SEVERAL_ENTRIES }),
    inputs: async () => [await largeEntries(video)],
  }),
);

/** Files above 4 MiB, in each container and codec, and with parameter sets that change on the way. */
export const LARGE_ROWS: readonly MatrixRow[] = [...pairs, ...changes, ...entries];
