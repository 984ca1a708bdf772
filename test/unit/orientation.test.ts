import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { initSegment } from '../../core/containers/mp4/write/init.ts';
import { combined, type DisplayMatrix, describeTurn, turned } from '../../core/media/orientation.ts';
import { checkTurns } from '../../core/title/check-turns.ts';
import { switchingSets } from '../../core/title/switching-sets.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { makeTrack } from '../helpers/media/segments.ts';
import { videoOf } from '../helpers/media/track-kinds.ts';
import { MATRICES, turnedFilm } from '../helpers/media/turned-media.ts';
import { demux, memorySource } from '../helpers/oracles/read-mp4.ts';
import { indexedFile, videoTrack } from '../helpers/titles/renditions.ts';

const test = suite('orientation');

const video = { width: 640, height: 360, sar: { num: 4, den: 3 }, frameRate: { num: 25, den: 1 } };

/** The matrix that is read from a film. */
async function matrixOf(film: Buffer): Promise<DisplayMatrix | undefined> {
  const { tracks = [] } = await demux(memorySource(film));
  return videoOf(tracks).video.matrix;
}

test('the matrix of the track is read, and written as it was', async () => {
  const film = await readFile(await oddMedia('moov-last'));
  for (const [name, matrix] of Object.entries(MATRICES)) {
    const source = turnedFilm(film, matrix, 'tkhd');
    assert.equal(await matrixOf(source), matrix, name);
    const track = makeTrack({ video: { ...video, matrix } });
    const init = Buffer.from(initSegment({ track, encryption: undefined, pssh: [], duration: 1 }));
    const fields = (file: Buffer) => file.subarray(file.indexOf('tkhd') + 44, file.indexOf('tkhd') + 80);
    assert.equal(fields(init), fields(source), name);
  }
});

test('the matrix of the movie comes after that of the track', async () => {
  const film = await readFile(await oddMedia('moov-last'));
  const { portrait, counterClockwise, mirrored } = MATRICES;
  assert.equal(await matrixOf(turnedFilm(film, portrait, 'mvhd')), portrait);
  const both = turnedFilm(turnedFilm(film, portrait, 'tkhd'), mirrored, 'mvhd');
  assert.equal(await matrixOf(both), combined(portrait, mirrored));
  const back = turnedFilm(turnedFilm(film, counterClockwise, 'tkhd'), turned(90, false)!, 'mvhd');
  assert.is(await matrixOf(back), undefined);
});

test('matrices that change nothing, or show nothing, are none', async () => {
  const film = await readFile(await oddMedia('moov-last'));
  assert.is(await matrixOf(film), undefined);
  for (const where of ['tkhd', 'mvhd'] as const)
    assert.is(await matrixOf(turnedFilm(film, [0, 0, 0, 0, 0, 0], where)), undefined);
});

test('a turn in words', () => {
  const words = Object.values(MATRICES).map((matrix) => describeTurn({ matrix }));
  assert.equal(words, [
    'turned clockwise by 90°',
    'turned clockwise by 270°',
    'turned clockwise by 180°',
    'mirrored',
    'turned clockwise by 30°',
  ]);
  for (const degrees of [90, 180, 270, 30])
    for (const isMirrored of [false, true])
      assert.is(
        describeTurn({ matrix: turned(degrees, isMirrored)! }),
        `${isMirrored ? 'mirrored and ' : ''}turned clockwise by ${degrees}°`,
      );
  assert.is(turned(0, false), undefined);
  assert.is(describeTurn({}), undefined);
});

test('renditions that are turned in different ways are sets of their own, and warned of', () => {
  const matrices = [MATRICES.portrait, undefined, [0, 65536, -65536, 0, 0, 0], undefined] as const;
  const videos = matrices.map((matrix) => ({ ...video, ...(matrix && { matrix }) }));
  const renditions = videos.map((facts, index) => {
    const track = videoTrack(640, 360, { video: facts });
    return {
      ...indexedFile({ id: `${index}`, tracks: [track], sizes: [1], durations: [1] }, 'v.mp4'),
      track,
    };
  });
  const sets = switchingSets(renditions, ({ track }) => track);
  assert.equal(
    sets.map(({ members }) => members.map(({ unit }) => unit.id).join('')),
    ['02', '13'],
  );

  const warnings: string[] = [];
  const tracks = videos.map((facts, input) => makeTrack({ input, video: facts }));
  const nameOf = ({ input }: { input: number }) => `file ${input}`;
  checkTurns(tracks, nameOf, (message) => warnings.push(message));
  assert.match(warnings.join(), /file 0 is turned clockwise by 90°, file 1 is not turned/);
  checkTurns([tracks[0]!, tracks[2]!], nameOf, (message) => assert.unreachable(message));
});

test.run();
