import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fail } from '../base/errors.ts';
import { loadJson, loadYaml } from '../config/data.ts';
import { type MarkerOptions, markersOf } from '../config/marker-schema.ts';
import { MARKER_LIST_SCHEMA } from '../config/schema.ts';
import { validate } from '../config/validate.ts';
import { crc32Mpeg } from '../containers/mpegts/crc32.ts';
import { type SpliceInsert, spliceInsertSection } from '../containers/mpegts/splice-info.ts';
import { openRegularFile } from '../io/regular-file.ts';
import { systemReason } from '../io/system-reason.ts';
import { adBreaks, breakDuration, type Marker } from '../media/markers.ts';
import type { CodedTrack } from '../media/track.ts';
import type { Presentation } from '../title/presentation.ts';

/** A list of markers is text for people; what is larger is another file. */
const LONGEST = 16 * 2 ** 20;

/**
 * The markers that a config names, those of a file read and checked. Breaks for advertisements without a section of SCTE 35 get
 * one, so that players need to know one form only.
 * @throws PackagerError INPUT_NOT_READABLE for the file, INVALID_OPTION with all that is wrong in it
 */
export async function configuredMarkers(
  markers: string | readonly Marker[] | undefined,
): Promise<readonly Marker[] | undefined> {
  if (markers === undefined) return undefined;
  const listed = typeof markers === 'string' ? markersOf(await readMarkers(markers)) : markers;
  checkIds(listed);
  for (const marker of listed) checkSection(marker);
  return withSections(listed);
}

/** Clocks of inputs are rounded to ticks, and origins are sums of those: what is so little in front of the start is at it. */
const AT_START = 0.001;

/**
 * What the first of the inputs with any says beside its tracks.
 * @param tracks of the title, the renditions first
 * @param origin seconds of the inputs' clock that are presented at 0
 */
export function markersOfInputs(tracks: readonly CodedTrack[], origin: number): Marker[] {
  const told = tracks.find(({ markers }) => markers !== undefined)?.markers ?? [];
  const markers = told.map(({ seconds, ...marker }) => ({
    ...marker,
    start: microseconds(seconds - origin),
  }));
  const ordered = markers.filter(({ start }) => start > -AT_START).sort((a, b) => a.start - b.start);
  // An event is told under one id when it comes again, a break later; the way back has the id of what it comes back from.
  const [begun, ended] = [new Map<string, number>(), new Map<string, number>()];
  return ordered.map(({ start, ...marker }) => {
    const { id, kind } = marker;
    const isBack = kind === 'ad-in';
    const seen = isBack ? ended : begun;
    const next = (seen.get(id) ?? 0) + 1;
    const count = isBack ? Math.max(next, begun.get(id) ?? 0) : next;
    seen.set(id, count);
    return { ...marker, start: Math.max(0, start), id: count === 1 ? id : `${id}-${count}` };
  });
}

const microseconds = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;

/** The markers that lie in a title; a notice tells of others. A break that does not end in it keeps its length. */
export function withinTitle(
  markers: readonly Marker[],
  { grid }: Pick<Presentation, 'grid'>,
  warn: (message: string) => void,
): Marker[] {
  const isBeyond = ({ start }: Marker): boolean => start >= grid.duration;
  const beyond = markers.filter(isBeyond);
  const [first] = beyond;
  if (!first) return [...markers];
  const more = beyond.length > 1 ? `, and ${beyond.length - 1} more` : '';
  warn(
    `The title ends at ${grid.duration.toFixed(3)} s: without the marker "${first.id}" at ${first.start} s${more}.`,
  );
  const lengths = new Map(
    adBreaks(markers).flatMap((own) =>
      own.back && isBeyond(own.back) ? [[own.out, breakDuration(own)]] : [],
    ),
  );
  return markers.flatMap((marker) => {
    if (isBeyond(marker)) return [];
    const duration = lengths.get(marker) ?? marker.duration;
    return [duration === undefined ? marker : { ...marker, duration }];
  });
}

async function readMarkers(path: string): Promise<MarkerOptions[]> {
  const text = await textOf(path);
  const isJson = path.toLowerCase().endsWith('.json');
  let value: unknown;
  try {
    value = (isJson ? loadJson : loadYaml)(path, text);
  } catch (cause) {
    throw fail.invalidOption(`The markers in ${path} cannot be read: ${(cause as Error).message}`);
  }
  const complaints = validate(value, MARKER_LIST_SCHEMA, { where: basename(path), secret: false });
  if (complaints.length > 0)
    throw fail.invalidOption(
      `The markers in ${path} are not valid:\n${complaints.map((one) => `  ${one}`).join('\n')}`,
    );
  return value as MarkerOptions[];
}

async function textOf(path: string): Promise<string> {
  const hint = 'Check `markers` in the config: the path of a JSON or YAML file, or a list.';
  try {
    const file = await openRegularFile(path);
    try {
      if ((await file.stat()).size > LONGEST) throw new Error('it is too large for a list of markers');
      return decoded(await readFile(file));
    } finally {
      await file.close();
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw fail.fileNotFound('The file of markers', `${path}.`, hint);
    throw fail.inputNotReadable(path, code === undefined ? `${message}.` : systemReason(cause), hint, cause);
  }
}

/** Without a byte order mark. Letters of another encoding would be put into manifests as they were misread. */
function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error('it is not text in UTF-8');
  }
}

function checkIds(markers: readonly Marker[]): void {
  const seen = new Set<string>();
  for (const { id, kind } of markers) {
    const key = kind === 'ad-in' ? `${id} back` : id;
    if (seen.has(key))
      throw fail.invalidOption(`Two markers have the id "${id}".`, 'Each has one of its own.');
    seen.add(key);
  }
}

const SPLICE_TABLE = 0xfc;
/** table_id and section_length, behind which the length counts (ANSI/SCTE 35, 9.6). */
const SECTION_HEADER = 3;

/** Players and ad servers refuse, or worse misread, a section that is cut short or is another thing in Base64. */
function checkSection({ id, scte35 }: Marker): void {
  if (scte35 === undefined) return;
  const section = Buffer.from(scte35, 'base64');
  const wrong = wrongOfSection(section);
  if (wrong !== undefined)
    throw fail.invalidOption(
      `The \`scte35\` of the marker "${id}" is no splice_info_section: ${wrong}.`,
      'Take the whole section in Base64, or leave it out: breaks get one.',
    );
}

function wrongOfSection(section: Buffer): string | undefined {
  if (section[0] !== SPLICE_TABLE) return 'it does not begin with 0xFC';
  const { length } = section;
  if (length < SECTION_HEADER || length !== SECTION_HEADER + (section.readUInt16BE(1) & 0xfff))
    return `it has ${length} bytes, and says another length`;
  return crc32Mpeg(section) === 0 ? undefined : 'its CRC_32 does not fit its bytes';
}

/** `ad-out` and `ad-in` with a splice_insert() each, where they have none. */
function withSections(markers: readonly Marker[]): Marker[] {
  const made = new Map<Marker, SpliceInsert>();
  const breaks = adBreaks(markers);
  const taken = new Set(breaks.map(({ out }) => ownEventId(out)));
  let next = 1;
  for (const own of breaks) {
    const { out, back } = own;
    while (taken.has(next)) next++;
    const event = ownEventId(out) ?? next++;
    made.set(out, { eventId: event, isOut: true, time: out.start, duration: breakDuration(own) });
    if (back) made.set(back, { eventId: event, isOut: false, time: back.start });
  }
  return markers.map((marker) => {
    const insert = made.get(marker);
    if (marker.scte35 !== undefined || !insert) return marker;
    return { ...marker, scte35: Buffer.from(spliceInsertSection(insert)).toString('base64') };
  });
}

/** splice_event_id: the id of the break where that is a number. Others get those that are left. */
const ownEventId = ({ id }: Marker): number | undefined => {
  const number = Number(id);
  return /^\d{1,10}$/.test(id) && number < 2 ** 32 ? number : undefined;
};
