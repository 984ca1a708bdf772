/** Subtitles of Matroska in titles: against their pictures, through threads, with what their tracks say of themselves. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Report } from '../../core/index.ts';
import { readTextDocument } from '../../core/text/read-text.ts';
import { dashCenc, hlsAes } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { type MadeTextTrack, withTexts } from '../helpers/media/text-matroska.ts';
import { filesBelow, packageWith } from '../helpers/titles/package.ts';

const test = suite('text of Matroska in titles');

/** A film whose first picture is at `start` seconds, with these subtitles. */
async function filmWith(tracks: readonly MadeTextTrack[], start = 0): Promise<string> {
  const folder = temporaryFolder();
  const [plain, path] = [join(folder, 'plain.mkv'), join(folder, 'film.mkv')];
  await ffmpeg([
    ...['-f', 'lavfi', '-t', '6', '-i', 'testsrc2=size=128x72:rate=25', '-c:v', 'libx264', '-g', '25'],
    ...['-pix_fmt', 'yuv420p', '-bf', '0', '-cluster_time_limit', '1000'],
    ...['-output_ts_offset', String(start), '-avoid_negative_ts', 'disabled', plain],
  ]);
  await writeFile(path, withTexts(await readFile(plain), tracks));
  return path;
}

const BLOCKS = [
  { start: 3000, duration: 1500, data: 'one' },
  { start: 4999, duration: 1, data: 'short', additional: 'line:0\nb' },
];
const TRACK: MadeTextTrack = { id: 5, codecId: 'S_TEXT/WEBVTT', language: 'ger', blocks: BLOCKS };

async function textFiles({ output }: Report, pattern: RegExp): Promise<string[]> {
  const paths = (await filesBelow(output)).filter((path) => pattern.test(path));
  return Promise.all(paths.map((path) => readFile(join(output, path), 'utf8')));
}

for (const [what, start, workers] of [
  ['pictures from 0 on', 0, 0],
  ['pictures from 2.5 s on', 2.5, 0],
  ['the same, in threads', 2.5, 2],
] as const) {
  test(`${what}: cues keep their distance from the pictures`, async () => {
    const inputs = [await filmWith([TRACK], start)];
    const report = await packageWith([dashCenc({ text: 'file', systems: [] })], { inputs, workers });
    const [file] = await textFiles(report, /\.vtt$/);
    const { cues } = readTextDocument(Buffer.from(file!), 'a');
    assert.equal(
      cues.map((cue) => [cue.start, cue.end, cue.payload]),
      BLOCKS.map((block) => [
        block.start - start * 1000,
        block.start + block.duration - start * 1000,
        block.data,
      ]),
    );
    assert.equal(report.warnings, []);
  });
}

test('what players are told: language, name, forced, for the deaf, default', async () => {
  const inputs = [
    await filmWith([
      { ...TRACK, isDefault: true, name: 'Deutsch für alle' },
      { ...TRACK, id: 6, language: 'fre', isDefault: false, isForced: true },
      { ...TRACK, id: 7, language: 'eng', isDefault: false, isHearingImpaired: true },
    ]),
  ];
  const report = await packageWith([hlsAes({ container: 'fmp4' }), dashCenc({ systems: [] })], { inputs });
  const playlists = await textFiles(report, /\.m3u8$/);
  const tags = playlists.flatMap((playlist) => playlist.match(/#EXT-X-MEDIA:TYPE=SUBTITLES.*/g) ?? []);
  const facts = tags.map((tag) => /NAME="([^"]*)",LANGUAGE="([^"]*)",DEFAULT=(\w+)/.exec(tag)?.slice(1));
  assert.equal(facts, [
    ['Deutsch für alle', 'de', 'YES'],
    ['French (forced)', 'fr', 'NO'],
    ['English (captions)', 'en', 'NO'],
  ]);
  assert.match(tags[1]!, /FORCED=YES/);
  assert.match(tags[2]!, /CHARACTERISTICS="public\.accessibility\.transcribes-spoken-dialog,/);
  const [mpd] = await textFiles(report, /\.mpd$/);
  assert.match(mpd!, /value="forced-subtitle"/);
  assert.match(mpd!, /value="caption"/);
  assert.match(mpd!, /<Label>Deutsch für alle<\/Label>/);
});

test('the config says it otherwise, and its default goes before that of files', async () => {
  const files = await Promise.all([
    filmWith([{ ...TRACK, isDefault: true, isForced: true }]),
    filmWith([{ ...TRACK, language: 'fre', isDefault: true }]),
  ]);
  const hls = () => hlsAes({ container: 'fmp4' });
  const named = async (report: Report) => {
    const playlists = await textFiles(report, /\.m3u8$/);
    return playlists
      .flatMap((playlist) => playlist.match(/#EXT-X-MEDIA:TYPE=SUBTITLES.*/g) ?? [])
      .map((tag) => /LANGUAGE="(\w+)",DEFAULT=(\w+)/.exec(tag)!.slice(1).join(' '));
  };
  const first = await packageWith([hls()], { inputs: files });
  assert.equal(await named(first), ['de YES', 'fr NO']);
  const choices = [{ forced: false, label: 'D' }, { default: true }];
  const second = await packageWith([hls()], { inputs: files, choices });
  assert.equal(await named(second), ['fr YES', 'de NO']);
  const playlists = (await textFiles(second, /\.m3u8$/)).join('\n');
  assert.not.match(playlists, /FORCED/);
  assert.match(playlists, /NAME="D"/);
});

test('a film whose subtitles cannot be read is packaged without them', async () => {
  const inputs = [await filmWith([{ ...TRACK, codecId: 'S_TEXT/ASS' }])];
  const report = await packageWith([dashCenc({ systems: [] })], { inputs });
  assert.match(report.warnings.join(), /film\.mkv: track 5 is left out: its subtitles \(S_TEXT\/ASS\)/);
});

test.run();
