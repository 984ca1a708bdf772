import { createDecipheriv } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { madeOnce } from '../commands/folders.ts';
import { listedPlaylist } from '../keyed/played-playlist.ts';
import { FileParts } from '../oracles/file-parts.ts';
import { addressing, attribute, children, parseMpd, textOf } from '../oracles/mpd-document.ts';
import { joinedCues, type ReadCue, textSegment, webvttCues } from '../oracles/read-cues.ts';
import { readPackets, readPes } from '../oracles/transport-stream.ts';
import { TEST_KEY } from '../titles/package.ts';
import { type BesideColumn, FILM_SECONDS, packageBeside, type TextOption } from './column.ts';
import { namedPlaylist } from './playlist.ts';
import { assertTimes, BESIDE_GROUP, type BesideRow } from './row.ts';

/** Within a segment, over a cut, two at a time, and to the end of the title. */
const CUES: readonly ReadCue[] = [
  { start: 1, end: 2.5, text: 'Käse & <Brot>' },
  { start: 7, end: 9.25, text: 'over\na cut' },
  { start: 13.2, end: 15, text: 'Where are you?' },
  { start: 13.9, end: 14.4, text: 'Here.' },
  { start: 18.5, end: 20, text: 'The end' },
];

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

type Form = 'wvtt' | 'stpp' | 'WebVTT file' | 'WebVTT segments';

/** Text as a player has it. */
interface PlayedText {
  readonly form: Form;
  /** On the clock of the title. */
  readonly cues: readonly ReadCue[];
  /** Seconds of the title where its segments begin, and where the last ends; none of one file. */
  readonly times?: readonly number[];
}

async function textOfMpd(folder: string): Promise<PlayedText> {
  const mpd = parseMpd(await readFile(join(folder, 'stream.mpd'), 'utf8'));
  const sets = children(children(mpd, 'Period')[0], 'AdaptationSet');
  const [set, ...others] = sets.filter((one) => attribute(one, 'contentType') === 'text');
  const [representation] = children(set, 'Representation');
  assert.ok(representation && others.length === 0, 'one set of text');
  if (attribute(set, 'mimeType') === 'text/vtt') {
    const name = textOf(children(representation, 'BaseURL')[0]);
    return { form: 'WebVTT file', cues: webvttCues(await readFile(join(folder, name), 'utf8')) };
  }
  const files = new FileParts();
  try {
    const { init, segments } = addressing(folder, representation, files);
    const section = files.read(init.path, init.part);
    const read = segments.map(({ path, part }) => textSegment(section, files.read(path, part)));
    const [{ form }] = [read[0]!];
    assert.ok(attribute(representation, 'codecs')?.startsWith(form), 'codecs say what it is');
    const last = segments.at(-1)!;
    return {
      form,
      cues: read.flatMap(({ cues }) => cues),
      times: [...segments.map(({ start }) => start), last.start + last.duration],
    };
  } finally {
    files.close();
  }
}

async function textOfPlaylists(folder: string, column: BesideColumn): Promise<PlayedText> {
  const isText = (attributes: ReadonlyMap<string, string>): boolean => attributes.get('TYPE') === 'SUBTITLES';
  const { init, segments, times } = await namedPlaylist(join(folder, 'master.m3u8'), 'EXT-X-MEDIA', isText);
  const offset = await filmStart(join(folder, column.pictures!, 'stream.m3u8'));
  const onTitle = (cues: readonly ReadCue[]): ReadCue[] =>
    cues.map(({ start, end, text }) => ({ start: start - offset, end: end - offset, text }));
  if (init.length === 0) {
    const cues = segments.flatMap(({ bytes }) => webvttCues(bytes.toString('utf8')));
    return { form: segments.length > 1 ? 'WebVTT segments' : 'WebVTT file', cues: onTitle(cues), times };
  }
  const read = segments.map(({ bytes }) => textSegment(init, bytes));
  return { form: read[0]!.form, cues: onTitle(read.flatMap(({ cues }) => cues)), times };
}

const VIDEO_PID = 0x101;
const MPEG_CLOCK = 90_000;

/** Seconds of the first picture, on the clock of a rendition: transport streams begin later than at 0. */
async function filmStart(path: string): Promise<number> {
  const { init, segments } = await listedPlaylist(path);
  if (init.length > 0) return 0;
  const { bytes, keyLines } = segments[0]!;
  const [, iv] = /METHOD=AES-128,.*IV=0x(\w+)/.exec(keyLines[0] ?? '') ?? [];
  let stream = bytes;
  if (iv !== undefined) {
    const decipher = createDecipheriv(
      'aes-128-cbc',
      Buffer.from(TEST_KEY.key, 'hex'),
      Buffer.from(iv, 'hex'),
    );
    stream = Buffer.concat([decipher.update(bytes), decipher.final()]);
  }
  return readPes(readPackets(stream), VIDEO_PID)[0]!.pts / MPEG_CLOCK;
}

interface TextFacts extends Pick<BesideRow, 'name' | 'describe'> {
  readonly source: Source;
  readonly option?: TextOption;
  /** By the prefix of the mode's folder. */
  readonly forms: { readonly DASH: Form; readonly HLS: Form; readonly CMAF?: Form };
}

const textRow = ({ name, describe, source, option, forms }: TextFacts): BesideRow => {
  const formOf = ({ prefix }: BesideColumn): Form | undefined =>
    prefix === 'DASH' || prefix === 'CMAF' ? forms[prefix] : forms.HLS;
  return {
    name,
    describe,
    group: BESIDE_GROUP,
    form: formOf,
    async prove(column, layout) {
      const inputs = [await sourceFile(source)];
      const folder = await packageBeside(column, layout, { inputs, text: option });
      const played = [
        ...(column.manifests.includes('mpd') ? [await textOfMpd(folder)] : []),
        ...(column.manifests.includes('playlists') ? [await textOfPlaylists(folder, column)] : []),
      ];
      for (const { form, cues, times } of played) {
        assert.is(form, formOf(column));
        const found = joinedCues(cues);
        assert.equal(
          found.map(({ text }) => text),
          CUES.map(({ text }) => text),
        );
        assertTimes(
          found.flatMap(({ start, end }) => [start, end]),
          CUES.flatMap(({ start, end }) => [start, end]),
          'times of cues',
        );
        const whole = form === 'WebVTT file' ? [0, FILM_SECONDS] : [0, 4, 8, 12, 16, FILM_SECONDS];
        if (times) assertTimes(times, whole, 'segments of text cover the title');
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
