import { isPrintable } from '../base/printable.ts';
import { type XmlNode, xml } from '../base/xml/xml-node.ts';
import { breakDuration, breaksByOut, type Marker } from '../media/markers.ts';

/** What events of one kind have in common. */
interface EventScheme {
  readonly schemeIdUri: string;
  readonly value?: string;
  readonly timescale: number;
}

/** Events of SCTE 35 as XML with the section in it (ANSI/SCTE 214-1, 6.7.4). */
const SCTE35: EventScheme = { schemeIdUri: 'urn:scte:scte35:2014:xml+bin', timescale: 90_000 };
/** No standard has a scheme for chapters, or for cues without a section: their titles as text. */
const CHAPTERS: EventScheme = { schemeIdUri: 'urn:sealpack:chapters:2026', timescale: 1000 };
const CUES: EventScheme = { schemeIdUri: 'urn:sealpack:cues:2026', timescale: 1000 };
/** Of messages that an input carries. */
const TIMESCALE = 90_000;

/** How an event says what it says: its content, and what stands around that. */
interface Content {
  readonly contentEncoding?: 'base64';
  readonly content: XmlNode | string;
}

/**
 * The `EventStream`s of a period (ISO/IEC 23009-1, 5.10.2).
 * @param duration of the title, in seconds
 */
export function eventStreams(markers: readonly Marker[] = [], duration: number): XmlNode[] {
  const chapters = markers.filter(({ kind }) => kind === 'chapter');
  const chapterEnd = ({ start, duration: own }: Marker, index: number): number =>
    own === undefined ? (chapters[index + 1]?.start ?? duration) : start + own;
  const breaks = breaksByOut(markers);
  const others = markers.filter(({ kind }) => kind !== 'chapter');
  const lengthOf = (marker: Marker): number | undefined => {
    const own = breaks.get(marker);
    return own ? breakDuration(own) : marker.duration;
  };
  const cues = others.filter(({ scte35, event }) => scte35 === undefined && event === undefined);
  const titleOf = ({ id, title }: Marker): Content => ({ content: title ?? id });
  return [
    ...stream(SCTE35, onceEach(others, lengthOf), lengthOf, ({ scte35 = '' }) => ({
      content: xml('Signal', { xmlns: 'http://www.scte.org/schemas/35/2016' }, xml('Binary', {}, scte35)),
    })),
    ...messageStreams(others, lengthOf),
    ...stream(CUES, cues, lengthOf, titleOf),
    ...stream(CHAPTERS, chapters, (marker, index) => chapterEnd(marker, index) - marker.start, titleOf),
  ];
}

/** A section that says several things of one time is one event: the longest of them. */
function onceEach(markers: readonly Marker[], lengthOf: (marker: Marker) => number | undefined): Marker[] {
  const found = new Map<string, Marker>();
  for (const marker of markers) {
    if (marker.scte35 === undefined) continue;
    const key = `${marker.start} ${marker.scte35}`;
    const other = found.get(key);
    if (!other || (lengthOf(marker) ?? 0) > (lengthOf(other) ?? 0)) found.set(key, marker);
  }
  return [...found.values()];
}

/** A stream for each scheme and value. */
function messageStreams(
  markers: readonly Marker[],
  lengthOf: (marker: Marker) => number | undefined,
): XmlNode[] {
  const streams = new Map<string, { readonly scheme: EventScheme; readonly markers: Marker[] }>();
  for (const marker of markers) {
    if (!marker.event) continue;
    const { scheme: schemeIdUri, value } = marker.event;
    const key = JSON.stringify([schemeIdUri, value]);
    const scheme = { schemeIdUri, ...(value !== '' && { value }), timescale: TIMESCALE };
    const own = streams.get(key) ?? { scheme, markers: [] };
    own.markers.push(marker);
    streams.set(key, own);
  }
  return [...streams.values()].flatMap((own) =>
    stream(own.scheme, own.markers, lengthOf, ({ event }) => messageContent(event?.message ?? '')),
  );
}

/** Text as text, anything else as it is carried (ISO/IEC 23009-1, 5.10.2.3). */
function messageContent(message: string): Content {
  const bytes = Buffer.from(message, 'base64');
  const text = bytes.toString('utf8');
  // White space at the ends, and what is no UTF-8, would come out as something else.
  const isText = isPrintable(text) && text.trim() === text && Buffer.from(text, 'utf8').equals(bytes);
  return isText ? { content: text } : { contentEncoding: 'base64', content: message };
}

function stream(
  scheme: EventScheme,
  markers: readonly Marker[],
  lengthOf: (marker: Marker, index: number) => number | undefined,
  contentOf: (marker: Marker) => Content,
): XmlNode[] {
  if (markers.length === 0) return [];
  const ticks = (seconds: number): number => Math.round(seconds * scheme.timescale);
  const events = markers.map((marker, index) => {
    const length = lengthOf(marker, index);
    const { content, contentEncoding } = contentOf(marker);
    return xml(
      'Event',
      {
        presentationTime: ticks(marker.start),
        duration: length === undefined ? undefined : ticks(length),
        id: index + 1,
        contentEncoding,
      },
      content,
    );
  });
  return [xml('EventStream', { ...scheme }, events)];
}
