/** What a config says of a title as a whole: what is right, and one sentence for each thing that is not. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../core/base/errors.ts';
import { resolveConfig } from '../../core/config/resolve.ts';
import type { Config } from '../../core/config/types.ts';
import type { TitleDetails } from '../../core/media/title-details.ts';

const test = suite('details of a title');

const RESOLVE = { builtins: { plugins: {}, presets: {} }, base: '/films' };

const detailsOf = (config: Config): TitleDetails | undefined =>
  resolveConfig({ inputs: ['a.mp4'], ...config }, RESOLVE).title.details;

/** The lines of complaint; none when the config is valid. */
function complaints(config: object): readonly string[] {
  try {
    detailsOf(config);
    return [];
  } catch (error) {
    if (!PackagerError.is(error)) throw error;
    assert.is(error.code, 'INVALID_CONFIG');
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
}

test('nothing is said where the config says nothing', () => {
  assert.is(detailsOf({}), undefined);
});

test('one language or several; URLs in the spelling of the standard, folders with a slash', () => {
  assert.equal(
    detailsOf({
      information: { title: 'Sintel', moreInformationUrl: 'HTTPS://Films.example/öl?a=<b>|c' },
      sessionData: [
        { id: 'com.acme.rating', value: '12', language: 'de' },
        { id: 'com.acme.more', uri: 'more data.json'.replace(' ', '%20') },
      ],
      start: { offset: -5, precise: true },
      baseUrls: ['https://a.example', { url: 'http://b.example/films/', id: 'b' }],
    }),
    {
      information: [{ title: 'Sintel', moreInformationUrl: 'https://films.example/%C3%B6l?a=%3Cb%3E%7Cc' }],
      sessionData: [
        { id: 'com.acme.rating', value: '12', language: 'de' },
        { id: 'com.acme.more', uri: 'more%20data.json' },
      ],
      start: { offset: -5, precise: true },
      baseUrls: [{ url: 'https://a.example/' }, { url: 'http://b.example/films/', id: 'b' }],
    },
  );
  assert.equal(
    detailsOf({
      information: [{ title: 'One' }, { title: 'Eins', language: 'de' }],
      start: { offset: 1, precise: false },
    }),
    { information: [{ title: 'One' }, { title: 'Eins', language: 'de' }], start: { offset: 1 } },
  );
});

test('a path beside the playlist: what is encoded stays so, what cannot stand in a URI becomes so', () => {
  const uris = ['a%23b%2Fc%20d.json?x=%26', '100%.json', 'é/😀[1].json', 'a%2.json#%zz'];
  const sessionData = uris.map((uri, n) => ({ id: `com.acme.a${n}`, uri }));
  assert.equal(
    detailsOf({ sessionData })?.sessionData?.map(({ uri }) => uri),
    ['a%23b%2Fc%20d.json?x=%26', '100%25.json', '%C3%A9/%F0%9F%98%80%5B1%5D.json', 'a%252.json#%25zz'],
  );
});

const PLACES = [
  { url: 'https://a.example/x/', id: 'a' },
  { url: 'https://b.example/', id: 'b' },
];

test('content steering begins with the first base URL, or with the one that is said', () => {
  const contentSteering = { server: 'https://steer.example/?film=1' };
  assert.equal(detailsOf({ baseUrls: PLACES, contentSteering })?.steering, {
    ...contentSteering,
    first: 'a',
  });
  assert.equal(
    detailsOf({ baseUrls: PLACES, contentSteering: { ...contentSteering, default: 'b' } })?.steering,
    { ...contentSteering, first: 'b' },
  );
});

const URL_WORDS = 'an http or https URL, without user name and password';
const FOLDER_WORDS = 'an http or https URL of a folder, without user name, password, query and fragment';
const TEXT_WORDS = 'a text of one line without straight quotation marks, which playlists cannot hold';

/** A config, and what is said of it: each is a kind of mistake by itself. */
const WRONG: readonly (readonly [what: string, config: object, complaint: string])[] = [
  [
    'nothing in it',
    { information: {} },
    'information: expected an object with a title, a source, a copyright or an address, got an empty object.',
  ],
  ['seconds alone', { start: 30 }, 'start: expected an object such as { offset: 30 }, in seconds, got 30.'],
  [
    'one address',
    { baseUrls: 'https://cdn.example/' },
    'baseUrls: expected a list of URLs such as ["https://cdn.example/"], got a string of length 20.',
  ],
  [
    'data that is no list',
    { sessionData: { id: 'com.a.b', value: '1' } },
    'sessionData: expected a list such as [{ id: "com.acme.rating", value: "12" }], got an object.',
  ],
  [
    'the address of a server alone',
    { baseUrls: ['https://cdn.example/'], contentSteering: 'https://a.example/' },
    'contentSteering: expected an object such as { server: "https://steer.example/", default: "a" }, got a string of length 18.',
  ],
  [
    'a misspelt name',
    { information: { titel: 'A' } },
    'information.titel: there is no such option. Did you mean "title"?',
  ],
  [
    'a quotation mark',
    { information: { title: 'A "B"' } },
    `information.title: expected ${TEXT_WORDS}, got "A \\"B\\"".`,
  ],
  [
    'a line break',
    { information: [{ title: 'A\nB' }] },
    `information[0].title: expected ${TEXT_WORDS}, got "A\\nB".`,
  ],
  [
    'a control character',
    { information: { copyright: 'A\u0007' } },
    'information.copyright: expected a text of one line, got "A\\u0007".',
  ],
  [
    'no language',
    { information: { title: 'A', language: 'en-US-US' } },
    'information.language: expected a language such as "fr", "fra" or "pt-BR", got "en-US-US".',
  ],
  [
    'one language twice',
    {
      information: [
        { title: 'A', language: 'deu' },
        { title: 'B', language: 'de' },
      ],
    },
    'information[1]: another one is in the same language.',
  ],
  [
    'another scheme',
    { information: { moreInformationUrl: 'ftp://a.example' } },
    `information.moreInformationUrl: expected ${URL_WORDS}, got "ftp://a.example".`,
  ],
  [
    'a script',
    { information: { moreInformationUrl: 'javascript:1' } },
    `information.moreInformationUrl: expected ${URL_WORDS}, got "javascript:1".`,
  ],
  [
    'an id without a domain',
    { sessionData: [{ id: 'rating', value: '1' }] },
    'sessionData[0].id: expected an id below a domain of your own, such as "com.acme.rating", got "rating".',
  ],
  [
    'neither value nor URI',
    { sessionData: [{ id: 'com.acme.a' }] },
    'sessionData[0]: expected either a `value` or a `uri`, got neither.',
  ],
  [
    'value and URI',
    { sessionData: [{ id: 'com.acme.a', value: '1', uri: 'a.json' }] },
    'sessionData[0]: expected either a `value` or a `uri`, got both.',
  ],
  [
    'a quote in a value',
    { sessionData: [{ id: 'com.acme.a', value: '"' }] },
    `sessionData[0].value: expected ${TEXT_WORDS}, got "\\"".`,
  ],
  [
    'a URI with a space',
    { sessionData: [{ id: 'com.acme.a', uri: 'a b.json' }] },
    'sessionData[0].uri: expected an http or https URL without user name and password, or a path beside the playlist, got "a b.json".',
  ],
  [
    'a URI of data',
    { sessionData: [{ id: 'com.acme.a', uri: 'data:,1' }] },
    'sessionData[0].uri: expected an http or https URL without user name and password, or a path beside the playlist, got "data:,1".',
  ],
  [
    'one id and language twice',
    {
      sessionData: [
        { id: 'com.acme.a', value: '1', language: 'en' },
        { id: 'com.acme.a', value: '2', language: 'eng' },
      ],
    },
    'sessionData[1]: another one has the id com.acme.a in the same language.',
  ],
  [
    'the title twice',
    { information: { title: 'A' }, sessionData: [{ id: 'com.apple.hls.title', value: 'B' }] },
    'sessionData[0]: the title in `information` has the id com.apple.hls.title in the same language.',
  ],
  [
    'no start',
    { start: { precise: true } },
    'start.offset: missing; expected seconds from the start of the title, or below 0 from its end.',
  ],
  [
    'a start that is text',
    { start: { offset: '5' } },
    'start.offset: expected seconds from the start of the title, or below 0 from its end, got "5".',
  ],
  [
    'no base URL',
    { baseUrls: [] },
    'baseUrls: expected a list of URLs such as ["https://cdn.example/"], got an empty list.',
  ],
  [
    'a relative base URL',
    { baseUrls: ['cdn/films/'] },
    `baseUrls[0]: expected ${FOLDER_WORDS}, got "cdn/films/".`,
  ],
  [
    'a base URL with a query',
    { baseUrls: [{ url: 'http://a.b/?c', id: 'a' }] },
    `baseUrls[0].url: expected ${FOLDER_WORDS}, got "http://a.b/?c".`,
  ],
  [
    'a name with a slash',
    { baseUrls: [{ url: 'http://a.b/', id: 'a/b' }] },
    'baseUrls[0].id: expected a name of letters, digits, ".", "-" and "_", got "a/b".',
  ],
  [
    'one base URL twice',
    { baseUrls: ['https://a.example', 'https://A.example/'] },
    'baseUrls[1]: another one is the same.',
  ],
  [
    'one name twice',
    { baseUrls: [PLACES[0], { ...PLACES[1], id: 'a' }] },
    'baseUrls[1].id: another one has the same.',
  ],
  [
    'steering without places',
    { contentSteering: { server: 'https://s.example/' } },
    'contentSteering: there are no `baseUrls` for its server to choose from.',
  ],
  [
    'steering to a nameless place',
    { baseUrls: [PLACES[0], 'https://c.example/'], contentSteering: { server: 'https://s.example/' } },
    'baseUrls[1]: it has no `id`, by which `contentSteering` could name it.',
  ],
  [
    'steering to no place',
    { baseUrls: PLACES, contentSteering: { server: 'https://s.example/', default: 'c' } },
    'contentSteering.default: no base URL has the id "c". Choose from: a, b.',
  ],
  [
    'a steering server of files',
    { baseUrls: PLACES, contentSteering: { server: 'file:///a.json' } },
    `contentSteering.server: expected ${URL_WORDS}, got "file:///a.json".`,
  ],
  [
    'a score of 0',
    { inputs: [{ file: 'a.mp4', score: 0 }] },
    'inputs[0].score: expected a number from 0.001 to 1,000,000, the higher the better, got 0.',
  ],
];

for (const [what, config, complaint] of WRONG) {
  test(`${what}: one sentence`, () => assert.equal(complaints(config), [complaint]));
}

test('user names, passwords and tokens are refused or hidden, and never quoted', () => {
  const secret = 'https://anna:Passw0rt@a.example/';
  const config = {
    information: { moreInformationUrl: secret },
    sessionData: [{ id: 'com.acme.a', uri: secret }],
    baseUrls: [secret, { url: 'https://a.example/?token=Passw0rt' }],
    contentSteering: { server: secret },
  };
  const said = complaints(config);
  assert.is(said.length, 5, said.join('\n'));
  assert.not.match(said.join('\n'), /anna|Passw0rt|example/);
});

test.run();
