import { finding } from '../../findings/make.ts';
import type { Check } from '../check.ts';
import { CounterRanges } from '../iv-ranges.ts';
import type { RenditionFacts, TrackFacts } from '../package-facts.ts';

/** No two samples under a key take the same block of the counter: within a file, and between all files under it. */
export const checkIvReuse: Check = function* ({ renditions }) {
  /** Where tracks begin: several manifests may list the same files. */
  const seen = new Set<string>();
  const byKey = new Map<
    string,
    { readonly ranges: CounterRanges; readonly of: [RenditionFacts, TrackFacts][] }
  >();
  for (const rendition of renditions) {
    const { media } = rendition;
    // I-frame playlists list samples of other renditions again.
    if (!media || isAgain(rendition, renditions)) continue;
    for (const track of media.tracks) {
      const begin = track.samples > 0 ? beginOf(track) : undefined;
      if (begin === undefined || seen.has(begin)) continue;
      seen.add(begin);
      for (const [kid, counters] of track.counters) {
        const known = byKey.get(kid) ?? { ranges: new CounterRanges(), of: [] };
        byKey.set(kid, known);
        known.ranges.addAll(counters);
        known.of.push([rendition, track]);
      }
    }
  }
  for (const [kid, { ranges, of }] of byKey) {
    if (!ranges.overlap()) continue;
    const alone = of.find(([, track]) => track.counters.get(kid)?.overlap());
    const [rendition] = alone ?? of.at(-1)!;
    const { listed } = rendition;
    const file = listed.segments[0]?.place.path ?? listed.manifest;
    yield finding(
      'IV_REUSED',
      { file, rendition: listed.id },
      alone
        ? `${file} has two samples under the key ${kid} that are encrypted with the same counter.`
        : `${who(of)} samples under the key ${kid} that are encrypted with the same counter.`,
    );
  }
};

/** Renditions, each once: several tracks may lie in one. */
function who(of: readonly [RenditionFacts, TrackFacts][]): string {
  const ids = [...new Set(of.map(([{ listed }]) => listed.id))];
  return ids.length === 1 ? `${ids[0]} has in several tracks` : `${ids.join(' and ')} have`;
}

const beginOf = ({ track, rows }: TrackFacts): string => {
  const { file, position } = rows.at(0);
  return `${track.id} ${position} ${file}`;
};

/** Does a rendition list pieces of a file that another one lists in full? */
const isAgain = ({ listed }: RenditionFacts, renditions: readonly RenditionFacts[]): boolean =>
  listed.kind === 'trick' &&
  renditions.some(
    (other) =>
      other.listed.kind !== 'trick' &&
      other.listed.segments[0]?.place.path === listed.segments[0]?.place.path,
  );
