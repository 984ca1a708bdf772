import { resolve } from 'node:path';
import { EXIT, fail } from '../base/errors.ts';
import { oneLine } from '../base/printable.ts';
import { Packager, type Plugin } from '../contract/packager.ts';
import { canonicalReference, schemeOf, shownReference } from '../io/reference.ts';
import type { FoundRun } from '../io/store.ts';
import type { CleanFlags } from './clean-words.ts';
import { findPossibleTitles } from './find-titles.ts';
import { printable, printableName, wrapLine } from './format.ts';
import { optionalTitles } from './optional-titles.ts';
import type { Parts } from './parts.ts';
import type { Shell } from './shell.ts';
import { eachTitle, type Titles } from './titles.ts';

/** Of the JSON: raised when it changes in a way that breaks who reads it. */
const VERSION = 1;

/** What CI logs and terminals have at least. */
const COLUMNS = 80;

/** Characters of the names of one run. */
const MOST_NAMES = 500;

/** Plugins of places that outputs go to. */
const STORES = /^store-/;

/** A place, and whose store takes outputs there. */
interface Place {
  readonly location: string;
  readonly plugins: readonly Plugin[];
}

/** What was found at a place. */
interface Cleaned {
  readonly location: string;
  readonly runs: readonly FoundRun[];
}

/**
 * Bring every dead run to its end that has left something at these locations, or at those of the config.
 * @returns the exit status: 4 where something is stuck
 */
export async function cleanCommand(
  locations: readonly string[],
  flags: CleanFlags,
  shell: Shell,
  parts: () => Promise<Parts>,
): Promise<number> {
  const places = await placesOf(locations, flags, shell, parts);
  const cleaned: Cleaned[] = [];
  for (const { location, plugins } of places) {
    const store = new Packager(plugins).stores.of(location, shell.signal);
    if (!store.cleans) {
      throw fail.invalidOption(
        `What runs have left in ${shownReference(location)} cannot be found out: ${store.name}.`,
        'Leave this location out, and clean it with the tools of its service.',
      );
    }
    const runs: FoundRun[] = [];
    await store.clean({ signal: shell.signal, tell: (run) => runs.push(run) });
    cleaned.push({ location: shownReference(location), runs });
  }
  if (flags.json) {
    shell.stdout.write(`${JSON.stringify({ version: VERSION, locations: cleaned }, undefined, 2)}\n`);
  } else {
    const { isTTY, columns = COLUMNS } = shell.stdout;
    const width = isTTY ? columns : COLUMNS;
    const lines = cleaned.flatMap(textOf).map((line) => wrapLine(printable(line), width));
    shell.stdout.write(`${lines.join('\n')}\n`);
  }
  const isStuck = cleaned.some(({ runs }) => runs.some(({ state }) => state === 'stuck'));
  return isStuck ? EXIT.output : 0;
}

async function placesOf(
  locations: readonly string[],
  flags: CleanFlags,
  shell: Shell,
  parts: () => Promise<Parts>,
): Promise<Place[]> {
  const places = new Map<string, Place>();
  if (locations.length === 0) {
    for (const { title, plugins } of eachTitle(await findPossibleTitles(flags, shell, parts))) {
      const place = canonicalReference(title.output);
      if (!places.has(place)) places.set(place, { location: title.output, plugins });
    }
    return [...places.values()];
  }
  const titles = await optionalTitles([], flags, shell, parts);
  const plugins = titles.at(0)?.plugins ?? builtinStores(await parts());
  return locations.map((location) => ({
    location: schemeOf(location) === undefined ? resolve(shell.cwd, location) : location,
    plugins: pluginsFor(location, titles) ?? plugins,
  }));
}

/** Those of the title that writes there, or near it. */
function pluginsFor(location: string, titles: Titles): readonly Plugin[] | undefined {
  const place = canonicalReference(location);
  for (const { title, plugins } of eachTitle(titles))
    if (canonicalReference(title.output).startsWith(place)) return plugins;
  return undefined;
}

const builtinStores = ({ builtins }: Parts): Plugin[] =>
  Object.entries(builtins.plugins)
    .filter(([name]) => STORES.test(name))
    .map(([, make]) => make({} as never));

function textOf({ location, runs }: Cleaned): string[] {
  const shown = printableName(location);
  if (runs.length === 0) return [`${shown}: no run has left anything.`];
  return [shown, ...runs.map((run) => `  ${STATES[run.state].padEnd(10)} ${said(run)}`)];
}

const STATES: Readonly<Record<FoundRun['state'], string>> = {
  published: 'published',
  removed: 'removed',
  live: 'at work',
  stuck: 'stuck',
};

function said({ state, names, host, silentSeconds, reason }: FoundRun): string {
  const what = names.length > 0 ? oneLine(names.join(', '), MOST_NAMES) : 'what had no name yet';
  const where = host === undefined ? '' : ` on ${host}`;
  if (state === 'published') return `${what}, which a run${where} had begun to publish`;
  if (state === 'removed') return `what a run${where} had written of ${what}`;
  if (state === 'stuck') return `${what}: ${reason ?? ''}`;
  const heard = silentSeconds === undefined ? '' : `, last heard of ${silentSeconds} s ago`;
  return `${what}: written by a run${where}${heard}; left alone`;
}
