import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ContentKey, type Plugin } from '../../core/index.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { dashSamplesByShaka } from '../helpers/oracles/dash.ts';
import { hashes, mp4Samples } from '../helpers/oracles/samples.ts';
import { filesBelow, packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { acmeMode } from '../plugins/mode-acme.ts';

const test = suite('custom plugins');
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
