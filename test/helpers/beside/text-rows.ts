import { writeFile } from 'node:fs/promises';
import * as assert from 'uvu/assert';
import { madeOnce } from '../commands/folders.ts';
import { dashSubtitles, hlsSubtitles, type SubtitleForm } from '../oracles/subtitle-tracks.ts';
import { TEST_KEY } from '../titles/package.ts';
import { type BesideColumn, FILM_SECONDS, packageBeside, type TextOption } from './column.ts';
import { assertTimes, BESIDE_GROUP, type BesideRow } from './row.ts';

/** Seconds: within a segment, over a cut, two at a time, and to the end of the title. */
const CUES = [
  { start: 1, end: 2.5, text: 'Käse & <Brot>' },
  { start: 7, end: 9.25, text: 'over\na cut' },
  { start: 13.2, end: 15, text: 'Where are you?' },
  { start: 13.9, end: 14.4, text: 'Here.' },
  { start: 18.5, end: 20, text: 'The end' },
] as const;

const clock = (seconds: number): string => `00:00:${seconds.toFixed(3).padStart(6, '0')}`;
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const SOURCES = {
  vtt: [
    'WEBVTT',
    ...CUES.map(({ start, end, text }) => `${clock(start)} --> ${clock(end)}\n${escaped(text)}`),
  ].join('\n\n'),
  ttml: [
    '<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div>',
    ...CUES.map(({ start, end, text }) => {
      return `<p begin="${clock(start)}" end="${clock(end)}">${escaped(text).replaceAll('\n', '<br/>')}</p>`;
    }),
    '</div></body></tt>',
  ].join(''),
};

type Source = keyof typeof SOURCES;

const sourceFile = (source: Source): Promise<string> =>
  madeOnce(`beside.${source}`, (path) => writeFile(path, SOURCES[source]));

interface TextFacts extends Pick<BesideRow, 'name' | 'describe'> {
  readonly source: Source;
  readonly option?: TextOption;
  /** By the prefix of the mode's folder. */
  readonly forms: { readonly DASH: SubtitleForm; readonly HLS: SubtitleForm; readonly CMAF?: SubtitleForm };
}

const textRow = ({ name, describe, source, option, forms }: TextFacts): BesideRow => {
  const formOf = ({ prefix }: BesideColumn): SubtitleForm | undefined =>
    prefix === 'DASH' || prefix === 'CMAF' ? forms[prefix] : forms.HLS;
  return {
    name,
    describe,
    group: BESIDE_GROUP,
    form: formOf,
    async prove(column, layout, asked) {
      const inputs = [await sourceFile(source)];
      const folder = await packageBeside(column, layout, { inputs, text: option, asked });
      const tracks = [
        ...(column.manifests.includes('mpd') ? await dashSubtitles(folder) : []),
        ...(column.manifests.includes('playlists') ? await hlsSubtitles(folder, TEST_KEY.key) : []),
      ];
      assert.is(tracks.length, column.manifests.length, 'one track in each manifest');
      for (const { form, cues, from, to } of tracks) {
        assert.is(form, formOf(column));
        assertTimes([from, to], [0, FILM_SECONDS * 1000], 'it covers the title');
        const found = cues.toSorted((one, other) => one.start - other.start);
        assert.equal(
          found.map(({ text }) => text),
          CUES.map(({ text }) => text),
        );
        assertTimes(
          found.flatMap(({ start, end }) => [start / 1000, end / 1000]),
          CUES.flatMap(({ start, end }) => [start, end]),
          'times of cues',
        );
      }
    },
  };
};

/** Each form of text, in the modes that write it. */
export const TEXT_ROWS: readonly BesideRow[] = [
  textRow({
    name: 'text-webvtt',
    describe: 'subtitles of a WebVTT file, as each mode writes them by itself',
    source: 'vtt',
    forms: { DASH: 'wvtt', HLS: 'WebVTT segments', CMAF: 'stpp' },
  }),
  textRow({
    name: 'text-ttml',
    describe: 'subtitles of a TTML file, as each mode writes them by itself',
    source: 'ttml',
    forms: { DASH: 'stpp', HLS: 'WebVTT segments', CMAF: 'stpp' },
  }),
  textRow({
    name: 'text-file',
    describe: "text: 'file'",
    source: 'ttml',
    option: 'file',
    forms: { DASH: 'WebVTT file', HLS: 'WebVTT file' },
  }),
  textRow({
    name: 'text-stpp',
    describe: "text: 'stpp'",
    source: 'vtt',
    option: 'stpp',
    forms: { DASH: 'stpp', HLS: 'stpp' },
  }),
];
