import type { SourceTrack } from '../model/source-title.ts';
import { spokenLanguage } from '../model/spoken-language.ts';
import type { OutputTrack } from './output-track.ts';

/** A track of the source that an output may hold, and how well what is said of both agrees. */
export interface Candidate {
  readonly source: SourceTrack;
  readonly score: number;
}

/** Sample entries of one codec: parameter sets in the samples or not, and how the codec is called where there are no sample entries. */
const FAMILIES: readonly (readonly string[])[] = [
  ['avc1', 'avc2', 'avc3', 'avc4', 'dva1', 'dvav'],
  ['hvc1', 'hvc2', 'hev1', 'hev2', 'dvh1', 'dvhe'],
  ['mp4a', '.mp3', 'mp3 '],
];

const familyOf = (format: string): string =>
  FAMILIES.find((family) => family.includes(format))?.[0] ?? format;

/**
 * The tracks of a source that a track of an output may hold, best first: by codec, size and language, then in the order of both. What
 * is said decides nothing: the samples do.
 */
export function candidatesFor(
  { reader, language, place }: Pick<OutputTrack, 'reader' | 'language' | 'place'>,
  sources: readonly SourceTrack[],
): Candidate[] {
  const { track } = reader;
  const [entry] = track.entries;
  const spoken = spokenLanguage(language ?? track.language);
  const own = sources.filter(({ kind }) => kind === track.kind);
  return own
    .map((source, index) => {
      const isCodec = entry !== undefined && familyOf(source.format) === familyOf(entry.format);
      const isSize =
        track.kind !== 'video' || (source.width === entry?.width && source.height === entry?.height);
      // What nothing says is no other language: in MPEG-TS most files do not say it.
      const isLanguage = spoken === undefined || spokenLanguage(source.language) === spoken;
      const score = (isCodec ? 4 : 0) + (isSize ? 2 : 0) + (isLanguage ? 1 : 0);
      return { source, score, far: Math.abs(index - place) };
    })
    .sort((one, other) => other.score - one.score || one.far - other.far);
}
