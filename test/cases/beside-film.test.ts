/** Video tracks that are not the film: pictures of chapters, covers, older codecs; wherever they stand, the film is taken. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dashCenc } from '../../plugins/index.ts';
import { audioBook, besideFilm, withChapters, withEnabled } from '../helpers/media/lost-media.ts';
import { pictureOf } from '../helpers/media/track-kinds.ts';
import { failureOf, packageWith } from '../helpers/titles/package.ts';

const test = suite('beside-film');

const twoFilms = () => besideFilm('avc.mp4', 'libx264', '-pix_fmt:v:0', 'yuv420p');

interface Beside {
  readonly what: string;
  readonly file: () => Promise<string>;
  readonly notice: RegExp;
}

const BESIDE: readonly Beside[] = [
  {
    what: 'JPEG of QuickTime',
    file: () => besideFilm('jpeg.mov', 'mjpeg'),
    notice: /"jpeg" \(JPEG\) is not known/,
  },
  {
    what: 'PNG of QuickTime',
    file: () => besideFilm('png.mov', 'png'),
    notice: /"png " \(PNG\) is not known/,
  },
  {
    what: 'JPEG in mp4v',
    file: () => besideFilm('jpeg.mp4', 'mjpeg'),
    notice: /"mp4v\.6C" \(JPEG\) is not known/,
  },
  { what: 'JPEG in Matroska', file: () => besideFilm('jpeg.mkv', 'mjpeg'), notice: /"V_MJPEG"/ },
  {
    what: 'an older codec',
    file: () => besideFilm('mpeg4.mp4', 'mpeg4'),
    notice: /a newer codec than "mp4v"/,
  },
  {
    what: 'pictures of chapters in H.264',
    file: async () => withChapters(await twoFilms(), 1),
    notice: /it holds the pictures of chapters/,
  },
  {
    what: 'a track that is marked as not to be played',
    file: async () => withEnabled(await twoFilms(), [1, 2]),
    notice: /it is marked as not to be played/,
  },
];

for (const { what, file, notice } of BESIDE) {
  test(`${what} in front of the film is left out with a notice`, async () => {
    const { warnings, modes } = await packageWith([dashCenc()], { inputs: [await file()] });
    assert.is(warnings.filter((warning) => /track 1 is left out: /.test(warning)).length, 1, warnings.join());
    assert.match(warnings.join(), notice);
    const video = modes[0]?.renditions.flatMap(({ tracks }) =>
      tracks.flatMap((track) => pictureOf(track) ?? []),
    );
    assert.equal(
      video?.map(({ width, height }) => [width, height]),
      [[128, 72]],
    );
  });
}

test('the pictures of chapters of an audio book are no film', async () => {
  const book = await withChapters(await audioBook(), 2);
  const { warnings, modes } = await packageWith([dashCenc()], { inputs: [book] });
  assert.match(warnings.join(), /it holds the pictures of chapters/);
  assert.is(modes[0]?.renditions.length, 1);
});

test('a film in the only track there is, however it is marked, is taken; the config may name any', async () => {
  const only = await withEnabled(await twoFilms(), []);
  const { modes } = await packageWith([dashCenc()], { inputs: [only] });
  assert.is(modes[0]?.renditions.length, 2);
  const chapters = await withChapters(await twoFilms(), 1);
  const chosen = await packageWith([dashCenc()], { inputs: [chapters], choices: [{ video: 1 }] });
  const [track] = chosen.modes[0]!.renditions[0]!.tracks;
  assert.is(pictureOf(track)?.width, 64);
});

test('pictures that are no film are not lost in silence where there is none', async () => {
  const error = await failureOf(
    packageWith([dashCenc()], {
      inputs: [await besideFilm('stills.mp4', 'mjpeg', '-c:v:1', 'mjpeg', '-pix_fmt:v:1', 'yuvj420p')],
    }),
  );
  assert.is(error.code, 'UNSUPPORTED_CODEC');
  assert.match(error.message, /video track 1 cannot be packaged: its codec "mp4v\.6C" \(JPEG\) is not known/);
});

test.run();
