import { frameRateText, quotient, ratioText } from '../base/fraction.ts';
import { languageTag } from '../base/language-tag.ts';
import { largest } from '../base/largest.ts';
import { type XmlNode, xml } from '../base/xml/xml-node.ts';
import { type Colours, UNSPECIFIED } from '../codecs/picture-format.ts';
import type { RenditionTrack } from '../contract/rendition.ts';
import { canonicalLanguage } from '../media/language.ts';
import { describeTurn } from '../media/orientation.ts';
import { codecFamily, pictureAspect, type VideoInfo } from '../media/track.ts';
import { type DashRendition, type RepresentationOptions, representation } from './representation.ts';

/** Renditions between which a player may switch. */
export type RenditionGroup = readonly [DashRendition, ...DashRendition[]];

/** One group for each kind, codec family, language, channel layout, dynamic range, way to turn, and for clear and encrypted; in given order. */
export function groupRenditions(renditions: readonly DashRendition[]): RenditionGroup[] {
  const groups = new Map<string, [DashRendition, ...DashRendition[]]>();
  for (const rendition of renditions) {
    const { kind, encrypted } = rendition.track;
    const name = JSON.stringify([kind, encrypted, ...choiceOf(rendition.track)]);
    const group = groups.get(name);
    if (group) group.push(rendition);
    else groups.set(name, [rendition]);
  }
  return [...groups.values()];
}

/** What a player may not change while it plays. */
function choiceOf(track: RenditionTrack): unknown[] {
  if (track.kind === 'audio') {
    const { channels, layout } = track.audio;
    return [codecFamily(track), canonicalLanguage(track.language), channels, layout];
  }
  // The language of a picture is not a choice: encoders leave any in there.
  // A player that switches as bandwidth goes would change the brightness of the film: absent is SDR.
  const { entry, videoRange = 'SDR', video } = track;
  return [entry, videoRange, describeTurn(video)];
}

export interface AdaptationSetOptions extends RepresentationOptions {
  /** Unique in the period, from 1. */
  readonly id: number;
  /** `main` once for each kind. */
  readonly role: 'main' | 'alternate';
  /** The group's `ContentProtection` descriptors, `mp4protection` first; none for a clear group. */
  readonly protection: readonly XmlNode[];
}

/** An `AdaptationSet` (ISO/IEC 23009-1, 5.3.3). */
export function adaptationSet(group: RenditionGroup, options: AdaptationSetOptions): XmlNode {
  const [{ track }] = group;
  const sap = largest(group, ({ track }) => track.startsWithSap);
  const alignment =
    options.layout === 'single-file'
      ? { subsegmentAlignment: 'true', subsegmentStartsWithSAP: sap }
      : { segmentAlignment: 'true', startWithSAP: sap };
  return xml(
    'AdaptationSet',
    {
      id: options.id,
      contentType: track.kind,
      mimeType: `${track.kind}/mp4`,
      lang: track.kind === 'audio' ? languageTag(track.language) : undefined,
      ...videoRange(group.flatMap(({ track }) => (track.kind === 'video' ? track.video : []))),
      ...alignment,
    },
    options.protection,
    colourDescriptors(group),
    xml('Role', { schemeIdUri: 'urn:mpeg:dash:role:2011', value: options.role }),
    group.map((rendition) => representation(rendition, options)),
  );
}

/** Schemes of ISO/IEC 23091-1 for code points of ISO/IEC 23091-2. */
const COLOUR_SCHEMES = {
  ColourPrimaries: ({ primaries }: Colours) => primaries,
  TransferCharacteristics: ({ transfer }: Colours) => transfer,
  MatrixCoefficients: ({ matrix }: Colours) => matrix,
} as const;

/**
 * Colours that all of a set have (DASH-IF IOP 4.3, 6.2.5.1). Supplemental, not essential: dash.js leaves out every set with an
 * essential property that it is not told of, and who cannot show PQ is told so by @codecs.
 */
const colourDescriptors = (group: RenditionGroup): XmlNode[] =>
  Object.entries(COLOUR_SCHEMES).flatMap(([scheme, codeOf]) => {
    const codes = group.map(({ track }) =>
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
