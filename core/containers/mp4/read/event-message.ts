import { viewOf } from '../../../base/bytes.ts';
import { isOneWord, isPrintable } from '../../../base/printable.ts';

/** What an `emsg` box says (ISO/IEC 23009-1, 5.10.3.3). */
export interface EventMessage {
  /** scheme_id_uri. */
  readonly scheme: string;
  readonly value: string;
  readonly id: number;
  /** Seconds: version 0 counts from the first picture of its segment, version 1 on the timeline of the movie. */
  readonly time: number;
  readonly isRelative: boolean;
  /** Seconds; absent: nobody says. */
  readonly duration?: number;
  /** message_data. */
  readonly message: Uint8Array;
}

/** Longer names are no names; they would stand in every playlist. */
const LONGEST_NAME = 1024;
const UNKNOWN = 0xffff_ffff;

/**
 * Read the payload of an `emsg`. The message is a view of it.
 * @returns `undefined` where nobody can say what it means: it is damaged, or of a version that does not exist yet
 */
export function readEventMessage(payload: Uint8Array): EventMessage | undefined {
  try {
    return payload[0] === 0 ? relativeEvent(payload) : payload[0] === 1 ? absoluteEvent(payload) : undefined;
  } catch (cause) {
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
}

function relativeEvent(payload: Uint8Array): EventMessage | undefined {
  const names = readNames(payload, 4);
  if (!names) return undefined;
  const view = viewOf(payload);
  const { end } = names;
  const [timescale, delta] = [view.getUint32(end), view.getUint32(end + 4)];
  const tail = { duration: view.getUint32(end + 8), id: view.getUint32(end + 12) };
  const time = { timescale, time: delta / timescale, isRelative: true };
  return eventOf(names, time, tail, payload.subarray(end + 16));
}

function absoluteEvent(payload: Uint8Array): EventMessage | undefined {
  const view = viewOf(payload);
  const [timescale, ticks] = [view.getUint32(4), view.getBigUint64(8)];
  if (timescale === 0) return undefined;
  // Clocks that count from 1970 have more ticks than a double holds.
  const scale = BigInt(timescale);
  const time = Number(ticks / scale) + Number(ticks % scale) / timescale;
  const tail = { duration: view.getUint32(16), id: view.getUint32(20) };
  const names = readNames(payload, 24);
  if (!names) return undefined;
  return eventOf(names, { timescale, time, isRelative: false }, tail, payload.subarray(names.end));
}

function eventOf(
  { scheme, value }: Names,
  {
    timescale,
    time,
    isRelative,
  }: { readonly timescale: number; readonly time: number; readonly isRelative: boolean },
  { duration, id }: { readonly duration: number; readonly id: number },
  message: Uint8Array,
): EventMessage | undefined {
  if (timescale === 0) return undefined;
  const isKnown = duration !== 0 && duration !== UNKNOWN;
  return {
    scheme,
    value,
    id,
    time,
    isRelative,
    ...(isKnown && { duration: duration / timescale }),
    message,
  };
}

interface Names {
  readonly scheme: string;
  readonly value: string;
  /** First byte behind them. */
  readonly end: number;
}

/** scheme_id_uri and value: what cannot stand in a manifest is nobody's scheme. */
function readNames(payload: Uint8Array, at: number): Names | undefined {
  const scheme = stringAt(payload, at);
  const value = scheme && stringAt(payload, scheme.end);
  if (!scheme || !value || !isOneWord(scheme.text) || !isPrintable(value.text)) return undefined;
  return { scheme: scheme.text, value: value.text, end: value.end };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function stringAt(
  payload: Uint8Array,
  at: number,
): { readonly text: string; readonly end: number } | undefined {
  const end = payload.indexOf(0, at);
  if (end < 0 || end - at > LONGEST_NAME) return undefined;
  try {
    return { text: utf8.decode(payload.subarray(at, end)), end: end + 1 };
  } catch {
    return undefined;
  }
}
