import type { TitleOptions } from '../../../core/contract/title-options.ts';
import type { Plugin } from '../../../core/index.ts';
import type { MatrixRow, RowStream } from '../matrix/row.ts';
import { KEYED_GOP, KEYED_GOPS } from '../media/keyed-media.ts';
import { type TitleKey, titleKey } from './title-keys.ts';

/** In place of a crypto period: the segment is clear. */
export const CLEAR = 'clear';

/** A title with several keys, and what is to become of it. */
export interface KeyedTitle extends MatrixRow {
  /** What its config says of keys. */
  readonly options: Partial<Pick<TitleOptions, 'keys' | 'keyRotation' | 'clearLead' | 'clear'>>;
  /** Of segments, in seconds. @default that of a group of pictures */
  readonly segmentDuration?: number;
  /** When its segments start, in seconds. @default with every group of pictures */
  readonly starts?: readonly number[];
  /** Of which segments a stream has samples: so many, from the first on. @default all */
  readonly lengths?: Readonly<Record<string, number>>;
  /** What gives its keys. @default one that has a key for each label and crypto period */
  readonly source?: Plugin;
  /** Under whose key a stream is; `undefined`: it stays clear. */
  labelOf(stream: RowStream): string | undefined;
}

/** Seconds of segments, where a title does not say. */
export const GOP_STARTS: readonly number[] = Array.from({ length: KEYED_GOPS }, (_, n) => n * KEYED_GOP);

/** The crypto period of each segment, in order, counted in thousandths: times of frames are no round numbers. */
export function periodsOf({ options, starts = GOP_STARTS }: KeyedTitle): (number | typeof CLEAR)[] {
  const { keyRotation = Number.MAX_SAFE_INTEGER / 1000, clearLead = 0 } = options;
  const thousandths = (seconds: number): number => Math.round(seconds * 1000);
  return starts.map((start) =>
    thousandths(start) < thousandths(clearLead)
      ? CLEAR
      : Math.floor(thousandths(start) / thousandths(keyRotation)),
  );
}

/** The key of each segment that has samples of a stream; `undefined`: it is clear. */
export function keysOf(title: KeyedTitle, stream: RowStream): (TitleKey | undefined)[] {
  const label = title.labelOf(stream);
  const length = title.lengths?.[stream.unit];
  return periodsOf(title)
    .slice(0, length)
    .map((period) => (label === undefined || period === CLEAR ? undefined : titleKey(label, period)));
}

/** Each key once, in the order of a stream's segments. */
export function distinctKeys(title: KeyedTitle, streams: readonly RowStream[]): TitleKey[] {
  const all = new Map<string, TitleKey>();
  for (const stream of streams) {
    for (const key of keysOf(title, stream)) if (key) all.set(key.keyId, key);
  }
  return [...all.values()];
}

/** Every label of a title, each once. */
export const labelsOf = (title: KeyedTitle): string[] => [
  ...new Set(title.streams.flatMap((stream) => title.labelOf(stream) ?? [])),
];
