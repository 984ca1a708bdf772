/** Finished packages written again without protection, or not at all. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { clearMpd, clearPlaylist } from '../../core/engine/decrypt/clear-manifest.ts';
import { type ClearPackage, decryptPackage } from '../../core/engine/decrypt/decrypt-package.ts';
import { type Plugin, packageTitle } from '../../core/index.ts';
import { cmaf, dashCenc, demuxMp4, demuxText, keyManual } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { titleKey, titleKeySource } from '../helpers/keyed/title-keys.ts';
import { KEYED_LIMITS, keyedMedia } from '../helpers/media/keyed-media.ts';
import { hashes, mp4Samples } from '../helpers/oracles/samples.ts';
import { assertManifests } from '../helpers/oracles/valid-manifests.ts';
import {
  failureOf,
  filesBelow,
  packageWith,
  TEST_KEY,
  testKey,
  titleOptions,
} from '../helpers/titles/package.ts';

const test = sideBySide('decrypt');

const MEDIA = join(import.meta.dirname, '../media');
const SAMPLE = join(MEDIA, 'sample-180p.mp4');

interface Decryption {
  readonly plugins?: readonly Plugin[];
  readonly output?: string;
  readonly overwrite?: boolean;
}

function decrypt(reference: string, options: Decryption = {}): Promise<ClearPackage> {
  const {
    plugins = [testKey()],
    output = join(temporaryFolder('clear'), 'out'),
    overwrite = false,
  } = options;
  return decryptPackage({
    reference,
    base: '/',
    titles: [{ title: titleOptions({ inputs: [] }), plugins }],
    output,
    overwrite,
    signal: new AbortController().signal,
    warn: (message) => assert.unreachable(message),
  });
}

/** That the media of a folder are those of the source, by ffmpeg, and nothing names a key. */
async function assertClear(folder: string, source: string, kids: readonly string[]): Promise<void> {
  await assertManifests(folder);
  for (const name of await filesBelow(folder)) {
    const bytes = await readFile(join(folder, name));
    for (const kid of kids) {
      assert.not(bytes.includes(Buffer.from(kid, 'hex')), `${name} has the id of a key`);
      assert.not(
        bytes.toString('latin1').replaceAll('-', '').toLowerCase().includes(kid),
        `${name} names a key`,
      );
    }
    if (!/(?:video|audio).*\.mp4$/.test(name)) continue;
    const stream = /video/.test(name) ? 'v:0' : 'a:0';
    assert.equal(
      hashes(await mp4Samples(join(folder, name), stream)),
      hashes(await mp4Samples(source, stream)),
      name,
    );
  }
}

test('a CMAF package for DASH and HLS: the same files, each as long as it was', async () => {
  const [input = ''] = await keyedMedia('avc', [{ encoder: 'aac', language: 'en' }], 1);
  const keys = [0, 1, 2, 3, 4].flatMap((period) => ['SD', 'AUDIO'].map((label) => titleKey(label, period)));
  const source = titleKeySource(['SD', 'HD', 'UHD1', 'UHD2', 'AUDIO'], 5);
  const title = titleOptions({
    inputs: [input, join(MEDIA, 'sample-en.vtt')],
    keys: KEYED_LIMITS,
    keyRotation: 1.25,
    clearLead: 1,
    segmentDuration: 0.5,
  });
  const { output } = await packageTitle({ title, plugins: [demuxMp4(), demuxText(), cmaf(), source] });
  const clear = await decrypt(output, { plugins: [source] });
  const names = await filesBelow(output);
  assert.equal(await filesBelow(clear.output), names);
  assert.equal(clear.keys.length, new Set(clear.keys).size);
  assert.ok(clear.keys.length > 4);
  for (const name of names) {
    const [before, after] = await Promise.all(
      [output, clear.output].map((folder) => readFile(join(folder, name))),
    );
    if (/media.*\.mp4$/.test(name)) assert.is(after?.length, before?.length, name);
    else if (!/\.(m3u8|mpd)$/.test(name)) assert.equal(after, before, name);
  }
  await assertClear(
    clear.output,
    input,
    keys.map(({ keyId }) => keyId),
  );
});

test('segments in files of their own, by an MPD that is named', async () => {
  const { output } = await packageWith([dashCenc({ layout: 'segments' })], { inputs: [SAMPLE] });
  const names = await filesBelow(output);
  const mpd = names.find((name) => name.endsWith('.mpd')) ?? '';
  const clear = await decrypt(join(output, mpd));
  assert.is(clear.files.length, names.length);
  const joined = join(temporaryFolder('joined'), 'media-video.mp4');
  const inOrder = clear.files.map(({ path }) => path).filter((path) => /video/.test(path));
  inOrder.sort(
    (a, b) =>
      Number(!a.includes('init')) - Number(!b.includes('init')) ||
      a.localeCompare(b, 'en', { numeric: true }),
  );
  await writeFile(
    joined,
    Buffer.concat(await Promise.all(inOrder.map((path) => readFile(join(clear.output, path))))),
  );
  await assertClear(join(joined, '..'), SAMPLE, [TEST_KEY.keyId]);
  await assertManifests(clear.output);
});

test('nothing is written without a key, with another one, over the package, or of what cannot be decrypted', async () => {
  const { output } = await packageWith([dashCenc()], { inputs: [SAMPLE] });
  const dash = join(output, 'DASH_sample-180p_mp4');
  const target = join(temporaryFolder('clear'), 'out');
  const keyOf = (keyId: string, key: string) => keyManual({ keyId, key, iv: TEST_KEY.iv });

  const missing = await failureOf(
    decrypt(dash, { plugins: [keyOf('f'.repeat(31).concat('0'), TEST_KEY.key)], output: target }),
  );
  assert.is(missing.code, 'NO_KEY');
  assert.match(missing.message, TEST_KEY.keyId);
  const wrong = await failureOf(
    decrypt(dash, { plugins: [keyOf(TEST_KEY.keyId, '5e'.repeat(16))], output: target }),
  );
  assert.is(wrong.code, 'NO_KEY');
  assert.match(wrong.message, TEST_KEY.keyId);
  assert.match(wrong.message, /is not the one/);
  assert.is((await failureOf(decrypt(SAMPLE, { output: target }))).code, 'UNSUPPORTED_INPUT');
  assert.equal(await filesBelow(target), []);

  const before = await readFile(join(dash, 'stream.mpd'), 'utf8');
  assert.is((await failureOf(decrypt(dash, { output: dash }))).code, 'OUTPUT_IS_INPUT');
  assert.is((await failureOf(decrypt(dash, { output: dash, overwrite: true }))).code, 'OUTPUT_IS_INPUT');
  assert.is(await readFile(join(dash, 'stream.mpd'), 'utf8'), before);

  await decrypt(dash, { output: target });
  assert.is((await failureOf(decrypt(dash, { output: target }))).code, 'OUTPUT_EXISTS');
  await decrypt(dash, { output: target, overwrite: true });
});

test('manifests say nothing of protection, and all else as before', () => {
  const mpd = `<?xml version="1.0"?>
<MPD>
  <!-- <ContentProtection/> of old -->
  <AdaptationSet>
    <ContentProtection schemeIdUri="urn:a>b" value='"/>'>
      <cenc:pssh>AAAA</cenc:pssh><!-- </ContentProtection> -->
      <x:ContentProtection/>
    </ContentProtection>
    <dash:ContentProtection
      schemeIdUri="urn:c"/>
    <Representation id="1"/></AdaptationSet><AdaptationSet><ContentProtection/><Role/></AdaptationSet>
</MPD>
`;
  assert.is(
    clearMpd(mpd),
    `<?xml version="1.0"?>
<MPD>
  <!-- <ContentProtection/> of old -->
  <AdaptationSet>
    <Representation id="1"/></AdaptationSet><AdaptationSet><Role/></AdaptationSet>
</MPD>
`,
  );
  const playlist = [
    '#EXTM3U',
    '#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://a"',
    '#EXT-X-KEY:METHOD=NONE',
    '#EXT-X-STREAM-INF:HDCP-LEVEL=TYPE-1,BANDWIDTH=1,ALLOWED-CPC="com.a:b"',
    'a.m3u8',
    '',
  ];
  assert.is(clearPlaylist(playlist.join('\r\n')), '#EXTM3U\r\n#EXT-X-STREAM-INF:BANDWIDTH=1\r\na.m3u8\r\n');
});

test.run();
