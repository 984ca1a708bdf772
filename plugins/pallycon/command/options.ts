/** What an option is called in PallyCon's guide, without the dashes; `f`, `help` and those of later versions are not in it. */
export type FlagName = 'ncg' | 'dash' | 'hls' | 'hls-ncg' | 'manual-mode' | 'f' | 'help' | LaterFlag;
type LaterFlag = 'multi-key' | 'skip-audio-encryption' | 'encrypt-audio' | 'enable-raw-key-encryption';
type LaterValue = 'max-sd-height' | 'max-hd-height' | 'max-uhd1-height' | 'keys' | 'iv';
export type ValueName =
  | LaterValue
  | 'site-id'
  | 'access-key'
  | 'contents-id'
  | 'o'
  | 'encryption-key'
  | 'license-url'
  | 'key-id'
  | 'fragment-duration';

export type OptionKind =
  | { readonly takes: 'nothing'; readonly name: FlagName }
  | { readonly takes: 'value'; readonly name: ValueName }
  | { readonly takes: 'files' };

const LATER_FLAGS: readonly LaterFlag[] = [
  'multi-key',
  'skip-audio-encryption',
  'encrypt-audio',
  'enable-raw-key-encryption',
];
const LATER_VALUES: readonly LaterValue[] = [
  'max-sd-height',
  'max-hd-height',
  'max-uhd1-height',
  'keys',
  'iv',
];
const FLAGS: readonly FlagName[] = [
  'ncg',
  'dash',
  'hls',
  'hls-ncg',
  'manual-mode',
  'f',
  'help',
  ...LATER_FLAGS,
];
const VALUES: readonly ValueName[] = [
  ...LATER_VALUES,
  'site-id',
  'access-key',
  'contents-id',
  'o',
  'encryption-key',
  'license-url',
  'key-id',
  'fragment-duration',
];

/** What later versions of the packager call the same options, once underscores are dashes. */
const LATER: Readonly<Record<string, string>> = {
  '--content-id': '--contents-id',
  '-i': '--i',
  '--input-file': '--i',
  '-o': '--o',
  '--output-dir': '--o',
  '-f': '--f',
  '-h': '--help',
};

/** By their spelling in the guide. */
const KINDS: ReadonlyMap<string, OptionKind> = new Map<string, OptionKind>([
  ...FLAGS.map((name): [string, OptionKind] => [`--${name}`, { takes: 'nothing', name }]),
  ...VALUES.map((name): [string, OptionKind] => [`--${name}`, { takes: 'value', name }]),
  ['--i', { takes: 'files' }],
]);

const OF_LATER: ReadonlySet<string> = new Set<string>([...LATER_FLAGS, ...LATER_VALUES]);

/** How messages call an option: as the version of the packager does that has it. */
export const spellingOf = (name: FlagName | ValueName): string =>
  `--${OF_LATER.has(name) ? name.replaceAll('-', '_') : name}`;

/** The option behind a spelling, of the guide or of a later version: `--site-id`, `--site_id`, `-i`. */
export function findOption(spelling: string): OptionKind | undefined {
  const dashed = spelling.replaceAll('_', '-');
  return KINDS.get(LATER[dashed] ?? dashed);
}
