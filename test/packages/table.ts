import type { LockedPackage } from './lock-file.ts';

/** Why the project asks for a package itself. One that is not here has no place in it. */
const REASONS: Readonly<Record<string, string>> = {
  ajv: 'checks configs and options of plugins',
  commander: 'reads the command line',
  cosmiconfig: 'finds the config',
  'fast-xml-parser': 'reads CPIX documents and answers of content id pages',
  'fastest-levenshtein': 'the nearest right name, in messages',
  jiti: 'loads configs in TypeScript',
  listr2: 'the live list in a terminal',
  mp4box: 'reads the headers of MP4',
  tapable: 'the hooks of plugins',
  undici: 'HTTP to key servers and content id pages',
  '@biomejs/biome': 'lint and format',
  '@types/node': 'types of Node.js',
  '@typescript/typescript6': 'reads declarations for rollup-plugin-dts: TypeScript 7 has no API for tools',
  'axe-core': 'looks for what keeps people out of the preview page, in tests',
  bullmq: 'the queue of titles, in tests; users install it themselves',
  'bullmq-otel': 'traces of the queue, in tests; users install it themselves',
  dashjs: 'a player, to test outputs',
  esbuild: 'compiles what is published',
  'hls-parser': 'reads playlists strictly in tests',
  'hls.js': 'a player, to test outputs; bundled into the preview page',
  imsc: 'reads TTML in tests',
  ioredis: 'talks to Redis for the queue, in tests; users install it themselves',
  'm3u8-parser': 'reads playlists in tests',
  'mpd-parser': 'reads MPDs in tests',
  pg: 'talks to PostgreSQL for the queue, in tests; users install it themselves',
  'playwright-core': 'drives Chromium in tests',
  preact: 'draws the preview page; bundled into it',
  rollup: 'bundles what is published, and its declarations',
  'rollup-plugin-dts': 'declarations in one file a door, and what doors share',
  'shaka-packager': 'decrypts outputs in tests',
  'shaka-player': 'a player, to test outputs; bundled into the preview page',
  tsx: 'runs tests in TypeScript',
  typescript: 'checks types',
  uvu: 'runs tests',
  'webvtt-parser': 'reads WebVTT in tests',
};

/** Of packages whose manifest does not name it as others do: what their licence file says. */
const LICENSES: Readonly<Record<string, string>> = { 'dom-walk': 'MIT', 'shaka-packager': 'BSD-3-Clause' };

/** A Markdown table; packages that differ in their kind of machine are one row. */
export function packageTable(packages: readonly LockedPackage[]): string {
  const rows = new Map<string, string>();
  for (const { name, version, license, through, isForPlatform } of packages) {
    const shown = isForPlatform && through.length > 0 ? `${through.join(', ')} for a platform` : name;
    const why = through.length > 0 ? `through ${through.join(', ')}` : `direct: ${REASONS[name] ?? ''}`;
    rows.set(`${shown} ${version}`, `| ${shown} | ${version} | ${LICENSES[name] ?? license} | ${why} |`);
  }
  return [
    '| package | version | licence | why it is there |',
    '| --- | --- | --- | --- |',
    ...rows.values(),
  ].join('\n');
}
