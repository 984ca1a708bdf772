import { fail } from '../base/errors.ts';
import { sameLanguage } from '../media/language.ts';
import type { CodedTrackInfo, TrackInfo } from '../media/track.ts';

/** A track of video or audio whose codec a demuxer can do nothing with. */
export interface LostTrack extends Pick<CodedTrackInfo, 'id' | 'kind' | 'language'> {
  /** `its codec "sowt" is not known`. */
  readonly why: string;
  /** It is only taken for one: whatever the title has of its kind stands in for it. */
  readonly isGuess?: boolean;
}

const ENCODE_AS = { video: 'H.264, HEVC, AV1 or VP9', audio: 'AAC, AC-3, E-AC-3, Opus or FLAC' };

/**
 * Leave tracks out with a notice where the file has other video, or other audio of their language. Where it has not, the
 * title would be without its pictures or silent: that only the config may say.
 * @param lost only those that the config takes (`isChosen`)
 * @param kept the tracks that are carried
 * @throws PackagerError UNSUPPORTED_CODEC for the first track that nothing stands in for
 */
export function leaveOutLost(
  name: string,
  lost: readonly LostTrack[],
  kept: readonly Pick<TrackInfo, 'id' | 'kind' | 'language'>[],
  warn: (message: string) => void,
): void {
  for (const { id, kind, language, why, isGuess = false } of lost) {
    const others = kept.filter((track) => track.kind === kind);
    if (others.some((track) => kind === 'video' || isGuess || sameLanguage(track.language, language)))
      continue;
    const rest = others.length > 0 ? `[${others.map((track) => track.id).join(', ')}]` : 'false';
    throw fail.unsupportedCodec(
      name,
      `${kind} track ${id}${kind === 'audio' ? ` ("${language}")` : ''} cannot be packaged: ${why}.`,
      `Encode it as ${ENCODE_AS[kind]}, or leave it out in the config: \`{ file, ${kind}: ${rest} }\`.`,
    );
  }
  for (const { id, why } of lost) warn(`${name}: track ${id} is left out: ${why}.`);
}
