/**
 * Subtitles of every format in every mode, read back by others by way of the manifests: every cue once, with its text, at the right time
 * of the picture, over the whole title.
 */
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { identity, type Plugin } from '../../core/index.ts';
import { cmaf, dashCenc, demuxText, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { oneIn } from '../helpers/commands/extent.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { FILM_STARTS, type FilmStart } from '../helpers/media/film-starts.ts';
import { type Said, TEXT_SOURCES, type TextSource } from '../helpers/media/text-sources.ts';
import {
  dashSubtitles,
  hlsSubtitles,
  type SubtitleTrack,
  sourceTimes,
} from '../helpers/oracles/subtitle-tracks.ts';
import { outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';

const test = sideBySide('cues read back');

const identityKey = [identity({ uri: '../key.bin' })];

/** Milliseconds: of the last frame of sound and the last picture, sources say the duration as they like. */
const FRAME = 45;

const MANIFESTS = {
  'dash-cenc': { prefix: 'DASH', manifests: ['MPD'] },
  'hls-aes': { prefix: 'HLS', manifests: ['playlists'] },
  'hls-ncg': { prefix: 'HLS-NCG', manifests: ['playlists'] },
  cmaf: { prefix: 'CMAF', manifests: ['MPD', 'playlists'] },
} as const;

const READERS = {
  MPD: dashSubtitles,
  playlists: (folder: string) => hlsSubtitles(folder, TEST_KEY.key),
} as const;

/** What is packaged at once: a mode each, with what it writes of text. */
const ROUNDS: readonly { readonly name: string; readonly modes: () => Plugin[] }[] = [
  {
    name: 'wvtt, WebVTT segments beside MPEG-TS, one CMAF file',
    modes: () => [
      dashCenc({ text: 'wvtt' }),
      hlsAes({ systems: identityKey }),
      hlsNcg({ text: 'file' }),
      cmaf(),
    ],
  },
  {
    name: 'stpp, one WebVTT file, TTML beside MPEG-TS, CMAF segments',
    modes: () => [
      dashCenc({ text: 'stpp' }),
      hlsAes({ systems: identityKey, text: 'file' }),
      hlsNcg({ text: 'stpp' }),
      cmaf({ layout: 'segments' }),
    ],
  },
  {
    name: 'one WebVTT file, WebVTT segments beside fMP4',
    modes: () => [
      dashCenc({ text: 'file' }),
      hlsAes({ systems: identityKey, container: 'fmp4' }),
      hlsNcg({ layout: 'segments' }),
    ],
  },
  {
    name: 'wvtt segments, TTML beside fMP4',
    modes: () => [
      dashCenc({ text: 'wvtt', layout: 'segments' }),
      hlsAes({ systems: identityKey, container: 'fmp4', text: 'stpp' }),
    ],
  },
];

/**
 * When the title begins, its first picture is shown, and it ends, in milliseconds of the film's clock. Where that clock is the title's,
 * what of the sound lies before 0 is priming, or cut off.
 */
async function timesOf({ file, isAdrift = false }: FilmStart) {
  const { picture, sound, end } = await sourceTimes(await file());
  const heard = isAdrift ? sound : Math.max(0, sound);
  return { picture: picture * 1000, first: Math.min(picture, heard) * 1000, end: end * 1000 };
}

for (const [index, film] of FILM_STARTS.entries()) {
  // Where a film starts is found once for all modes, and text is written in one way wherever that is.
  for (const { name, modes } of oneIn(4, ROUNDS, index)) {
    test(`${film.name}: ${name}`, async () => {
      const path = await film.file();
      const files = await Promise.all(TEXT_SOURCES.map((source) => source.file()));
      const { output } = await packageWith([demuxText(), ...modes()], {
        inputs: [path, ...files],
        choices: [undefined, ...TEXT_SOURCES.map(({ language }) => ({ language }))],
      });
      const { picture, first, end } = await timesOf(film);
      const expected = (film.text === undefined ? TEXT_SOURCES : [...TEXT_SOURCES, film.text]).map(
        (source) => ({
          ...source,
          from: first - picture,
          to: end - picture,
          shift: source.onClock && !film.isAdrift ? -picture : first - picture,
        }),
      );
      for (const { name: plugin } of modes()) {
        const mode = plugin.replace('mode-', '') as keyof typeof MANIFESTS;
        const { prefix, manifests } = MANIFESTS[mode];
        const folder = join(output, outputFolder(prefix, path));
        for (const manifest of manifests) {
          const tracks = await READERS[manifest](folder);
          assert.is(tracks.length, expected.length);
          for (const one of expected) assertSaid(tracks, one, `${mode}, ${manifest}: ${one.name}`);
        }
      }
    });
  }
}

interface Expected extends TextSource {
  /** Where the title begins, in milliseconds from the first picture. */
  readonly from: number;
  /** Where it ends. */
  readonly to: number;
  /** What its times are moved by to be that. */
  readonly shift: number;
}

function assertSaid(
  tracks: readonly SubtitleTrack[],
  { language, says, from, to, shift }: Expected,
  where: string,
): void {
  const track = tracks.find((one) => one.language === language);
  assert.ok(track, `${where}: not there`);
  assert.ok(isNear(track.from, from), `${where} begins at ${track.from}, not ${from}`);
  assert.ok(Math.abs(track.to - to) < FRAME, `${where} ends at ${track.to}, not ${to}`);
  const seen = (cues: readonly Said[], ms: number): Said[] =>
    cues
      .map(({ start, end, text }) => ({
        start: Math.max(from, start + ms),
        end: Math.min(track.to, end + ms),
        text,
      }))
      .filter(({ start, end }) => start < end)
      .sort((a, b) => a.start - b.start);
  const [read, expected] = [seen(track.cues, 0), seen(says, shift)];
  const isSame = (cue: Said, n: number): boolean => {
    const other = expected[n];
    return cue.text === other?.text && isNear(cue.start, other.start) && isNear(cue.end, other.end);
  };
  if (read.length !== expected.length || !read.every(isSame)) assert.equal(read, expected, where);
}

/** To the millisecond: source and output may round the same time to different ones. */
const isNear = (one: number, other: number): boolean => Math.abs(one - other) < 1;

test.run();
