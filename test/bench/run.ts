/**
 * The benchmark: `npm run bench`, after `npm run build`.
 *
 * Makes a title, then measures `cp`, ffmpeg, Shaka Packager and each mode of ours on it, in turn, several rounds, and
 * prints a Markdown table. Everything lies on a RAM disk where there is room, so that no disk is measured.
 *
 *   --rounds 5        how many times each runs
 *   --megabytes 2000  size of the title
 *   --folder <path>   where to work instead
 *   --only <text>     only the contenders with this in their name, besides `cp` and ffmpeg
 *   -- <options>      more options for sealpack, e.g. `-- --workers 0`
 */
import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Contender, CP, contenders, FFMPEG } from './contenders.ts';
import { type Measurement, measure } from './measure.ts';
import { makeSource } from './source.ts';
import { markdownTable, type Result } from './table.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    megabytes: { type: 'string', default: '2000' },
    folder: { type: 'string' },
    only: { type: 'string', default: '' },
  },
});
const [rounds, megabytes] = [Number(values.rounds), Number(values.megabytes)];

/** Room for the title, one output, the pieces that it is made of, and some air. */
const base = values.folder ?? (freeBytes('/dev/shm') > 4 * megabytes * 1e6 ? '/dev/shm' : tmpdir());
const folder = mkdtempSync(join(base, 'sealpack-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
process.once('SIGINT', () => process.exit(130));

const source = await makeSource(folder, megabytes);
const processor = `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} in use`;
console.log(`${(source.bytes / 1e6).toFixed(0)} MB, ${source.seconds} s of 1080p H.264 and AAC, in ${base}`);
console.log(`Node.js ${process.versions.node}; processors: ${processor}; median of ${rounds} rounds\n`);

const chosen = contenders(source, folder, positionals).filter(
  ({ name }) => name === CP || name === FFMPEG || name.includes(values.only),
);
const measured = new Map<Contender, Measurement[]>(chosen.map((contender) => [contender, []]));
for (let round = 0; round < rounds; round++) {
  for (const [contender, measurements] of measured) measurements.push(await runOnce(contender));
}
const results: Result[] = [...measured].map(([contender, measurements]) => ({
  contender,
  rounds: measurements,
}));
console.log(markdownTable(results, source.bytes));

async function runOnce({ program, args }: Contender): Promise<Measurement> {
  const output = join(folder, 'output');
  mkdirSync(output);
  try {
    return await measure(program, args, output);
  } finally {
    rmSync(output, { recursive: true });
  }
}

function freeBytes(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return 0; // not on this system
  }
}
