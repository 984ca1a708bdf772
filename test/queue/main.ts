/**
 * Titles by a queue with workers that are killed: `npm run test:queue`, after `npm run build`; exit status 1 when something is not as
 * it should be. `-- --on redis`, `--to s3` (film and outputs in a real Ceph gateway), `--titles 300`, `--workers 3`, `--kills 30`, `--seed 7`,
 * `--lock 10` (seconds; a machine that has much else to do does not renew short ones in time).
 */
import { parseArgs } from 'node:util';
import { madeOnce } from '../helpers/commands/folders.ts';
import type { DatabaseServer } from '../helpers/servers/database-server.ts';
import { startPostgres } from '../helpers/servers/postgres.ts';
import { startRedis } from '../helpers/servers/redis.ts';
import { startRgw } from '../helpers/servers/rgw.ts';
import { makeSetting, type Setting } from '../s3/setting.ts';
import { bucketPlace } from './bucket-place.ts';
import { campaign } from './campaign.ts';
import { cutFilm } from './film.ts';
import { lostServer } from './lost-server.ts';
import { scenes } from './scenes.ts';

const SERVERS = { redis: startRedis, postgres: startPostgres } as const;

const { values } = parseArgs({
  options: {
    on: { type: 'string', multiple: true, default: Object.keys(SERVERS) },
    to: { type: 'string', default: 'disk' },
    titles: { type: 'string', default: '300' },
    workers: { type: 'string', default: '3' },
    kills: { type: 'string', default: '30' },
    lock: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
  },
});

/** The same numbers for the same seed (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const startOf = (name: string) => SERVERS[name as keyof typeof SERVERS];

/** Scenes (on disk) and campaign. @returns whether all is as it should be */
async function tryOn(name: string, server: DatabaseServer, setting: Setting | undefined): Promise<boolean> {
  const film = await madeOnce('queue-film.mp4', cutFilm);
  const wrong: string[] = [];
  const look = (what: string, faults: readonly string[]): void => {
    wrong.push(...faults);
    console.log(`${name}: ${what}: ${faults.length === 0 ? 'as it should be' : faults.join('; ')}`);
  };
  if (!setting) {
    look('drained, cancelled, frozen, moved to the front', await scenes(server, film));
    for (const how of ['SIGKILL', 'SIGSTOP'] as const)
      look(`a server struck by ${how}`, await lostServer(startOf(name), film, how));
  }
  const { kills, takeovers, interrupted, settled, outcomes, faults, seconds } = await campaign({
    server,
    film,
    ...(setting && { place: await bucketPlace(setting, name, film) }),
    titles: Number(values.titles),
    workers: Number(values.workers),
    kills: Number(values.kills),
    lock: Number(values.lock),
    random: dice(Number(values.seed)),
    onKill: (number, title) => console.log(`${name}: kill ${number}, ${title}`),
  });
  const sorted = [...takeovers].sort((one, other) => one - other);
  const figure = (value: number | undefined) => (value === undefined ? '-' : `${value.toFixed(1)} s`);
  console.log(
    `${name}: ${values.titles} titles, ${values.workers} workers, ${kills} kills in ${figure(seconds)}, to ${values.to}`,
  );
  for (const [outcome, count] of outcomes) console.log(`  ${String(count).padStart(5)}  ${outcome}`);
  console.log(
    `  taken over ${sorted.length} times: median ${figure(sorted[Math.floor(sorted.length / 2)])}, longest ${figure(sorted.at(-1))}`,
  );
  console.log(`  begun again ${interrupted.length} times: ${interrupted.join(', ') || '-'}`);
  console.log(`  clean found ${settled.length} runs to bring to their end: ${settled.join(', ') || '-'}`);
  for (const fault of faults) console.log(`  FAULT ${fault}`);
  if (kills < Number(values.kills)) console.log(`  FAULT only ${kills} kills: all had ended`);
  return wrong.length === 0 && faults.length === 0 && kills >= Number(values.kills);
}

async function main(): Promise<number> {
  const rgw = values.to === 's3' ? await startRgw() : undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void Promise.resolve(rgw?.close()).then(() => process.exit(130)));
  let isRight = true;
  try {
    const setting = rgw && (await makeSetting(rgw));
    for (const name of values.on) {
      const server = await startOf(name)();
      try {
        isRight = (await tryOn(name, server, setting)) && isRight;
      } finally {
        await server.stop();
      }
    }
  } finally {
    await rgw?.close();
  }
  return isRight ? 0 : 1;
}

process.exitCode = await main();
