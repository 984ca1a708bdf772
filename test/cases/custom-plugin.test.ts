import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ContentKey, type Plugin } from '../../core/index.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { dashSamplesByFfmpeg, dashSamplesByShaka } from '../helpers/oracles/dash.ts';
import { namedByMpd } from '../helpers/oracles/named-files.ts';
import { hashes, mp4Samples } from '../helpers/oracles/samples.ts';
import { MPD_SCHEMA, xmlComplaints } from '../helpers/oracles/xmllint.ts';
import { filesBelow, packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { acmeMode } from '../plugins/mode-acme.ts';
import { webMode } from '../plugins/mode-web.ts';

const test = suite('custom plugins');

/** What mode-web says in its own manifest. */
interface WebIndex {
  readonly tracks: readonly {
    readonly type: string;
    readonly init: string;
    readonly segments: readonly { readonly path: string; readonly seconds: number }[];
  }[];
}

const PLUGIN = new URL('../plugins/mode-acme.ts', import.meta.url);

test('a plugin adds a mode and a DRM system through the public API alone, in under 60 lines', async () => {
  const source = await readFile(PLUGIN, 'utf8');
  assert.ok(source.trim().split('\n').length < 60, 'it is longer');
  const imports = [...source.matchAll(/from '([^']+)'/g)].map((match) => match[1]);
  assert.equal(imports, ['../../core/index.ts', '../../core/kit.ts']);

  const input = await oddMedia('ctts-v0');
  const { output, modes } = await packageWith([acmeMode({ service: 'https://acme.test/licence' })], {
    inputs: [input],
  });
  assert.equal(
    modes.map(({ mode }) => mode),
    ['acme'],
  );
  const folder = join(output, 'acme');
  const segments = ['init.mp4', 'seg-1.m4s', 'seg-2.m4s', 'seg-3.m4s'].map((name) =>
    join(folder, 'video-1', name),
  );
  const files = await filesBelow(folder);
  assert.ok(files.includes('acme.mpd') && files.includes('video-1/init.mp4'), files.join());
  assert.equal(
    hashes(await dashSamplesByShaka(segments, 'video', TEST_KEY)),
    hashes(await mp4Samples(input, 'v:0')),
  );
  assert.match(
    await readFile(join(folder, 'acme.mpd'), 'utf8'),
    'urn:uuid:a0c3e000-1234-4567-89ab-0123456789ab',
  );
  const init = await readFile(segments[0]!);
  assert.ok(
    init.includes(Buffer.from('a0c3e0001234456789ab0123456789ab', 'hex')),
    'no pssh of the new system',
  );
});

test('a mode writes two manifests over one set of files: both name all of it, and it decrypts', async () => {
  const inputs = [await oddMedia('ctts-v0'), await oddMedia('b-pyramid')];
  const { output } = await packageWith([webMode()], { inputs });
  const folder = join(output, 'web');
  const manifests = ['index.json', 'index.mpd'];
  const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as WebIndex;
  const media = (await filesBelow(folder)).filter((path) => !manifests.includes(path));
  assert.equal([...(await namedByMpd(folder, 'index.mpd'))].sort(), media);
  const named = index.tracks.flatMap(({ init, segments }) => [init, ...segments.map(({ path }) => path)]);
  assert.equal([...named].sort(), media);
  assert.equal(
    index.tracks.map(({ type }) => type.slice(0, 9)),
    ['video/mp4', 'video/mp4', 'audio/mp4'],
  );
  for (const [n, input] of inputs.entries()) {
    const { init, segments } = index.tracks[n]!;
    const files = [init, ...segments.map(({ path }) => path)].map((path) => join(folder, path));
    const expected = hashes(await mp4Samples(input, 'v:0'));
    assert.equal(hashes(await dashSamplesByShaka(files, 'video', TEST_KEY)), expected);
    assert.equal(hashes(await dashSamplesByFfmpeg(files, 'video', TEST_KEY.key)), expected);
    const seconds = segments.reduce((sum, segment) => sum + segment.seconds, 0);
    assert.ok(Math.abs(seconds - 5) < 0.1, `${seconds}`);
  }
  assert.is(await xmlComplaints(await readFile(join(folder, 'index.mpd'), 'utf8'), MPD_SCHEMA), '');
});

test('a plugin can observe, and answer before or after the others', async () => {
  const seen: string[] = [];
  const key = new ContentKey({ id: Buffer.alloc(16, 9), key: Buffer.alloc(16, 8), iv: Buffer.alloc(16, 7) });
  const watcher: Plugin = {
    name: 'watcher',
    apply({ hooks }) {
      hooks.acquireKey.tap({ name: 'watcher', stage: -10 }, ({ mode }) => {
        seen.push(`key for ${mode}`);
        return key;
      });
      hooks.report.tap('watcher', ({ modes }) => {
        seen.push(`${modes[0]?.keyId}`);
      });
    },
  };
  await packageWith([watcher, acmeMode({ service: 'x' })], { inputs: [await oddMedia('video-only')] });
  assert.equal(seen, ['key for acme', '09090909-0909-0909-0909-090909090909']);
});

test.run();
