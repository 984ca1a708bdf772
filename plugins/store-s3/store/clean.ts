import type { FoundRun } from '../../../core/kit.ts';
import { hasDots } from '../client/place.ts';
import type { S3Client, S3Headers, S3Place } from '../client/types.ts';
import { Claims, type FoundClaim } from './claims.ts';
import { Layout, locationOf } from './layout.ts';
import { DamagedJournal, Publication } from './publication.ts';
import { settleRun } from './settle.ts';
import { realSurroundings, type S3Surroundings, SILENCE_MS } from './surroundings.ts';

export interface CleanOptions {
  readonly client: S3Client;
  readonly location: S3Place;
  /** What hidden objects are written with. */
  readonly headers?: S3Headers;
  /** Only what dead runs have left of these. @default of all */
  readonly names?: readonly string[];
  tell(found: FoundRun): void;
}

/**
 * Bring every dead run under a location to its end, as the next run with its names would.
 * @returns whether live runs were found
 */
export async function clean(
  { client, location, headers, names, tell }: CleanOptions,
  surroundings: S3Surroundings = realSurroundings(),
): Promise<boolean> {
  const layout = new Layout(location, headers);
  const run = surroundings.newRunId();
  const { processes, host } = surroundings;
  const words = { run, process: processes.own, host, names: [] };
  const claims = new Claims({ client, layout, words, surroundings });
  surroundings.running.add(run);
  try {
    const found = await claimsOf(claims, names ?? (await claimedNames(client, layout)));
    const live = byRun(found.filter(([, claim]) => !claims.isDead(claim)));
    for (const [first, ...others] of live.values()) tell(liveRun(first!, [first!, ...others]));
    for (const [name, dead] of found.filter(([, claim]) => claims.isDead(claim))) {
      if (claims.names.includes(name) || !(await claims.takeOver(name, dead))) continue;
      const who = dead.claim.host !== '' && { host: dead.claim.host };
      const settling = claims.settle(name, async (settled) => {
        const state = await settleRun(settled, { client, layout, claims, run });
        tell({ state, names: settled.names, ...who });
      });
      // The others are brought to their ends all the same.
      await settling.catch((cause: unknown) => {
        if (!(cause instanceof DamagedJournal)) throw cause;
        tell({ state: 'stuck', names: dead.claim.names, reason: cause.message, ...who });
      });
    }
    if (!names) await removeVoid(client, layout, claims, tell);
    return live.size > 0;
  } finally {
    await claims.release().catch(() => {});
    surroundings.running.delete(run);
  }
}

/** The same of this location and of all below it, whose runs are told with the way to them. Every key is listed. */
export async function cleanBelow(
  { location, tell, ...by }: Omit<CleanOptions, 'names'>,
  surroundings?: S3Surroundings,
): Promise<void> {
  const { bucket, key: root } = location;
  const start = root === '' ? '' : `${root}/`;
  await clean({ ...by, location, tell }, surroundings);
  const seen = new Set([root]);
  for await (const { key: hidden } of by.client.list(start)) {
    const key = locationOf(hidden);
    if (key === undefined || seen.has(key)) continue;
    seen.add(key);
    const way = `${key.slice(start.length)}/`;
    const tellWay = (found: FoundRun) => tell({ ...found, names: found.names.map((name) => way + name) });
    await clean({ ...by, location: { bucket, key }, tell: tellWay }, surroundings);
  }
}

type Named = readonly [name: string, found: FoundClaim];

async function claimedNames(client: S3Client, layout: Layout): Promise<string[]> {
  const names: string[] = [];
  for await (const { key } of client.list(layout.claims))
    names.push(key.slice(layout.claims.length).replace(/\.json$/, ''));
  // No run writes others, and they could not be asked for.
  return names.filter((name) => !hasDots(name));
}

async function claimsOf(claims: Claims, names: readonly string[]): Promise<Named[]> {
  const found: Named[] = [];
  for (const name of names) {
    const claim = await claims.find(name);
    if (claim) found.push([name, claim]);
  }
  return found;
}

function byRun(found: readonly Named[]): Map<string, Named[]> {
  const runs = new Map<string, Named[]>();
  for (const each of found) runs.set(each[1].claim.run, [...(runs.get(each[1].claim.run) ?? []), each]);
  return runs;
}

const liveRun = ([, { claim, facts }]: Named, all: readonly Named[]): FoundRun => ({
  state: 'live',
  names: all.map(([name]) => name),
  host: claim.host,
  silentSeconds: Math.max(0, Math.round((facts.serverTime - facts.modified) / 1000)),
});

/**
 * Journals and fences that no claim belongs to: of a run that wrote its journal when another had its names already, and was killed
 * before it saw that; of one that was killed while it brought another to its end. Nothing of them may be published.
 */
async function removeVoid(
  client: S3Client,
  layout: Layout,
  claims: Claims,
  tell: CleanOptions['tell'],
): Promise<void> {
  const old: string[] = [];
  for await (const { key } of client.list(layout.runs)) {
    const facts = await client.head(key);
    if (facts && facts.serverTime - facts.modified > SILENCE_MS) old.push(layout.runOf(key));
  }
  if (old.length === 0) return;
  const found = await claimsOf(claims, await claimedNames(client, layout));
  const known = new Set(found.flatMap(([, { claim }]) => [claim.run, claim.settles?.run]));
  for (const run of old.filter((each) => !known.has(each))) {
    const left = await Publication.find(client, layout, run).catch((cause: unknown) => {
      if (cause instanceof DamagedJournal) return undefined; // it publishes nothing, and is nobody's
      throw cause;
    });
    if (left instanceof Publication) {
      await left.drop();
      tell({ state: 'removed', names: left.names });
    } else await client.delete(layout.journalOf(run));
  }
}
