import type { Finding } from '../../findings/finding.ts';
import { finding } from '../../findings/make.ts';
import type { ListedPackage, ListedVariant } from '../../model/listed-package.ts';
import type { MediaTrack } from '../../model/media-track.ts';
import type { Check } from '../check.ts';
import type { PackageFacts, RenditionFacts } from '../package-facts.ts';

/** Formats that a playlist need not name (HLS Authoring Specification, 5.10), and text that is no sample. */
const OPTIONAL = ['wvtt', 'stpp', 'vtt'];
/** AAC with and without what makes it HE: players find out from the samples. */
const AAC = ['mp4a.40.2', 'mp4a.40.5', 'mp4a.40.29'];

/** CODECS names what is in the files: of a Representation, or of a variant with its groups. */
export const checkCodecs: Check = function* (facts) {
  for (const listed of facts.packages) {
    const own = facts.renditions.filter((one) => listed.renditions.includes(one.listed));
    if (listed.kind === 'mpd') {
      for (const one of own) {
        const { codecs, id } = one.listed;
        if (codecs.length === 0) continue;
        yield* compare(
          codecs,
          kindsOf(one),
          { file: listed.manifest, rendition: id },
          `Representation ${id}`,
        );
      }
    } else for (const variant of listed.variants) yield* ofVariant(variant, listed, own);
  }
};

function* ofVariant(
  variant: ListedVariant,
  listed: ListedPackage,
  renditions: readonly RenditionFacts[],
): Generator<Finding, void> {
  if (variant.codecs.length === 0) return;
  const parts = renditions.filter(
    ({ listed: { id, kind, set } }) =>
      id === variant.playlist ||
      (!variant.isTrick && set !== undefined && kind === 'audio' && set === variant.audio) ||
      (!variant.isTrick && set !== undefined && kind === 'text' && set === variant.subtitles),
  );
  // What was not read may be what CODECS names.
  if (parts.length === 0 || parts.some((one) => one.listed.kind !== 'text' && !one.media)) return;
  const tracks = parts.flatMap((one) => kindsOf(one, variant.isTrick));
  const place = { file: listed.manifest, rendition: variant.playlist };
  yield* compare(variant.codecs, tracks, place, `the variant ${variant.playlist}`);
}

const kindsOf = ({ media, listed }: RenditionFacts, isTrick = false): MediaTrack[] =>
  (media?.tracks ?? [])
    .filter(({ samples }) => samples > 0)
    .map(({ track }) => track)
    .filter(({ kind }) => kind !== 'other' && !((isTrick || listed.kind === 'trick') && kind === 'audio'));

function* compare(
  codecs: readonly string[],
  tracks: readonly MediaTrack[],
  place: { readonly file: string; readonly rendition: string },
  name: string,
): Generator<Finding, void> {
  const entries = tracks.flatMap(({ entries: list }) => list);
  // Where a format has no words in RFC 6381 for us, its name alone is compared.
  const real = [...new Set(entries.map(({ codecs: own, format }) => own ?? format))];
  if (real.length === 0) return;
  const isText = (one: string): boolean => OPTIONAL.some((format) => one.startsWith(format));
  const missing = real.filter((one) => !isText(one) && !codecs.some((said) => isSame(said, one)));
  const extra = codecs.filter((said) => !isText(said) && !real.some((one) => isSame(said, one)));
  if (missing.length === 0 && extra.length === 0) return;
  yield finding(
    'CODECS',
    place,
    `${place.file} says "${codecs.join(',')}" for ${name}, which has ${real.join(', ')}.`,
    { expected: real.join(','), found: codecs.join(',') },
  );
}

/** One may say less than the other: `vp09.00.10.08` is that of a longer one. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  if (AAC.includes(a) && AAC.includes(b)) return true;
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}

/** Variants name groups that there are (RFC 8216, 4.3.4.2.1). */
export const checkGroups: Check = function* ({ packages }: PackageFacts) {
  for (const { manifest, variants, playlists = [] } of packages) {
    const tags = playlists.filter(({ isMultivariant }) => isMultivariant).flatMap((one) => one.tags);
    const groups = new Set(
      tags
        .filter(({ name }) => name === 'EXT-X-MEDIA')
        .map(({ attributes }) => `${attributes.get('TYPE')} ${attributes.get('GROUP-ID')}`),
    );
    if (playlists.length === 0) continue;
    for (const { audio, subtitles, playlist } of variants)
      for (const [type, group] of [
        ['AUDIO', audio],
        ['SUBTITLES', subtitles],
      ] as const)
        if (group !== undefined && !groups.has(`${type} ${group}`))
          yield finding(
            'GROUP_MISSING',
            { file: manifest, rendition: playlist },
            `${manifest} has no group "${group}" of type ${type}, which the variant ${playlist} names.`,
            { found: group },
          );
  }
};
