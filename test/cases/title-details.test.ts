/** What a config says of a title as a whole, in every manifest. `packageWith` checks all manifests, by each base URL. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { planText } from '../../core/cli/plan-text.ts';
import { openTitle, type Plugin, planTitle, type TitleOptions } from '../../core/index.ts';
import type { TitleDetails } from '../../core/media/title-details.ts';
import { cmaf, dashCenc, demuxText, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce, temporaryFolder } from '../helpers/commands/folders.ts';
import { thumbnailFolder } from '../helpers/media/thumbnail-media.ts';
import {
  failureOf,
  outputFolder,
  packageWith,
  testPlugins,
  titleOptions,
} from '../helpers/titles/package.ts';

const test = suite('details of a title, in manifests');

const MEDIA = join(import.meta.dirname, '../media');
const FILMS = ['sample-270p.mp4', 'sample-180p.mp4'].map((name) => join(MEDIA, name));

/** A dub of its own, which is in a group beside the variants. */
const dub = (): Promise<string> =>
  madeOnce('details-dub.mp4', async (path) => {
    const tone = ['-f', 'lavfi', '-t', '20', '-i', 'sine=frequency=300:sample_rate=48000'];
    await ffmpeg([...tone, '-ac', '2', '-c:a', 'aac', path]);
  });

const DETAILS: TitleDetails = {
  information: [
    { title: 'Rain & <snow>', source: 'Acme "Films"', copyright: '© 2026', language: 'eng' },
    { title: 'Regen', moreInformationUrl: 'https://films.example/?id=1&x=2', language: 'de' },
  ],
  sessionData: [
    { id: 'com.acme.rating', value: '12' },
    { id: 'com.acme.more', uri: 'more.json', language: 'pt-BR' },
  ],
  start: { offset: 2.5, precise: true },
  baseUrls: [
    { url: 'https://a.example/films/', id: 'cdn-a' },
    { url: 'https://b.example/', id: 'cdn-b' },
  ],
  steering: { server: 'https://steer.example/?film=1', first: 'cdn-b' },
};

const facts = async (
  details: TitleDetails | undefined,
): Promise<Partial<TitleOptions> & Pick<TitleOptions, 'inputs'>> => ({
  inputs: [...FILMS, await dub()],
  choices: [{ score: 2 }, { score: 1.5 }, { language: 'fr' }],
  details,
});

async function written(plugin: Plugin, prefix: string, manifest: string, details: TitleDetails | undefined) {
  const title = await facts(details);
  const report = await packageWith([plugin], title);
  const folder = join(report.output, outputFolder(prefix, FILMS[0]!));
  return { report, folder, text: await readFile(join(folder, manifest), 'utf8') };
}

const linesOf = (text: string, start: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.trimStart().startsWith(start))
    .map((line) => line.trim());

/** Values of an attribute in the lines of a tag, in their order. */
const valuesOf = (text: string, tag: string, attribute: string): (string | undefined)[] =>
  linesOf(text, `#${tag}:`).map((line) => new RegExp(`[:,]${attribute}=("[^"]*"|[^,]*)`).exec(line)?.[1]);

for (const [name, plugin, prefix] of [
  ['dash-cenc', () => dashCenc(), 'DASH'],
  ['dash-cenc in segments', () => dashCenc({ layout: 'segments' }), 'DASH'],
  ['cmaf', () => cmaf(), 'CMAF'],
] as const) {
  test(`${name}: ProgramInformation, BaseURL and ContentSteering stand around the period`, async () => {
    const { text } = await written(plugin(), prefix, 'stream.mpd', DETAILS);
    const place = `${outputFolder(prefix, FILMS[0]!)}/`;
    const head = text.slice(text.indexOf('\n  <'), text.indexOf('\n  <Period'));
    assert.is(
      head,
      `
  <ProgramInformation lang="en">
    <Title>Rain &amp; &lt;snow&gt;</Title>
    <Source>Acme &quot;Films&quot;</Source>
    <Copyright>© 2026</Copyright>
  </ProgramInformation>
  <ProgramInformation lang="de" moreInformationURL="https://films.example/?id=1&amp;x=2">
    <Title>Regen</Title>
  </ProgramInformation>
  <BaseURL serviceLocation="cdn-a">https://a.example/films/${place}</BaseURL>
  <BaseURL serviceLocation="cdn-b">https://b.example/${place}</BaseURL>`,
    );
    assert.match(
      text,
      '</Period>\n  <ContentSteering defaultServiceLocation="cdn-b">https://steer.example/?film=1</ContentSteering>\n</MPD>\n',
    );
    assert.equal(
      [...text.matchAll(/<Representation id="([^"]+)"[^>]*? qualityRanking="(\d+)"/g)].map(([, id, rank]) => [
        id,
        rank,
      ]),
      [
        ['video-1', '1'],
        ['video-2', '2'],
      ],
    );
  });
}

for (const [name, plugin, prefix] of [
  ['MPEG-TS', () => hlsAes(), 'HLS'],
  ['fMP4', () => hlsAes({ container: 'fmp4' }), 'HLS'],
  ['AES-128', () => hlsNcg(), 'HLS-NCG'],
  ['CMAF', () => cmaf(), 'CMAF'],
] as const) {
  test(`HLS, ${name}: EXT-X-START, steering and data of the session; each pathway has all variants`, async () => {
    const { text } = await written(plugin(), prefix, 'master.m3u8', DETAILS);
    assert.equal(text.split('\n').slice(3, 9), [
      '#EXT-X-START:TIME-OFFSET=2.5,PRECISE=YES',
      '#EXT-X-CONTENT-STEERING:SERVER-URI="https://steer.example/?film=1",PATHWAY-ID="cdn-b"',
      '#EXT-X-SESSION-DATA:DATA-ID="com.apple.hls.title",VALUE="Rain & <snow>",LANGUAGE="en"',
      '#EXT-X-SESSION-DATA:DATA-ID="com.apple.hls.title",VALUE="Regen",LANGUAGE="de"',
      '#EXT-X-SESSION-DATA:DATA-ID="com.acme.rating",VALUE="12"',
      '#EXT-X-SESSION-DATA:DATA-ID="com.acme.more",URI="more.json",LANGUAGE="pt-BR"',
    ]);
    // RFC 8216bis, 4.4.6.2: variants of a pathway use rendition groups on the same.
    assert.equal(valuesOf(text, 'EXT-X-STREAM-INF', 'PATHWAY-ID'), [
      '"cdn-a"',
      '"cdn-a"',
      '"cdn-b"',
      '"cdn-b"',
    ]);
    assert.equal(valuesOf(text, 'EXT-X-STREAM-INF', 'AUDIO'), [
      '"audio"',
      '"audio"',
      '"cdn-b/audio"',
      '"cdn-b/audio"',
    ]);
    assert.equal(valuesOf(text, 'EXT-X-STREAM-INF', 'SCORE'), ['2', '1.5', '2', '1.5']);
    assert.equal(valuesOf(text, 'EXT-X-I-FRAME-STREAM-INF', 'PATHWAY-ID'), [
      '"cdn-a"',
      '"cdn-a"',
      '"cdn-b"',
      '"cdn-b"',
    ]);
    assert.equal(valuesOf(text, 'EXT-X-I-FRAME-STREAM-INF', 'SCORE'), ['2', '1.5', '2', '1.5']);
    const folder = outputFolder(prefix, FILMS[0]!);
    const places = [`https://a.example/films/${folder}/`, `https://b.example/${folder}/`];
    const variants = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const here = variants.slice(0, 2).map((uri) => uri.slice(places[0]!.length));
    assert.equal(
      variants,
      places.flatMap((place) => here.map((uri) => place + uri)),
    );
    for (const tag of ['EXT-X-MEDIA', 'EXT-X-I-FRAME-STREAM-INF']) {
      const uris = valuesOf(text, tag, 'URI').flatMap((uri) => uri?.slice(1, -1) ?? []);
      const half = uris.slice(0, uris.length / 2);
      assert.ok(half.length > 0 && half.every((uri) => uri.startsWith(places[0]!)), tag);
      assert.equal(uris, [...half, ...half.map((uri) => uri.replace(places[0]!, places[1]!))], tag);
    }
  });
}

test('media playlists, files and their paths stay what they are', async () => {
  const [plain, detailed] = [
    await written(cmaf(), 'CMAF', 'master.m3u8', undefined),
    await written(cmaf(), 'CMAF', 'master.m3u8', DETAILS),
  ];
  const names = await readdir(plain.folder, { recursive: true });
  assert.equal((await readdir(detailed.folder, { recursive: true })).sort(), names.sort());
  for (const name of names.filter((one) => /(stream|iframe)\.m3u8$|\.mp4$/.test(one)))
    assert.equal(await readFile(join(detailed.folder, name)), await readFile(join(plain.folder, name)), name);
});

test('base URLs that nobody steers are redundant variants, without PATHWAY-ID; one alone is a prefix', async () => {
  const { steering: _, baseUrls = [] } = DETAILS;
  const many = await written(hlsAes(), 'HLS', 'master.m3u8', {
    baseUrls: [{ url: 'https://c.example/' }, ...baseUrls],
  });
  assert.equal(valuesOf(many.text, 'EXT-X-STREAM-INF', 'PATHWAY-ID'), Array(6).fill(undefined));
  assert.equal(
    valuesOf(many.text, 'EXT-X-STREAM-INF', 'AUDIO').filter((_, index) => index % 2 === 0),
    ['"audio"', '"cdn-a/audio"', '"cdn-b/audio"'],
  );
  const one = await written(hlsAes(), 'HLS', 'master.m3u8', { baseUrls: [{ url: 'https://c.example/' }] });
  const plain = await written(hlsAes(), 'HLS', 'master.m3u8', undefined);
  assert.is(one.text.replaceAll(`https://c.example/${outputFolder('HLS', FILMS[0]!)}/`, ''), plain.text);
});

test('the list of chapters is at the first place, as thumbnails are', async () => {
  const report = await packageWith([hlsAes()], {
    ...(await facts(DETAILS)),
    markers: [{ id: 'a', kind: 'chapter', start: 0 }],
  });
  const master = join(report.output, outputFolder('HLS', FILMS[0]!), 'master.m3u8');
  const [first] = DETAILS.baseUrls ?? [];
  assert.match(
    await readFile(master, 'utf8'),
    `DATA-ID="com.apple.hls.chapters",URI="${first?.url}${outputFolder('HLS', FILMS[0]!)}/chapters.json"`,
  );
});

test('subtitles are in a group for each place', async () => {
  const title = await facts(DETAILS);
  const text = join(temporaryFolder('text'), 'subtitles.vtt');
  await writeFile(text, 'WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n');
  const report = await packageWith([demuxText(), hlsAes()], {
    ...title,
    inputs: [...title.inputs, text],
    choices: [...(title.choices ?? []), { language: 'en' }],
  });
  const master = await readFile(join(report.output, outputFolder('HLS', FILMS[0]!), 'master.m3u8'), 'utf8');
  assert.equal(valuesOf(master, 'EXT-X-STREAM-INF', 'SUBTITLES'), [
    '"text"',
    '"text"',
    '"cdn-b/text"',
    '"cdn-b/text"',
  ]);
  assert.equal(
    linesOf(master, '#EXT-X-MEDIA:TYPE=SUBTITLES').map((line) => /GROUP-ID="([^"]*)"/.exec(line)?.[1]),
    ['text', 'cdn-b/text'],
  );
});

test('thumbnails are of the first place, whose players list each tag as images of their own', async () => {
  const title = await facts(DETAILS);
  const thumbnails = [
    { folder: await thumbnailFolder(FILMS[0]!), interval: 2, columns: 1, rows: 1, webvtt: true },
  ];
  const report = await packageWith([cmaf()], { ...title, thumbnails });
  const folder = outputFolder('CMAF', FILMS[0]!);
  const text = await readFile(join(report.output, folder, 'master.m3u8'), 'utf8');
  assert.equal(valuesOf(text, 'EXT-X-IMAGE-STREAM-INF', 'URI'), [
    `"https://a.example/films/${folder}/thumbnails-1/stream.m3u8"`,
  ]);
});

const refusal = async (details: TitleDetails, more: Partial<TitleOptions> = {}): Promise<string> => {
  const title = titleOptions({ ...(await facts(details)), ...more });
  const error = await failureOf(packageWith([hlsAes()], title));
  assert.equal(await readdir(title.output).catch(() => []), [], 'nothing is written');
  return `${error.code} ${error.message}`;
};

test('what does not fit the title is one sentence, and nothing is written', async () => {
  assert.match(
    await refusal({ start: { offset: 21 } }),
    /^INVALID_OPTION start\.offset: 21 s is not in the title, which has 20\.\d+ s\.$/,
  );
  assert.match(
    await refusal({ start: { offset: -21 } }),
    /^INVALID_OPTION start\.offset: -21 s is not in the title/,
  );
  assert.is(
    await refusal(
      { sessionData: [{ id: 'com.apple.hls.chapters', uri: 'mine.json' }] },
      { markers: [{ id: 'one', kind: 'chapter', start: 0, title: 'One' }] },
    ),
    'INVALID_OPTION sessionData[0]: the chapters in `markers` are written as com.apple.hls.chapters already.',
  );
  // Past the check of configs, as a program may come.
  assert.is(
    await refusal({ baseUrls: [{ url: 'https://a.example/' }], steering: { server: 'https://s.example/' } }),
    'INVALID_OPTION baseUrls[0]: it has no `id`, by which `contentSteering` could name it.',
  );
  assert.match(
    await refusal({}, { choices: [{ score: 2 }, undefined, { language: 'fr' }] }),
    /^INVALID_OPTION \S+sample-180p\.mp4 has no `score`, and other inputs with video have one\.$/,
  );
  assert.match(
    await refusal({}, { choices: [{ score: 2 }, { score: 1 }, { language: 'fr', score: 1 }] }),
    /^INVALID_OPTION \S+details-dub\.mp4: the config gives it a `score`, which is for video\.$/,
  );
});

test('what no manifest of the title can say is told', async () => {
  const warnings = async (plugin: Plugin, details: TitleDetails) =>
    (await packageWith([plugin], await facts(details))).warnings;
  const { start, sessionData, information } = DETAILS;
  const told = {
    ...(start && { start }),
    ...(sessionData && { sessionData }),
    ...(information && { information }),
  };
  assert.equal(await warnings(dashCenc(), told), [
    '`sessionData` is for HLS: an MPD has no word for it.',
    '`start` is for HLS: an MPD has no word for it, players take #t=2.5 at the end of its address.',
  ]);
  assert.equal(await warnings(hlsAes(), told), [
    'Of `information` HLS has the title alone: source, copyright and address are for MPDs.',
  ]);
  assert.equal(await warnings(cmaf(), told), []);
});

test('a plan shows them, without queries', async () => {
  const options = { title: titleOptions(await facts(DETAILS)), plugins: [...testPlugins(), cmaf()] };
  const opened = await openTitle(options, { writes: false });
  const plan = await planTitle(opened);
  await opened.title.close();
  assert.not.match(JSON.stringify(plan), /film=1|id=1/);
  const text = planText(plan);
  for (const line of [
    'title  Rain & <snow> (eng)',
    'session data  com.acme.more (pt-BR)',
    'start  2.500 s, nothing before it is shown',
    'base URL  cdn-a  https://a.example/films/',
    'steered by  https://steer.example/?…, from cdn-b',
  ])
    assert.ok(text.split('\n').includes(line), `${line} in ${text}`);
  assert.match(text, /video 1 .* score 1\.5\n/);
});

test.run();
