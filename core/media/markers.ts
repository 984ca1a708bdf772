/** What happens at a place of a title. */
export type MarkerKind =
  /** A break for advertisements begins. */
  | 'ad-out'
  /** Back to the programme. */
  | 'ad-in'
  /** A chapter begins. */
  | 'chapter'
  /** Anything else that applications wait for. */
  | 'cue';

/** A place on the timeline of a title; plain data. */
export interface Marker {
  /** Unique in the title, but that an `ad-in` may have the id of its `ad-out`. */
  readonly id: string;
  readonly kind: MarkerKind;
  /** Seconds, as presented: 0 is the start of the title. */
  readonly start: number;
  /** Seconds. */
  readonly duration?: number;
  /** For people: what a chapter is called. */
  readonly title?: string;
  /** Of the title: BCP 47 or ISO 639. */
  readonly language?: string;
  /** splice_info_section() (ANSI/SCTE 35, 9.6), Base64. */
  readonly scte35?: string;
  /** A message of any other scheme that an input carries: no place where a title is cut. */
  readonly event?: TimedEvent;
}

/** What an application is told at a time (ISO/IEC 23009-1, 5.10). */
export interface TimedEvent {
  /** A URI. */
  readonly scheme: string;
  /** What the scheme tells events apart by; may be empty. */
  readonly value: string;
  /** Base64; may be empty. */
  readonly message: string;
}

/** A marker as an input has it: its time is on the clock of the input, and events may be told under one id more than once. */
export interface InputMarker extends Omit<Marker, 'start'> {
  /** When it is presented. */
  readonly seconds: number;
}

/** A break for advertisements, with the way back where that is marked. */
export interface AdBreak {
  readonly out: Marker;
  readonly back?: Marker;
}

/** Breaks in the order of time: an `ad-in` ends the open one of its id, else the last that is open, and is nothing where none is. */
export function adBreaks(markers: readonly Marker[]): AdBreak[] {
  const breaks: OpenBreak[] = [];
  /** Those of an id, and all: closed ones are taken off when they are come across. */
  const byId = new Map<string, OpenBreak[]>();
  const stack: OpenBreak[] = [];
  for (const marker of markers) {
    if (marker.kind === 'ad-out') {
      const own = { out: marker };
      breaks.push(own);
      stack.push(own);
      const same = byId.get(marker.id);
      if (same) same.push(own);
      else byId.set(marker.id, [own]);
    }
    if (marker.kind !== 'ad-in') continue;
    const same = byId.get(marker.id)?.find(isOpen);
    while (stack.length > 0 && !isOpen(stack.at(-1)!)) stack.pop();
    const own = same ?? stack.at(-1);
    if (own) own.back = marker;
  }
  return breaks;
}

interface OpenBreak {
  readonly out: Marker;
  back?: Marker;
}

const isOpen = ({ back }: OpenBreak): boolean => back === undefined;

/** The breaks by where they begin. */
export const breaksByOut = (markers: readonly Marker[]): ReadonlyMap<Marker, AdBreak> =>
  new Map(adBreaks(markers).map((own) => [own.out, own]));

/** Seconds of a break: to the way back, or what it says of itself. */
export const breakDuration = ({ out, back }: AdBreak): number | undefined =>
  back ? back.start - out.start : out.duration;

/**
 * Where a title is to be cut: at each marker but messages of other schemes, and where a break ends of which only its length is known.
 * Seconds, ascending.
 */
export function markerTimes(markers: readonly Marker[]): number[] {
  const ends = adBreaks(markers).flatMap(({ out, back }) =>
    out.duration !== undefined && !back ? [out.start + out.duration] : [],
  );
  const starts = markers.flatMap(({ start, event }) => (event ? [] : [start]));
  return [...new Set([...starts, ...ends])].sort((a, b) => a - b);
}
