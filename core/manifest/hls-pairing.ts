import { fail } from '../base/errors.ts';
import type { AudioGroup } from './hls-audio-groups.ts';

/** Heights of pictures, both ends inclusive: `720p`. */
export interface HeightRange {
  readonly from?: string;
  readonly to?: string;
}

/** Which video variants go with which audio groups. */
export interface PairingOptions {
  /**
   * By what audio is coded in, and its channels (`aac/2`, `ec-3/6`, `ec-3/joc`; `aac` for all of it): the pictures that it goes with.
   * @default all pictures with all audio; where it has several qualities, low pictures with low ones
   */
  readonly audioGroups?: Readonly<Record<string, HeightRange>>;
  /** Refuse titles with more variants: players read and compare them all before they start. @default 100 */
  readonly maxVariants?: number;
}

const height = { type: 'string', pattern: '^[1-9][0-9]{0,4}p$', description: 'a height such as "720p"' };

/** For the `schema` of modes that write playlists. */
export const PAIRING_SCHEMA = {
  audioGroups: {
    type: 'object',
    propertyNames: {
      pattern: '^[a-z0-9-]+(/([1-9][0-9]?|joc))?$',
      description: 'audio such as "aac", "aac/2" or "ec-3/6"',
    },
    additionalProperties: {
      type: 'object',
      properties: { from: height, to: height },
      additionalProperties: false,
    },
  },
  maxVariants: { type: 'integer', minimum: 1, maximum: 10_000 },
} as const;

/** Those of a mode's options that say which video goes with which audio. */
export const pairingOf = ({ audioGroups, maxVariants }: PairingOptions): PairingOptions => ({
  ...(audioGroups && { audioGroups }),
  ...(maxVariants !== undefined && { maxVariants }),
});

/** What decides with which audio a variant goes. */
export interface VariantFacts {
  /** Pixels; absent without a picture. */
  readonly height?: number | undefined;
  /** Bits a second. */
  readonly rate: number;
}

/** A group, and the variants that are listed with it. */
export interface Pairing<Variant> {
  /** Absent where nothing stands beside the variants. */
  readonly group: AudioGroup | undefined;
  readonly variants: readonly Variant[];
}

/**
 * Every variant once for each group that it goes with, in given order: a player takes the group whose codec it knows. Where a form has
 * several qualities, the variants are shared out between them by their bit rates.
 * @throws PackagerError INVALID_OPTION for a table that names what is not there, or leaves a variant without audio; for too many
 */
export function pairVariants<Variant>(
  groups: readonly AudioGroup[],
  variants: readonly Variant[],
  factsOf: (variant: Variant) => VariantFacts,
  { audioGroups: table = {}, maxVariants = 100 }: PairingOptions = {},
): Pairing<Variant>[] {
  if (groups.length === 0) return [{ group: undefined, variants }];
  requireKnown(table, groups);
  const pairings = groups.map((group) => {
    const range = table[group.form] ?? table[group.codec];
    const own = variants.filter((variant) => !range || isWithin(range, factsOf(variant)));
    const shared = new Set(shareOut(own, factsOf, group));
    return { group, variants: own.filter((variant) => shared.has(variant)) };
  });
  const silent = variants.find((variant) => pairings.every((pairing) => !pairing.variants.includes(variant)));
  if (silent !== undefined)
    throw fail.invalidOption(
      `\`audioGroups\` leaves the video of ${factsOf(silent).height} lines without audio.`,
      `Let one of ${formsOf(groups).join(', ')} go with it.`,
    );
  const count = pairings.reduce((sum, pairing) => sum + pairing.variants.length, 0);
  if (count > maxVariants)
    throw fail.invalidOption(
      `The title would have ${count} HLS variants, ${variants.length} of video with up to ${groups.length} audio groups: more than ${maxVariants}.`,
      'Say in `audioGroups` which video goes with which audio, leave tracks out, or set a higher `maxVariants`.',
    );
  return pairings.filter((pairing) => pairing.variants.length > 0);
}

function requireKnown(table: Readonly<Record<string, HeightRange>>, groups: readonly AudioGroup[]): void {
  const unknown = Object.keys(table).find(
    (name) => !groups.some(({ form, codec }) => name === form || name === codec),
  );
  if (unknown === undefined) return;
  throw fail.invalidOption(
    `\`audioGroups\` names "${unknown}", and no audio group of the title is that.`,
    `It has ${formsOf(groups).join(', ')}.`,
  );
}

const formsOf = (groups: readonly AudioGroup[]): string[] => [...new Set(groups.map(({ form }) => form))];

/** What is no picture goes with everything. */
function isWithin({ from = '0p', to = 'Infinityp' }: HeightRange, { height: lines }: VariantFacts): boolean {
  return lines === undefined || (lines >= lineCount(from) && lines <= lineCount(to));
}

const lineCount = (text: string): number => Number(text.slice(0, -1));

/** The variants that a group's quality is for: of n variants and q qualities the two ladders run up together. */
function shareOut<Variant>(
  variants: readonly Variant[],
  factsOf: (variant: Variant) => VariantFacts,
  { quality, qualities }: AudioGroup,
): Variant[] {
  const ladder = variants.toSorted((a, b) => factsOf(a).rate - factsOf(b).rate);
  const steps = Math.max(ladder.length, qualities);
  return ladder.filter((_, place) =>
    Array.from({ length: steps }, (_step, step) => step).some(
      (step) =>
        Math.floor((step * ladder.length) / steps) === place &&
        Math.floor((step * qualities) / steps) === quality,
    ),
  );
}
