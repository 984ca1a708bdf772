const PERCENT = '(?:\\d{1,2}(?:\\.\\d{1,9})?|100(?:\\.0{1,9})?)%';

/** The values that a setting may have (W3C WebVTT, 4.4). */
const VALUES: Readonly<Record<string, RegExp>> = {
  vertical: /^(?:rl|lr)$/,
  line: new RegExp(`^(?:-?\\d{1,9}(?:\\.\\d{1,9})?|${PERCENT})(?:,(?:start|center|end))?$`),
  position: new RegExp(`^${PERCENT}(?:,(?:line-left|center|line-right))?$`),
  size: new RegExp(`^${PERCENT}$`),
  align: /^(?:start|center|end|left|right)$/,
};

/** Words of drafts that files still have. */
const RENEWED: readonly (readonly [RegExp, string])[] = [
  [/^(align:|position:.*,|line:.*,)middle$/, '$1center'],
  [/^(position:.*,)start$/, '$1line-left'],
  [/^(position:.*,)end$/, '$1line-right'],
];

/**
 * The settings of a cue that mean something, each once: of several the last, as players have it.
 * @param regions the ids of the document's regions
 * @param refused told of each that means nothing
 */
export function cleanSettings(
  text: string,
  regions: ReadonlySet<string>,
  refused: (setting: string) => void,
): string | undefined {
  if (text === '') return undefined;
  const kept = new Map<string, string>();
  for (const word of text.split(/[ \t]+/)) {
    const setting = RENEWED.reduce((now, [old, renewed]) => now.replace(old, renewed), word);
    const colon = setting.indexOf(':');
    const [name, value] = [setting.slice(0, colon), setting.slice(colon + 1)];
    const isKnown =
      name === 'region' ? regions.has(value) : Object.hasOwn(VALUES, name) && VALUES[name]!.test(value);
    if (isKnown) kept.set(name, value);
    else refused(word);
  }
  return kept.size === 0 ? undefined : [...kept].map(([name, value]) => `${name}:${value}`).join(' ');
}

/** What is told of settings that `cleanSettings` refused. */
export function refusedNotice(refused: ReadonlySet<string>): string[] {
  const [first] = refused;
  if (first === undefined) return [];
  const more = refused.size > 1 ? `, and ${refused.size - 1} more` : '';
  return [`Settings of cues that mean nothing are left out: ${first.slice(0, 40)}${more}.`];
}

/** The id of a REGION block (W3C WebVTT, 4.3). */
export const regionId = (region: string): string | undefined => /(?:^|\s)id:(\S+)/.exec(region)?.[1];

/** The id of the region that a cue is in; with a place or direction of its own it is in none (W3C WebVTT, 6.3). */
export function cueRegionId(settings: string): string | undefined {
  if (/(?:^|\s)(?:line:|vertical:|size:(?!100(?:\.0+)?%))/.test(settings)) return undefined;
  return /(?:^|\s)region:(\S+)/.exec(settings)?.[1];
}

const BY_ID = new WeakMap<readonly string[], ReadonlyMap<string, string>>();

/** The REGION blocks of a document by their ids: every cue may ask for one. */
export function regionsById(regions: readonly string[]): ReadonlyMap<string, string> {
  const known = BY_ID.get(regions);
  if (known !== undefined) return known;
  const named = regions.flatMap((region): [string, string][] => {
    const id = regionId(region);
    return id === undefined ? [] : [[id, region]];
  });
  // Of two with one id the first.
  const byId = new Map(named.toReversed());
  BY_ID.set(regions, byId);
  return byId;
}
