/** What the config says of an input's tracks, and what follows from it. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { resolveConfig } from '../../core/config/resolve.ts';
import type { Config } from '../../core/config/types.ts';
import type { Track } from '../../core/index.ts';
import type { InputInfo, TrackChoice } from '../../core/kit.ts';
import { chosenTracks } from '../../core/title/select-tracks.ts';
import { makeMedia } from '../helpers/media/made-samples.ts';
import { saying } from '../helpers/media/made-text.ts';

const test = suite('what a config says of inputs');

const film = (): Track => makeMedia({ count: 10 }, { id: 1 });
const sound = (id = 2, language = 'eng'): Track =>
  makeMedia({ count: 10 }, { id, kind: 'audio', entry: 'mp4a', codecs: 'mp4a.40.2', language });
const text = (id = 3, language = 'und'): Track => ({
  ...{ input: 0, id, kind: 'text', format: 'webvtt', timescale: 1000, duration: 1000, bytes: 1, language },
  ...saying(),
});

const input = (choice: TrackChoice): InputInfo => ({
  ...{ index: 0, path: '/films/a.mp4', name: 'a.mp4', bytes: 1, choice },
});
const taken = (choice: TrackChoice, ...tracks: readonly Track[]): readonly Track[] =>
  chosenTracks(input(choice), tracks);
const facts = ({ language, roles, label, characteristics, isForced, isDefault }: Track) => ({
  ...{ language, roles, label, characteristics, isForced, isDefault },
});
const NOTHING = {
  ...{ roles: undefined, label: undefined, characteristics: undefined },
  ...{ isForced: undefined, isDefault: undefined },
};

test('of a file with sound the sound takes what is said; of one with text alone the text; pictures of a file of pictures', () => {
  const said = { language: 'de', roles: ['commentary'], label: 'Kommentar', default: true } as const;
  const own = { roles: ['commentary'], label: 'Kommentar', isDefault: true };
  const [picture, heard, read] = taken(said, film(), sound(), text());
  assert.equal(facts(picture!), { ...NOTHING, language: 'und' });
  assert.equal(facts(heard!), { ...NOTHING, ...own, language: 'de' });
  assert.equal(facts(read!), { ...NOTHING, language: 'und' });
  assert.equal(facts(taken(said, text())[0]!), { ...NOTHING, ...own, language: 'de' });
  // Pictures are not chosen by their language.
  assert.equal(facts(taken(said, film())[0]!), { ...NOTHING, ...own, language: 'und' });
});

test('description says itself for DASH and HLS alike, whichever is written', () => {
  const whole = { roles: ['description'], characteristics: ['public.accessibility.describes-video'] };
  for (const said of [
    { roles: ['description'] },
    { characteristics: ['public.accessibility.describes-video'] },
  ] as const)
    assert.equal(facts(taken(said, sound())[0]!), { ...NOTHING, ...whole, language: 'eng' });
});

test('`forced` and `sdh` set every attribute, of text alone', () => {
  const forced = { roles: ['forced-subtitle'], isForced: true };
  const [heard, read] = taken({ forced: true }, sound(), text());
  assert.equal(facts(heard!), { ...NOTHING, language: 'eng' });
  assert.equal(facts(read!), { ...NOTHING, ...forced, language: 'und' });
  assert.equal(facts(taken({ roles: ['forced-subtitle'] }, text())[0]!), facts(read!));
  assert.equal(facts(taken({ roles: ['subtitle'], forced: true }, text())[0]!), facts(read!));
  assert.equal(facts(taken({ sdh: true, language: 'en' }, text())[0]!), {
    ...NOTHING,
    language: 'en',
    roles: ['caption'],
    characteristics: [
      'public.accessibility.transcribes-spoken-dialog',
      'public.accessibility.describes-music-and-sound',
    ],
  });
});

test('of several languages the first is the default', () => {
  const isDefault = taken({ default: true }, film(), sound(2, 'eng'), sound(4, 'kor'), sound(5, 'en'));
  assert.equal(
    isDefault.map((track) => track.isDefault),
    [undefined, true, undefined, true],
  );
});

test('what fits nothing that is taken is one sentence', () => {
  const refused = (choice: TrackChoice, ...tracks: readonly Track[]) => {
    try {
      taken(choice, ...tracks);
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  };
  assert.is(
    refused({ roles: ['caption'] }, film(), sound()),
    '/films/a.mp4: the config gives it the role "caption", which is for text.',
  );
  assert.match(refused({ roles: ['dub'] }, text()) ?? '', /the role "dub", which is for audio\.$/);
  assert.match(refused({ forced: true }, sound()) ?? '', /`forced`, which is for text\.$/);
  assert.match(refused({ sdh: true }, film()) ?? '', /`sdh`, which is for text\.$/);
  assert.match(
    refused({ label: 'Stereo' }, sound(2, 'eng'), sound(3, 'kor')) ?? '',
    /calls tracks in 2 languages "Stereo" \(en, ko\)\.$/,
  );
  assert.is(refused({ label: 'Stereo' }, sound(2, 'eng'), sound(3, 'en'), text(4, 'kor')), undefined);
});

const BUILTINS = { plugins: {}, presets: {} };

test('one or a list of roles and characteristics', () => {
  const { title } = resolveConfig(
    {
      inputs: [
        { file: 'a.m4a', roles: 'dub', characteristics: 'com.acme.slow', label: 'Langsam' },
        { file: 'b.vtt', roles: ['main', 'subtitle'], default: true, forced: false, sdh: false },
      ],
    },
    { builtins: BUILTINS, base: '/project' },
  );
  const plain = { video: undefined, audio: undefined, language: undefined };
  assert.equal(title.choices, [
    { ...plain, roles: ['dub'], characteristics: ['com.acme.slow'], label: 'Langsam' },
    { ...plain, roles: ['main', 'subtitle'], default: true, forced: false, sdh: false },
  ]);
});

test('all mistakes are told together, with the nearest right name', () => {
  const inputs = [
    { file: 'a.m4a', roles: ['comentary', 'dub'], forcd: true },
    { file: 'b.m4a', roles: 'descripton', label: 'say "A"', default: 'yes' },
    { file: 'c.vtt', characteristics: ['public.accessibility.describe-video'], sdh: 1 },
    { file: 'd.vtt', forced: true, sdh: true },
    { file: 'e.vtt', roles: [] },
  ];
  let message = '';
  try {
    resolveConfig({ inputs } as unknown as Config, { builtins: BUILTINS, base: '/project' });
  } catch (error) {
    message = (error as Error).message;
  }
  const roles =
    'expected one of "main", "alternate", "commentary", "dub", "description", "supplementary", "subtitle", "caption", "forced-subtitle"';
  assert.equal(
    message
      .split('\n')
      .slice(1)
      .map((line) => line.trim()),
    [
      'inputs[0].forcd: there is no such option. Did you mean "forced"?',
      `inputs[0].roles[0]: ${roles}, got "comentary". Did you mean "commentary"?`,
      `inputs[1].roles: ${roles}, got "descripton". Did you mean "description"?`,
      'inputs[1].label: expected a name of at most 100 characters, without quotation marks and line breaks, got "say \\"A\\"".',
      'inputs[1].default: expected true or false, got "yes".',
      message
        .split('\n')
        .find((line) => line.includes('inputs[2].characteristics'))!
        .trim(),
      'inputs[2].sdh: expected true or false, got 1.',
      'inputs[3]: expected text that is forced, or for the deaf and hard of hearing (sdh), not both, got an object.',
      'inputs[4].roles: expected a non-empty list, got an empty list.',
    ],
  );
  assert.match(message, /characteristics\[0\]: .*Did you mean "public\.accessibility\.describes-video"\?/);
});

test.run();
