import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { turned } from '../../core/media/orientation.ts';
import { maySwitch, type SwitchingFacts, switchingSets } from '../../core/title/switching-sets.ts';
import { audioTrack, videoTrack } from '../helpers/titles/renditions.ts';

const test = suite('switching sets');

const film: SwitchingFacts = videoTrack(1920, 1080);
const sound: SwitchingFacts = audioTrack('eng');

/** With other sizes, and turned. */
const picture = (width: number, height: number, degrees = 0): SwitchingFacts => {
  const matrix = turned(degrees, false);
  const video = { width, height, sar: { num: 1, den: 1 }, frameRate: { num: 25, den: 1 } };
  return { ...film, video: { ...video, ...(matrix && { matrix }) } };
};

const speakers = (channels: number, more: Partial<SwitchingFacts['audio']> = {}): SwitchingFacts => ({
  ...sound,
  audio: { channels, sampleRate: 48_000, ...more },
});

const dolby = (mask: number, jocComplexity?: number): SwitchingFacts => ({
  ...speakers(6, { dolby: { speakers: mask, ...(jocComplexity !== undefined && { jocComplexity }) } }),
  entry: 'ec-3',
  codecs: 'ec-3',
});

type Pair = readonly [what: string, one: SwitchingFacts, other: SwitchingFacts];

const MAY: readonly Pair[] = [
  ['sizes', film, picture(640, 360)],
  ['frame rates', picture(1280, 720), film],
  ['profiles of a codec', film, { ...film, codecs: 'avc1.42c00c' }],
  ['languages of pictures, which encoders leave in there', film, { ...film, language: 'eng' }],
  ['SDR that is said, and not said', film, { ...film, videoRange: 'SDR' }],
  ['two that are turned alike', picture(640, 360, 90), picture(1280, 720, 90)],
  ['spellings of a language', { ...sound, language: 'ger' }, { ...sound, language: 'de' }],
  ['AAC LC and HE-AAC', sound, { ...sound, codecs: 'mp4a.40.5' }],
  ['sample rates', speakers(2), speakers(2, { sampleRate: 24_000 })],
  ['roles in another order', { ...sound, roles: ['dub', 'main'] }, { ...sound, roles: ['main', 'dub'] }],
  ['one key label', { ...film, keyLabel: 'HD' }, { ...film, keyLabel: 'HD' }],
  ['objects, however many', dolby(0xf801, 16), dolby(0xf801, 12)],
];

const MAY_NOT: readonly Pair[] = [
  ['kinds', film, sound],
  ['H.264 and HEVC', film, { ...film, entry: 'hvc1', codecs: 'hvc1.1.6.L93.B0' }],
  ['parameter sets out of band and in band', film, { ...film, entry: 'avc3', codecs: 'avc3.64001f' }],
  ['AAC and MP3, which share a sample entry', sound, { ...sound, codecs: 'mp4a.6B' }],
  ['AAC and xHE-AAC', sound, { ...sound, codecs: 'mp4a.40.42' }],
  ['languages', sound, { ...sound, language: 'kor' }],
  ['a language and a more special form of it', { ...sound, language: 'pt' }, { ...sound, language: 'pt-BR' }],
  ['a language and none', sound, { ...sound, language: 'und' }],
  ['roles', { ...sound, roles: ['main'] }, { ...sound, roles: ['commentary'] }],
  ['a role and none', sound, { ...sound, roles: ['commentary'] }],
  [
    'sound, and sound that describes',
    sound,
    { ...sound, characteristics: ['public.accessibility.describes-video'] },
  ],
  ['stereo and 5.1', speakers(2), speakers(6)],
  ['layouts of as many channels', speakers(8, { layout: 7 }), speakers(8, { layout: 12 })],
  ['loudspeakers of as many channels', dolby(0xf801), dolby(0xf401)],
  ['channels and objects', dolby(0xf801), dolby(0xf801, 16)],
  ['SDR and PQ', film, { ...film, videoRange: 'PQ' }],
  ['PQ and HLG', { ...film, videoRange: 'PQ' }, { ...film, videoRange: 'HLG' }],
  ['upright and turned', film, picture(1920, 1080, 90)],
  ['clear and encrypted', film, { ...film, encrypted: false }],
  ['key labels', { ...film, keyLabel: 'SD' }, { ...film, keyLabel: 'HD' }],
  ['a key label and none', film, { ...film, keyLabel: 'HD' }],
];

for (const [what, one, other] of MAY) {
  test(`a player may switch: ${what}`, () => {
    assert.ok(maySwitch(one, other));
    assert.ok(maySwitch(other, one));
    assert.is(switchingSets([one, other], (facts) => facts).length, 1);
  });
}

for (const [what, one, other] of MAY_NOT) {
  test(`a player may not switch: ${what}`, () => {
    assert.not(maySwitch(one, other));
    assert.not(maySwitch(other, one));
    assert.is(switchingSets([one, other], (facts) => facts).length, 2);
  });
}

test('sets come in the order of their first members, members as they are given', () => {
  const items = [
    { name: 'a', facts: film },
    { name: 'b', facts: { ...sound, language: 'kor' } },
    { name: 'c', facts: sound },
    { name: 'd', facts: picture(640, 360) },
    { name: 'e', facts: { ...sound, language: 'ko', codecs: 'mp4a.40.5' } },
  ];
  assert.equal(
    switchingSets(items, ({ facts }) => facts).map(({ kind, codec, language, members }) => [
      kind,
      codec,
      language,
      members.map(({ name }) => name).join(''),
    ]),
    [
      ['video', 'avc1', undefined, 'ad'],
      ['audio', 'aac', 'ko', 'be'],
      ['audio', 'aac', 'en', 'c'],
    ],
  );
  assert.equal(
    switchingSets([], (facts: SwitchingFacts) => facts),
    [],
  );
});

test.run();
