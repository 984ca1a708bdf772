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
  inputs: [
    'media/movie.mp4',
    // Further sound, and subtitles (WebVTT, SubRip, TTML), with what they are for.
    // { file: 'media/movie-de.m4a', language: 'de' },
    // { file: 'media/movie-description.m4a', language: 'en', roles: 'description' },
    // { file: 'media/movie-en.vtt', language: 'en', sdh: true },
  ],

  // What names the content in keys and licences. Left out, it is made from the name of the first input.
  // contentId: 'movie-2026',

  // The output folder. A mode's output appears in it when it is complete, and replaces an older one only on demand.
  output: 'out',
  // overwrite: true,

  // dash-cenc: Widevine and PlayReady. hls-aes: FairPlay. hls-ncg and ncg: NCG. Or cmaf: one set of files for all but NCG.
  modes: ['dash-cenc', 'hls-aes', 'hls-ncg', 'ncg'],

  // Seconds. Segments begin at key frames, so they are as long as the input allows.
  segmentDuration: 6,

  // Which tracks share a key: SD, HD, UHD and sound each have one of their own. Left out, all have the same.
  // keys: 'by-quality',

  // Ad breaks and chapters, in seconds; images for seek bars; pictures to search by in DASH; what manifests say of the title.
  // markers: [{ kind: 'chapter', start: 0, title: 'Opening' }, { kind: 'ad-out', start: 600, duration: 30 }],
  // thumbnails: { folder: 'media/thumbnails', interval: 10 },
  // trickPlay: true,
  // information: { title: 'Movie', copyright: '© 2026 Acme' },

  // Your own plugins, and those of 'sealpack/plugins': they add to the preset's, or replace the one of the same name.
  plugins: [],
});
`;
