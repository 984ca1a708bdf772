/** What a config says of inputs, in every manifest; each of Apple's rules under its clause. `packageWith` checks all manifests. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Plugin } from '../../core/index.ts';
import type { TrackChoice } from '../../core/kit.ts';
import { cmaf, dashCenc, hlsAes } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce } from '../helpers/commands/folders.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { failureOf, filesBelow, outputFolder, packageWith } from '../helpers/titles/package.ts';

const test = suite('what the config says of inputs, in manifests');

interface Sound {
  readonly codec?: string;
  readonly rate?: string;
  readonly channels?: number;
}

/** Noise, whose rate encoders keep: five seconds as the odd media have. */
const sound = ({ codec = 'aac', rate = '96k', channels = 2 }: Sound = {}): Promise<string> =>
  madeOnce(`said-${codec}-${rate}-${channels}.mp4`, async (path) => {
    const noise = ['-f', 'lavfi', '-t', '5', '-i', 'anoisesrc=seed=1:sample_rate=48000:amplitude=0.3'];
    await ffmpeg([...noise, '-ac', String(channels), '-c:a', codec, '-b:a', rate, '-f', 'mp4', path]);
  });

interface Title {
  readonly inputs: readonly string[];
  readonly choices: readonly (TrackChoice | undefined)[];
}

const titleOf = async (
  film: string,
  ...sounds: readonly (readonly [TrackChoice, Sound?])[]
): Promise<Title> => ({
  inputs: [film, ...(await Promise.all(sounds.map(([, what]) => sound(what))))],
  choices: [undefined, ...sounds.map(([choice]) => choice)],
});

/** A film without sound; its sound with a commentary, a description and a dub. */
const film = async () =>
  titleOf(
    await oddMedia('video-only'),
    [{ language: 'en', label: 'Original' }],
    [{ language: 'en', roles: ['commentary'], label: 'Director' }],
    [{ language: 'en', roles: ['description'] }],
    [{ language: 'fr', roles: ['dub'], default: true }],
  );

const written = async (plugin: Plugin, prefix: string, manifest: string, title: Title) => {
  const report = await packageWith([plugin], title);
  const folder = join(report.output, outputFolder(prefix, title.inputs[0]!));
  return { report, folder, text: await readFile(join(folder, manifest), 'utf8') };
};

const tagsOf = (text: string, tag: string): Record<string, string>[] =>
  [...text.matchAll(new RegExp(`^#${tag}:(.*)$`, 'gm'))].map(([, list = '']) =>
    Object.fromEntries(
      [...list.matchAll(/([A-Z-]+)=("[^"]*"|[^,]*)/g)].map(([, name, value = '']) => [
        name,
        value.replaceAll('"', ''),
      ]),
    ),
  );

/** Of each adaptation set of sound: language, roles, purpose, label. */
const setsOf = (mpd: string) =>
  mpd
    .split('<AdaptationSet ')
    .slice(1)
    .filter((set) => set.includes('contentType="audio"'))
    .map((set) => [
      /lang="([^"]*)"/.exec(set)?.[1],
      [...set.matchAll(/<Role [^>]*value="([^"]*)"/g)].map(([, value]) => value).join(' '),
      /AudioPurposeCS:2007" value="(\d)"/.exec(set)?.[1],
      /<Label>([^<]*)</.exec(set)?.[1],
      [...set.matchAll(/<Representation /g)].length,
    ]);

const SAID = [
  ['fr', 'main dub', undefined, undefined, 1],
  ['en', 'alternate', undefined, 'Original', 1],
  ['en', 'commentary', undefined, 'Director', 1],
  ['en', 'description', '1', undefined, 1],
];

test('MPD: Role, Accessibility and Label, in DASH and CMAF alike; the default is main', async () => {
  const title = await film();
  const dash = await written(dashCenc(), 'DASH', 'stream.mpd', title);
  assert.equal(dash.report.warnings, []);
  assert.equal(setsOf(dash.text), SAID);
  const set = await written(cmaf(), 'CMAF', 'stream.mpd', title);
  assert.equal(setsOf(set.text), SAID);
  assert.equal(
    (await filesBelow(set.folder)).filter((path) => path.startsWith('audio') && path.endsWith('.mp4')),
    [
      'audio-en-commentary/media.mp4',
      'audio-en-description/media.mp4',
      'audio-en/media.mp4',
      'audio-fr/media.mp4',
    ],
  );
});

test('the default is what both manifests start with, whatever roles say', async () => {
  const title = await titleOf(
    await oddMedia('video-only'),
    [{ language: 'en', roles: ['main'] }],
    [{ language: 'fr' }],
    [{ language: 'en', roles: ['commentary'], default: true }],
    [{ language: 'en', roles: ['commentary'], default: true }, { codec: 'ac3' }],
  );
  const { folder, text } = await written(cmaf(), 'CMAF', 'stream.mpd', title);
  assert.equal(
    setsOf(text).map(([language, roles]) => [language, roles]),
    [
      ['en', 'main commentary'],
      ['en', 'main commentary'],
      ['en', 'alternate'],
      ['fr', 'alternate'],
    ],
  );
  const tags = tagsOf(await readFile(join(folder, 'master.m3u8'), 'utf8'), 'EXT-X-MEDIA');
  assert.equal(
    new Set(tags.filter((tag) => tag['DEFAULT'] === 'YES').map((tag) => tag['NAME'])),
    new Set(['English (commentary)']),
  );
});

test('CTA-5005, 4.7.2: roles in kind boxes, and none where nothing is said', async () => {
  const { folder } = await written(cmaf(), 'CMAF', 'stream.mpd', await film());
  const kinds = async (name: string) => {
    const file = await readFile(join(folder, name, 'media.mp4'), 'latin1');
    return [...file.matchAll(/kind\0{4}urn:mpeg:dash:role:2011\0([a-z-]+)\0/g)].map(([, role]) => role);
  };
  assert.equal(await kinds('audio-en-commentary'), ['commentary']);
  assert.equal(await kinds('audio-en-description'), ['description']);
  assert.equal(await kinds('audio-fr'), ['dub']);
  assert.equal([await kinds('audio-en'), await kinds('video-1')], [[], []]);
});

for (const [name, plugin, prefix] of [
  ['MPEG-TS', () => hlsAes(), 'HLS'],
  ['fMP4', () => hlsAes({ container: 'fmp4' }), 'HLS'],
  ['CMAF', () => cmaf(), 'CMAF'],
] as const) {
  test(`${name}: NAME, LANGUAGE (8.10), DEFAULT, AUTOSELECT and CHARACTERISTICS of each`, async () => {
    const { text } = await written(plugin(), prefix, 'master.m3u8', await film());
    assert.equal(
      tagsOf(text, 'EXT-X-MEDIA').map((tag) =>
        ['NAME', 'LANGUAGE', 'DEFAULT', 'AUTOSELECT', 'CHARACTERISTICS'].map((key) => tag[key]),
      ),
      [
        ['French', 'fr', 'YES', 'YES', undefined],
        ['Original', 'en', 'NO', 'YES', undefined],
        // RFC 8216, 4.3.4.1.1: nothing would tell a player that it is another one than the original.
        ['Director', 'en', 'NO', 'NO', undefined],
        ['English (description)', 'en', 'NO', 'YES', 'public.accessibility.describes-video'],
      ],
    );
  });
}

const ladder = async () =>
  titleOf(
    await oddMedia('video-only'),
    [{ language: 'en' }, { rate: '128k' }],
    [{ language: 'en' }, { rate: '48k' }],
    [{ language: 'fr' }, { rate: '96k' }],
    [{ language: 'en' }, { codec: 'ac3', rate: '192k', channels: 6 }],
  );

test('equal tracks of another bit rate are one adaptation set; all sets of what players start with are main', async () => {
  const { text } = await written(dashCenc(), 'DASH', 'stream.mpd', await ladder());
  assert.equal(
    setsOf(text).map(([language, roles, , , count]) => [language, roles, count]),
    [
      ['en', 'main', 2],
      ['fr', 'alternate', 1],
      ['en', 'main', 1],
    ],
  );
});

test('2.19: groups by codec, channels and quality have the same names; one of stereo AAC is among them', async () => {
  const { text, report } = await written(hlsAes(), 'HLS', 'master.m3u8', await ladder());
  assert.equal(report.warnings, []);
  const groups = tagsOf(text, 'EXT-X-MEDIA').map((tag) =>
    ['GROUP-ID', 'NAME', 'CHANNELS', 'URI', 'DEFAULT'].map((key) => tag[key]),
  );
  assert.equal(groups, [
    ['audio', 'English', '2', undefined, 'YES'],
    ['audio', 'French', '2', 'audio-fr/stream.m3u8', 'NO'],
    ['audio-aac-2-1', 'English', '2', 'audio-en-aac/stream.m3u8', 'YES'],
    ['audio-aac-2-1', 'French', '2', 'audio-fr/stream.m3u8', 'NO'],
    ['audio-ac-3', 'French', '2', 'audio-fr/stream.m3u8', 'NO'],
    ['audio-ac-3', 'English', '6', 'audio-en-ac-3/stream.m3u8', 'YES'],
  ]);
  assert.equal(
    tagsOf(text, 'EXT-X-STREAM-INF').map(({ AUDIO }) => AUDIO),
    ['audio', 'audio-aac-2-1', 'audio-ac-3'],
  );
});

test('a title without stereo AAC is warned of in HLS, and in DASH is not', async () => {
  const title = await titleOf(await oddMedia('video-only'), [
    { language: 'en' },
    { codec: 'ac3', rate: '192k', channels: 6 },
  ]);
  const { warnings } = await packageWith([hlsAes(), dashCenc()], title);
  assert.equal(warnings, [
    'mode hls-aes: no audio of the title is AAC in stereo, which Apple asks for beside all else: give it as a further input.',
  ]);
});

test('a programme that is in no AAC stands in every group: a label for loudspeakers alone is warned of, one for both is not', async () => {
  const warningsOf = async (stereo: Partial<TrackChoice>, surround: Partial<TrackChoice>) => {
    const title = await titleOf(
      await oddMedia('video-only'),
      [{ language: 'en', ...stereo }, { rate: '96k' }],
      [
        { language: 'en', ...surround },
        { codec: 'ac3', rate: '192k', channels: 6 },
      ],
    );
    const { warnings } = await packageWith([hlsAes(), dashCenc()], title);
    return warnings;
  };
  const warning = (name: string) =>
    `mode hls-aes: "${name}" is in ac-3, and there is no AAC of it, so every variant asks players for that codec. ` +
    'If it is the sound of another track for more loudspeakers, give both the same `label` and `roles`; else give it in AAC as well.';
  assert.equal(await warningsOf({}, { label: 'English 5.1' }), [warning('English 5.1')]);
  assert.equal(await warningsOf({ label: 'English' }, {}), [warning('English (2)')]);
  assert.equal(await warningsOf({ label: 'English' }, { label: 'English' }), []);
  assert.equal(await warningsOf({}, {}), []);
});

test('a pairing table, and a cap on variants: one sentence, before anything is written', async () => {
  const title = await ladder();
  const refused = async (plugin: Plugin) => {
    const error = await failureOf(packageWith([plugin], title));
    return `${error.code} ${error.message}`;
  };
  assert.is(
    await refused(hlsAes({ maxVariants: 2 })),
    'INVALID_OPTION The title would have 3 HLS variants, 1 of video with up to 3 audio groups: more than 2.',
  );
  assert.is(
    await refused(cmaf({ audioGroups: { 'ec-3': { from: '720p' } } })),
    'INVALID_OPTION `audioGroups` names "ec-3", and no audio group of the title is that.',
  );
  assert.match(
    await refused(hlsAes({ audioGroups: { aac: { from: '2000p' }, 'ac-3/6': { from: '2000p' } } })),
    /^INVALID_OPTION `audioGroups` leaves the video of \d+ lines without audio\.$/,
  );
  const { text } = await written(
    hlsAes({ audioGroups: { 'ac-3': { from: '2000p' } } }),
    'HLS',
    'master.m3u8',
    title,
  );
  assert.not.match(text, /ac-3/);
});

test('sound alone in several bit rates: variants, and nothing to choose', async () => {
  const inputs = [await sound({ rate: '128k' }), await sound({ rate: '48k' })];
  const choices = [{ language: 'en' }, { language: 'en' }];
  const { text } = await written(hlsAes(), 'HLS', 'master.m3u8', { inputs, choices });
  assert.equal(tagsOf(text, 'EXT-X-MEDIA'), []);
  const rates = tagsOf(text, 'EXT-X-STREAM-INF').map((tag) => Number(tag['BANDWIDTH']));
  assert.is(rates.length, 2);
  assert.ok(rates[0]! > rates[1]! * 1.5, rates.join());
});

test('what does not fit is one sentence, and nothing is written', async () => {
  const title = await titleOf(await oddMedia('video-only'), [{ roles: ['caption'] }]);
  const error = await failureOf(packageWith([dashCenc()], title));
  assert.is(error.code, 'INVALID_OPTION');
  assert.match(error.message, /^\S+\.mp4: the config gives it the role "caption", which is for text\.$/);
});

test.run();
