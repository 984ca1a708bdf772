/** Subsamples as we write them, file by file, against another packager's of the same real files. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dashCenc } from '../../plugins/index.ts';
import { GOLDEN_FOLDER, goldenMaps, hasRealFile, realFile } from '../helpers/media/real-media.ts';
import { type SubsamplePairs, sencPairs } from '../helpers/oracles/senc.ts';
import { failureOf, outputFolder, packageWith } from '../helpers/titles/package.ts';
import { cbcsMode } from '../plugins/mode-cbcs.ts';

const test = suite('golden subsample maps');

const maps = goldenMaps();

if (maps.length === 0) {
  test(`nothing is compared: there are no maps in ${basename(GOLDEN_FOLDER)}/ beside the real files`, () => {
    assert.equal(goldenMaps(), []);
  });
}

for (const map of maps) {
  const [base = '', scheme = ''] = map.split(/\.(cenc|cbcs)\.json$/);
  const name = `${base}.mp4`;
  test(`${name}, ${scheme}: ${expectation(base, scheme)}`, async () => {
    assert.ok(hasRealFile(name), `${name} is there`);
    const title = { inputs: [realFile(name)] };
    if (hasNoStandard(base, scheme)) {
      assert.is((await failureOf(packageWith([cbcsMode()], title))).code, 'UNSUPPORTED_CODEC');
      return;
    }
    const golden: SubsamplePairs[] = JSON.parse(await readFile(join(GOLDEN_FOLDER, map), 'utf8'));
    const { output } = await packageWith([scheme === 'cenc' ? dashCenc() : cbcsMode()], title);
    const folder = scheme === 'cenc' ? outputFolder('DASH', name) : 'cbcs';
    const ours = await sencPairs(join(output, folder, 'media-video-1.mp4'), scheme === 'cenc' ? 8 : 0);
    const different = ours.findIndex((pairs, sample) => `${pairs}` !== `${golden[sample]}`);
    assert.is(different, -1, `sample ${different}: ${ours[different]}, not ${golden[different]}`);
    assert.is(ours.length, golden.length);
  });
}

/** The other packager writes a map all the same; the binding of VP9 to MP4 knows `cenc` alone. */
function hasNoStandard(base: string, scheme: string): boolean {
  return scheme === 'cbcs' && base.endsWith('-vp9');
}

function expectation(base: string, scheme: string): string {
  return hasNoStandard(base, scheme) ? 'refused, for want of a standard' : 'every pair is the same';
}

test.run();
