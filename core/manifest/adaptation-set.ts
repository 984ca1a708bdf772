import { frameRateText, quotient, ratioText } from '../base/fraction.ts';
import { languageTag } from '../base/language-tag.ts';
import { largest } from '../base/largest.ts';
import { type XmlNode, xml } from '../base/xml/xml-node.ts';
import { type Colours, UNSPECIFIED } from '../codecs/picture-format.ts';
import type { RenditionTrack } from '../contract/rendition.ts';
import type { ClosedCaptions } from '../media/captions.ts';
import { pictureAspect, type VideoInfo } from '../media/track.ts';
import type { SwitchingSet } from '../title/switching-sets.ts';
import { captionDescriptors } from './dash-captions.ts';
import {
  type DashRendition,
  plainText,
  type RepresentationOptions,
  representation,
} from './representation.ts';
import { accessibilityElements, labelElements, roleElements } from './track-roles.ts';

export interface AdaptationSetOptions extends RepresentationOptions {
  /** Unique in the period, from 1. */
  readonly id: number;
  /** Of all sets of what players start with (`mainProgrammes`): shaka-player stays among those of one role. */
  readonly isMain: boolean;
  /** Ids of the sets that hold the same under other keys. @default none */
  readonly switchesTo?: readonly number[];
  /** Ids of the sets in whose place it is shown in trick play. @default it is one to be played */
  readonly trickPlayOf?: readonly number[] | undefined;
  /** In the pictures of a video set. */
  readonly captions?: readonly ClosedCaptions[] | undefined;
  /** The set's `ContentProtection` descriptors, `mp4protection` first; none for a clear set. */
  readonly protection: readonly XmlNode[];
}

/** An `AdaptationSet` (ISO/IEC 23009-1, 5.3.3). */
export function adaptationSet(set: SwitchingSet<DashRendition>, options: AdaptationSetOptions): XmlNode {
  const { kind, language, members } = set;
  const sap = largest(members, ({ track }) => track.startsWithSap);
  const isPlain = plainText(members[0].track);
  const alignment = isPlain
    ? {}
    : options.layout === 'single-file'
      ? { subsegmentAlignment: 'true', subsegmentStartsWithSAP: sap }
      : { segmentAlignment: 'true', startWithSAP: sap };
  return xml(
    'AdaptationSet',
    {
      id: options.id,
      contentType: kind,
      mimeType: mimeTypeOf(members[0].track),
      lang: language && languageTag(members[0].track.language),
      ...videoRange(members.flatMap(({ track }) => (track.kind === 'video' ? track.video : []))),
      ...alignment,
    },
    options.protection,
    trickMode(options.trickPlayOf),
    colourDescriptors(members),
    switching(options.switchesTo ?? []),
    labelElements(members.map(({ track }) => track)),
    kind === 'video' && !options.trickPlayOf ? captionDescriptors(options.captions) : [],
    accessibilityElements(members[0].track),
    options.trickPlayOf ? [] : roleElements(members[0].track, options.isMain),
    members.map((rendition) => representation(rendition, options)),
  );
}

/** Text in fragments is of the type `application` (RFC 4337); text by itself has its own. */
const mimeTypeOf = (track: RenditionTrack): string =>
  track.kind === 'text' ? (track.mimeType ?? 'application/mp4') : `${track.kind}/mp4`;

/** Who does not know the property leaves the set out, as he has to (DASH-IF IOP, 3.2.9). */
const trickMode = (ids: readonly number[] | undefined): XmlNode[] =>
  ids === undefined
    ? []
    : [
        xml('EssentialProperty', {
          schemeIdUri: 'http://dashif.org/guidelines/trickmode',
          value: ids.join(' '),
        }),
      ];

/** A player that has the keys of the others too may switch to them, as it does inside of a set (ISO/IEC 23009-1, 5.3.3.5). */
const switching = (ids: readonly number[]): XmlNode[] =>
  ids.length === 0
    ? []
    : [
        xml('SupplementalProperty', {
          schemeIdUri: 'urn:mpeg:dash:adaptation-set-switching:2016',
          value: ids.join(','),
        }),
      ];

/** Schemes of ISO/IEC 23091-1 for code points of ISO/IEC 23091-2. */
const COLOUR_SCHEMES = {
  ColourPrimaries: ({ primaries }: Colours) => primaries,
  TransferCharacteristics: ({ transfer }: Colours) => transfer,
  MatrixCoefficients: ({ matrix }: Colours) => matrix,
  // What is not said is 0.
  VideoFullRangeFlag: ({ fullRange }: Colours) => (fullRange ? 1 : UNSPECIFIED),
} as const;

/**
 * Colours that all of a set have (DASH-IF IOP 4.3, 6.2.5.1). Supplemental, not essential: dash.js leaves out every set with an
 * essential property that it is not told of, and who cannot show PQ is told so by @codecs.
 */
const colourDescriptors = (members: readonly DashRendition[]): XmlNode[] =>
  Object.entries(COLOUR_SCHEMES).flatMap(([scheme, codeOf]) => {
    const codes = members.map(({ track }) =>
      track.kind === 'video' && track.colours ? codeOf(track.colours) : UNSPECIFIED,
    );
    const [value = UNSPECIFIED] = codes;
    if (value === UNSPECIFIED || codes.some((code) => code !== value)) return [];
    return [xml('SupplementalProperty', { schemeIdUri: `urn:mpeg:mpegB:cicp:${scheme}`, value })];
  });

/** What the whole set has in common, or at most. */
function videoRange(videos: readonly VideoInfo[]): XmlNode['attributes'] {
  const [first, ...others] = videos;
  if (first === undefined) return {};
  const aspect = quotient(pictureAspect(first));
  // Sizes in whole pixels never keep the ratio exactly: 854 × 480 is 16:9 too. 1 % is more than that, less than a crop.
  const equal = others.every((video) => Math.abs(quotient(pictureAspect(video)) / aspect - 1) < 0.01);
  const biggest = videos.reduce((a, b) => (b.width * b.height > a.width * a.height ? b : a));
  const fastest = videos.reduce((a, b) => (quotient(b.frameRate) > quotient(a.frameRate) ? b : a));
  return {
    maxWidth: largest(videos, ({ width }) => width),
    maxHeight: largest(videos, ({ height }) => height),
    maxFrameRate: frameRateText(fastest.frameRate),
    par: equal ? ratioText(pictureAspect(biggest)) : undefined,
  };
}
