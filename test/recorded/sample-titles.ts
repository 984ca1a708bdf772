import { join } from 'node:path';
import { type Config, packageTitle } from '../../core/index.ts';
import { MANUAL, REPRODUCIBLE, resolveInProject, startConfig } from './sample-config.ts';
import type { RecordedTitle } from './title.ts';

const WORKER = new URL('./sample-worker.mjs', import.meta.url).href;

const media = (name: string): string => join(import.meta.dirname, '../media', name);

const sample = (size: string): string => media(`sample-${size}.mp4`);

const RENDITIONS = ['360p', '270p', '180p'].map(sample);

/** What the sample has beside its renditions. */
const BESIDE = [
  ...['sample-de.m4a', 'sample-description.m4a', 'sample-en.vtt', 'sample-de.ttml'],
  'thumbnails/sprite-1.jpg',
].map(media);

/** What `npm start` does. */
export const startTitle = (workers: number): RecordedTitle => ({
  name: 'npm start',
  inputs: async () => [...RENDITIONS, ...BESIDE],
  cells: {
    all: async (output) => {
      const config = resolveInProject({ ...(await startConfig()), output, workers });
      return packageTitle({ ...config, origin: { entry: WORKER, data: undefined } });
    },
  },
});

/** What `npm start` leaves out: other layouts, reports, tracks that are chosen or stay clear, what presets add. */
const CONFIGS: Readonly<Record<string, Config>> = {
  segments: {
    preset: MANUAL,
    inputs: [sample('180p'), sample('270p')],
    segmentDuration: 4,
    plugins: [
      ['mode-dash-cenc', { layout: 'segments' }],
      ['mode-hls-aes', { container: 'fmp4' }],
    ],
  },
  'clear sound': {
    preset: MANUAL,
    inputs: [sample('180p')],
    clear: ['audio'],
    modes: ['dash-cenc', 'hls-aes'],
  },
  'chosen tracks': {
    preset: MANUAL,
    inputs: [
      { file: sample('270p'), audio: false },
      { file: sample('180p'), video: false, language: 'pt-BR' },
    ],
  },
  reports: {
    preset: ['pallycon', { siteId: 'DEMO' }],
    inputs: [sample('180p')],
    plugins: [
      ['key-manual', MANUAL[1]],
      ['report-json', {}],
      ['report-xml', { details: true }],
    ],
  },
};

/** The sample in ways that show most of what options change. */
export const optionsTitle: RecordedTitle = {
  name: 'options',
  inputs: async () => RENDITIONS,
  cells: Object.fromEntries(
    Object.entries(CONFIGS).map(([name, config]) => [
      name,
      async (output: string) =>
        packageTitle(resolveInProject({ ...config, output, workers: 0, reproducible: REPRODUCIBLE })),
    ]),
  ),
};
