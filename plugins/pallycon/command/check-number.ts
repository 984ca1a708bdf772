import { fail } from '../../../core/index.ts';
import { type FlagName, spellingOf, type ValueName } from './options.ts';
import type { Given } from './parse.ts';

export type ModeFlag = 'dash' | 'hls' | 'hls-ncg' | 'ncg';
export const MODE_FLAGS: readonly ModeFlag[] = ['dash', 'hls', 'hls-ncg', 'ncg'];

/**
 * Whether each parameter that must be there is, and none that has no meaning beside the others.
 * @throws PackagerError MISSING_OPTION, SURPLUS_OPTION
 */
export function checkNumber(given: Given): void {
  requireApart(given);
  requireAll(given);
  for (const [names, ...reasons] of BELONGING) {
    const lost = names.filter((name) => given.values.has(name));
    if (lost.length === 0 || reasons.some((flag) => given.flags.has(flag))) continue;
    const flags = reasons.map(spellingOf).join(' or ');
    throw fail.surplusOption(`Given, but only for ${flags}: ${lost.map(spellingOf).join(', ')}.`, SEE_HELP);
  }
  const segmented = MODE_FLAGS.some((flag) => flag !== 'ncg' && given.flags.has(flag));
  if (given.values.has('fragment-duration') && !segmented) {
    throw fail.surplusOption('--fragment-duration is given, but --ncg writes no fragments.', SEE_HELP);
  }
}

/** Flags that exclude each other, with what makes them. */
const APART: readonly (readonly [flag: FlagName, others: readonly FlagName[], why: string])[] = [
  ['multi-key', ['manual-mode', 'ncg', 'hls-ncg'], 'which has one key for everything'],
  ['enable-raw-key-encryption', ['manual-mode'], 'which has a key of its own'],
  ['enable-raw-key-encryption', ['ncg', 'hls-ncg'], 'which takes a given key in --manual-mode alone'],
  ['skip-audio-encryption', ['ncg', 'hls-ncg'], 'which encrypts pictures and sound together'],
  ['skip-audio-encryption', ['encrypt-audio'], 'which says the opposite'],
];

function requireApart({ flags }: Given): void {
  for (const [flag, others, why] of APART) {
    const other = flags.has(flag) && others.find((name) => flags.has(name));
    if (!other) continue;
    throw fail.surplusOption(
      `${spellingOf(flag)} does not go with ${spellingOf(other)}, ${why}.`,
      'Leave one of them out, or run the command once for each.',
    );
  }
}

/** Values with the flags of which each gives them a meaning. */
const BELONGING: readonly (readonly [names: readonly ValueName[], ...flags: FlagName[]])[] = [
  [['encryption-key', 'key-id'], 'manual-mode'],
  [['license-url'], 'manual-mode', 'enable-raw-key-encryption'],
  [['keys', 'iv'], 'enable-raw-key-encryption'],
  [['max-sd-height', 'max-hd-height', 'max-uhd1-height'], 'multi-key'],
];

function requireAll({ flags, values, inputs }: Given): void {
  const { names, kind } = required(flags);
  const missing = [
    ...[...names, 'o' as const].filter((name) => !values.has(name)).map(spellingOf),
    ...(inputs.length === 0 ? ['--i'] : []),
    ...(MODE_FLAGS.some((flag) => flags.has(flag)) ? [] : ['one of --ncg, --dash, --hls and --hls-ncg']),
  ];
  if (missing.length > 0) throw fail.missingOption(`Missing ${kind}: ${missing.join(', ')}.`, SEE_HELP);
}

/** What must be there beside inputs and output, by where the keys come from. */
function required(flags: Given['flags']): { readonly names: readonly ValueName[]; readonly kind: string } {
  if (flags.has('manual-mode')) {
    const ids: ValueName[] = flags.has('dash') ? ['key-id'] : [];
    return { names: ['contents-id', 'encryption-key', ...ids], kind: 'in manual mode' };
  }
  if (flags.has('enable-raw-key-encryption')) {
    const ivs: ValueName[] = flags.has('hls') ? ['iv'] : [];
    return { names: ['contents-id', 'keys', ...ivs], kind: 'with --enable_raw_key_encryption' };
  }
  return { names: ['site-id', 'access-key'], kind: 'without --manual-mode' };
}

const SEE_HELP = 'PallyConPackager --help lists the parameters.';
