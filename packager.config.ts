import { defineConfig } from 'sealpack';
import { dashCenc, hlsAes, hlsNcg, ncg } from 'sealpack/plugins';
import { local } from 'sealpack/presets';

/** Packages the sample in test/media in all four modes: `npm start`. */
export default defineConfig({
  // Content keys come from a store on this machine; it makes them the first time and keeps them.
  preset: local(),
  contentId: 'sealpack-sample',
  // Three renditions of one title: an adaptive set.
  inputs: ['test/media/sample-360p.mp4', 'test/media/sample-270p.mp4', 'test/media/sample-180p.mp4'],
  output: 'out',
  plugins: [dashCenc(), hlsAes(), hlsNcg(), ncg()],
});
