import { defineConfig } from 'sealpack';
import { dashCenc, hlsAes, hlsNcg, ncg } from 'sealpack/plugins';
import { local } from 'sealpack/presets';

/** Packages the sample in test/media in all four modes: `npm start`. */
export default defineConfig({
  // Content keys come from a store on this machine; it makes them the first time and keeps them.
  preset: local(),
  contentId: 'sealpack-sample',
  inputs: [
    // Three renditions of one title: an adaptive set. They do not say that their sound is English.
    { file: 'test/media/sample-360p.mp4', language: 'en' },
    { file: 'test/media/sample-270p.mp4', language: 'en' },
    { file: 'test/media/sample-180p.mp4', language: 'en' },
    // German sound, and English that describes the pictures.
    { file: 'test/media/sample-de.m4a', language: 'de' },
    { file: 'test/media/sample-description.m4a', language: 'en', roles: 'description' },
    // Subtitles: English for the deaf and hard of hearing, and German.
    { file: 'test/media/sample-en.vtt', language: 'en', sdh: true },
    { file: 'test/media/sample-de.ttml', language: 'de' },
  ],
  // Where chapters begin, in seconds.
  markers: [
    { kind: 'chapter', start: 0, title: 'The valley', language: 'en' },
    { kind: 'chapter', start: 12, title: 'Along the shore', language: 'en' },
  ],
  // A picture every 2 s for seek bars: one image with five by two of them.
  thumbnails: { folder: 'test/media/thumbnails', interval: 2, columns: 5, rows: 2 },
  output: 'out',
  plugins: [dashCenc(), hlsAes(), hlsNcg(), ncg()],
});
