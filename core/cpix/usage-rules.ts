import { fail } from '../base/errors.ts';

/** A `ContentKeyUsageRule`: which tracks a key is for (CPIX 2.3, 5.7). */
export interface UsageRule {
  /** UUID in lower case. */
  readonly kid: string;
  /** A word for business logic, such as `HD`; it never takes part in matching tracks. */
  readonly trackType: string | undefined;
  readonly filters: readonly UsageFilter[];
}

/** Bounds include their value, but for `minFps`. A filter without bounds still says what kind of track it is for. */
export type UsageFilter =
  | {
      readonly type: 'video';
      readonly minPixels: number | undefined;
      readonly maxPixels: number | undefined;
      readonly minFps: number | undefined;
      readonly maxFps: number | undefined;
      readonly hdr: boolean | undefined;
      readonly wcg: boolean | undefined;
    }
  | {
      readonly type: 'audio';
      readonly minChannels: number | undefined;
      readonly maxChannels: number | undefined;
    }
  | {
      readonly type: 'bitrate';
      readonly minBitrate: number | undefined;
      readonly maxBitrate: number | undefined;
    }
  | { readonly type: 'label'; readonly label: string }
  | { readonly type: 'period'; readonly periodId: string }
  | { readonly type: 'unknown'; readonly name: string };

/** What rules may ask about a track. A bound on what is not known does not match. */
export interface TrackFacts {
  readonly kind: 'video' | 'audio' | 'text';
  /** Coded width × height. */
  readonly pixels?: number;
  readonly fps?: number;
  readonly hdr?: boolean;
  readonly wcg?: boolean;
  readonly channels?: number;
  /** Bits a second, on average. */
  readonly bitrate?: number;
  readonly labels?: readonly string[];
  /** The document's id of the crypto period. */
  readonly periodId?: string;
}

/**
 * The key id for a track, by the rules; `undefined` when none is for it.
 * @throws PackagerError KEY_DOCUMENT when two keys are for it, or when a rule has a filter that is not known: then
 * nobody can say which tracks the rule is for.
 */
export function keyForTrack(rules: readonly UsageRule[], track: TrackFacts): string | undefined {
  requireKnownFilters(rules);
  const kids = new Set(rules.filter((rule) => isFor(rule, track)).map(({ kid }) => kid));
  if (kids.size > 1) {
    throw fail.keyDocument(`its usage rules give ${kids.size} keys to one ${track.kind} track.`);
  }
  return [...kids][0];
}

/** @throws PackagerError KEY_DOCUMENT */
export function requireKnownFilters(rules: readonly UsageRule[]): void {
  for (const filter of rules.flatMap(({ filters }) => filters)) {
    if (filter.type === 'unknown') {
      throw fail.keyDocument(
        `a usage rule has a filter that is not known (${filter.name}), so its tracks cannot be told.`,
      );
    }
  }
}

/** Filters of one type are alternatives, different types must all agree; a track is of one kind, so kinds are alternatives. */
export function isFor({ filters }: UsageRule, track: TrackFacts): boolean {
  const family = ({ type }: UsageFilter) => (type === 'video' || type === 'audio' ? 'media' : type);
  const passed = new Set(filters.filter((filter) => passes(filter, track)).map(family));
  return filters.every((filter) => passed.has(family(filter)));
}

function passes(filter: UsageFilter, track: TrackFacts): boolean {
  switch (filter.type) {
    case 'video':
      return (
        track.kind === 'video' &&
        within(track.pixels, filter.minPixels, filter.maxPixels) &&
        within(track.fps, undefined, filter.maxFps) &&
        (filter.minFps === undefined || (track.fps !== undefined && track.fps > filter.minFps)) &&
        (filter.hdr === undefined || track.hdr === filter.hdr) &&
        (filter.wcg === undefined || track.wcg === filter.wcg)
      );
    case 'audio':
      return track.kind === 'audio' && within(track.channels, filter.minChannels, filter.maxChannels);
    case 'bitrate':
      return within(track.bitrate, filter.minBitrate, filter.maxBitrate);
    case 'label':
      return track.labels?.includes(filter.label) === true;
    case 'period':
      return track.periodId === filter.periodId;
    case 'unknown':
      return false;
  }
}

/** A filter without bounds passes what is not known; one with a bound does not. */
function within(value: number | undefined, min: number | undefined, max: number | undefined): boolean {
  if (min === undefined && max === undefined) return true;
  return value !== undefined && value >= (min ?? 0) && value <= (max ?? Number.POSITIVE_INFINITY);
}
