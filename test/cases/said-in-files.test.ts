/** What files say of their sound and subtitles, in MP4, Matroska and MPEG-TS alike: in manifests, and under what a config says. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TrackChoice } from '../../core/kit.ts';
import { dashCenc, hlsAes } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce, temporaryFolder } from '../helpers/commands/folders.ts';
import { ebml } from '../helpers/media/packed-matroska.ts';
import { sayingMore } from '../helpers/media/said-in-matroska.ts';
import { demuxWithWarnings } from '../helpers/oracles/read-packets.ts';
import { filesBelow, packageWith } from '../helpers/titles/package.ts';

const test = suite('what files say of their tracks');

const DISPOSITIONS = ['default', 'visual_impaired', 'comment', 'hearing_impaired', 'dub'];
const SRT = '1\n00:00:00,500 --> 00:00:01,500\nHallo\n';

/** Pictures, English sound for each use, German subtitles that are forced. */
const film = (name: string) =>
  madeOnce(`said-in-${name}`, async (path) => {
    const srt = join(temporaryFolder(), 'de.srt');
    await writeFile(srt, SRT);
    const hasText = !name.endsWith('.ts');
    const inputs = ['-f', 'lavfi', '-i', 'testsrc2=size=128x72:rate=25', '-f', 'lavfi', '-i', 'sine'];
    const sounds = DISPOSITIONS.flatMap((use, n) => [
      ...['-map', '1', `-metadata:s:a:${n}`, 'language=eng', `-disposition:a:${n}`, use],
    ]);
    const text = ['-map', '2', '-metadata:s:s:0', 'language=ger', '-disposition:s:0', 'forced'];
    await ffmpeg([
      ...[...inputs, ...(hasText ? ['-i', srt] : []), '-map', '0', ...sounds, ...(hasText ? text : [])],
      ...['-t', '3', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '25', '-bf', '0', '-c:a', 'aac'],
      ...['-c:s', name.endsWith('.mp4') ? 'mov_text' : 'srt', '-bitexact', path],
    ]);
  });

/** What playlists and the MPD of a title say of sound and text, without places and rates. */
async function said(input: string, choice?: TrackChoice) {
  const facts = { inputs: [input], ...(choice && { choices: [choice] }) };
  const { output, warnings } = await packageWith(
    [hlsAes({ container: 'fmp4' }), dashCenc({ systems: [] })],
    facts,
  );
  const paths = (await filesBelow(output)).filter((path) => /\.(m3u8|mpd)$/.test(path));
  const texts = await Promise.all(paths.map((path) => readFile(join(output, path), 'utf8')));
  const lines = texts.flatMap(
    (text) => text.match(/#EXT-X-MEDIA:.*|<(Role|Accessibility|Label)[ >].*/g) ?? [],
  );
  return { lines: lines.map((line) => line.replace(/,URI=.*/, '')), warnings };
}

test('dispositions: MP4 and Matroska say the same, and nothing is left out', async () => {
  const [mp4, mkv] = [await said(await film('all.mp4')), await said(await film('all.mkv'))];
  assert.equal(mp4.lines.toSorted(), mkv.lines.toSorted());
  assert.equal([mp4.warnings, mkv.warnings], [[], []]);
  const text = mp4.lines.join('\n');
  assert.match(text, /TYPE=SUBTITLES.*LANGUAGE="de".*FORCED=YES/);
  assert.match(text, /TYPE=AUDIO.*CHARACTERISTICS="public\.accessibility\.describes-video"/);
  assert.match(text, /CHARACTERISTICS="public\.accessibility\.enhances-speech-intelligibility"/);
  for (const role of ['description', 'commentary', 'dub', 'forced-subtitle'])
    assert.match(text, `value="${role}"`);
  for (const purpose of [1, 2]) assert.match(text, `AudioPurposeCS:2007" value="${purpose}"`);
});

test('MPEG-TS: audio_type', async () => {
  const { tracks } = await demuxWithWarnings(await film('all.ts'));
  const uses = tracks.slice(1).map(({ characteristics = [] }) => characteristics.join());
  assert.equal(uses, [
    ...[
      '',
      'public.accessibility.describes-video',
      '',
      'public.accessibility.enhances-speech-intelligibility',
      '',
    ],
  ]);
});

test('what a config says counts for more than what the file says', async () => {
  for (const name of ['all.mp4', 'all.mkv']) {
    const path = await film(name);
    const { tracks } = await demuxWithWarnings(path);
    const described = tracks.find(({ roles }) => roles?.includes('description'))!;
    const { lines } = await said(path, { audio: [described.id], roles: ['main'], forced: false });
    const text = lines.join('\n');
    assert.match(text, /TYPE=AUDIO/);
    assert.not.match(text, /description|describes-video|AudioPurposeCS|forced/i);
  }
});

/** Two English tracks of one codec and one of another, each with more elements in its entry. */
const soundAlone = async (...more: readonly (readonly Uint8Array[])[]): Promise<string> => {
  const plain = await madeOnce('said-sound.mkv', (path) =>
    ffmpeg([
      ...['-f', 'lavfi', '-t', '2', '-i', 'sine', '-map', '0', '-map', '0', '-map', '0'],
      ...['-c:a', 'aac', '-c:a:2', 'ac3', '-metadata:s:a', 'language=eng', '-bitexact', path],
    ]).then(() => undefined),
  );
  const path = join(temporaryFolder(), 'sound.mkv');
  await writeFile(path, sayingMore(await readFile(plain), more));
  return path;
};
const named = (name: string): Buffer => ebml(0x536e, Buffer.from(name));
const original = (value: number): Buffer => ebml(0x55ae, Uint8Array.of(value));

test('Matroska: a name is a label where nothing else tells tracks apart', async () => {
  const labels = async (...names: readonly string[]) => {
    const { tracks } = await demuxWithWarnings(await soundAlone(...names.map((name) => [named(name)])));
    return tracks.map(({ label }) => label);
  };
  // AAC and AC-3 of one sound stay one choice, whatever their names say of formats.
  assert.equal(await labels('Stereo', 'Director', 'Dolby'), [undefined, 'Director', undefined]);
  assert.equal(await labels('Stereo', 'Stereo', 'Dolby'), [undefined, undefined, undefined]);
});

test('Matroska: the original and its translation (FlagOriginal)', async () => {
  const { tracks } = await demuxWithWarnings(await soundAlone([original(1)], [original(0)]));
  assert.equal(
    tracks.map(({ roles, characteristics }) => [roles, characteristics]),
    [
      [undefined, ['public.original-content']],
      [['dub'], undefined],
      [undefined, undefined],
    ],
  );
});

test.run();
