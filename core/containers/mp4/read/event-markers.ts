import type { InputMarker } from '../../../media/markers.ts';
import { spliceOfEvent } from '../../mpegts/read/splice-event.ts';
import { type EventTrack, eventClock } from './event-clock.ts';
import type { EventLoss, EventMessages, PlacedEvent } from './event-messages.ts';
import type { Movie } from './movie.ts';

/**
 * What the events of a file say, on the clock on which its edit lists present.
 * @param name how messages name the file
 */
export function eventMarkers(
  { events, lost }: EventMessages,
  track: EventTrack,
  movie: Movie,
  name: string,
  warn: (message: string) => void,
): InputMarker[] {
  for (const [why, count] of lost) warn(`${name}: ${LOSSES[why](count)}`);
  if (events.length === 0) return [];
  const secondsOf = eventClock(track, movie, name);
  const markers = new Map<string, InputMarker>();
  let [hidden, damaged] = [0, 0];
  for (const event of events) {
    const seconds = secondsOf(event);
    const said = markersOf(event);
    if (said === undefined) damaged++;
    else if (seconds === undefined) hidden++;
    else for (const marker of said) markers.set(keyOf(marker, seconds), { ...marker, seconds });
  }
  if (damaged > 0)
    warn(`${name}: ${counted(damaged)} of SCTE 35 ${damaged === 1 ? 'is' : 'are'} damaged: passed over.`);
  if (hidden > 0) warn(`${name}: ${counted(hidden)} of what its edit list cuts away: left out.`);
  return [...markers.values()];
}

const LOSSES: Readonly<Record<EventLoss, (count: number) => string>> = {
  damaged: (count) => `${counted(count)} ("emsg") cannot be read: passed over.`,
  'of-mpd': (count) => `${counted(count)} about the MPD that the file was sent with: left out.`,
  'too-much': (count) => `${counted(count)} too many, or too large, are left out.`,
};

const counted = (count: number): string => `${count} event message${count === 1 ? '' : 's'}`;

function markersOf({
  scheme,
  value,
  id,
  message,
  duration,
}: PlacedEvent): Omit<InputMarker, 'seconds'>[] | undefined {
  const own = { ...(duration !== undefined && { duration }) };
  const splice = spliceOfEvent(scheme, message);
  if (splice === 'none') return [{ id: String(id), kind: 'cue', ...own, event: { scheme, value, message } }];
  if (splice === 'damaged') return undefined;
  const { scte35, cues, isMeant } = splice;
  if (cues.length === 0) return isMeant ? [{ id: String(id), kind: 'cue', ...own, scte35 }] : [];
  return cues.map(({ kind, eventId, duration: said }) => ({
    id: String(eventId),
    kind,
    ...(kind !== 'ad-in' && own),
    ...(said !== undefined && { duration: said }),
    scte35,
  }));
}

/** An event is told under one id when it comes again; of SCTE 35 it may be told in two forms. */
const keyOf = ({ id, kind, event }: Omit<InputMarker, 'seconds'>, seconds: number): string =>
  JSON.stringify([kind, id, seconds.toFixed(3), event ?? '']);
