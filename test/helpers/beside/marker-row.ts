import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { TitleOptions } from '../../../core/index.ts';
import { FileParts } from '../oracles/file-parts.ts';
import { addressing, attribute, children, type MpdElement, parseMpd } from '../oracles/mpd-document.ts';
import { attributesOf } from '../oracles/valid-playlists.ts';
import { FILM_SECONDS, packageBeside } from './column.ts';
import { attributesIn, besidePlaylist } from './playlist.ts';
import { assertTimes, BESIDE_GROUP, type BesideRow } from './row.ts';

/** A break whose ends are where no segment would end, and chapters. */
const MARKERS: TitleOptions['markers'] = [
  { id: 'opening', kind: 'chapter', start: 0, title: 'Opening' },
  { id: '7', kind: 'ad-out', start: 6, duration: 4 },
  { id: 'second', kind: 'chapter', start: 10, title: 'Second' },
];

/** Where segments begin, and the last ends: every 4 s, and at the break. */
const CUTS = [0, 4, 6, 8, 10, 12, 16, FILM_SECONDS];

async function proveMpd(folder: string): Promise<void> {
  const mpd = parseMpd(await readFile(join(folder, 'stream.mpd'), 'utf8'));
  const [period] = children(mpd, 'Period');
  assert.equal(eventTimes(period, 'urn:scte:scte35:2014:xml+bin'), [[6, 4]]);
  assert.equal(eventTimes(period, 'urn:sealpack:chapters:2026'), [
    [0, 10],
    [10, 10],
  ]);
  const files = new FileParts();
  try {
    const set = children(period, 'AdaptationSet').find((one) => attribute(one, 'contentType') === 'video');
    const { segments } = addressing(folder, children(set, 'Representation')[0]!, files);
    assertTimes([...segments.map(({ start }) => start), FILM_SECONDS], CUTS, 'segments of the MPD');
  } finally {
    files.close();
  }
}

/** Start and duration in seconds of the events of a scheme. */
function eventTimes(period: MpdElement | undefined, scheme: string): (number | undefined)[][] {
  const stream = children(period, 'EventStream').find((one) => attribute(one, 'schemeIdUri') === scheme);
  const timescale = Number(attribute(stream, 'timescale') ?? 1);
  return children(stream, 'Event').map((event) => {
    const duration = attribute(event, 'duration');
    return [
      Number(attribute(event, 'presentationTime')) / timescale,
      duration === undefined ? undefined : Number(duration) / timescale,
    ];
  });
}

async function provePlaylists(folder: string, pictures: string): Promise<void> {
  const { text, times } = await besidePlaylist(join(folder, pictures, 'stream.m3u8'));
  assertTimes(times, CUTS, 'segments of the playlist');
  const [date = ''] = attributesOf(text, 'EXT-X-PROGRAM-DATE-TIME');
  const ranges = attributesOf(text, 'EXT-X-DATERANGE').map(attributesIn);
  assert.equal(
    ranges.map((range) => [
      range.get('ID'),
      (Date.parse(range.get('START-DATE') ?? '') - Date.parse(date)) / 1000,
      Number(range.get('DURATION')),
      range.has('SCTE35-OUT'),
    ]),
    [['7', 6, 4, true]],
  );
  const chapters: { 'start-time': number; titles: { title: string }[] }[] = JSON.parse(
    await readFile(join(folder, 'chapters.json'), 'utf8'),
  );
  assert.equal(
    chapters.map((one) => [one['start-time'], one.titles[0]?.title]),
    [
      [0, 'Opening'],
      [10, 'Second'],
    ],
  );
}

/** Breaks and chapters. */
export const MARKER_ROW: BesideRow = {
  name: 'markers',
  describe: 'an ad break and chapters: told at their times, and segments are cut there',
  group: BESIDE_GROUP,
  form: ({ manifests }) =>
    manifests.map((manifest) => (manifest === 'mpd' ? 'events' : 'date ranges')).join(', '),
  async prove(column, layout, asked) {
    const folder = await packageBeside(column, layout, { markers: MARKERS, asked });
    if (column.manifests.includes('mpd')) await proveMpd(folder);
    if (column.manifests.includes('playlists')) await provePlaylists(folder, column.pictures!);
  },
};
