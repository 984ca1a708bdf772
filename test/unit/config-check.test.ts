import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../core/base/errors.ts';
import { checkConfig } from '../../core/config/check.ts';
import type { Builtins } from '../../core/config/types.ts';
import type { Plugin } from '../../core/contract/packager.ts';
import { storeS3 } from '../../plugins/index.ts';

const test = suite('check a config');

const keySchema = {
  type: 'object',
  additionalProperties: false,
  required: ['key'],
  properties: {
    key: { type: 'string', minLength: 8, description: 'a key' },
    layout: { enum: ['single-file', 'segments'] },
    headers: { type: 'object', additionalProperties: { type: 'string' } },
    retries: { type: 'integer', minimum: 0, maximum: 9 },
    token: { anyOf: [{ type: 'string', minLength: 1 }, { typeOf: 'function' }] },
    sign: { typeOf: 'function' },
    system: { type: 'object', required: ['name'] },
  },
};

const keyPlugin = (options: object = {}): Plugin => ({
  name: 'key-server',
  options: { ...options },
  schema: keySchema,
  apply: () => {},
});

const builtins: Builtins = {
  plugins: {
    'key-server': keyPlugin,
    'demux-mp4': () => ({ name: 'demux-mp4', apply: () => {} }),
    'mode-odd': ({ systems }: { systems: string[] }) => ({ name: systems.join(), apply: () => {} }),
  },
  presets: {
    server: (options: { key: string }) => ({
      options,
      schema: { ...keySchema, properties: { key: keySchema.properties.key } },
      plugins: [['key-server', { key: options.key }]],
    }),
  },
};

/** The lines of complaint about a config; none when it is valid. */
function complaints(config: unknown): readonly string[] {
  try {
    checkConfig(config, 'packager.config.ts', builtins);
    return [];
  } catch (error) {
    if (!PackagerError.is(error)) throw error;
    assert.is(error.code, 'INVALID_CONFIG');
    const [head, ...lines] = error.message.split('\n');
    assert.is(head, 'packager.config.ts is not valid:');
    return lines.map((line) => line.trim());
  }
}

test('takes everything that the types allow', () => {
  const whole = {
    preset: [['server', { key: '12345678' }], { segmentDuration: 4, plugins: ['demux-mp4'] }],
    contentId: 'films/été-1',
    inputs: [
      'a.mp4',
      { file: 'b.m4a', language: 'pt-BR' },
      { file: 'c.mp4', video: false, audio: ['en', 2] },
      { file: 'd.mp4', video: 3, audio: 'fra' },
      { file: 'e.mp4', audio: false },
    ],
    output: 'out',
    modes: ['dash-cenc'],
    segmentDuration: 0.5,
    clear: ['audio'],
    overwrite: true,
    workers: 0,
    reproducible: { seed: 'aF'.repeat(32), time: '2026-01-02T03:04:05.678+09:00' },
    plugins: ['demux-mp4', ['key-server', { key: '12345678' }]],
  };
  assert.equal(complaints(whole), []);
  assert.equal(complaints([whole, {}]), []);
  assert.equal(complaints({ contentId: undefined, preset: undefined, plugins: undefined }), []);
});

test('shows all mistakes at once, each with its path, what was expected and what was given', () => {
  const found = complaints({
    inptus: ['a.mp4'],
    inputs: ['a.mp4', 5],
    segmentDuration: 90,
    clear: ['vidio'],
    overwrite: 'yes',
    workers: 1.5,
    modes: [],
    reproducible: { seed: 'abc' },
    preset: 'sever',
    plugins: ['key-sever', 'demux', 7, ['key-server', { key: 'short' }]],
  });
  assert.equal(found, [
    'inptus: there is no such option. Did you mean "inputs"?',
    'inputs[1]: expected the path of a file, got 5.',
    'modes: expected a non-empty list, got an empty list.',
    'segmentDuration: expected seconds, from 0.5 to 60, got 90.',
    'clear[0]: expected one of "video", "audio", got "vidio". Did you mean "video"?',
    'overwrite: expected true or false, got "yes".',
    'workers: expected a whole number from 0 to 64, got 1.5.',
    'reproducible.time: missing; expected a time such as "2024-01-01T00:00:00Z".',
    'reproducible.seed: expected 64 hexadecimal digits, got "abc".',
    'preset: there is no built-in preset "sever". Did you mean "server"?',
    'plugins[0]: there is no built-in plugin "key-sever". Did you mean "key-server"?',
    'plugins[1]: there is no built-in plugin "demux". Choose from: key-server, demux-mp4, mode-odd.',
    'plugins[2]: expected a plugin, its name, or [name, options], got a number.',
    'plugins[3] (key-server).key: expected a key, got a string of length 5.',
  ]);
});

test('tells what is wrong with a choice of tracks, option by option', () => {
  const inputs = [
    { file: 'a.mp4', langauge: 'fr' },
    { video: false },
    { file: 'b.mp4', video: true, audio: [], language: 'French' },
    { file: 'c.mp4', video: 0, audio: ['en', 1.5] },
    null,
  ];
  assert.equal(complaints({ inputs }), [
    'inputs[0].langauge: there is no such option. Did you mean "language"?',
    'inputs[1].file: missing; expected the path of a file.',
    'inputs[2].video: expected false, or the id of a video track, got true.',
    'inputs[2].audio: expected false, or a list of languages and ids of audio tracks, got an empty list.',
    'inputs[2].language: expected a language such as "fr", "fra" or "pt-BR", got "French".',
    'inputs[3].video: expected false, or the id of a video track, got 0.',
    'inputs[3].audio[1]: expected a language such as "fr", or the id of an audio track, got 1.5.',
    'inputs[4]: expected the path of a file, got null.',
  ]);
});

test('names that manifests could not hold are refused before anything is written', () => {
  const config = (name: string) => ({
    ...{ inputs: ['a.mp4'], output: 'out', preset: ['server', { key: '12345678' }] },
    captions: [{ channel: 'CC1', language: 'en', label: name }],
    markers: [{ kind: 'cue', start: 1, title: name }],
  });
  assert.equal(complaints(config('Español 字 😀')), []);
  for (const character of ['\n', '\u0085', '\u2028', '\uFEFF', '\uD800', '\uFFFE'])
    assert.is(complaints(config(`a${character}b`)).length, 2, JSON.stringify(character));
  assert.is(complaints(config('a'.repeat(501))).length, 1);
});

test('tells the titles of a list apart', () => {
  assert.equal(complaints([{ output: '' }, {}, { plugins: ['nothing-like-it'] }]), [
    '[0].output: expected the path of a folder, got "".',
    '[2].plugins[0]: there is no built-in plugin "nothing-like-it". Choose from: key-server, demux-mp4, mode-odd.',
  ]);
  assert.equal(complaints([]), ['expected at least one title, got an empty list.']);
});

test('refuses what is no config at all', () => {
  assert.equal(complaints('a.mp4'), ['the config: expected an object, got "a.mp4".']);
  assert.equal(complaints(undefined), ['the config: expected an object, got nothing.']);
  assert.equal(complaints([{}, null]), ['[1]: expected an object, got null.']);
  assert.equal(complaints({ plugins: 'demux-mp4' }), [
    'plugins: expected a list of plugins, got a string of length 9.',
  ]);
  assert.equal(complaints({ preset: [[5, {}]] }), [
    'preset[0]: expected a preset, its name, or [name, options], got a list of length 2.',
  ]);
});

const NOT_IDS: readonly [what: string, id: string][] = [
  ['is empty', ''],
  ['has a line break', 'a\nb'],
  ['has half a character', 'a\ud800'],
  ['has more than 200 bytes', 'é'.repeat(101)],
];

for (const [what, id] of NOT_IDS) {
  test(`refuses a content id that ${what}`, () => {
    assert.match(complaints({ contentId: id })[0] ?? '', /^contentId: expected a content id: 1 to 200 bytes/);
  });
}

test('takes a content id of exactly 200 bytes', () => {
  assert.equal(complaints({ contentId: 'é'.repeat(100) }), []);
});

test('refuses a time that is none, or without a zone', () => {
  const seed = '00'.repeat(32);
  for (const time of ['2026-13-01T00:00:00Z', '2026-01-01T00:00:00', '1700000000']) {
    assert.is(complaints({ reproducible: { seed, time } }).length, 1, time);
  }
});

test('checks the options of plugin values and of named ones alike', () => {
  const options = { key: '12345678', retries: 10, layuot: 'segments', layout: 'segment' };
  const lines = [
    '.layuot: there is no such option. Did you mean "layout"?',
    '.layout: expected one of "single-file", "segments", got "segment". Did you mean "segments"?',
    '.retries: expected a whole number from 0 to 9, got a number.',
  ];
  const expected = lines.map((line) => `plugins[0] (key-server)${line}`);
  assert.equal(complaints({ plugins: [keyPlugin(options)] }), expected);
  assert.equal(complaints({ plugins: [['key-server', options]] }), expected);
});

test('what is said by extension is said of extensions as they are looked for', () => {
  const options = { contentTypes: { '.mpd': 'a/b', mpd: 'a/b' }, cacheControl: { '*': 'a', '.MPD': 'b' } };
  assert.equal(complaints({ plugins: [storeS3(options)] }), [
    'plugins[0] (store-s3).contentTypes.mpd: there is no such option.',
    'plugins[0] (store-s3).cacheControl..MPD: there is no such option.',
  ]);
});

test('never quotes an option of a plugin or preset', () => {
  const secret = 'c0ffee';
  const found = complaints({
    preset: ['server', { key: secret }],
    plugins: [['key-server', { key: secret, retries: secret, headers: { a: 5 }, token: '', sign: secret }]],
  });
  assert.is(found.length, 6);
  assert.not.match(found.join(), /c0ffee/);
});

test('quotes no text that can be a key, wherever it stands', () => {
  const secrets = [
    'c0ffee'.repeat(6),
    'yv4D7sr+A+7K/gPuyv4D7g==',
    'deadbeefdeadbeef',
    'kms-token-of-the-console',
  ];
  for (const secret of secrets) {
    const found = [
      secret,
      { preset: secret, plugins: [secret, ['key-server', { key: '12345678', layout: secret }]] },
      { preset: [secret], segmentDuration: secret, workers: secret, clear: [secret], overwrite: secret },
      {
        reproducible: { seed: secret, time: secret },
        inputs: secret,
        modes: secret,
        contentId: `${secret}\n`,
      },
    ].flatMap((config) => complaints(config));
    assert.is(found.length, 14);
    assert.not.match(found.join('\n'), secret);
  }
});

test('says it once when the options of a preset are wrong, not again for the plugins made of them', () => {
  assert.equal(complaints({ preset: [['server', {}]] }), [
    'preset[0] (server).key: missing; expected a key.',
  ]);
});

test('takes functions and class instances where the schema has a place for them', () => {
  class System {
    readonly name = 'widevine';
  }
  const options = { key: '12345678', token: () => 'a', sign: async () => {}, system: new System() };
  assert.equal(complaints({ plugins: [keyPlugin(options)] }), []);
  assert.equal(complaints({ plugins: [keyPlugin({ ...options, token: 5, sign: 'name' })] }), [
    'plugins[0] (key-server).token: expected a non-empty string or a function, got a number.',
    'plugins[0] (key-server).sign: expected a function, got a string of length 4.',
  ]);
});

test('says how long a text may be at most', () => {
  const schema = {
    properties: {
      url: { type: 'string', minLength: 1, maxLength: 20 },
      note: { type: 'string', maxLength: 4 },
    },
  };
  const limited = { name: 'limited', schema, apply: () => {} };
  assert.equal(complaints({ plugins: [{ ...limited, options: { url: 'x'.repeat(21), note: 'notes' } }] }), [
    'plugins[0] (limited).url: expected a non-empty string of at most 20 characters, got a string of length 21.',
    'plugins[0] (limited).note: expected a string of at most 4 characters, got a string of length 5.',
  ]);
});

test('reminds of a factory that was not called', () => {
  assert.equal(complaints({ plugins: [keyPlugin] }), [
    'plugins[0]: expected a plugin, its name, or [name, options], got a function. Call the function: its answer is wanted.',
  ]);
});

test('refuses one name twice in one list, but lets a plugin follow one of a preset', () => {
  const plugin = ['key-server', { key: '12345678' }];
  assert.equal(complaints({ plugins: [plugin, 'demux-mp4', plugin] }), [
    'plugins[2] (key-server): it is in this list twice.',
  ]);
  assert.equal(complaints({ preset: ['server', { key: '12345678' }], plugins: [plugin] }), []);
});

test('names of JavaScript itself are not built-in plugins', () => {
  assert.match(
    complaints({ plugins: ['constructor'] })[0] ?? '',
    /there is no built-in plugin "constructor"/,
  );
});

test('blames the plugin for a schema that is none, and for a factory that throws', () => {
  const odd = { name: 'odd', schema: { type: 'objekt' }, apply: () => {} };
  assert.match(
    complaints({ plugins: [odd] })[0] ?? '',
    /^plugins\[0\] \(odd\): its own schema is not valid: /,
  );
  assert.equal(complaints({ plugins: ['mode-odd'] }), ['plugins[0] (mode-odd): its options do not fit.']);
});

test('a config that holds itself is read once', () => {
  const list: unknown[] = ['a.mp4'];
  list.push(list);
  assert.match(complaints({ inputs: list as string[] })[0] ?? '', /^inputs\[1\]: expected /);
  const config: Record<string, unknown> = { inputs: ['a.mp4'] };
  config['self'] = config;
  assert.match(complaints(config)[0] ?? '', /^self: there is no such option\./);
});

test('presets hold no presets', () => {
  assert.match(
    complaints({ preset: { preset: 'server' } })[0] ?? '',
    /^preset\.preset: there is no such option\./,
  );
});

test.run();
