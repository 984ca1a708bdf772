import {
  type ComparedCues,
  compareCues,
  type OutputCues,
  type SourceText,
} from '../../inspect/compare/compare-cues.ts';
import type { SourceTitle } from '../../inspect/model/source-title.ts';

/** Compare the subtitles of a rendition with those of the source. @param output `undefined`: of a format that cannot be read */
export function compareText(
  rendition: string,
  output: OutputCues | undefined,
  source: SourceTitle | undefined,
): ComparedCues {
  const claim = { rendition, what: 'cues' as const };
  if (!output) {
    const why = 'its format is none that can be read';
    return { findings: [], claims: [{ ...claim, assurance: 'unchecked', count: 0, why }], found: undefined };
  }
  if (!source) {
    const why = 'there is no source to compare with';
    return {
      findings: [],
      claims: [{ ...claim, assurance: 'form', count: output.cues.length, why }],
      found: undefined,
    };
  }
  return compareCues(
    output,
    source.tracks.filter((track): track is SourceText => track.cues !== undefined),
  );
}
