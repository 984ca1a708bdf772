/** What an option is called in PallyCon's guide, without the dashes; `f` and `help` are not in it. */
export type FlagName = 'ncg' | 'dash' | 'hls' | 'hls-ncg' | 'manual-mode' | 'f' | 'help';
export type ValueName =
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

const FLAGS: readonly FlagName[] = ['ncg', 'dash', 'hls', 'hls-ncg', 'manual-mode', 'f', 'help'];
const VALUES: readonly ValueName[] = [
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

/** The option behind a spelling, of the guide or of a later version: `--site-id`, `--site_id`, `-i`. */
export function findOption(spelling: string): OptionKind | undefined {
  const dashed = spelling.replaceAll('_', '-');
  return KINDS.get(LATER[dashed] ?? dashed);
}
