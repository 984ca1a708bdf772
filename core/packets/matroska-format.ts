import { explainDamage } from '../codecs/damage.ts';
import type { MatroskaTrack } from '../matroska/track-entries.ts';
import { ByteStreamVideo } from './byte-stream-video.ts';
import { AVC, HEVC, type NalCodec } from './nal-syntax.ts';
import type { PacketFormat } from './packet-format.ts';
import { Dolby, flac, Mp3, opus, storedAac } from './sound.ts';
import { StoredVideo, type StoredVideoCodec } from './stored-video.ts';

const VIDEO: Readonly<Record<string, StoredVideoCodec>> = {
  'V_MPEG4/ISO/AVC': 'avc',
  'V_MPEGH/ISO/HEVC': 'hevc',
  V_AV1: 'av1',
  V_VP9: 'vp9',
};

const AUDIO: Readonly<Record<string, (config: Uint8Array) => PacketFormat>> = {
  A_AAC: storedAac,
  A_OPUS: opus,
  A_FLAC: flac,
  A_AC3: () => new Dolby(),
  A_EAC3: () => new Dolby(),
  'A_MPEG/L3': () => new Mp3(),
};

/** Codecs that say nothing without a configuration. */
const NEEDS_CONFIG: ReadonlySet<string> = new Set(['V_AV1', 'A_AAC', 'A_OPUS', 'A_FLAC']);

/** Without one, recorders write them as byte streams, with start codes in place of lengths and parameter sets on the way. */
const BYTE_STREAMS: Readonly<Record<string, NalCodec>> = { 'V_MPEG4/ISO/AVC': AVC, 'V_MPEGH/ISO/HEVC': HEVC };

/**
 * How a track of Matroska becomes one of MP4, or why it cannot.
 * @param name how messages name the file
 * @throws PackagerError NOT_MEDIA when its CodecPrivate is damaged
 */
export function matroskaFormat(track: MatroskaTrack, name: string): PacketFormat | string {
  const { codecId, codecPrivate: config, kind, isEnabled, unknownCompression, video } = track;
  if (kind === 'other') return 'it is neither video nor audio';
  if (!isEnabled) return 'it is marked as not to be played';
  if (unknownCompression !== undefined) return `it is compressed with ${unknownCompression}`;
  const [videoCodec, createAudio] = [VIDEO[codecId], AUDIO[codecId]];
  if (!videoCodec && !createAudio) return `its codec "${codecId}" cannot be put into MP4 or MPEG-TS`;
  if (config.length === 0 && NEEDS_CONFIG.has(codecId))
    return 'it has no decoder configuration (CodecPrivate)';
  if (createAudio) {
    try {
      return createAudio(config);
    } catch (cause) {
      throw explainDamage(cause, name, `the decoder configuration (CodecPrivate) of track ${track.id}`);
    }
  }
  const byteStream = BYTE_STREAMS[codecId];
  if (byteStream && config.length === 0) return new ByteStreamVideo(byteStream, true);
  if (!videoCodec || !video) return 'it says nothing of its pictures';
  return new StoredVideo(videoCodec, { name, config, ...video });
}
