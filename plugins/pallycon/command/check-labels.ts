import { type Config, fail } from '../../../core/index.ts';
import { spellingOf } from './options.ts';
import type { Given, GivenValue } from './parse.ts';

/** The labels of tracks from small pictures to large; the last has no limit. */
const HEIGHTS = [
  { label: 'SD', option: 'max-sd-height', usual: 480 },
  { label: 'HD', option: 'max-hd-height', usual: 1080 },
  { label: 'UHD1', option: 'max-uhd1-height', usual: 2160 },
] as const;
const LARGEST = 'UHD2';
const SOUND = 'AUDIO';

/** What tracks with keys of their own may be called. */
export const LABELS: readonly string[] = [...HEIGHTS.map(({ label }) => label), LARGEST, SOUND];

/** What arguments say of labels and of what stays clear. */
export interface Labelling {
  /** Which tracks share a key; `undefined`: all do. */
  readonly keys: Config['keys'];
  readonly clear: Config['clear'];
  /** What is to be known before anything is packaged. */
  readonly warnings: readonly string[];
}

/**
 * Which tracks share a key, and which stay clear.
 * @throws PackagerError INVALID_OPTION for heights that are none, or do not rise
 */
export function checkLabels({ flags, values }: Given): Labelling {
  const isMulti = flags.has('multi-key');
  const isClear = flags.has('skip-audio-encryption');
  const isTold = isClear || flags.has('encrypt-audio');
  const comesFromLater = isMulti || flags.has('enable-raw-key-encryption');
  return {
    keys: isMulti ? { limits: limitsOf(values), audio: SOUND } : undefined,
    clear: isClear ? ['audio'] : undefined,
    warnings: comesFromLater && !isTold ? [SOUND_IS_ENCRYPTED] : [],
  };
}

/** Whoever has a script for that version gets other files than it made. */
const SOUND_IS_ENCRYPTED =
  'Sound is encrypted, while PallyCon 4.3 leaves it clear by default: pass --skip_audio_encryption to leave it clear, or --encrypt_audio to say that it is meant.';

function limitsOf(values: Given['values']): Record<string, `${number}p` | 'max'> {
  const heights = HEIGHTS.map(({ label, option, usual }) => {
    const value = values.get(option);
    return { label, option, height: value ? checkHeight(value) : usual };
  });
  for (const [index, { option, height }] of heights.entries()) {
    const below = heights[index - 1];
    if (!below || below.height <= height) continue;
    throw fail.invalidOption(
      `${spellingOf(below.option)} (${below.height}) is above ${spellingOf(option)} (${height}).`,
      'Let them rise: SD, HD, UHD1. Without the option it is 480, 1080, 2160.',
    );
  }
  // Of equal heights the first label has all pictures.
  const used = heights.filter(({ height }, index) => heights[index - 1]?.height !== height);
  return {
    ...Object.fromEntries(used.map(({ label, height }) => [label, `${height}p` as const])),
    [LARGEST]: 'max',
  };
}

function checkHeight({ spelling, text }: GivenValue): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw fail.invalidOption(`${spelling} is not a height in pixels: a whole number from 1 to 99999.`);
}
