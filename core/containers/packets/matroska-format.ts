import { viewOf } from '../../base/bytes.ts';
import { explainDamage } from '../../base/damage.ts';
import { builtInCodecs } from '../../codecs/built-in.ts';
import type { Codecs } from '../../codecs/registry.ts';
import type { MatroskaTrack } from '../matroska/track-entries.ts';
import { ByteStreamVideo } from './byte-stream-video.ts';
import { Dolby } from './dolby-sound.ts';
import { entryBoxes, pictureNotices, whyNotDolbyVision } from './matroska-pictures.ts';
import { textBlockFormat } from './matroska-text-format.ts';
import type { PacketFormat } from './packet-format.ts';
import { flac, Mp3, opus, storedAac } from './sound.ts';
import { StoredVideo } from './stored-video.ts';

/** Who knows video by its CodecID. */
export type NamedCodecs = Pick<Codecs, 'inMatroska'>;

const AUDIO: Readonly<Record<string, (config: Uint8Array) => PacketFormat>> = {
  A_AAC: storedAac,
  A_OPUS: opus,
  A_FLAC: flac,
  A_AC3: () => new Dolby(),
  A_EAC3: () => new Dolby(),
  'A_MPEG/L3': () => new Mp3(),
};

/** Sound that says nothing without a configuration. */
const NEEDS_CONFIG: ReadonlySet<string> = new Set(['A_AAC', 'A_OPUS', 'A_FLAC']);

/**
 * How a track of Matroska becomes one of MP4, or why it cannot.
 * @param name how messages name the file
 * @param codecs those of the packager: its plugins may bring some
 * @throws PackagerError NOT_MEDIA when its CodecPrivate is damaged
 */
export function matroskaFormat(
  track: MatroskaTrack,
  name: string,
  codecs: NamedCodecs = builtInCodecs(),
): PacketFormat | string {
  const { codecId, codecPrivate: config, kind, isEnabled, unknownCompression, video } = track;
  if (track.text) return whyNoText(track);
  if (kind === 'other') return 'it is neither video nor audio';
  if (!isEnabled) return 'it is marked as not to be played';
  if (unknownCompression !== undefined) return `it is compressed with ${unknownCompression}`;
  const [videoCodec, createAudio] = [codecs.inMatroska(codecId), AUDIO[codecId]];
  if (!videoCodec && !createAudio)
    return `its codec "${codecId}"${windowsCodec(track)} cannot be put into MP4 or MPEG-TS`;
  const needsConfig = videoCodec?.matroska?.needsConfig ?? NEEDS_CONFIG.has(codecId);
  if (config.length === 0 && needsConfig) return 'it has no decoder configuration (CodecPrivate)';
  if (createAudio) {
    try {
      return createAudio(config);
    } catch (cause) {
      throw explainDamage(cause, name, `the decoder configuration (CodecPrivate) of track ${track.id}`);
    }
  }
  const boxes = entryBoxes(track);
  const notices = pictureNotices(track);
  const byteStream = videoCodec?.byteStream;
  // Without one, recorders write start codes in place of lengths, and parameter sets on the way.
  if (byteStream && config.length === 0) {
    if (boxes.size > 0) return 'it is Dolby Vision without a decoder configuration (CodecPrivate)';
    return new ByteStreamVideo(byteStream, { isExact: true, notices });
  }
  if (!videoCodec || !video) return 'it says nothing of its pictures';
  const whyNot = whyNotDolbyVision(videoCodec, boxes);
  if (whyNot !== undefined) return whyNot;
  return new StoredVideo(videoCodec, { name, config, boxes, ...video }, notices);
}

/** Subtitles are no samples of a codec; those that can be read are read otherwise (`matroska-texts.ts`). */
function whyNoText(track: MatroskaTrack): string {
  const found = textBlockFormat(track);
  return typeof found === 'string' ? found : 'it is subtitles';
}

/** Where `biCompression` is in a BITMAPINFOHEADER. */
const COMPRESSION = 16;
/** wFormatTag of a WAVEFORMATEX. */
const WAVE_FORMATS: Readonly<Record<number, string>> = {
  1: 'PCM',
  2: 'ADPCM',
  17: 'ADPCM',
  80: 'MPEG audio',
  85: 'MP3',
  255: 'AAC',
  353: 'Windows Media Audio',
  354: 'Windows Media Audio',
  8192: 'AC-3',
  8193: 'DTS',
};

/** What Windows calls a codec that Matroska has no name for, in brackets; empty for others. */
function windowsCodec({ codecId, codecPrivate }: MatroskaTrack): string {
  const view = viewOf(codecPrivate);
  if (codecId === 'V_MS/VFW/FOURCC' && view.byteLength >= COMPRESSION + 4) {
    const code = Buffer.from(codecPrivate.subarray(COMPRESSION, COMPRESSION + 4)).toString('latin1');
    return ` (${code.replaceAll(/[^ -~]/g, '?')})`;
  }
  if (codecId !== 'A_MS/ACM' || view.byteLength < 2) return '';
  const format = view.getUint16(0, true);
  return ` (${WAVE_FORMATS[format] ?? `format 0x${format.toString(16)}`})`;
}
