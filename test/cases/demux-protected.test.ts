/** Finished packages as inputs: packaged anew they are what the source would be. */
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decryptPackage } from '../../core/engine/decrypt/decrypt-package.ts';
import { type Plugin, packageTitle } from '../../core/index.ts';
import { cmaf, dashCenc, demuxMp4, demuxProtected, keyManual } from '../../plugins/index.ts';
import { titleKey, titleKeySource } from '../helpers/keyed/title-keys.ts';
import { KEYED_LIMITS, keyedMedia } from '../helpers/media/keyed-media.ts';
import { hashes, mp4Samples } from '../helpers/oracles/samples.ts';
import { failureOf, filesBelow, packageWith, TEST_KEY, titleOptions } from '../helpers/titles/package.ts';

const test = suite('demux-protected');

/** Keys that change, and a clear lead, under `cenc`. */
async function packaged(): Promise<{ input: string; files: string[]; source: Plugin }> {
  const [input = ''] = await keyedMedia('avc', [{ encoder: 'aac', language: 'en' }], 1);
  const source = titleKeySource(['SD', 'HD', 'UHD1', 'UHD2', 'AUDIO'], 5);
  const { output } = await packageTitle({
    title: titleOptions({
      inputs: [input],
      keys: KEYED_LIMITS,
      keyRotation: 1.25,
      clearLead: 1,
      segmentDuration: 0.5,
    }),
    plugins: [demuxMp4(), dashCenc(), source],
  });
  const files = (await filesBelow(output))
    .filter((name) => name.endsWith('.mp4'))
    .map((name) => join(output, name));
  return { input, files: files.sort().reverse(), source };
}

test('a package under cenc becomes one under cbcs, sample for sample that of the source', async () => {
  const { input, files, source } = await packaged();
  assert.match(files[0] ?? '', 'video');
  const { output } = await packageWith([demuxProtected({ keys: source }), cmaf()], { inputs: files });
  const names = (await filesBelow(output)).filter((name) => /\/(?:video|audio)[^/]*\/media\.mp4$/.test(name));
  assert.is(names.length, 2);
  const { output: clear } = await decryptPackage({
    reference: output,
    base: '/',
    titles: [
      {
        title: titleOptions({ inputs: [] }),
        plugins: [keyManual({ keyId: TEST_KEY.keyId, key: TEST_KEY.key, iv: TEST_KEY.iv })],
      },
    ],
    output: join(output, '../clear'),
    overwrite: false,
    signal: new AbortController().signal,
    warn: (message) => assert.unreachable(message),
  });
  for (const name of names) {
    const stream = /\/video/.test(name) ? 'v:0' : 'a:0';
    assert.equal(
      hashes(await mp4Samples(join(clear, name), stream)),
      hashes(await mp4Samples(input, stream)),
      name,
    );
  }
});

test('without its keys, or with others, it is refused', async () => {
  const { files } = await packaged();
  const tried = (...plugins: Plugin[]) => failureOf(packageWith([...plugins, cmaf()], { inputs: files }));
  assert.is((await tried()).code, 'UNSUPPORTED_INPUT');
  const { keyId } = titleKey('SD', 0);
  const missing = await tried(
    demuxProtected({ keys: keyManual({ keyId, key: TEST_KEY.key, iv: TEST_KEY.iv }) }),
  );
  assert.is(missing.code, 'NO_KEY');
  assert.match(missing.message, /There is no key for the key ids/);
});

test.run();
