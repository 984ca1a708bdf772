/** What `sealpack init` writes. */
export const STARTER_CONFIG = `import { defineConfig } from 'sealpack';
import { local } from 'sealpack/presets';

// Run \`sealpack\` in this folder, or \`sealpack --help\` for what can be set on the command line instead.
export default defineConfig({
  // All four modes, with keys that Sealpack makes the first time it meets a content id and keeps in a file that only
  // you can read. For keys of your own use the preset \`manual\`; for keys of a server, a key plugin.
  preset: local(),

  // MP4, Matroska, WebM or MPEG-TS files, relative to this file. Several are the renditions of one adaptive set, the best
  // first: their key frames must be at the same times. For several titles export a list of configs.
  inputs: ['media/movie.mp4'],

  // What names the content in keys and licences. Left out, it is made from the name of the first input.
  // contentId: 'movie-2025',

  // The output folder. A mode's output appears in it when it is complete, and replaces an older one only on demand.
  output: 'out',
  // overwrite: true,

  // dash-cenc: Widevine and PlayReady. hls-aes: FairPlay. hls-ncg and ncg: NCG. Or cmaf: one set of files for all but NCG.
  modes: ['dash-cenc', 'hls-aes', 'hls-ncg', 'ncg'],

  // Seconds. Segments begin at key frames, so they are as long as the input allows.
  segmentDuration: 6,

  // Your own plugins, and those of 'sealpack/plugins': they add to the preset's, or replace the one of the same name.
  plugins: [],
});
`;
