/** Styles that are lost, through the engine: told once a track and target, of all modes, segments and threads. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cmaf, dashCenc, demuxText, hlsAes } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { packageWith } from '../helpers/titles/package.ts';

const test = suite('styles that are lost');

const FILM = join(import.meta.dirname, '../media/sample-180p.mp4');
const VTT = `WEBVTT

STYLE
::cue(.loud) { font-size: 200% }

00:01.000 --> 00:05.000
<c.loud>a</c>

00:07.000 --> 00:08.000
<c.loud>b</c>
`;
const TTML = `<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xml:lang="de">
<body tts:fontSize="80%"><div><p begin="1s" end="9s">a</p><p begin="11s" end="19s">b</p></div></body></tt>`;

for (const workers of [0, 2]) {
  test(`each target has its own, with ${workers} threads`, async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'loud.vtt'), VTT);
    await writeFile(join(folder, 'small.ttml'), TTML);
    const inputs = [FILM, ...['loud.vtt', 'small.ttml'].map((name) => join(folder, name))];
    const asTtml = 'loud.vtt: Written as TTML it loses: font-size.';
    const asWebvtt = 'small.ttml: Written as WebVTT it loses: fontSize.';
    const mine = ({ warnings }: { readonly warnings: readonly string[] }) =>
      warnings.filter((warning) => warning.includes('it loses')).sort();
    const options = { inputs, workers };
    const all = [demuxText(), dashCenc(), hlsAes(), cmaf()];
    assert.equal(mine(await packageWith(all, options)), [asTtml, asWebvtt]);
    // TTML stays what it is in DASH, and so does WebVTT.
    assert.equal(mine(await packageWith([demuxText(), dashCenc()], options)), []);
  });
}

test.run();
