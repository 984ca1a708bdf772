import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shakaPackagerPath } from '../helpers/oracles/shaka-packager.ts';
import type { Program } from './rounds.ts';
import type { Source } from './source.ts';

/** A program that is measured. */
export interface Contender extends Program {
  readonly name: string;
  /** What the project promises; speeds are bytes of the source a second. */
  readonly goal?: { readonly text: string; readonly met: (figures: Figures) => boolean };
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

/** The yardsticks, a peer, and each mode of ours through the built command line. */
export function contenders(source: Source, folder: string, sealpackArgs: readonly string[]): Contender[] {
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
    ...modes(source, folder, sealpackArgs),
  ];
}

function modes(source: Source, folder: string, extra: readonly string[]): Contender[] {
  const mode = (name: string, text: string, met: (figures: Figures) => boolean): Contender => ({
    name: `sealpack ${name}`,
    ...sealpack(source, folder, name, extra),
    goal: {
      text: [text, '< 300 MiB'].filter(Boolean).join(', '),
      met: (figures) => met(figures) && (figures.peakBytes ?? 0) < MEMORY_GOAL,
    },
  });
  return [
    mode('dash-cenc', '≥ 5 × ffmpeg', ({ ofFfmpeg }) => ofFfmpeg >= 5),
    mode('hls-aes', '≥ 3 × ffmpeg', ({ ofFfmpeg }) => ofFfmpeg >= 3),
    mode('hls-ncg', '', () => true),
    mode('ncg', '≥ ½ × cp', ({ ofCp }) => ofCp >= 0.5),
  ];
}

/** Packages a title in a mode, with the built command line and more of its options; HLS in fMP4 where `container` says so. */
export function sealpack(
  { path }: Source,
  folder: string,
  mode: string,
  extra: readonly string[],
  container: 'auto' | 'fmp4' = 'auto',
): Program {
  const program = join(import.meta.dirname, '../../dist/core/cli/bin.js');
  if (!existsSync(program)) throw new Error('The project is not built. Run "npm run build" first.');
  const config = join(folder, `${container}.config.json`);
  const preset = ['manual', { key: KEY + IV, keyId: KEY_ID }];
  writeFileSync(config, JSON.stringify({ preset: [preset], plugins: [['mode-hls-aes', { container }]] }));
  const args = ['--config', config, '--input', path, '--mode', mode, '--output', 'out', '--quiet', ...extra];
  return { program: process.execPath, args: [program, 'run', ...args] };
}
