import type { S3Client } from '../client/types.ts';
import type { Claims, DeadRun } from './claims.ts';
import { inLanes } from './lanes.ts';
import type { Layout } from './layout.ts';
import { abortUploads, isFinal, isLost, Publication } from './publication.ts';
import { toBytes } from './records.ts';

/** What became of a dead run. */
export type Settled = 'published' | 'removed';

/** What settling needs. */
export interface SettleOptions {
  readonly client: S3Client;
  readonly layout: Layout;
  /** Of the run that settles, which has taken over a claim of the dead one. */
  readonly claims: Claims;
  /** Its id. */
  readonly run: string;
}

/**
 * Bring a dead run to its end: what it had begun to publish is published, else all that it wrote is removed. A fence comes first: should it
 * only have slept, it can begin to publish no more.
 */
export async function settleRun(dead: DeadRun, by: SettleOptions): Promise<Settled> {
  const { client, layout, claims, run } = by;
  if (dead.run === '') return 'removed'; // a damaged claim: nobody knows of whom
  const fence = await client.put(layout.journalOf(dead.run), toBytes({ fencedBy: run }), {
    headers: layout.headers,
    onlyIfAbsent: true,
  });
  const found = fence === 'exists' ? await Publication.find(client, layout, dead.run) : undefined;
  const state = found instanceof Publication ? await finishOrUndo(found) : 'removed';
  // Those that another run has taken over are its to clean: it may be writing there already.
  await takeOthers(dead, claims);
  const ours = dead.names.filter((name) => claims.names.includes(name));
  await abortUploads(client, layout, ours);
  if (!(found instanceof Publication)) await client.delete(layout.journalOf(dead.run));
  return state;
}

/** From the middle of a publication there is a way back, but what was replaced stays so. */
async function finishOrUndo(publication: Publication): Promise<Settled> {
  try {
    await publication.finish();
    return 'published';
  } catch (cause) {
    if (isLost(cause)) return 'removed';
    if (!isFinal(cause)) throw cause;
    await publication.undo();
    return 'removed';
  }
}

/** The other claims of a dead run. */
async function takeOthers({ run, names }: DeadRun, claims: Claims): Promise<void> {
  await inLanes(names, async (name) => {
    if (claims.names.includes(name)) return;
    const found = await claims.find(name);
    if (found?.claim.run === run) await claims.takeOver(name, found);
  });
}
