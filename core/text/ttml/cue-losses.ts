import { oneLine } from '../../base/printable.ts';
import type { Cue, TextDocument } from '../cue.ts';
import { type CssRule, cssRules, ruleKey, said } from '../webvtt/css.ts';
import { cueRegionId, regionsById } from '../webvtt/settings.ts';

/** What players of WebVTT take from STYLE blocks (W3C WebVTT, 8.2.1), of `::cue`. */
const TAKEN =
  /^(?:color|opacity|visibility|text-decoration|text-shadow|background(?:-\w+)?|outline(?:-\w+)?|font(?:-\w+)?|line-height|text-combine-upright|ruby-position)$/;
/** Values that change nothing. */
const NEUTRAL = /^(?:|none|normal|initial|inherit|unset|visible|medium|1|1em|100%)$/;
/** Letters of a selector that are shown. */
const LONGEST_NAME = 40;

/** What the cues of a document use: what nobody uses is nothing that is lost. */
interface Used {
  /** Tags with what is in them: `v`, `.loud`, `#first`, `voice=Mary`. */
  readonly names: ReadonlySet<string>;
  readonly hasTimes: boolean;
  readonly regions: ReadonlySet<string>;
  readonly isPlacedInRegion: boolean;
}

/** What of WebVTT is not said by the TTML that `cuesAsTtml` makes of it, in words of WebVTT. */
export function cueLosses({ cues, styles, regions }: TextDocument): string[] {
  if (styles.length === 0 && regions.length === 0) return [];
  const used = usedBy(cues);
  const lost = new Set<string>();
  for (const rule of cssRules(styles)) for (const what of ruleLosses(rule, used)) lost.add(what);
  const byId = regionsById(regions);
  const own = [...used.regions].map((id) => byId.get(id) ?? '');
  if (own.some((region) => /(?:^|\s)scroll:up(?:\s|$)/.test(region))) lost.add('scroll:up of regions');
  if (used.isPlacedInRegion) lost.add('position within regions');
  return [...lost];
}

function ruleLosses({ selector, declarations }: CssRule, used: Used): string[] {
  const taken = declarations.filter(([name, value]) => TAKEN.test(name) && !NEUTRAL.test(value));
  if (taken.length === 0) return [];
  if (selector === undefined) return used.regions.size > 0 ? ['::cue-region'] : [];
  if (!isUsed(selector, used)) return [];
  if (ruleKey(selector) === undefined) return [oneLine(`::cue(${selector})`, LONGEST_NAME)];
  return taken
    .filter(([name, value]) =>
      name === 'text-decoration'
        ? /line-through|overline/.test(value)
        : Object.keys(said(name, value)).length === 0,
    )
    .map(([name]) => name);
}

/** Whether all that a selector names is in some cue; of what cannot be told it may be. */
function isUsed(selector: string, { names, hasTimes }: Used): boolean {
  if (/:(?:past|future)\b/.test(selector) && !hasTimes) return false;
  const attributes = Array.from(
    selector.matchAll(/\bvoice\s*=\s*["']?([^"'\]]{1,1000})/g),
    ([, voice]) => `voice=${voice!.trim()}`,
  );
  // What is in brackets and behind colons is no tag.
  const plain = selector.replace(/\[[^\]]*\]|::?[\w-]+(?:\([^()]*\))?/g, ' ');
  const parts = Array.from(plain.matchAll(/[.#]?[A-Za-z_][\w-]*/g), ([part]) => part);
  return [...attributes, ...parts].every((part) => names.has(part));
}

function usedBy(cues: readonly Cue[]): Used {
  const names = new Set<string>();
  const regions = new Set<string>();
  let hasTimes = false;
  let isPlacedInRegion = false;
  for (const { id, settings, payload } of cues) {
    if (id !== undefined) names.add(`#${id}`);
    for (const [, time, tag = '', classes = '', rest = ''] of payload.matchAll(TAG)) {
      if (time !== undefined) hasTimes = true;
      else names.add(tag);
      for (const name of classes.split('.').slice(1)) names.add(`.${name}`);
      if (tag === 'v') names.add(`voice=${rest.trim()}`);
    }
    const region = settings === undefined ? undefined : cueRegionId(settings);
    if (settings === undefined || region === undefined) continue;
    regions.add(region);
    if (/(?:^| )position:/.test(settings)) isPlacedInRegion = true;
  }
  return { names, hasTimes, regions, isPlacedInRegion };
}

const TAG = /<(?:(\d)|([a-z]{1,4})((?:\.[^\s.<>]{1,100}){0,16})(?:\s([^<>]{0,1000}))?)/g;
