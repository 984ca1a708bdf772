/** Checked by tsc, never run: a line that should be an error and is none fails the type check. */
import { defineConfig } from '../../core/config/define.ts';
import type { Config, ConfigFunction } from '../../core/config/types.ts';
import type { Plugin } from '../../core/contract/packager.ts';

declare const plugin: Plugin;

// What users write.
const one: Config = defineConfig({
  inputs: ['a.mp4'],
  plugins: [plugin, 'key-local', ['key-local', { folder: 'keys' }]],
});
const list: readonly Config[] = defineConfig([{ inputs: ['a.mp4'] }, { ...one, contentId: 'b' }]);
const made: ConfigFunction = defineConfig(({ required, optional }) => ({
  contentId: optional('CONTENT_ID'),
  output: optional('OUTPUT', 'out').toUpperCase(),
  preset: ['manual', { key: required('CONTENT_KEY') }],
}));
defineConfig(async ({ required }) => [{ inputs: [required('INPUT')] }]);
defineConfig({ preset: [{ plugins: [plugin] }, 'local', ['pallycon', { siteId: 'DEMO' }]] });
defineConfig({
  inputs: [
    'movie.mp4',
    { file: 'french.m4a', language: 'fr' },
    { file: 'multi.mp4', video: false, audio: ['en', 3] },
    { file: 'dub.mp4', video: 1, audio: 'de' },
  ],
});
defineConfig({ thumbnails: { folder: 'thumbs', interval: 10 } });
defineConfig({ thumbnails: [{ files: ['a.jpg'], interval: 5, columns: 10, rows: 10, webvtt: false }] });
export const used = [one, list, made];

// @ts-expect-error: the name is misspelt
defineConfig({ inptus: ['a.mp4'] });

// @ts-expect-error: inputs are a list
defineConfig({ inputs: 'a.mp4' });

// @ts-expect-error: an input has a file
defineConfig({ inputs: [{ language: 'fr' }] });

// @ts-expect-error: all video is taken anyway, or none, or one
defineConfig({ inputs: [{ file: 'a.mp4', video: true }] });

// @ts-expect-error: seconds, as a number
defineConfig({ segmentDuration: '6' });

// @ts-expect-error: text is no kind of track
defineConfig({ clear: ['text'] });

// @ts-expect-error: neither a plugin, nor a name, nor a name with options
defineConfig({ plugins: [5] });

// @ts-expect-error: a seed needs a time
defineConfig({ reproducible: { seed: '00' } });

// @ts-expect-error: presets hold no presets
defineConfig({ preset: { preset: 'local' } });

// @ts-expect-error: the variable may be unset
defineConfig(({ optional }) => ({ inputs: [optional('INPUT')] }));

// @ts-expect-error: nobody knows how far images are apart
defineConfig({ thumbnails: { folder: 'thumbs' } });
