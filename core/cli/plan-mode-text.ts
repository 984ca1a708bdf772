import { grouped } from '../base/grouped.ts';
import type { Delivery } from '../contract/delivery.ts';
import { isSameTrack, type TrackRef } from '../contract/unit-plan.ts';
import type { PlannedMode, TitlePlan, UnitFiles } from '../engine/plan-title.ts';
import type { PlannedKey } from '../engine/planned-keys.ts';
import type { CountedFile } from '../engine/rehearsal/counting-tree.ts';
import { alignRows, bytes, count, type Paint, printable, printableName } from './format.ts';

/** What a mode will write: how players get it, its keys, its files. */
export function modeLines(mode: PlannedMode, { inputs, periods }: TitlePlan, paint: Paint): string[] {
  const { keys, leftOut, outputs } = mode;
  const rows = fileRows(mode);
  // A mode without a folder makes nothing but these files.
  const isFolder = outputs.some((name) => rows.every(({ text }) => text !== name));
  const [encryption = mode.scheme] = mode.delivers.map((delivery) => delivery.encryption);
  const heading = [
    `${paint.strong(mode.mode)} (${encryption})`,
    ...(isFolder ? outputs.map(printableName) : []),
    bytes(mode.bytes),
  ];
  const hasPeriods = periods.some(({ period }) => period !== 'clear' && period > 0);
  return [
    heading.join('  '),
    ...mode.delivers.map((delivery) => `  ${deliveryLine(delivery)}`),
    ...(hasPeriods ? periodKeyLines(mode) : keys.map((key) => `  key ${key.keyId} ${useOf(key, mode)}`)),
    ...clearLine(mode),
    ...mode.audioGroups.map(
      ({ id, names, variants }) =>
        `  audio group ${id} for ${count(variants, 'variant')}: ${names.map(printableName).join(', ')}`,
    ),
    ...alignRows(rows.map(({ text, size, form }) => [`  ${printableName(text)}`, size, form])),
    ...leftOut.map(
      ({ input, id, why }) =>
        `  without track ${id} of ${printableName(inputs[input]?.path ?? '')}: ${printable(why)}`,
    ),
  ];
}

const CONTAINERS = { fmp4: 'fMP4', ts: 'MPEG-TS' } as const;

/** `DASH in fMP4, for common, widevine, playready`. */
const deliveryLine = ({ manifest, container, systems }: Delivery): string =>
  `${manifest.toUpperCase()} in ${CONTAINERS[container]}${systems.length > 0 ? `, for ${systems.map(printableName).join(', ')}` : ''}`;

/** `for HD: video-1, video-2`. */
function useOf({ label, tracks }: PlannedKey, { units }: PlannedMode): string {
  const names = units.flatMap((unit) => partOf(unit, tracks));
  return `for ${printableName(label)}${names.length > 0 ? `: ${names.join(', ')}` : ''}`;
}

/** Keys of so many crypto periods are shown for each label. */
const MOST_PERIODS = 6;

/** Where keys change: what they are for once, and below that the key of each crypto period. */
function periodKeyLines(mode: PlannedMode): string[] {
  return [...grouped(mode.keys, (key) => useOf(key, mode))].flatMap(([use, keys]) => {
    const more = keys.length - MOST_PERIODS;
    return [
      `  keys ${use}`,
      ...keys.slice(0, MOST_PERIODS).map(({ keyId, period }) => `    ${keyId} in period ${period}`),
      ...(more > 0 ? [`    and ${count(more, 'more key')}`] : []),
    ];
  });
}

/** What has no key, by intention or because it is text; nothing of a mode that takes files as they are. */
function clearLine(mode: PlannedMode): string[] {
  const encrypted = mode.keys.flatMap(({ tracks }) => tracks);
  if (encrypted.length === 0) return [];
  const clear = mode.units.flatMap((unit) =>
    partOf(
      unit,
      unit.tracks.filter((track) => !encrypted.some((one) => isSameTrack(one, track))),
    ),
  );
  return clear.length === 0 ? [] : [`  clear: ${clear.join(', ')}`];
}

/** The unit, where it has any of the tracks; where it has others too, how many of them. */
function partOf({ unit, tracks }: UnitFiles, chosen: readonly TrackRef[]): string[] {
  const own = tracks.filter((track) => chosen.some((one) => isSameTrack(one, track)));
  if (own.length === 0) return [];
  const name = printableName(unit);
  return [own.length === tracks.length ? name : `track ${own.map(({ id }) => id).join(' and ')} of ${name}`];
}

interface FileRow {
  readonly text: string;
  readonly size: string;
  /** What text is written as. */
  readonly form: string;
}

/** More files of a unit, or of one name, are one row. */
const MOST_FILES = 2;

const nameIn = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function fileRows({ units, thumbnails = [], manifests }: PlannedMode): FileRow[] {
  const byName = grouped(manifests, ({ path }) => nameIn(path));
  return [
    ...units.flatMap(({ files, text = '' }) => rowsOf(headFirst(files), nameIn, text)),
    ...rowsOf(thumbnails, nameIn, ''),
    ...[...byName.values()].flatMap((files) => rowsOf(files, (path) => path, '')),
  ];
}

/** What has no number is what players read first, whenever it is written: `init.mp4`, then `seg-1.m4s`. */
function headFirst(files: readonly CountedFile[]): CountedFile[] {
  const isNumbered = ({ path }: CountedFile): number => (/-\d+\.\w+$/.test(path) ? 1 : 0);
  return files.toSorted((a, b) => isNumbered(a) - isNumbered(b));
}

/** @param end what to show of the last path of several */
function rowsOf(files: readonly CountedFile[], end: (path: string) => string, form: string): FileRow[] {
  const row = (text: string, size: number): FileRow => ({ text, size: bytes(size).padStart(7), form });
  const [first] = files;
  const last = files.at(-1);
  if (!first || !last || files.length <= MOST_FILES)
    return files.map(({ path, bytes: size }) => row(path, size));
  const size = files.reduce((sum, file) => sum + file.bytes, 0);
  return [row(`${first.path} … ${end(last.path)} (${files.length} files)`, size)];
}
