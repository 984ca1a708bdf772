import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { shakaPackagerPath } from '../helpers/oracles/shaka-packager.ts';
import type { Program } from './rounds.ts';
import type { Source } from './source.ts';

/** A program that is measured. */
export interface Contender extends Program {
  readonly name: string;
  /** What the project promises; speeds are bytes of the source a second. */
  readonly goal?: { readonly text: string; readonly met: (figures: Figures) => boolean };
  /** The name of the same thing in the other checkout. */
  readonly before?: string;
}

/** Speed relative to others of the same run, and memory. */
export interface Figures {
  /** Speed ÷ speed of `cp`. */
  readonly ofCp: number;
  /** Speed ÷ speed of ffmpeg. */
  readonly ofFfmpeg: number;
  readonly peakBytes: number | undefined;
}

const KEY_ID = '000102030405060708090a0b0c0d0e0f';
const KEY = '101112131415161718191a1b1c1d1e1f';
const IV = 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf';

export const CP = 'cp';
export const FFMPEG = 'ffmpeg, cenc';
const MEMORY_GOAL = 300 * 2 ** 20;

/** Where the command of this checkout lies. */
const OURS = join(import.meta.dirname, '../..');

/** What is measured beside the yardsticks. */
export interface ContenderOptions {
  /** More options for sealpack. */
  readonly extra: readonly string[];
  /** Another checkout, built. */
  readonly against: string | undefined;
}

/** The yardsticks, a peer, and each mode of ours through the built command line. */
export function contenders(source: Source, folder: string, options: ContenderOptions): Contender[] {
  const cenc = ['-encryption_scheme', 'cenc-aes-ctr', '-encryption_key', KEY, '-encryption_kid', KEY_ID];
  const keys = ['--enable_raw_key_encryption', '--keys', `label=:key_id=${KEY_ID}:key=${KEY}`];
  const streams = ['video', 'audio'].map((kind) => `in=${source.path},stream=${kind},output=${kind}.mp4`);
  return [
    { name: CP, program: 'cp', args: [source.path, 'copy.mp4'] },
    {
      name: FFMPEG,
      program: 'ffmpeg',
      args: ['-v', 'error', '-nostdin', '-i', source.path, '-c', 'copy', ...cenc, 'out.mp4'],
    },
    {
      name: 'Shaka Packager, DASH cenc',
      program: shakaPackagerPath(),
      args: [
        ...streams,
        ...keys,
        '--protection_scheme',
        'cenc',
        '--clear_lead',
        '0',
        '--mpd_output',
        'stream.mpd',
        '--quiet',
      ],
    },
    ...modes(source, folder, options),
  ];
}

const MODES: readonly [name: string, goal: string, met: (figures: Figures) => boolean][] = [
  ['dash-cenc', '≥ 5 × ffmpeg', ({ ofFfmpeg }) => ofFfmpeg >= 5],
  ['hls-aes', '≥ 3 × ffmpeg', ({ ofFfmpeg }) => ofFfmpeg >= 3],
  ['hls-ncg', '', () => true],
  ['ncg', '≥ ½ × cp', ({ ofCp }) => ofCp >= 0.5],
];

/** Old and new beside each other, so that what slows a machine down slows both. */
function modes(source: Source, folder: string, { extra, against }: ContenderOptions): Contender[] {
  return MODES.flatMap(([mode, text, met]): Contender[] => {
    const name = `sealpack ${mode}`;
    const before = `${name}, before`;
    const goal = {
      text: [text, '< 300 MiB'].filter(Boolean).join(', '),
      met: (figures: Figures) => met(figures) && (figures.peakBytes ?? 0) < MEMORY_GOAL,
    };
    const ours = { name, goal, ...sealpack(source, folder, mode, { extra }) };
    if (against === undefined) return [ours];
    const theirs = sealpack(source, folder, mode, { extra, checkout: resolve(against) });
    return [
      { name: before, ...theirs },
      { ...ours, before },
    ];
  });
}

/** How a mode is run. */
interface SealpackOptions {
  readonly extra: readonly string[];
  readonly container?: 'auto' | 'fmp4';
  readonly checkout?: string;
}

/** Packages a title in a mode, with the built command line and more of its options; HLS in fMP4 where `container` says so. */
export function sealpack(
  { path }: Source,
  folder: string,
  mode: string,
  { extra, container = 'auto', checkout = OURS }: SealpackOptions,
): Program {
  const program = join(checkout, 'dist/core/cli/bin.js');
  if (!existsSync(program)) throw new Error(`${checkout} is not built. Run "npm run build" there first.`);
  const config = join(folder, `${container}.config.json`);
  const preset = ['manual', { key: KEY + IV, keyId: KEY_ID }];
  writeFileSync(config, JSON.stringify({ preset: [preset], plugins: [['mode-hls-aes', { container }]] }));
  const args = ['--config', config, '--input', path, '--mode', mode, '--output', 'out', '--quiet', ...extra];
  return { program: process.execPath, args: [program, 'run', ...args] };
}
