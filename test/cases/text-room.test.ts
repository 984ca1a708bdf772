/** The room that a title with text is said to need is at least what it takes. */
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cmaf, dashCenc, demuxText, hlsAes } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { planOf } from '../helpers/titles/expected-sizes.ts';
import { filesBelow, packageWith, testPlugins, titleOptions } from '../helpers/titles/package.ts';

const test = suite('room for text');

/** Hundreds of short cues, a style and a region, and one cue that lasts as long as the title. */
const cues = Array.from({ length: 400 }, (_, n) => {
  const at = (ms: number) => `00:0${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}`;
  return `${at(n * 10)} --> ${at(n * 10 + 25)} line:${n % 9}\n<i>a</i><b>${n}</b>\n`;
});
const TEXT = `WEBVTT\n\nREGION\nid:r\n\nSTYLE\n::cue(b) { color: red }\n\n00:00.000 --> 00:09.000 region:r\nall\n\n${cues.join('\n')}`;

for (const [name, mode] of [
  ['cmaf: TTML in segments', () => cmaf()],
  ['dash-cenc: wvtt', () => dashCenc()],
  ['hls-aes: a file a segment', () => hlsAes()],
] as const) {
  test(`${name}, cut every half second`, async () => {
    const file = join(temporaryFolder(), 'a.vtt');
    await writeFile(file, TEXT);
    const film = await oddMedia('no-b-frames');
    const plugins = [demuxText(), mode()];
    const roomFor = async (...inputs: readonly string[]): Promise<number> => {
      const title = titleOptions({ inputs, segmentDuration: 0.5 });
      return (await planOf({ title, plugins: [...testPlugins(), ...plugins] })).roomNeeded;
    };
    const room = (await roomFor(film, file)) - (await roomFor(film));
    const { output } = await packageWith(plugins, { inputs: [film, file], segmentDuration: 0.5 });
    const paths = (await filesBelow(output)).filter((path) => path.includes('text-und'));
    const sizes = await Promise.all(paths.map(async (path) => (await stat(join(output, path))).size));
    const written = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(written > TEXT.length, `${written} bytes of ${TEXT.length}`);
    assert.ok(room > written, `${room} for ${written}`);
  });
}

test.run();
