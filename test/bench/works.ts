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
}

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
    const sealpackWith = (name: string, more: readonly string[], checkout = OURS): Contender => ({
      name,
      ...sealpack(source, folder, way, { extra: [...options.extra, ...more], checkout }),
    });
    const before = options.against && resolve(options.against);
    return [
      sealpackWith(SEALPACK, []),
      sealpackWith(`${SEALPACK}, one thread`, ['--workers', '0']),
      ...(before ? [sealpackWith(BEFORE, [], before)] : []),
    ];
  };
  const work = (
    name: string,
    way: Way,
    goals: Work['goals'],
    peers: Readonly<Record<string, Program | undefined>>,
  ): Work => {
    const others = Object.entries(peers).flatMap(([peer, program]) =>
      program ? [{ name: peer, ...program }] : [],
    );
    const copy = { name: CP, program: 'cp', args: [source.path, 'copy.mp4'] };
    return { name, goals, contenders: [copy, ...ours(way), ...others] };
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

/** Packages a title with the built command line. */
export function sealpack(
  { path }: Source,
  folder: string,
  { modes, plugin }: Way,
  { extra, checkout = OURS }: { readonly extra: readonly string[]; readonly checkout?: string },
): Program {
  const program = join(checkout, 'dist/core/cli/bin.js');
  if (!existsSync(program)) throw new Error(`${checkout} is not built. Run "npm run build" there first.`);
  const name = plugin ? JSON.stringify(plugin).replace(/\W+/g, '-') : 'plain';
  const config = join(folder, `${name}.config.json`);
  const preset = ['manual', { key: KEY + IV, keyId: KEY_ID }];
  const plugins = [...(plugin ? [plugin] : []), ...(modes.includes('cmaf') ? ['mode-cmaf'] : [])];
  writeFileSync(config, JSON.stringify({ preset: [preset], plugins }));
  const chosen = modes.flatMap((mode) => ['--mode', mode]);
  const args = ['--config', config, '--input', path, ...chosen, '--output', 'out', '--quiet', ...extra];
  return { program: process.execPath, args: [program, 'run', ...args] };
}
