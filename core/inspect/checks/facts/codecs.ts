import { posix } from 'node:path';
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
  const groups = variant.isTrick ? [] : membersOf(listed, variant);
  const parts = renditions.filter(
    ({ listed: { id, kind, set } }) =>
      id === variant.playlist ||
      groups.includes(id) ||
      (!variant.isTrick && set !== undefined && kind === 'audio' && set === variant.audio) ||
      (!variant.isTrick && set !== undefined && kind === 'text' && set === variant.subtitles),
  );
  // What was not read, or cannot be without its key, may be what CODECS names.
  if (parts.length === 0 || parts.some((one) => one.listed.kind !== 'text' && !isRead(one))) return;
  const tracks = parts.flatMap((one) => kindsOf(one, variant.isTrick));
  const place = { file: listed.manifest, rendition: variant.playlist };
  yield* compare(variant.codecs, tracks, place, `the variant ${variant.playlist}`);
}

/** Playlists of its groups: one may be in several. */
const membersOf = (
  { manifest, playlists = [] }: ListedPackage,
  { audio, subtitles }: ListedVariant,
): string[] =>
  playlists
    .filter(({ isMultivariant }) => isMultivariant)
    .flatMap(({ tags }) => tags)
    .filter(({ name, attributes }) => {
      const group = attributes.get('TYPE') === 'AUDIO' ? audio : subtitles;
      return name === 'EXT-X-MEDIA' && group !== undefined && attributes.get('GROUP-ID') === group;
    })
    .flatMap(({ attributes }) => attributes.get('URI') ?? [])
    .map((uri) => posix.join(posix.dirname(manifest), uri));

const isRead = ({ media }: RenditionFacts): boolean =>
  media?.tracks.some(({ samples }) => samples > 0) ?? false;

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
  // MPEG-TS has its parameter sets in the pictures, as `avc3` says and as `avc1` is said of it.
  const isStream = tracks.some(({ byteStream }) => byteStream);
  const same = (one: string, other: string): boolean =>
    isSame(one, other) || (isStream && isSame(outOfBand(one), outOfBand(other)));
  const missing = real.filter(
    (one) => !isText(one) && !codecs.some((said) => same(said, one) || isAbove(said, one)),
  );
  const extra = codecs.filter((said) => !isText(said) && !real.some((one) => same(said, one)));
  if (missing.length === 0 && extra.length === 0) return;
  yield finding(
    'CODECS',
    place,
    `${place.file} says "${codecs.join(',')}" for ${name}, which has ${real.join(', ')}.`,
    { expected: real.join(','), found: codecs.join(',') },
  );
}

const outOfBand = (codec: string): string => codec.replace(/^avc3/, 'avc1').replace(/^hev1/, 'hvc1');

/** What stands before a level, the level, and what is behind it, in the words of each codec (RFC 6381 and its bindings). */
const LEVELS: readonly RegExp[] = [
  /^(avc[13]\.[0-9a-f]{4})([0-9a-f]{2})()$/,
  /^(h(?:vc|ev)1\..+\.[lh])(\d+)(.*)$/,
  /^(vp09\.\d+\.)(\d+)(.*)$/,
  /^(av01\.\d+\.)(\d+)(.*)$/,
];

/** Who plays a level plays those below: of several formats in one track the highest is said. */
function isAbove(said: string, one: string): boolean {
  for (const pattern of LEVELS) {
    const [a, b] = [said, one].map((codec) => pattern.exec(codec.toLowerCase()));
    if (!a || !b) continue;
    // Digits of H.264 are hexadecimal, and two: as text they are in the order of their values.
    const [above, below] = [a[2]!.padStart(3, '0'), b[2]!.padStart(3, '0')];
    return a[1] === b[1] && a[3] === b[3] && below < above;
  }
  return false;
}

/** Colours that a sequence header does not say are those of BT.709 for who reads the text. */
const withColours = (codec: string): string => codec.replace(/^(av01\..+)\.02\.02\.02\b/, '$1.01.01.01');

/** One may say less than the other: `vp09.00.10.08` is that of a longer one. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((codec) => withColours(codec.toLowerCase())) as [string, string];
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
