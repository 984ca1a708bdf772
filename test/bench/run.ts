/**
 * The benchmark: `npm run bench`, after `npm run build`.
 *
 * Makes titles, then measures programs on them, in turn, several rounds, and prints Markdown tables. Everything lies on
 * a RAM disk where there is room, so that no disk is measured.
 *
 *   --rounds 5        how many times each runs
 *   --megabytes 2000  size of a title; with --codecs 500
 *   --folder <path>   where to work instead, on a disk: beside `cp` one that waits until the disk has it
 *   --only <text>     only works with this in their name: `cbcs`
 *   --against <path>  another checkout, built: measured as well, in the same rounds
 *   --node <path>     another Node.js, which runs Sealpack as well, in the same rounds; again for more of them
 *   --json <path>     also write all that was measured, of every round, into a file
 *   --codecs          HEVC, AV1 and VP9 against H.264, instead of modes against other programs
 *   --growth          what grows with length, renditions, modes, threads and titles, instead; with 3 rounds and titles of 600 MB
 *   --catalogue       300 titles in one process against one title, instead; with 3 rounds and titles of 100 MB
 *   --start           how long importing and the commands take to begin, instead; with --rounds 41
 *   -- <options>      more options for sealpack, e.g. `-- --workers 0`
 */
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { catalogueMegabytes, compareCatalogue } from './catalogue.ts';
import { compareCodecs } from './codecs.ts';
import { compareGrowth } from './growth.ts';
import { machine } from './machine.ts';
import { compareModes } from './modes.ts';
import type { Setting } from './setting.ts';
import { CODECS } from './source.ts';
import { compareStarts } from './start.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    megabytes: { type: 'string' },
    folder: { type: 'string' },
    only: { type: 'string', default: '' },
    against: { type: 'string' },
    node: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
    codecs: { type: 'boolean', default: false },
    growth: { type: 'boolean', default: false },
    catalogue: { type: 'boolean', default: false },
    start: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds ?? (values.start ? 41 : values.growth || values.catalogue ? 3 : 5));
const megabytes = Number(values.megabytes ?? defaultMegabytes());

/** As Linux numbers file systems. */
const TMPFS = 0x0102_1994;

/** Room for the titles, one output, what they are made of, and some air. */
const room = megabytesAtATime() * 1e6;
const base = values.folder ?? (freeBytes('/dev/shm') > room ? '/dev/shm' : tmpdir());
const folder = mkdtempSync(join(base, 'sealpack-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
process.once('SIGINT', () => process.exit(130));

const { node: version, processor, processors, aesCtr, aesCbc } = machine();
console.log(
  `Node.js ${version}; ${processors} processors (${processor}); AES-128 in one thread: CTR ${aesCtr} GB/s, CBC ${aesCbc} GB/s; in ${base}; medians of ${rounds} rounds`,
);
const setting: Setting = { folder, megabytes, rounds, options: positionals };
if (values.start) await compareStarts(setting, values.against);
else if (values.codecs) await compareCodecs(setting);
else if (values.catalogue) await compareCatalogue(setting);
else if (values.growth) await compareGrowth(setting, values.only);
else {
  const { only, against, node: nodes, json } = values;
  await compareModes(setting, { only, against, nodes, isOnDisk: statfsSync(base).type !== TMPFS, json });
}

function defaultMegabytes(): number {
  if (values.catalogue) return 100;
  if (values.codecs) return 500;
  return values.growth ? 600 : 2000;
}

function megabytesAtATime(): number {
  if (values.catalogue) return catalogueMegabytes(megabytes);
  if (values.codecs) return (CODECS.length + 2) * megabytes;
  return (values.growth ? 12 : 4) * megabytes;
}

function freeBytes(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return 0; // not on this system
  }
}
