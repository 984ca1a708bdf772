import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bento4, bento4Hls, ffmpegCenc, gpac, IV, KEY, KEY_ID, shaka } from './peers.ts';
import type { Program } from './rounds.ts';
import type { Source } from './source.ts';

/** A program that is measured. */
export interface Contender extends Program {
  readonly name: string;
}

/** One thing to do, and all who do it. */
export interface Work {
  readonly name: string;
  /** What the project promises of Sealpack in it; `over`: its speed ÷ that of whom, at least. */
  readonly goals: readonly { readonly over: string; readonly least: number }[];
  readonly contenders: readonly Contender[];
}

export const CP = 'cp';
export const SEALPACK = 'Sealpack';
export const BEFORE = 'Sealpack, before';

/** Where the command of this checkout lies. */
const OURS = join(import.meta.dirname, '../..');

/** What is measured beside the yardsticks. */
export interface WorkOptions {
  /** More options for sealpack. */
  readonly extra: readonly string[];
  /** Another checkout, built. */
  readonly against: string | undefined;
  /** Other binaries of Node.js. */
  readonly nodes: readonly string[];
  /** What is written is not in memory alone: who waits until it has arrived takes longer. */
  readonly isOnDisk: boolean;
}

const versionOf = (node: string): string =>
  execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().replace('v', '');

/** A way to run Sealpack: modes, and options of one of their plugins. */
interface Way {
  readonly modes: readonly string[];
  readonly plugin?: readonly [name: string, options: object];
}

const CENC_SEGMENTS: Way = {
  modes: ['dash-cenc'],
  plugin: ['mode-dash-cenc', { layout: 'segments' }],
};
const CENC_FILES: Way = { modes: ['dash-cenc'] };
const CBCS: Way = { modes: ['cmaf'] };
const SAMPLE_AES: Way = { modes: ['hls-aes'], plugin: ['mode-hls-aes', { container: 'ts' }] };
const AES_128: Way = { modes: ['hls-ncg'] };
const NCG: Way = { modes: ['ncg'] };
const ALL: Way = { modes: ['dash-cenc', 'hls-aes', 'hls-ncg', 'ncg'] };

/** Everything that is measured on one title. Peers that are not there are left out. */
export function works(source: Source, folder: string, options: WorkOptions): readonly Work[] {
  const ours = (way: Way): Contender[] => {
    const contender = (name: string, how: Partial<Parameters<typeof sealpack>[3]>): Contender => ({
      name,
      ...sealpack(source, folder, way, { ...how, extra: [...options.extra, ...(how.extra ?? [])] }),
    });
    const before = options.against && resolve(options.against);
    return [
      contender(SEALPACK, {}),
      contender(`${SEALPACK}, one thread`, { extra: ['--workers', '0'] }),
      ...options.nodes.map((node) => contender(`${SEALPACK}, Node.js ${versionOf(node)}`, { node })),
      ...(before ? [contender(BEFORE, { checkout: before })] : []),
    ];
  };
  const copies: Contender[] = [
    { name: CP, program: 'cp', args: [source.path, 'copy.mp4'] },
    ...(options.isOnDisk ? [syncedCopy(source)] : []),
  ];
  const work = (
    name: string,
    way: Way,
    goals: Work['goals'],
    peers: Readonly<Record<string, Program | undefined>>,
  ): Work => {
    const others = Object.entries(peers).flatMap(([peer, program]) =>
      program ? [{ name: peer, ...program }] : [],
    );
    return { name, goals, contenders: [...copies, ...ours(way), ...others] };
  };
  const cenc = [
    { over: 'GPAC', least: 2 },
    { over: CP, least: 1 / 2.5 },
  ];
  return [
    work('DASH cenc, segments', CENC_SEGMENTS, cenc, {
      GPAC: gpac(source, folder, 'cenc', 'many'),
      'Shaka Packager': shaka(source, 'cenc', 'many'),
    }),
    work('DASH cenc, single files', CENC_FILES, cenc, {
      GPAC: gpac(source, folder, 'cenc', 'one'),
      Bento4: bento4(source, 'cenc'),
      'Shaka Packager': shaka(source, 'cenc', 'one'),
      ffmpeg: ffmpegCenc(source),
    }),
    work('CMAF cbcs, single files', CBCS, cenc, {
      GPAC: gpac(source, folder, 'cbcs', 'one'),
      Bento4: bento4(source, 'cbcs'),
      'Shaka Packager': shaka(source, 'cbcs', 'one'),
    }),
    work('HLS SAMPLE-AES, MPEG-TS', SAMPLE_AES, [{ over: 'Bento4', least: 3 }], {
      Bento4: bento4Hls(source, 'SAMPLE-AES'),
    }),
    work('HLS AES-128, MPEG-TS', AES_128, [{ over: 'Bento4', least: 4 }], {
      Bento4: bento4Hls(source, 'AES-128'),
    }),
    work('NCG', NCG, [{ over: CP, least: 1 / 1.5 }], {}),
    work('All modes of the four', ALL, [], {}),
  ];
}

/** As safe as what Sealpack publishes. */
const syncedCopy = ({ path }: Source): Contender => ({
  name: `${CP}, synced`,
  program: 'sh',
  args: ['-c', 'cp "$1" copy.mp4 && sync -d copy.mp4', 'sh', path],
});

/** Packages a title with the built command line. */
export function sealpack(
  { path }: Source,
  folder: string,
  { modes, plugin }: Way,
  {
    extra,
    checkout,
    node,
  }: { readonly extra: readonly string[]; readonly checkout?: string; readonly node?: string },
): Program {
  const name = plugin ? JSON.stringify(plugin).replace(/\W+/g, '-') : 'plain';
  const config = join(folder, `${name}.config.json`);
  const plugins = [...(plugin ? [plugin] : []), ...(modes.includes('cmaf') ? ['mode-cmaf'] : [])];
  writeFileSync(config, JSON.stringify({ ...KEY_SOURCE, plugins }));
  const chosen = modes.flatMap((mode) => ['--mode', mode]);
  const args = [
    'run',
    '--config',
    config,
    '--input',
    path,
    ...chosen,
    '--output',
    'out',
    '--quiet',
    ...extra,
  ];
  return program(args, checkout, node);
}

/** The part of a config that says where keys come from: they are the same for all programs. */
export const KEY_SOURCE = { preset: [['manual', { key: KEY + IV, keyId: KEY_ID }]] };

/** The command line of a checkout. @param node which Node.js runs it */
export function program(
  args: readonly string[],
  checkout: string = OURS,
  node: string = process.execPath,
): Program {
  const built = join(checkout, 'dist/core/cli/bin.js');
  if (!existsSync(built)) throw new Error(`${checkout} is not built. Run "npm run build" there first.`);
  return { program: node, args: [built, ...args] };
}
