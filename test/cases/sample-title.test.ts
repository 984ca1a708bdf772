/** The sample title, as `npm start` packages it: a newcomer's first look at what comes out. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageTitle } from '../../core/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { dashSamplesByFfmpeg } from '../helpers/oracles/dash.ts';
import { hashes, mp4Samples } from '../helpers/oracles/samples.ts';
import { assertManifests } from '../helpers/oracles/valid-manifests.ts';
import { assertForeseen, planOf } from '../helpers/titles/expected-sizes.ts';
import { TEST_KEY } from '../helpers/titles/package.ts';
import { resolveInProject, startConfig } from '../recorded/sample-config.ts';

const test = suite('the sample title');

const MEDIA = join(import.meta.dirname, '../media');

const config = async () =>
  resolveInProject({ ...(await startConfig()), output: join(temporaryFolder(), 'out'), workers: 0 });

test('is packaged in all modes, as its plan says, with nothing to warn of but thumbnails, and each language is its own', async () => {
  const options = await config();
  const plan = await planOf(options);
  const report = await packageTitle(options);
  assertForeseen(plan, report);
  assert.equal(report.warnings, ['mode ncg carries no thumbnails: they are left out there.']);
  await assertManifests(report.output);
  for (const [name, source] of [
    ['audio-en', 'sample-360p.mp4'],
    ['audio-de', 'sample-de.m4a'],
    ['audio-en-description', 'sample-description.m4a'],
  ] as const) {
    const file = join(report.output, `DASH_sample-360p_mp4/media-${name}.mp4`);
    const samples = await dashSamplesByFfmpeg([file], 'audio', TEST_KEY.key);
    assert.equal(hashes(samples), hashes(await mp4Samples(join(MEDIA, source), 'a:0')), name);
  }
  const playlist = await readFile(join(report.output, 'HLS_sample-360p_mp4/master.m3u8'), 'utf8');
  assert.equal(playlist.match(/(?<=TYPE=(AUDIO|SUBTITLES).*NAME=")[^"]*/g), [
    'English',
    'German',
    'English (description)',
    'English (captions)',
    'German',
  ]);
  const sprite = await readFile(join(MEDIA, 'thumbnails/sprite-1.jpg'));
  for (const folder of ['DASH', 'HLS', 'HLS-NCG']) {
    const image = join(report.output, `${folder}_sample-360p_mp4/thumbnails-1/image-1.jpg`);
    assert.ok(sprite.equals(await readFile(image)), folder);
  }
});

test('has less than 1 MB beside its renditions', async () => {
  const all = await readdir(MEDIA, { recursive: true });
  const names = all.filter((name) => !/^sample-\d+p\.mp4$|\.ts$/.test(name));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(MEDIA, name))).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(total < 1e6, `${total} bytes: ${names.join(', ')}`);
});

test.run();
