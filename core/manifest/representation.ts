import { fail } from '../base/errors.ts';
import { frameRateText, quotient, ratioText } from '../base/fraction.ts';
import { type XmlNode, xml } from '../base/xml/xml-node.ts';
import { usualConfiguration } from '../codecs/channel-layout.ts';
import type { RenditionResult, RenditionTrack } from '../contract/rendition.ts';
import type { AudioInfo } from '../media/track.ts';
import { dashBandwidth } from './bandwidth.ts';
import { listRows, type SegmentRow } from './rows.ts';
import { numberedPaths } from './segment-template.ts';
import { pathUri } from './uri.ts';

/** A rendition of one track: in DASH every file holds one. */
export interface DashRendition extends RenditionResult {
  readonly track: RenditionTrack;
}

export interface RepresentationOptions {
  /** One indexed file for a rendition, or a file for each segment. */
  readonly layout: 'single-file' | 'segments';
  /** Seconds. */
  readonly minBufferTime: number;
  /** Of pictures for trick play: pictures a second of what they are for, which its decoder is made for. */
  readonly normalRate?: number | undefined;
  /** Scores of the period's renditions, the best first: @qualityRanking is a place in them. @default nothing is said of quality */
  readonly scores?: readonly number[];
}

/** A `Representation` (ISO/IEC 23009-1, 5.3.5): one rendition, its attributes and where its segments are. */
export function representation(rendition: DashRendition, options: RepresentationOptions): XmlNode {
  const { unit, track, timescale, segments } = rendition;
  const rows = listRows(segments);
  const video = track.kind === 'video' ? track.video : undefined;
  const audio = track.kind === 'audio' ? track.audio : undefined;
  return xml(
    'Representation',
    {
      id: unit.id,
      bandwidth: dashBandwidth(rows, timescale, options.minBufferTime),
      qualityRanking: video && qualityRanking(track, options),
      // A file of its own is known by its type.
      codecs: plainText(track) ? undefined : track.codecs,
      ...supplement(track),
      // Before the track's matrix turns it, as in `tkhd`: the grid of @sar (ISO/IEC 23009-1, 5.3.7.2).
      width: video?.width,
      height: video?.height,
      frameRate: video && frameRateText(video.frameRate),
      sar: video && ratioText(video.sar),
      audioSamplingRate: audio?.sampleRate,
      ...trickPlayFacts(track, options),
    },
    audio ? channelDescriptors(audio) : [],
    addresses(rendition, rows, options),
  );
}

/**
 * No picture needs another (@codingDependency), and as many times faster may they be played as they are fewer than those that they stand
 * for (@maxPlayoutRate; ISO/IEC 23009-1, 5.3.7.2).
 */
function trickPlayFacts(
  track: RenditionTrack,
  { normalRate = 0 }: RepresentationOptions,
): XmlNode['attributes'] {
  if (track.kind !== 'video' || track.trickPlay === undefined) return {};
  return {
    maxPlayoutRate: Math.max(1, Math.floor(normalRate / quotient(track.video.frameRate))),
    codingDependency: 'false',
  };
}

/** Lower is better (ISO/IEC 23009-1, 5.3.5.2); equal scores share a place. */
const qualityRanking = (track: RenditionTrack, { scores = [] }: RepresentationOptions): number | undefined =>
  track.kind === 'video' && track.score !== undefined && !track.trickPlay
    ? scores.indexOf(track.score) + 1
    : undefined;

/** Whether players fetch a track as one file of text: it has neither segments nor a header (ISO/IEC 23009-1, 5.3.9.2). */
export const plainText = (track: RenditionTrack): boolean =>
  track.kind === 'text' && track.mimeType !== undefined;

function addresses(
  rendition: DashRendition,
  rows: readonly SegmentRow[],
  { layout }: RepresentationOptions,
): readonly XmlNode[] {
  if (plainText(rendition.track)) return [xml('BaseURL', {}, pathUri(rows[0]!.path))];
  return layout === 'single-file' ? indexedFile(rendition) : [segmentTemplate(rendition, rows)];
}

/**
 * What only some decoders understand, for players that ask them before they take @codecs: the codec string, and the brand of
 * what others see (ANSI/SCTE 214-1 2024, 11.1.6; Dolby Vision Streams Within the MPEG-DASH Format).
 */
function supplement(track: RenditionTrack): XmlNode['attributes'] {
  if (track.kind !== 'video' || track.supplementalCodecs === undefined) return {};
  const [codecs, brand] = track.supplementalCodecs.split('/');
  return {
    'xmlns:scte214': 'urn:scte:dash:scte214-extensions',
    'scte214:supplementalCodecs': codecs,
    'scte214:supplementalProfiles': brand,
  };
}

/** What the scheme of ISO/IEC 23003-3 ends with; the later one has more. */
const LAST_OF_USAC = 13;

/** A code for the layout, not a count: 7.1 is 7 or 12 (ISO/IEC 23009-1, 5.8.5.4). None where there is no code for it. */
function channelConfiguration({ channels, layout = usualConfiguration(channels) }: AudioInfo): XmlNode[] {
  if (!layout) return [];
  const schemeIdUri =
    layout <= LAST_OF_USAC
      ? 'urn:mpeg:dash:23003:3:audio_channel_configuration:2011'
      : 'urn:mpeg:mpegB:cicp:ChannelConfiguration';
  return [xml('AudioChannelConfiguration', { schemeIdUri, value: layout })];
}

/** Dolby's codecs name their loudspeakers (ETSI TS 102 366, I.1.2.1), and E-AC-3 says that it has objects (I.1.2.2). */
function channelDescriptors(audio: AudioInfo): XmlNode[] {
  if (audio.dolby === undefined) return channelConfiguration(audio);
  const { speakers, jocComplexity } = audio.dolby;
  const extension = (name: string, value: string | number): XmlNode =>
    xml('SupplementalProperty', { schemeIdUri: `tag:dolby.com,2018:dash:${name}:2018`, value });
  return [
    xml('AudioChannelConfiguration', {
      schemeIdUri: 'tag:dolby.com,2014:dash:audio_channel_configuration:2011',
      value: speakers.toString(16).toUpperCase().padStart(4, '0'),
    }),
    ...(jocComplexity === undefined
      ? []
      : [extension('EC3_ExtensionType', 'JOC'), extension('EC3_ExtensionComplexityIndex', jocComplexity)]),
  ];
}

/**
 * Time of the media that is presented at 0, in ticks. Where an edit list presents it there already, an offset would move it
 * twice: Chromium moves every sample that a SourceBuffer is given by the edit list of its initialisation section, and
 * shaka-player and dash.js add the offset to that (test/browser/codecs.test.ts).
 */
const presentationTimeOffset = ({ track, hasEditList }: DashRendition): number =>
  hasEditList ? 0 : track.mediaTimeAtZero;

/** On-demand profile: the player reads `sidx` at @indexRange to find the subsegments. Ranges are inclusive. */
function indexedFile(rendition: DashRendition): XmlNode[] {
  const { unit, timescale, init, index } = rendition;
  if (init === undefined || index === undefined) {
    throw fail.unexpected(`${unit.id} has no initialisation section or no segment index.`);
  }
  return [
    xml('BaseURL', {}, pathUri(init.path)),
    xml(
      'SegmentBase',
      {
        indexRange: byteRange(index),
        timescale,
        presentationTimeOffset: presentationTimeOffset(rendition) || undefined,
      },
      xml('Initialization', { range: byteRange(init) }),
    ),
  ];
}

const byteRange = ({ offset, size }: { offset: number; size: number }): string =>
  `${offset}-${offset + size - 1}`;

/** Live profile, static: numbered files and the exact time of each on the media timeline. */
function segmentTemplate(rendition: DashRendition, rows: readonly SegmentRow[]): XmlNode {
  const { unit, timescale, init, hasEditList } = rendition;
  if (init === undefined) throw fail.unexpected(`${unit.id} has no initialisation section.`);
  const { media, startNumber } = numberedPaths(rows.map((row) => row.path));
  const offset = presentationTimeOffset(rendition);
  return xml(
    'SegmentTemplate',
    {
      timescale,
      presentationTimeOffset: offset || undefined,
      initialization: pathUri(init.path),
      media,
      startNumber,
    },
    xml('SegmentTimeline', {}, timeline(hasEditList ? rows.map(presented) : rows, offset)),
  );
}

/** Without what an edit list takes away: @t is the earliest time that is presented. */
const presented = (row: SegmentRow): SegmentRow => {
  const start = Math.max(0, row.start);
  return { ...row, start, duration: row.start + row.duration - start };
};

/** `S` elements, equal neighbours as one: @t on the first and after a gap, @r more of the same @d. */
function timeline(rows: readonly SegmentRow[], offset: number): XmlNode[] {
  const runs: { t: number | undefined; d: number; r: number }[] = [];
  let expected: number | undefined;
  for (const { start, duration } of rows) {
    const t = start + offset;
    const run = runs.at(-1);
    if (run && t === expected && run.d === duration) run.r += 1;
    else runs.push({ t: t === expected ? undefined : t, d: duration, r: 0 });
    expected = t + duration;
  }
  return runs.map(({ t, d, r }) => xml('S', { t, d, r: r || undefined }));
}
