import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { resolveConfig } from '../../core/config/resolve.ts';
import type { Builtins, Config } from '../../core/config/types.ts';
import { Packager, PackagerError } from '../../core/index.ts';
import { keyLocal, plugins } from '../../plugins/index.ts';
import { local, manual, pallycon, presets } from '../../presets/index.ts';

const test = suite('presets');

const builtins: Builtins = { plugins, presets };
const MODES = ['dash-cenc', 'hls-aes', 'hls-ncg', 'ncg'];
const KEY = 'ABEiM0RVZneImaq7zN3u//Dg0MCwoJCAcGBQQDAgEAA=';

const resolved = (config: Config) =>
  resolveConfig({ inputs: ['a.mp4'], ...config }, { builtins, base: '/project' });

const names = (config: Config): string[] => resolved(config).plugins.map(({ name }) => name);

function complaintsOf(config: Config): string {
  try {
    resolved(config);
    return '';
  } catch (error) {
    if (PackagerError.is(error)) return error.message;
    throw error;
  }
}

test('every name of the tables is the name of what it makes', () => {
  const options: Readonly<Record<string, object>> = {
    'key-manual': { key: KEY },
    'cid-fixed': { contentId: 'a' },
  };
  for (const [name, factory] of Object.entries(plugins)) {
    assert.is((factory as (options: object) => { name: string })(options[name] ?? {}).name, name);
  }
  for (const [name, factory] of Object.entries(presets)) {
    assert.is((factory as (options: object) => { name?: string })({ key: KEY }).name, name);
  }
});

const STACKS: readonly (readonly [what: string, config: Config])[] = [
  ['local by name', { preset: 'local' }],
  ['local', { preset: local({ folder: 'keys' }) }],
  [
    'manual by name',
    { preset: ['manual', { key: KEY, keyId: 'Eup1PCPnvAJEdLK5dsQ76w==', licenseUrl: 'https://a.test/l' }] },
  ],
  ['manual', { preset: manual({ key: KEY }) }],
  ['pallycon by name', { preset: 'pallycon' }],
  ['pallycon', { preset: pallycon({ siteId: 'DEMO', provider: 'mine', licenseUrl: 'https://a.test/l' }) }],
];

for (const [what, config] of STACKS) {
  test(`${what} is valid, reads MP4, Matroska and MPEG-TS, names the content last and has all four modes`, () => {
    const { plugins } = resolved(config);
    const all = plugins.map(({ name }) => name);
    assert.equal(all.slice(0, 2), ['demux-mp4', 'demux-mkv-ts']);
    assert.is(all.filter((name) => name.startsWith('cid-')).at(-1), 'cid-file-name');
    assert.equal([...new Packager(plugins).modes.keys()], MODES);
  });
}

for (const [what, config] of STACKS) {
  test(`${what} has cmaf where the config or the command line asks for it, in its own words`, () => {
    const options = { builtins, base: '/project' };
    const inputs = ['a.mp4'];
    for (const { plugins } of [
      resolveConfig({ inputs, ...config, modes: ['dash-cenc', 'cmaf'] }, options),
      resolveConfig({ inputs, ...config }, { ...options, overrides: { modes: ['cmaf'] } }),
    ]) {
      assert.equal([...new Packager(plugins).modes.keys()], [...MODES, 'cmaf']);
      const systemsOf = (name: string) =>
        plugins.find((plugin) => plugin.name === name)?.options?.['systems'] as unknown[];
      const [common, widevine, playready, fairplay] = systemsOf('mode-cmaf');
      assert.equal([common, widevine, playready], systemsOf('mode-dash-cenc'));
      assert.equal([fairplay], systemsOf('mode-hls-aes'));
    }
  });
}

test('a mode that a preset offers is the config’s own where that has it', () => {
  const config: Config = {
    preset: 'pallycon',
    modes: ['cmaf'],
    plugins: [['mode-cmaf', { layout: 'segments' }]],
  };
  const { plugins } = resolved(config);
  assert.equal(
    plugins.filter(({ name }) => name === 'mode-cmaf').map(({ options }) => options),
    [{ layout: 'segments' }],
  );
});

test('what a preset offers is checked as its plugins are, asked for or not', () => {
  const found = complaintsOf({ preset: { offers: [['mode-cmaf', { scheme: 'cbc' }]] } });
  assert.match(found, /preset\.offers\[0\] \(mode-cmaf\)\.scheme: expected one of "cbcs", "cenc"/);
});

test('local and manual have a key source; pallycon leaves that to the config', () => {
  assert.ok(names({ preset: 'local' }).includes('key-local'));
  assert.ok(names({ preset: manual({ key: KEY }) }).includes('key-manual'));
  const sources = names({ preset: 'pallycon' }).filter((name) => name.startsWith('key-'));
  assert.equal(sources, []);
  assert.ok(names({ preset: 'pallycon', plugins: [keyLocal()] }).includes('key-local'));
});

test('pallycon takes keys from the service with `kms`, whose options are checked', () => {
  const preset = pallycon({ kms: { token: 'secret-token', dialect: 'doverunner-v2' } });
  const source = resolved({ preset }).plugins.find(({ name }) => name === 'key-cloud-kms');
  assert.equal(source?.options, { token: 'secret-token', dialect: 'doverunner-v2' });
  const found = complaintsOf({ preset: ['pallycon', { kms: { tokn: 'secret-token', retries: 'many' } }] });
  assert.match(found, /tokn: there is no such option\. Did you mean "token"\?/);
  assert.match(found, /retries: expected a number from 0 to 20, got a string/);
  assert.not.match(found, /secret-token/);
});

test('pallycon reports in XML', () => {
  assert.ok(names({ preset: 'pallycon' }).includes('report-xml'));
});

test('pallycon signals what its players and servers look for', () => {
  const options = (name: string) =>
    resolved({ preset: pallycon({ siteId: 'DEMO' }) }).plugins.find((plugin) => plugin.name === name)
      ?.options;
  const licenseUrl = 'https://license.pallycon.com/ri/licenseManager.do';
  assert.equal(options('mode-dash-cenc'), {
    systems: [
      'common',
      ['widevine', { provider: 'inkaentworks', contentId: true }],
      ['playready', { licenseUrl }],
    ],
  });
  assert.equal(options('mode-hls-aes'), { systems: [['fairplay', { uri: 'skd://{keyIdBase64}' }]] });
  assert.equal(options('mode-hls-ncg'), { siteId: 'DEMO', licenseUrl });
  assert.equal(options('mode-ncg'), { siteId: 'DEMO', licenseUrl });
});

test('manual sets the content id, and the config may set another', () => {
  const preset = manual({ key: KEY, contentId: 'testcid' });
  assert.is(resolved({ preset }).title.contentId, 'testcid');
  assert.is(resolved({ preset, contentId: 'mine' }).title.contentId, 'mine');
});

test('a plugin of the config takes the place of the preset’s', () => {
  const config: Config = { preset: 'local', plugins: [['mode-dash-cenc', { layout: 'segments' }]] };
  assert.equal(names(config), names({ preset: 'local' }));
  const dash = resolved(config).plugins.find(({ name }) => name === 'mode-dash-cenc');
  assert.equal(dash?.options, { layout: 'segments' });
});

test('wrong options of a preset are told by their own names, without their values', () => {
  assert.match(
    complaintsOf({ preset: ['manual', { kee: 'c0ffee' }] }),
    /preset \(manual\)\.key: missing; .*\n.*preset \(manual\)\.kee: there is no such option\. Did you mean "key"\?$/,
  );
  const found = complaintsOf({
    preset: [
      ['pallycon', { siteId: 'c0ffee' }],
      ['local', { folder: 5 }],
    ],
  });
  assert.match(
    found,
    /preset\[0\] \(pallycon\)\.siteId: expected a site id of four letters or digits, got a string/,
  );
  assert.match(found, /preset\[1\] \(local\)\.folder: expected the path of a folder, got a number\./);
  assert.not.match(found, /c0ffee/);
});

test('a DRM system that does not exist is told with those that do', () => {
  const found = complaintsOf({
    plugins: [['mode-dash-cenc', { systems: ['widevin', ['playready', { licence: 'x' }]] }]],
  });
  assert.match(
    found,
    /plugins\[0\] \(mode-dash-cenc\)\.systems\[0\]: expected one of .*Did you mean "widevine"\?/,
  );
  assert.match(found, /systems\[1\]\[1\]\.licence: there is no such option\./);
  assert.is(found.split('\n').length, 3, found);
});

test('a text in place of options is one mistake, not one a letter', () => {
  const bare = KEY as unknown as { key: string }; // manual('…'), as somebody writes it in JavaScript
  for (const config of [{ preset: manual(bare) }, { plugins: [plugins['key-manual'](bare)] }]) {
    const said = complaintsOf(config);
    assert.match(
      said,
      /^The config is not valid:\n {2}\S+ \([a-z-]+\): expected an object of options, got a text or a list\.$/,
    );
    assert.not(said.includes(KEY));
  }
});

test.run();
