import { type XmlNode, xml } from '../base/xml/xml-node.ts';
import { adBreaks, breakDuration, type Marker } from '../media/markers.ts';

/** Events of SCTE 35 as XML with the section in it (ANSI/SCTE 214-1, 6.7.4). */
const SCTE35 = { schemeIdUri: 'urn:scte:scte35:2014:xml+bin', timescale: 90_000 } as const;
/** No standard has a scheme for chapters, or for cues without a section: their titles as text. */
const CHAPTERS = { schemeIdUri: 'urn:sealpack:chapters:2026', timescale: 1000 } as const;
const CUES = { schemeIdUri: 'urn:sealpack:cues:2026', timescale: 1000 } as const;

/**
 * The `EventStream`s of a period (ISO/IEC 23009-1, 5.10.2).
 * @param duration of the title, in seconds
 */
export function eventStreams(markers: readonly Marker[] = [], duration: number): XmlNode[] {
  const chapters = markers.filter(({ kind }) => kind === 'chapter');
  const chapterEnd = ({ start, duration: own }: Marker, index: number): number =>
    own === undefined ? (chapters[index + 1]?.start ?? duration) : start + own;
  const breaks = adBreaks(markers);
  const others = markers.filter(({ kind }) => kind !== 'chapter');
  const lengthOf = (marker: Marker): number | undefined => {
    const own = breaks.find(({ out }) => out === marker);
    return own ? breakDuration(own) : marker.duration;
  };
  return [
    ...stream(
      SCTE35,
      others.filter(({ scte35 }) => scte35 !== undefined),
      lengthOf,
      ({ scte35 = '' }) =>
        xml('Signal', { xmlns: 'http://www.scte.org/schemas/35/2016' }, xml('Binary', {}, scte35)),
    ),
    ...stream(
      CUES,
      others.filter(({ scte35 }) => scte35 === undefined),
      lengthOf,
      ({ id, title }) => title ?? id,
    ),
    ...stream(
      CHAPTERS,
      chapters,
      (marker, index) => chapterEnd(marker, index) - marker.start,
      ({ id, title }) => title ?? id,
    ),
  ];
}

function stream(
  scheme: { readonly schemeIdUri: string; readonly timescale: number },
  markers: readonly Marker[],
  lengthOf: (marker: Marker, index: number) => number | undefined,
  content: (marker: Marker) => XmlNode | string,
): XmlNode[] {
  if (markers.length === 0) return [];
  const ticks = (seconds: number): number => Math.round(seconds * scheme.timescale);
  const events = markers.map((marker, index) => {
    const length = lengthOf(marker, index);
    return xml(
      'Event',
      {
        presentationTime: ticks(marker.start),
        duration: length === undefined ? undefined : ticks(length),
        id: index + 1,
      },
      content(marker),
    );
  });
  return [xml('EventStream', { ...scheme }, events)];
}
