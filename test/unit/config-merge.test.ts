import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../core/base/errors.ts';
import { resolveConfig } from '../../core/config/resolve.ts';
import type { Builtins, Config, ConfigOverrides } from '../../core/config/types.ts';
import type { Plugin } from '../../core/contract/packager.ts';

const test = suite('merge and resolve a config');

const plugin = (name: string, options: Readonly<Record<string, unknown>> = {}): Plugin => ({
  name,
  options,
  apply: () => {},
});

const builtins: Builtins = {
  plugins: {
    'demux-mp4': () => plugin('demux-mp4'),
    'mode-dash-cenc': (options: Readonly<Record<string, unknown>>) => plugin('mode-dash-cenc', options),
  },
  presets: {
    base: () => ({ segmentDuration: 4, clear: ['audio'], plugins: ['demux-mp4'] }),
    other: () => ({ segmentDuration: 8 }),
  },
};

const resolved = (config: Config, overrides: ConfigOverrides = {}) =>
  resolveConfig({ inputs: ['a.mp4'], ...config }, { builtins, base: '/project', cwd: '/shell', overrides });

const names = (config: Config, overrides?: ConfigOverrides): string[] =>
  resolved(config, overrides).plugins.map(({ name }) => name);

function failure(config: Config, overrides: ConfigOverrides = {}): PackagerError {
  try {
    resolved(config, overrides);
  } catch (error) {
    if (PackagerError.is(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

test('completes a config with defaults', () => {
  const { title, plugins } = resolved({});
  assert.equal(title, {
    contentId: undefined,
    inputs: ['/project/a.mp4'],
    choices: [undefined],
    output: '/project/out',
    modes: undefined,
    segmentDuration: 6,
    clear: [],
    keys: undefined,
    keyRotation: undefined,
    clearLead: undefined,
    overwrite: false,
    workers: undefined,
    reproducible: undefined,
  });
  assert.equal(plugins, []);
  assert.equal(structuredClone(title), title);
});

test('presets merge in order, then the config, then the command line', () => {
  const preset = ['base', { contentId: 'preset', segmentDuration: 5, overwrite: true }] as const;
  const both = [['base', {}], preset[1]] as const;
  assert.is(resolved({ preset: 'base' }).title.segmentDuration, 4);
  assert.is(resolved({ preset: both }).title.segmentDuration, 5);
  assert.is(resolved({ preset: both, segmentDuration: 6.5 }).title.segmentDuration, 6.5);
  assert.is(resolved({ preset: both, contentId: 'config' }).title.contentId, 'config');
  assert.is(resolved({ preset: both, contentId: 'config' }, { contentId: 'shell' }).title.contentId, 'shell');
  assert.is(resolved({ preset: both }, { overwrite: false }).title.overwrite, false);
});

test('lists are replaced, and `undefined` sets nothing', () => {
  assert.equal(resolved({ preset: 'base', clear: ['video'] }).title.clear, ['video']);
  assert.equal(resolved({ preset: 'base', clear: undefined }).title.clear, ['audio']);
  assert.equal(resolved({ modes: ['a', 'b'] }, { modes: ['c'] }).title.modes, ['c']);
  assert.equal(resolved({ modes: ['a'] }, { modes: undefined }).title.modes, ['a']);
});

test('plugins follow those of the presets; one of the same name takes the place', () => {
  const first = [plugin('one'), plugin('two', { from: 'preset' }), plugin('three')];
  const config: Config = {
    preset: { plugins: first },
    plugins: [plugin('four'), plugin('two', { from: 'config' })],
  };
  assert.equal(names(config), ['one', 'two', 'three', 'four']);
  assert.equal(resolved(config).plugins[1]?.options, { from: 'config' });
});

test('inputs with a choice of tracks become paths and what to take of them', () => {
  const { title } = resolved({
    inputs: ['a.mp4', { file: 'b.mp4', video: false, audio: 'en' }, { file: 'c.m4a', language: 'fr' }],
  });
  assert.equal(title.inputs, ['/project/a.mp4', '/project/b.mp4', '/project/c.m4a']);
  assert.equal(title.choices, [
    undefined,
    { video: false, audio: ['en'], language: undefined },
    { video: undefined, audio: undefined, language: 'fr' },
  ]);
  assert.equal(structuredClone(title), title);
  const shell = resolved({ inputs: [{ file: 'b.mp4', video: false }] }, { inputs: ['c.mp4'] });
  assert.equal([shell.title.inputs, shell.title.choices], [['/shell/c.mp4'], [undefined]]);
});

test('paths of the config start at its folder, those of the command line at the working directory', () => {
  const config: Config = { inputs: ['media/a.mp4', '/abs/b.mp4'], output: '../out' };
  const { title } = resolved(config);
  assert.equal(title.inputs, ['/project/media/a.mp4', '/abs/b.mp4']);
  assert.is(title.output, '/out');
  const shell = resolved(config, { inputs: ['c.mp4'], output: 'here' }).title;
  assert.equal(shell.inputs, ['/shell/c.mp4']);
  assert.is(shell.output, '/shell/here');
  assert.equal(resolved({ preset: { inputs: ['p.mp4'] }, inputs: undefined }).title.inputs, [
    '/project/p.mp4',
  ]);
});

test('presets of the command line stand in place of those of the config', () => {
  assert.is(resolved({ preset: 'base' }, { preset: ['other'] }).title.segmentDuration, 8);
  assert.equal(names({ preset: 'base' }, { preset: ['other'] }), []);
  assert.is(resolved({}, { preset: ['other', 'base'] }).title.segmentDuration, 4);
});

test('a mode of the command line that no plugin provides comes with its defaults', () => {
  assert.equal(names({ plugins: ['demux-mp4'] }, { modes: ['dash-cenc', 'dash-cenc'] }), [
    'demux-mp4',
    'mode-dash-cenc',
  ]);
  const tuned: Config = { plugins: [['mode-dash-cenc', { layout: 'segments' }]] };
  assert.equal(resolved(tuned, { modes: ['dash-cenc'] }).plugins[0]?.options, { layout: 'segments' });
  assert.equal(names(tuned, { modes: ['dash-cenc'] }), ['mode-dash-cenc']);
});

test('leaves a mode without a built-in plugin to the engine: a custom plugin may have it', () => {
  assert.equal(names({ plugins: [plugin('drm-new')] }, { modes: ['new', '__proto__'] }), ['drm-new']);
  assert.equal(names({ modes: ['dash-cenc'] }), []);
});

test('needs an input', () => {
  for (const inputs of [[], undefined]) {
    const error = failure({ inputs });
    assert.is(error.code, 'MISSING_OPTION');
    assert.is(error.exit, 2);
  }
});

test('checks the command line like the config, and says that it is that', () => {
  assert.match(
    failure({}, { contentId: 'x'.repeat(201) }).message,
    /^The command line is not valid:\n {2}contentId: expected/,
  );
  const unknown = failure({}, { preset: ['bse'] });
  assert.match(unknown.message, /^The command line is not valid:\n {2}preset\[0\]: .*Did you mean "base"\?$/);
  assert.match(failure({ segmentDuration: 0 }).message, /^The config is not valid:\n {2}segmentDuration: /);
});

test.run();
