/** Labels by their tracks, and crypto periods by time. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { KeyChoice } from '../../core/cpix/index.ts';
import {
  base64Hex,
  cpix,
  KID,
  keyElement,
  OTHER_KID,
  ruleElement,
} from '../helpers/servers/cpix-documents.ts';
import { failure, keyOf, PALLYCON, TWO } from '../helpers/servers/read-cpix.ts';

const test = suite('label and period filters of CPIX documents');

type Rated = { num: number; den: number };
const video = (width: number, height: number, frameRate: Rated = { num: 25, den: 1 }) => ({
  kind: 'video',
  codecs: 'avc1.64001f',
  language: 'und',
  video: { width, height, frameRate },
});
const audio = (channels: number) => ({
  kind: 'audio',
  codecs: 'mp4a.40.2',
  language: 'en',
  audio: { channels },
});

const THIRD_KID = 'cccccccc-0000-4000-8000-000000000003';
const THREE = TWO + keyElement(THIRD_KID, '', base64Hex('22'.repeat(16)));
const BY_SIZE =
  ruleElement(KID, 'small', '<cpix:VideoFilter maxPixels="442368"/>') +
  ruleElement(OTHER_KID, 'large', '<cpix:VideoFilter minPixels="442369"/>') +
  ruleElement(THIRD_KID, 'sound', '<cpix:AudioFilter/>');
const sized = (label: string, tracks: KeyChoice['tracks'], rules = BY_SIZE) =>
  keyOf(cpix({ keys: THREE, rules }), { label, tracks, hasOthers: true });

test('filters give the key of a label to its tracks, whatever the track types are called', () => {
  assert.is(sized('SD', [video(640, 360), video(768, 576)]).uuid, KID);
  assert.is(sized('HD', [video(1280, 720)]).uuid, OTHER_KID);
  assert.is(sized('AUDIO', [audio(2), audio(6)]).uuid, THIRD_KID);
});

const ONE_FOR_BOTH =
  ruleElement(KID, 'VIDEO', '<cpix:VideoFilter/>') + ruleElement(THIRD_KID, 'AUDIO', '<cpix:AudioFilter/>');

test('an unused key is no mistake; one key may serve two labels, where the rules say so', () => {
  assert.is(sized('SD', [video(640, 360)], ONE_FOR_BOTH).uuid, KID);
  assert.is(sized('HD', [video(1280, 720)], ONE_FOR_BOTH).uuid, KID);
});

const UNMAPPED: readonly (readonly [
  what: string,
  tracks: KeyChoice['tracks'],
  rules: string,
  code: string,
  message: RegExp,
])[] = [
  [
    'no rule for sound',
    [audio(2)],
    ruleElement(KID, 'AUDIO', '<cpix:VideoFilter/>'),
    'NO_KEY',
    /no usage rule matches it/,
  ],
  [
    'a filter that nobody matches',
    [video(1280, 720)],
    ruleElement(KID, 'HD', '<cpix:VideoFilter minPixels="99999999"/>'),
    'NO_KEY',
    /video track with label HD \(1280×720, avc1/,
  ],
  [
    'two keys for a track',
    [video(640, 360)],
    BY_SIZE + ruleElement(OTHER_KID, 'too', '<cpix:VideoFilter maxPixels="300000"/>'),
    'KEY_DOCUMENT',
    /2 keys to one video track/,
  ],
  [
    'two keys within a label',
    [video(640, 360), video(1280, 720)],
    BY_SIZE,
    'KEY_DOCUMENT',
    /2 keys to the tracks with label HD/,
  ],
  [
    'a bit rate',
    [video(640, 360)],
    BY_SIZE + ruleElement(THIRD_KID, 'x', '<cpix:BitrateFilter minBitrate="5"/>'),
    'KEY_DOCUMENT',
    /asks for the bit rate/,
  ],
  [
    'a dynamic range',
    [video(640, 360)],
    ruleElement(KID, 'x', '<cpix:VideoFilter hdr="true"/>'),
    'KEY_DOCUMENT',
    /asks for the dynamic range/,
  ],
  [
    'an unknown filter of another key',
    [audio(2)],
    BY_SIZE + ruleElement(KID, 'x', '<cpix:MoonFilter/>'),
    'KEY_DOCUMENT',
    /not known \(MoonFilter\)/,
  ],
  ['no rules at all', [audio(2)], '', 'NO_KEY', /no usage rules/],
];

for (const [what, tracks, rules, code, message] of UNMAPPED) {
  test(`${what}: no key is taken`, () => {
    const error = failure(() => sized(tracks?.[0]?.kind === 'audio' ? 'AUDIO' : 'HD', tracks, rules));
    assert.is(error.code, code, error.message);
    assert.match(error.message, message);
  });
}

test('frame rates and LabelFilter are evaluated, too', () => {
  const rules =
    ruleElement(KID, '', '<cpix:VideoFilter maxFps="30"/>') +
    ruleElement(OTHER_KID, '', '<cpix:VideoFilter minFps="30"/><cpix:LabelFilter label="SPORT"/>') +
    ruleElement(THIRD_KID, '', '<cpix:AudioFilter/>');
  assert.is(sized('FILM', [video(640, 360)], rules).uuid, KID);
  assert.is(sized('SPORT', [video(640, 360, { num: 50, den: 1 })], rules).uuid, OTHER_KID);
  assert.is(failure(() => sized('FILM', [video(640, 360, { num: 50, den: 1 })], rules)).code, 'NO_KEY');
});

test('track types that were asked for decide where filters have no bounds; a filter must not say otherwise', () => {
  const rules =
    ruleElement(KID, 'SD', '<cpix:VideoFilter/>') +
    ruleElement(OTHER_KID, 'HD', '<cpix:VideoFilter/>') +
    ruleElement(THIRD_KID, 'AUDIO', '<cpix:AudioFilter/>');
  const byType = { ...PALLYCON, systemKeys: {}, mapping: 'track-types' } as const;
  const choice = { hasOthers: true, tracks: [video(1280, 720)] };
  assert.is(keyOf(cpix({ keys: THREE, rules }), { ...choice, label: 'HD' }, byType).uuid, OTHER_KID);
  assert.is(failure(() => sized('HD', [video(1280, 720)], rules)).code, 'KEY_DOCUMENT');
  const wrong = failure(() => keyOf(cpix({ keys: THREE, rules }), { ...choice, label: 'AUDIO' }, byType));
  assert.is(wrong.code, 'NO_KEY');
});

const timed = (id: string, facts: string) => `<cpix:ContentKeyPeriod id="${id}" ${facts}/>`;
const inPeriod = (kid: string, id: string) =>
  ruleElement(kid, 'ALL', `<cpix:VideoFilter/><cpix:AudioFilter/><cpix:KeyPeriodFilter periodId="${id}"/>`);
const ROTATING = inPeriod(KID, 'a') + inPeriod(OTHER_KID, 'b');
const rotating = (periods: string, choice: Partial<KeyChoice>) =>
  keyOf(cpix({ keys: TWO, periods, rules: ROTATING }), choice);

for (const times of [
  ['startOffset="PT0S" endOffset="PT10S"', 'startOffset="PT10S" endOffset="PT1M"'],
  ['startOffset="PT0S" duration="PT10S"', 'startOffset="PT0M10.000S"'],
]) {
  const periods = timed('a', times[0]!) + timed('b', times[1]!);
  test(`crypto periods by time: ${times.join(', ')}`, () => {
    const second = { period: 1, keyRotation: 10 };
    assert.is(rotating(periods, { keyRotation: 10 }).uuid, KID);
    assert.is(rotating(periods, second).uuid, OTHER_KID, 'by its number');
    assert.is(rotating(periods, { ...second, starts: { first: 10, last: 18 } }).uuid, OTHER_KID);
    assert.is(
      rotating(periods, { ...second, starts: { first: 9.9999, last: 18 } }).uuid,
      OTHER_KID,
      'cuts are where frames are',
    );
    const across = failure(() => rotating(periods, { starts: { first: 0, last: 12 } }));
    assert.is(across.code, 'KEY_DOCUMENT');
    assert.match(across.message, /keys would change where the title's do not/);
  });
}

const NO_PERIOD: readonly (readonly [what: string, periods: string, code: string, message: RegExp])[] = [
  [
    'indices',
    timed('a', 'index="0"') + timed('b', 'index="1"'),
    'NO_KEY',
    /do not cover the title: there is none for period 2, with segments from 20 s to 20 s; it has the indices 0, 1/,
  ],
  [
    'times',
    timed('a', 'startOffset="PT0S" endOffset="PT10S"') + timed('b', 'startOffset="PT10S" endOffset="PT20S"'),
    'NO_KEY',
    /periods up to 20 s/,
  ],
  [
    'the time of day',
    timed('a', 'index="0"') + timed('b', 'start="2026-01-01T00:00:00Z" duration="PT10S"'),
    'KEY_DOCUMENT',
    /period b is by the time of day/,
  ],
  [
    'a label',
    timed('a', 'index="0"') + timed('b', 'label="late"'),
    'KEY_DOCUMENT',
    /period b has neither an index nor a startOffset/,
  ],
  [
    'a period that is not there',
    timed('a', 'index="0"'),
    'KEY_DOCUMENT',
    /refers to a crypto period that it does not have/,
  ],
  [
    'a period that ends before it begins',
    timed('a', 'startOffset="PT9S" endOffset="PT1S"'),
    'KEY_DOCUMENT',
    /ends before it begins/,
  ],
  ['a duration that is none', timed('a', 'startOffset="10s"'), 'KEY_DOCUMENT', /no duration such as PT10S/],
];

for (const [what, periods, code, message] of NO_PERIOD) {
  test(`periods that cannot serve: ${what}`, () => {
    const error = failure(() => rotating(periods, { period: 2, keyRotation: 10 }));
    assert.is(error.code, code, error.message);
    assert.match(error.message, message);
  });
}

test.run();
