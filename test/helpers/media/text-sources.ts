import { writeFile } from 'node:fs/promises';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';
import { shakaPackager } from '../oracles/shaka-packager.ts';

/** What is said from when to when, in milliseconds. */
export interface Said {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The same cues in one way of writing them. */
export interface TextSource {
  readonly name: string;
  /** BCP 47: one for each, so that a title can have all of them. */
  readonly language: string;
  /** Its times are those of the film's own clock; else they count from the title's start. */
  readonly onClock: boolean;
  readonly says: readonly Said[];
  file(): Promise<string>;
}

/** From the start, short, two at a time over several cuts, the same twice, over the end of a title of eight seconds. */
export const SAID: readonly Said[] = [
  { start: 0, end: 700, text: 'From the very start' },
  { start: 1234, end: 1567, text: 'Ünïcödé 😀 & <two>\nlines' },
  { start: 1900, end: 2101, text: 'Near a cut' },
  { start: 2500, end: 6999, text: 'Long' },
  { start: 3001, end: 3999, text: 'Beside it' },
  { start: 4000, end: 4500, text: 'Again' },
  { start: 4500, end: 5250, text: 'Again' },
  { start: 7777, end: 9500, text: 'Behind the end' },
];

/** One at a time, and none as the one before: all that a track of tx3g can tell apart. ffmpeg takes `<two>` of SubRip for markup. */
const ONE_AT_A_TIME = SAID.filter(({ text }) => text !== 'Long' && text !== 'Again').map((said) => ({
  ...said,
  text: said.text.replace(' <two>', ''),
}));

/**
 * What Shaka Packager writes of these: it escapes in TTML what WebVTT has escaped already, and parts no cue of `wvtt` from one of the same
 * text before it.
 */
const PACKED = [...SAID.filter(({ text }) => text !== 'Again'), { start: 4000, end: 5250, text: 'Again' }]
  .map((said) => ({ ...said, text: said.text.replace(' & <two>', '') }))
  .sort((a, b) => a.start - b.start);

/** Without what ffmpeg takes for markup where it writes SubRip. */
const PLAIN = SAID.map((said) => ({ ...said, text: said.text.replace(' & <two>', '') }));

const clock = (ms: number, point = '.'): string =>
  new Date(ms).toISOString().slice(11, 23).replace('.', point);

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const webvtt = (said: readonly Said[]): string =>
  [
    'WEBVTT',
    ...said.map(({ start, end, text }) => `${clock(start)} --> ${clock(end)}\n${escaped(text)}`),
    '',
  ].join('\n\n');

const subrip = (said: readonly Said[]): string =>
  said
    .map(({ start, end, text }, n) => `${n + 1}\n${clock(start, ',')} --> ${clock(end, ',')}\n${text}\n`)
    .join('\n');

const paragraphs = (said: readonly Said[], time: (ms: number) => string): string =>
  said
    .map(({ start, end, text }) => {
      const lines = escaped(text).replaceAll('\n', '<br/>');
      return `<p begin="${time(start)}" end="${time(end)}">${lines}</p>`;
    })
    .join('\n');

const ttml = (attributes: string, body: string): string =>
  `<?xml version="1.0"?>\n<tt ${attributes} xml:lang=""><head/><body><div>\n${body}\n</div></body></tt>\n`;

const TT = 'xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"';

/** The number of the frame at 29.97 a second, and the millisecond that it begins in. */
const frameAt = (ms: number): number => Math.round((ms * 30) / 1001);
const inFrames = (ms: number): number => Math.round((frameAt(ms) * 1001) / 30);

const written = (file: string, text: string): Promise<string> =>
  madeOnce(`said-${file}`, (path) => writeFile(path, text));

/** In samples of fragments, as Shaka Packager cuts them. */
const packed = (format: 'mp4' | 'ttml+mp4', file: string): Promise<string> =>
  madeOnce(`said-${file}`, async (path) => {
    const source = await written('packed.vtt', webvtt(PACKED));
    await shakaPackager([
      `in=${source},stream=text,output=${path},format=${format}`,
      '--segment_duration',
      '2',
    ]);
  });

/** Cues of tx3g in MP4. @param film the pictures and sound that they are put beside. @default by themselves */
const timedText = (file: string, film?: string): Promise<string> =>
  madeOnce(`said-${file}`, async (path) => {
    const source = await written('tx3g.srt', subrip(ONE_AT_A_TIME));
    const beside = film === undefined ? [] : ['-i', film, '-map', '0:s', '-map', '1', '-c', 'copy'];
    await ffmpeg(['-i', source, ...beside, '-c:s', 'mov_text', '-metadata:s:s:0', 'language=swe', path]);
  });

/** The same in one file with a film, on its clock. */
export const besideFilm = (film: () => Promise<string>): TextSource => ({
  ...{ name: 'tx3g in the film', language: 'sv', onClock: true, says: ONE_AT_A_TIME },
  file: async () => timedText('film.mp4', await film()),
});

/** Cues in blocks of Matroska. @param film the pictures and sound that they are put beside. @default by themselves */
const blocks = (codec: 'subrip' | 'webvtt', film?: string): Promise<string> =>
  madeOnce(`said-${codec}-${film ? 'film' : 'alone'}.mkv`, async (path) => {
    const source = await written('blocks.vtt', webvtt(PLAIN));
    const beside = film === undefined ? [] : ['-i', film, '-map', '0:s', '-map', '1', '-c', 'copy'];
    await ffmpeg(['-i', source, ...beside, '-c:s', codec, '-metadata:s:s:0', 'language=swe', path]);
  });

/** The same in Matroska. */
export const blocksBesideFilm = (film: () => Promise<string>): TextSource => ({
  ...{ name: 'WebVTT in the film', language: 'sv', onClock: true, says: PLAIN },
  file: async () => blocks('webvtt', await film()),
});

export const TEXT_SOURCES: readonly TextSource[] = [
  {
    ...{ name: 'WebVTT', language: 'en', onClock: false, says: SAID },
    file: () => written('a.vtt', webvtt(SAID)),
  },
  {
    ...{ name: 'SubRip', language: 'de', onClock: false, says: SAID },
    file: () => written('a.srt', subrip(SAID)),
  },
  {
    ...{ name: 'TTML', language: 'fr', onClock: false, says: SAID },
    file: () =>
      written(
        'a.ttml',
        ttml(
          TT,
          paragraphs(SAID, (ms) => clock(ms)),
        ),
      ),
  },
  {
    ...{ name: 'DFXP in frames of 29.97', language: 'es', onClock: false },
    says: SAID.map(({ start, end, text }) => ({ start: inFrames(start), end: inFrames(end), text })),
    file: () =>
      written(
        'frames.dfxp',
        ttml(
          `${TT.replaceAll('/ns/ttml', '/2006/10/ttaf1')} ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"`,
          paragraphs(SAID, (ms) => `${frameAt(ms)}f`),
        ),
      ),
  },
  {
    ...{ name: 'DFXP in ticks', language: 'it', onClock: false, says: SAID },
    file: () =>
      written(
        'ticks.dfxp',
        ttml(
          `${TT.replaceAll('/ns/ttml', '/2006/10/ttaf1')} ttp:tickRate="10000000"`,
          paragraphs(SAID, (ms) => `${ms * 10_000}t`),
        ),
      ),
  },
  {
    ...{ name: 'wvtt in MP4', language: 'pt', onClock: true, says: PACKED },
    file: () => packed('mp4', 'wvtt.mp4'),
  },
  {
    ...{ name: 'stpp in MP4', language: 'ja', onClock: true, says: PACKED },
    file: () => packed('ttml+mp4', 'stpp.mp4'),
  },
  {
    ...{ name: 'tx3g in MP4', language: 'ko', onClock: true, says: ONE_AT_A_TIME },
    file: () => timedText('tx3g.mp4'),
  },
  {
    ...{ name: 'SubRip in Matroska', language: 'nl', onClock: true, says: PLAIN },
    file: () => blocks('subrip'),
  },
  {
    ...{ name: 'WebVTT in Matroska', language: 'da', onClock: true, says: PLAIN },
    file: () => blocks('webvtt'),
  },
];
