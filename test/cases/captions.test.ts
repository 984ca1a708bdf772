/** Closed captions in the pictures: found in SEI messages, declared in both manifests. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { TitleOptions } from '../../core/index.ts';
import { openTitle, planTitle } from '../../core/index.ts';
import { cmaf, dashCenc, hlsAes } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import {
  type CaptionFeed,
  captionMedia,
  erase,
  popOn,
  servicePacket,
  textService,
  WINDOW_ALONE,
  windowText,
  xds,
} from '../helpers/media/caption-media.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import {
  failureOf,
  outputFolder,
  packageWith,
  testPlugins,
  titleOptions,
} from '../helpers/titles/package.ts';

const test = sideBySide('captions');

const identity = { systems: [['identity', { uri: 'https://keys.example/key' }] as const] };

/** The channels that a title says it has. */
async function found(input: string, facts: Partial<TitleOptions> = {}) {
  const title = titleOptions({ inputs: [input], ...facts });
  const opened = await openTitle({ title, plugins: [...testPlugins(), dashCenc()] }, { writes: false });
  const plan = await planTitle(opened).finally(() => opened.title.close());
  return {
    captions: plan.captions?.map(({ channel, language }) => `${channel}=${language}`),
    warnings: plan.warnings,
  };
}

const ENGLISH_SPANISH: CaptionFeed = {
  field1: popOn('CC1', 'HELLO THERE'),
  field2: popOn('CC3', 'BUENOS DIAS'),
};

test('ffmpeg reads the captions of the media that this is tested with', async () => {
  for (const codec of ['h264', 'hevc'] as const) {
    const input = await captionMedia('both', ENGLISH_SPANISH, { codec, language: 'eng' });
    const text = (
      await ffmpeg(['-f', 'lavfi', '-i', `movie=${input}[out+subcc]`, '-map', 's', '-f', 'srt', '-'])
    ).toString();
    assert.match(text, /HELLO THERE/, codec);
  }
});

const SERVICES = (service: number) =>
  [0, 1, 2].map((sequence) => servicePacket(sequence, service, windowText('GUTEN TAG')));

const LETTERS_ALONE = [
  [0x14, 0x20],
  [0x41, 0x42],
  [0, 0],
  [0, 0],
] as const;

const FEEDS: readonly [name: string, feed: CaptionFeed, channels: readonly string[]][] = [
  ['both', ENGLISH_SPANISH, ['CC1=en', 'CC3=und']],
  ['padding', {}, []],
  ['cc2-cc4', { field1: popOn('CC2', 'DEUX'), field2: popOn('CC4', 'QUATRE') }, ['CC2=und', 'CC4=und']],
  ['interleaved', { field1: [...popOn('CC2', 'DEUX'), ...popOn('CC1', 'ONE')] }, ['CC1=en', 'CC2=und']],
  ['xds', { field2: xds('THE NEWS AT TEN') }, []],
  ['xds-cc3', { field2: [...xds('THE NEWS'), ...popOn('CC3', 'HOLA')] }, ['CC3=und']],
  ['erased-xds', { field2: [...erase('CC3'), ...xds('THE NEWS AT TEN')] }, []],
  // Of two control codes and a pair of letters between B-pictures, in the order in which they are shown.
  ['order', { field1: [...LETTERS_ALONE, ...erase('CC2')] }, ['CC1=en']],
  ['text-service', { field1: textService('STOCKS UP') }, []],
  ['service-1', { packets: SERVICES(1) }, ['SERVICE1=en']],
  ['service-9', { packets: SERVICES(9) }, ['SERVICE9=und']],
  ['window', { packets: [servicePacket(0, 1, WINDOW_ALONE)] }, []],
  ['all', { field1: popOn('CC1', 'A'), packets: SERVICES(1) }, ['CC1=en', 'SERVICE1=en']],
];

for (const [name, feed, channels] of FEEDS) {
  test(`${name}: ${channels.join(', ') || 'none'}`, async () => {
    const { captions = [] } = await found(await captionMedia(name, feed, { language: 'eng' }));
    assert.equal(
      captions.map((one) => one.replace('=eng', '=en')),
      channels,
    );
  });
}

test('they are found wherever the pictures lie: HEVC, fragments, MPEG-TS, Matroska', async () => {
  const folder = temporaryFolder('captions');
  for (const codec of ['h264', 'hevc'] as const) {
    const input = await captionMedia('both', ENGLISH_SPANISH, { codec, language: 'eng' });
    const copies = {
      'whole.mp4': [],
      'fragmented.mp4': ['-movflags', 'frag_keyframe+empty_moov+default_base_moof'],
      'stream.ts': [],
      'film.mkv': [],
    };
    for (const [name, options] of Object.entries(copies)) {
      const copy = join(folder, `${codec}-${name}`);
      await ffmpeg(['-i', input, '-c', 'copy', ...options, copy]);
      const { captions, warnings } = await found(copy);
      assert.equal(captions, ['CC1=eng', 'CC3=und'], `${codec} in ${name}`);
      assert.ok(warnings.some((warning) => warning.includes('CC3')));
    }
  }
});

test('captions that begin late are found where other places of the title have any', async () => {
  const late = { seconds: 60, from: 25 * 30, language: 'eng' };
  assert.equal((await found(await captionMedia('late', ENGLISH_SPANISH, late))).captions, [
    'CC1=eng',
    'CC3=und',
  ]);
});

/** Lines of a playlist that speak of captions, with what they say of them. */
async function captionLines(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8');
  return text.split('\n').flatMap((line) => {
    if (line.includes('TYPE=CLOSED-CAPTIONS')) return [line];
    return line.startsWith('#EXT-X-STREAM-INF') ? [/CLOSED-CAPTIONS=[^,]*/.exec(line)?.[0] ?? ''] : [];
  });
}

const accessibility = async (path: string): Promise<string[]> =>
  (await readFile(path, 'utf8')).match(/<Accessibility [^>]*>/g) ?? [];

test('HLS and DASH declare them, by what is found and by what the config says', async () => {
  const input = await captionMedia('all', FEEDS.at(-1)![1], { language: 'eng' });
  const modes = [dashCenc(), hlsAes(identity), cmaf()];
  const { output } = await packageWith(modes, { inputs: [input] });
  const [dash, hls, both] = ['DASH', 'HLS', 'CMAF'].map((name) => join(output, outputFolder(name, input)));
  const declared = [
    '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="English",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,INSTREAM-ID="CC1"',
    '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="English (2)",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=NO,INSTREAM-ID="SERVICE1"',
    'CLOSED-CAPTIONS="cc"',
  ];
  for (const folder of [hls!, both!]) {
    assert.equal(await captionLines(join(folder, 'master.m3u8')), declared);
    assert.match(await readFile(join(folder, 'master.m3u8'), 'utf8'), '#EXT-X-VERSION:7\n');
  }
  for (const folder of [dash!, both!]) {
    assert.equal(await accessibility(join(folder, 'stream.mpd')), [
      '<Accessibility schemeIdUri="urn:scte:dash:cc:cea-608:2015" value="CC1=eng"/>',
      '<Accessibility schemeIdUri="urn:scte:dash:cc:cea-708:2015" value="1=lang:eng"/>',
    ]);
  }

  const captions = [
    { channel: 'CC1', language: 'en' },
    { channel: 'CC3', language: 'es-419', label: 'Español', isDefault: true },
    { channel: 'SERVICE2', language: 'ger' },
  ] as const;
  const named = await packageWith(modes, { inputs: [input], captions });
  const folder = join(named.output, outputFolder('CMAF', input));
  assert.equal(
    (await captionLines(join(folder, 'master.m3u8'))).slice(1, 3).map((line) => line.replace(/.*"cc",/, '')),
    [
      'NAME="Español",LANGUAGE="es-419",DEFAULT=YES,AUTOSELECT=YES,INSTREAM-ID="CC3"',
      'NAME="German",LANGUAGE="de",DEFAULT=NO,AUTOSELECT=YES,INSTREAM-ID="SERVICE2"',
    ],
  );
  assert.equal(await accessibility(join(folder, 'stream.mpd')), [
    '<Accessibility schemeIdUri="urn:scte:dash:cc:cea-608:2015" value="CC1=eng;CC3=spa"/>',
    '<Accessibility schemeIdUri="urn:scte:dash:cc:cea-708:2015" value="2=lang:deu"/>',
  ]);
});

test('a title without any says so, and one of sound alone says nothing', async () => {
  const captioned = await captionMedia('all', FEEDS.at(-1)![1], { language: 'eng' });
  const told = async (input: string, captions?: readonly []) => {
    const { output } = await packageWith([hlsAes(identity)], { inputs: [input], captions });
    return captionLines(join(output, outputFolder('HLS', input), 'master.m3u8'));
  };
  assert.equal(await told(await captionMedia('padding', {}, { language: 'eng' })), ['CLOSED-CAPTIONS=NONE']);
  assert.equal(await told(captioned, []), ['CLOSED-CAPTIONS=NONE']);
  assert.equal(await told(await oddMedia('audio-only')), ['']);
});

test('what is declared and cannot be is refused before anything is written', async () => {
  const captions = [{ channel: 'CC1', language: 'en' }] as const;
  const refusal = async (input: string, declared: TitleOptions['captions']) =>
    (await failureOf(packageWith([dashCenc()], { inputs: [input], captions: declared }))).message;
  assert.match(await refusal(await oddMedia('audio-only'), captions), 'no pictures');
  assert.match(await refusal(await oddMedia('video-only'), [...captions, ...captions]), 'CC1 twice');
});

test.run();
