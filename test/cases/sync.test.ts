/**
 * Times of files that state them in unusual ways: in every mode each sample lasts as long as in the source and is presented
 * at the source's time, moved by the same for sound and pictures.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { dashCenc, hlsAes } from '../../plugins/index.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { TIME_MEDIA } from '../helpers/media/time-media.ts';
import { sampleTimes, type TrackTimes } from '../helpers/oracles/sample-times.ts';
import { codedSamples } from '../helpers/oracles/samples.ts';
import { filesBelow, packageWith } from '../helpers/titles/package.ts';

const test = sideBySide('sync');

/** A tick of MPEG-TS, in seconds. */
const TICK = 1 / 90_000;

for (const { name, file, ts = true } of TIME_MEDIA) {
  test(`${name}: all modes keep the source's times`, async () => {
    const input = await file();
    const clear = { inputs: [input], clear: ['video', 'audio'] as const };
    const fmp4Modes = [dashCenc({ systems: ['clearkey'] }), hlsAes({ container: 'fmp4' })];
    const [fmp4, inTs, source] = await Promise.all([
      packageWith(fmp4Modes, clear),
      ts ? packageWith([hlsAes({ container: 'ts' })], clear) : undefined,
      sampleTimes(input),
    ]);

    const files = (await filesBelow(fmp4.output)).filter((path) => path.endsWith('.mp4'));
    assert.is(files.length, 2 * source.length);
    for (const mode of ['DASH', 'HLS']) {
      const written: TrackTimes[] = [];
      for (const path of files.filter((path) => path.startsWith(mode))) {
        const [track] = await sampleTimes(join(fmp4.output, path));
        const offset = mode === 'DASH' ? await timeOffset(join(fmp4.output, path, '..'), track!) : 0;
        written.push({ ...track!, presented: track!.presented.map((ticks) => ticks - offset) });
      }
      for (const { drift } of written)
        assert.ok(
          drift.every((ticks) => ticks === 0),
          `${mode}: ${drift}`,
        );
      checkLengths(mode, source, written);
      checkMoves(mode, source, written, -startOf(source));
      if (mode === 'HLS') await checkPlaylists(fmp4.output, files, written);
    }
    if (inTs) checkMoves('MPEG-TS', source, await transportTimes(inTs.output, source));
  });
}

/** `presentationTimeOffset`, in ticks. */
async function timeOffset(folder: string, { kind }: TrackTimes): Promise<number> {
  const sets = (await readFile(join(folder, 'stream.mpd'), 'utf8')).split('<AdaptationSet');
  const own = sets.find((set) => set.includes(`contentType="${kind}"`)) ?? '';
  return Number(/presentationTimeOffset="(\d+)"/.exec(own)?.[1] ?? 0);
}

const trackOf = (tracks: readonly TrackTimes[], { kind }: TrackTimes): TrackTimes =>
  tracks.find((track) => track.kind === kind)!;

/** Every sample lasts as long, to the tick. */
function checkLengths(mode: string, source: readonly TrackTimes[], written: readonly TrackTimes[]): void {
  for (const track of source) {
    const { timescale, durations } = trackOf(written, track);
    assert.equal([timescale, ...durations], [track.timescale, ...track.durations], `${mode}, ${track.kind}`);
  }
}

/**
 * All samples of a track are moved by the same, and all tracks too, to half a tick each.
 * @param by seconds; in MPEG-TS any
 */
function checkMoves(
  mode: string,
  source: readonly TrackTimes[],
  written: readonly TrackTimes[],
  by?: number,
): void {
  let wanted = by;
  for (const track of source) {
    const { presented, timescale } = trackOf(written, track);
    assert.is(presented.length, track.presented.length, `${mode}, ${track.kind}`);
    const moves = track.presented.map((ticks, i) => presented[i]! / timescale - ticks / track.timescale);
    const [least, most] = [Math.min(...moves), Math.max(...moves)];
    const rounding = mode === 'MPEG-TS' ? TICK : 1e-9;
    assert.ok(most - least < rounding, `${mode}, ${track.kind} is moved by ${least} to ${most} s`);
    wanted ??= least;
    const apart = Math.abs(least - wanted);
    const what = `${mode}, ${track.kind} is moved by ${least} s instead of ${wanted} s`;
    assert.ok(apart < 0.5 / track.timescale + rounding, what);
  }
}

/** What becomes 0, in seconds: when the first track begins; what lies before 0 of sound is priming. */
const startOf = (tracks: readonly TrackTimes[]): number =>
  Math.min(
    ...tracks.map(({ kind, presented, timescale }) => {
      const first = Math.min(...presented.slice(0, 17)) / timescale;
      return kind === 'audio' ? Math.max(0, first) : first;
    }),
  );

/** The lengths of a rendition's segments add up to what is in them. */
async function checkPlaylists(
  output: string,
  files: readonly string[],
  written: readonly TrackTimes[],
): Promise<void> {
  for (const track of written) {
    const file = files.find((path) => path.startsWith('HLS') && path.includes(`/${track.kind}-`))!;
    const playlist = await readFile(join(output, file, '../stream.m3u8'), 'utf8');
    const seconds = [...playlist.matchAll(/#EXTINF:([\d.]+)/g)].map(([, length]) => Number(length));
    const ticks = track.durations.reduce((sum, duration) => sum + duration, 0);
    const apart = seconds.reduce((sum, length) => sum + length, 0) - ticks / track.timescale;
    assert.ok(Math.abs(apart) < 2e-6, `${track.kind}: the playlist is ${apart} s off`);
  }
}

async function transportTimes(output: string, source: readonly TrackTimes[]): Promise<TrackTimes[]> {
  const path = (await filesBelow(output)).find((file) => file.endsWith('media.ts'))!;
  return Promise.all(
    source.map(async ({ kind }) => {
      const samples = await codedSamples(join(output, path), kind === 'video' ? 'v:0' : 'a:0');
      const presented = samples.map(({ pts }) => pts);
      return { kind, timescale: 1, durations: [], presented, drift: [] };
    }),
  );
}

test.run();
