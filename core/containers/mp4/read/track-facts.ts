import type { Rational } from '../../../base/fraction.ts';
import { sampleAspect } from '../../../base/fraction.ts';
import { isLanguageTag } from '../../../base/language-tag.ts';
import { codedPicture } from '../../../codecs/coded-picture.ts';
import type { CodedPicture } from '../../../codecs/picture-format.ts';
import { frameRate } from '../../../media/frame-rate.ts';
import type { AudioInfo, AudioTrackInfo, VideoInfo, VideoTrackInfo } from '../../../media/track.ts';
import type { EntryFormat } from './entry-format.ts';
import type { MediaTrack } from './movie.ts';
import type { AudioHeaders, VideoHeaders } from './mp4box-headers.ts';
import type { Mp4Samples } from './sample-table.ts';
import { soundUseOf } from './track-kinds.ts';

/** What a track is, and what manifests say of its pictures, or of its sound. */
export type MediaFacts =
  | Pick<VideoTrackInfo, 'kind' | 'video'>
  | Pick<AudioTrackInfo, 'kind' | 'audio' | 'roles' | 'characteristics'>;

/** Found in the sample entry, and where that is silent in the stream. */
export const mediaFacts = (
  { entry, config, codec, media, boxes, audio }: EntryFormat,
  { headers: { timescale }, matrix, kinds }: MediaTrack,
  samples: Mp4Samples,
): MediaFacts =>
  media.kind === 'video'
    ? {
        kind: 'video',
        video: {
          ...pictureSize(media, codedPicture({ entry, config, codec })),
          sar: sampleAspect(
            pixelAspect(boxes.get('pasp')) ?? codedPicture({ entry, config, codec }).sar ?? SQUARE,
          ),
          frameRate: frameRate(samples, timescale),
          ...(matrix && { matrix }),
        },
      }
    : { kind: 'audio', audio: { ...audioInfo(media, timescale), ...audio }, ...soundUseOf(kinds) };

/** As the sample entry has it; some writers leave its fields 0, then as the bitstream has it. */
function pictureSize(
  { width, height }: VideoHeaders,
  coded: CodedPicture,
): Pick<VideoInfo, 'width' | 'height'> {
  if (width > 0 && height > 0) return { width, height };
  return { width: coded.width ?? width, height: coded.height ?? height };
}

/** Where neither the sample entry nor, if that has no `pasp`, the bitstream says another shape of pixels. */
const SQUARE: Rational = { num: 1, den: 1 };

/** The field has no room for rates above 65535 Hz; sound is counted in its own rate anyway. */
const audioInfo = ({ channels, sampleRate }: AudioHeaders, timescale: number): AudioInfo => ({
  channels,
  sampleRate: sampleRate || timescale,
});

/** BCP 47 where the file has it, else what `mdhd` says; `und` where that says nothing. */
export function trackLanguage({
  headers: { language, extendedLanguage = '' },
}: Pick<MediaTrack, 'headers'>): string {
  const [tag = ''] = extendedLanguage.split('\0');
  return isLanguageTag(tag) ? tag : language;
}

/** `pasp` (ISO/IEC 14496-12, 12.1.4). */
function pixelAspect(pasp: Uint8Array | undefined): Rational | undefined {
  if (!pasp || pasp.length < 8) return undefined;
  const view = new DataView(pasp.buffer, pasp.byteOffset);
  return { num: view.getUint32(0), den: view.getUint32(4) };
}
