/**
 * Titles by a queue with workers that are killed: `npm run test:queue`, after `npm run build`; exit status 1 when something is not as
 * it should be. `-- --on redis`, `--titles 300`, `--workers 3`, `--kills 30`, `--seed 7`.
 */
import { parseArgs } from 'node:util';
import { madeOnce } from '../helpers/commands/folders.ts';
import { startPostgres } from '../helpers/servers/postgres.ts';
import { startRedis } from '../helpers/servers/redis.ts';
import { campaign } from './campaign.ts';
import { cutFilm } from './film.ts';
import { scenes } from './scenes.ts';

const SERVERS = { redis: startRedis, postgres: startPostgres } as const;

const { values } = parseArgs({
  options: {
    on: { type: 'string', multiple: true, default: Object.keys(SERVERS) },
    titles: { type: 'string', default: '300' },
    workers: { type: 'string', default: '3' },
    kills: { type: 'string', default: '30' },
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

process.exitCode = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const film = await madeOnce('queue-film.mp4', cutFilm);
for (const name of values.on) {
  const start = SERVERS[name as keyof typeof SERVERS];
  const server = await start();
  try {
    const wrong = await scenes(server, film);
    console.log(
      `${name}: drained, cancelled, frozen: ${wrong.length === 0 ? 'as it should be' : wrong.join('; ')}`,
    );
    if (wrong.length > 0) process.exitCode = 1;
    const result = await campaign({
      server,
      film,
      titles: Number(values.titles),
      workers: Number(values.workers),
      kills: Number(values.kills),
      random: dice(Number(values.seed)),
      onKill: (number, title) => console.log(`${name}: kill ${number}, ${title}`),
    });
    const sorted = [...result.takeovers].sort((one, other) => one - other);
    const seconds = (value: number | undefined) => (value === undefined ? '-' : `${value.toFixed(1)} s`);
    console.log(
      `${name}: ${values.titles} titles, ${values.workers} workers, ${result.kills} kills in ${seconds(result.seconds)}`,
    );
    for (const [outcome, count] of result.outcomes) console.log(`  ${String(count).padStart(5)}  ${outcome}`);
    console.log(
      `  taken over ${sorted.length} times: median ${seconds(sorted[Math.floor(sorted.length / 2)])}, longest ${seconds(sorted.at(-1))}`,
    );
    for (const fault of result.faults) console.log(`  FAULT ${fault}`);
    if (result.kills < Number(values.kills)) console.log(`  FAULT only ${result.kills} kills: all had ended`);
    if (result.faults.length > 0 || result.kills < Number(values.kills)) process.exitCode = 1;
  } finally {
    await server.stop();
  }
}
