import { fail } from '../base/errors.ts';
import type { Rational } from '../base/fraction.ts';

/** What a policy goes by: plain facts of a track. */
export interface LabelledTrack {
  readonly kind: string;
  /** Codec string of RFC 6381. */
  readonly codecs: string;
  readonly language: string;
  readonly video?: { readonly width: number; readonly height: number; readonly frameRate?: Rational };
  readonly audio?: { readonly channels: number };
}

/**
 * Up to which size a label of pictures goes: `768x576` is a number of coded pixels, whatever their shape; `576p` a height, whatever
 * the width; `max` stands for all that are larger than the others.
 */
export type PictureLimit = `${number}x${number}` | `${number}p` | 'max';

/** Labels of pictures by their size. */
export interface QualityLimits {
  /**
   * Of each label: the largest picture that has it, e.g. `{ SD: '1024x576', HD: '1920x1080', UHD: 'max' }`, or by height:
   * `{ SD: '576p', HD: 'max' }`. Pixels and heights do not go together.
   */
  readonly limits: Readonly<Record<string, PictureLimit>>;
  /** The label of sound. @default 'AUDIO' */
  readonly audio?: string | undefined;
}

/** The label of a track: 1 to 64 letters, digits, `+`, `-`, `_` and `.`. */
export type LabelOf = (track: LabelledTrack) => string;

/**
 * How a config says which tracks share a key: one for all (`ALL`); one for pictures and one for sound (`VIDEO`, `AUDIO`); by the
 * size of pictures (`SD`, `HD`, `UHD1`, `UHD2`, and `AUDIO`), or by limits of one's own; or as a function says.
 */
export type KeyPolicy = 'one' | 'audio-video' | 'by-quality' | QualityLimits | LabelOf;

/** Which tracks share a key: each has a label, and what has one label has one key in each crypto period. */
export interface LabelPolicy {
  /** All that it can give, in the order in which keys are listed. */
  readonly labels: readonly string[];
  labelOf(track: LabelledTrack): string;
}

/** The label of a title with one key, as key servers know it. */
export const ALL = 'ALL';

/** One key for all tracks. */
export const ONE_KEY: LabelPolicy = { labels: [ALL], labelOf: () => ALL };

/** The label of sound, unless a config says another. */
const SOUND = 'AUDIO';

/** The usual limits of key servers: 442,368, 2,073,600 and 8,847,360 pixels. */
const QUALITIES: QualityLimits = {
  limits: { SD: '768x576', HD: '1920x1080', UHD1: '4096x2160', UHD2: 'max' },
};

/** What a label is made of. */
export const LABEL = /^[A-Za-z0-9][A-Za-z0-9+._-]{0,63}$/;

/** The policy of a config, where all labels that it can give are known before any track is; those of a function are not. */
export function fixedPolicy(policy: KeyPolicy): LabelPolicy | undefined {
  if (typeof policy === 'function') return undefined;
  const limits = qualityLimits(policy);
  if (limits) return byQuality(limits);
  if (policy === 'one') return ONE_KEY;
  return { labels: ['VIDEO', 'AUDIO'], labelOf: ({ kind }) => (kind === 'audio' ? 'AUDIO' : 'VIDEO') };
}

/**
 * The policy of a config, once the tracks are known. A function is asked once for each: what it says later could not change keys
 * any more.
 * @throws PackagerError INVALID_OPTION when a function answers no label, or throws
 */
export function policyOf(policy: KeyPolicy, tracks: readonly LabelledTrack[]): LabelPolicy {
  const fixed = fixedPolicy(policy);
  if (fixed) return fixed;
  const ask = (track: LabelledTrack) => checkedLabel(answerOf(policy as LabelOf, track), track);
  const answers = new Map(tracks.map((track) => [track, ask(track)]));
  const labelOf = (track: LabelledTrack): string => answers.get(track) ?? ask(track);
  const labels = [...new Set(answers.values())];
  return { labels: labels.length > 0 ? labels : [ALL], labelOf };
}

/** What limits of pictures count: all their pixels, or their lines. */
export type PictureMeasure = 'pixels' | 'height';

/** Labels by size, as numbers. */
export interface MeasuredLimits {
  readonly measure: PictureMeasure;
  /** Labels of pictures from small to large, each with the size of its largest in `measure`. */
  readonly rising: readonly { readonly label: string; readonly size: number }[];
  /** The label of sound. */
  readonly audio: string;
}

/**
 * @returns `undefined` for a policy that does not go by size
 * @throws PackagerError INVALID_OPTION for limits of both kinds, for two labels that go up to the same size, and for a label of
 * pictures that sound would have by default
 */
export function qualityLimits(policy: KeyPolicy): MeasuredLimits | undefined {
  const limits = policy === 'by-quality' ? QUALITIES : policy;
  if (typeof limits !== 'object') return undefined;
  const rising = Object.entries(limits.limits)
    .map(([label, limit]) => ({ label, size: sizeOf(limit) }))
    .sort((a, b) => a.size - b.size);
  const twin = rising.findIndex(({ size }, index) => size === rising[index + 1]?.size);
  if (twin >= 0) {
    throw fail.invalidOption(
      `\`keys.limits\` has the same limit for ${rising[twin]!.label} and ${rising[twin + 1]!.label}: no picture would have the key of the second.`,
      'Give each label a limit of its own, or leave one of them out.',
    );
  }
  if (limits.audio === undefined && Object.hasOwn(limits.limits, SOUND)) {
    throw fail.invalidOption(
      `\`keys.limits\` has the label ${SOUND}, which is that of sound: both would share a key.`,
      `Call the label of pictures otherwise; or, if sound is to share its key, say \`audio: '${SOUND}'\`.`,
    );
  }
  return { rising, measure: measureOf(limits), audio: limits.audio ?? SOUND };
}

const isHeight = (limit: PictureLimit): boolean => limit.endsWith('p');

/** @throws PackagerError INVALID_OPTION for limits of both kinds: nobody could say which is the larger */
function measureOf({ limits }: QualityLimits): PictureMeasure {
  const [first, ...others] = Object.values(limits).filter((limit) => limit !== 'max');
  const odd = first && others.find((other) => isHeight(other) !== isHeight(first));
  if (odd) {
    throw fail.invalidOption(
      `\`keys.limits\` counts pixels in one limit and heights in another (${first}, ${odd}).`,
      "Write all of them as sizes ('1920x1080'), or all as heights ('1080p').",
    );
  }
  return first && isHeight(first) ? 'height' : 'pixels';
}

function byQuality({ rising, measure, audio }: MeasuredLimits): LabelPolicy {
  return {
    labels: [...new Set([...rising.map(({ label }) => label), audio])],
    labelOf({ kind, video }) {
      if (kind === 'audio' || !video) return audio;
      const { width, height } = video;
      const own = measure === 'height' ? height : width * height;
      const found = rising.find(({ size }) => own <= size);
      if (found) return found.label;
      throw fail.invalidOption(
        `No label of \`keys.limits\` is for pictures of ${width}×${height}.`,
        "Give the largest label the limit 'max'.",
      );
    },
  };
}

/** @returns a number of pixels or of lines; that of `max` is above all others */
function sizeOf(limit: PictureLimit): number {
  if (limit === 'max') return Number.POSITIVE_INFINITY;
  if (isHeight(limit)) return Number(limit.slice(0, -1));
  const [width, height] = limit.split('x').map(Number);
  return width! * height!;
}

/** What a function says of a track: of a copy, so that it cannot change what is packaged. */
function answerOf(policy: LabelOf, track: LabelledTrack): unknown {
  const { kind, codecs, video, audio } = track;
  const facts = { ...track, ...(video && { video: { ...video } }), ...(audio && { audio: { ...audio } }) };
  try {
    return policy(facts);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : 'it threw something that is no error';
    throw fail.invalidOption(
      `The function \`keys\` failed for the ${kind} track with ${codecs}: ${words}`,
      'Let it answer a label for every track; only pictures have `video`, and only sound `audio`.',
    );
  }
}

function checkedLabel(label: unknown, { kind, codecs }: LabelledTrack): string {
  if (typeof label === 'string' && LABEL.test(label)) return label;
  throw fail.invalidOption(
    `The function \`keys\` gives the ${kind} track with ${codecs} no label.`,
    'Let it answer 1 to 64 letters, digits, "+", "-", "_" and "." for every track.',
  );
}
