import { sampleAspect } from '../../manifest/fraction.ts';
import { frameRate } from '../../media/frame-rate.ts';
import type { AudioInfo, Rational, TrackInfo, VideoInfo } from '../../media/track.ts';
import type { EntryFormat } from './entry-format.ts';
import type { MediaTrack } from './movie.ts';
import type { AudioHeaders, VideoHeaders } from './mp4box-headers.ts';
import type { Mp4Samples } from './sample-table.ts';

/** What manifests say of a track's pictures, or of its sound. */
export const mediaFacts = (
  { media, boxes, audio }: EntryFormat,
  { headers: { timescale }, matrix }: MediaTrack,
  samples: Mp4Samples,
): Pick<TrackInfo, 'video' | 'audio'> =>
  media.kind === 'video'
    ? {
        video: {
          ...videoInfo(media, boxes.get('pasp'), frameRate(samples, timescale)),
          ...(matrix && { matrix }),
        },
      }
    : { audio: { ...audioInfo(media, timescale), ...audio } };

const videoInfo = (
  { width, height }: VideoHeaders,
  pasp: Uint8Array | undefined,
  rate: Rational,
): VideoInfo => ({
  width,
  height,
  sar: pixelAspect(pasp),
  frameRate: rate,
});

/** The field has no room for rates above 65535 Hz; sound is counted in its own rate anyway. */
const audioInfo = ({ channels, sampleRate }: AudioHeaders, timescale: number): AudioInfo => ({
  channels,
  sampleRate: sampleRate || timescale,
});

/** BCP 47 where the file has it, else what `mdhd` says; `und` where that says nothing. */
export function trackLanguage({ headers: { language, extendedLanguage = '' } }: MediaTrack): string {
  const [tag = ''] = extendedLanguage.split('\0');
  if (/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(tag)) return tag;
  return language;
}

/** `pasp` (ISO/IEC 14496-12, 12.1.4). */
function pixelAspect(pasp: Uint8Array | undefined): Rational {
  if (!pasp || pasp.length < 8) return { num: 1, den: 1 };
  const view = new DataView(pasp.buffer, pasp.byteOffset);
  const [num, den] = [view.getUint32(0), view.getUint32(4)];
  return sampleAspect({ num, den });
}
