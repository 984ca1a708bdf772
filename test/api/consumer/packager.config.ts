import { defineConfig, type Preset } from 'sealpack';
import { dashCenc, demuxMp4, reportJson } from 'sealpack/plugins';
import { type LocalOptions, local } from 'sealpack/presets';
import { fixedKeys } from './keys.ts';
import { acmeMode } from './mode-acme.ts';

/** What another config of the team stands on. */
export const preset = (options: LocalOptions = {}): Preset => local(options);

export default defineConfig(({ required }) => ({
  contentId: 'consumer',
  inputs: [required('INPUT')],
  plugins: [fixedKeys('1'), acmeMode({ service: 'https://acme.test' }), demuxMp4(), dashCenc(), reportJson()],
}));
