import type { Command } from './commander.ts';

/** The options of `sealpack inspect`. */
export interface InspectFlags {
  readonly boxes?: true;
  readonly json?: true;
}

const DESCRIPTION =
  'Say what a file or a package is: tracks, codecs, sizes, key frames, encryption with key ids and crypto periods, DRM systems, ' +
  'manifests with what they list. Headers, tables and indexes are read; no key is needed, none is shown. What is damaged is ' +
  'described up to there, and the exit status is 3.';

/** The words of `sealpack inspect`. */
export function addInspect(
  command: Command,
  help: readonly [flags: string, description: string],
  inspect: (target: string, flags: InspectFlags) => Promise<void>,
): void {
  command
    .summary('say what a file or a package is')
    .description(DESCRIPTION)
    .argument(
      '<file|folder|url>',
      'MP4, MPEG-TS, subtitles, a manifest, a folder with a package; a master; http(s) too',
    )
    .option('--boxes', 'the boxes of MP4 as a tree, with offsets, sizes and key fields')
    .option('--json', 'all of it as JSON, the names of which stay as they are')
    .helpOption(...help)
    .action(inspect);
}
