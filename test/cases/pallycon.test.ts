/** Each example of the guide to PallyCon's packager, two of them run by the built command; the lists of files are the guide's. */
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import {
  guideInputs,
  MANUAL_KEY,
  MANUAL_KEY_ID,
  type PackagerOutcome,
  packager,
} from '../helpers/commands/packager-command.ts';
import { ACCESS_KEY, GUIDE_EXAMPLES, SITE } from '../helpers/titles/guide-examples.ts';
import { filesBelow, TEST_KEY } from '../helpers/titles/package.ts';
import { type CidServer, startCidServer } from '../servers/cid-server.ts';
import { type KeyServer, startKeyServer } from '../servers/key-server.ts';

const test = suite('the examples of the guide');

const HLS_FILES = ['master.m3u8', 'media-1/iframe.m3u8', 'media-1/media.ts', 'media-1/stream.m3u8'];
const DASH_FILES = ['media-audio-und.mp4', 'media-video-1.mp4', 'stream.mpd'];

let server: KeyServer;
test.before(async () => {
  server = await startKeyServer();
});
test.after(() => server.close());

const environment = (): Record<string, string> => ({
  PALLYCON_KMS_URL: server.url,
  PALLYCON_KMS_TOKEN: server.token,
});

interface Outcome {
  readonly output: string;
  readonly outcome: PackagerOutcome;
}

/** Of one rendition and of three. The rest of the way, from the arguments on, is the same in this process. */
const BUILT: readonly (readonly string[])[] = [GUIDE_EXAMPLES.NCG, GUIDE_EXAMPLES.adaptive];

/** Run an example of the guide; answers the outcome and the output folder. */
const example = (name: keyof typeof GUIDE_EXAMPLES): Promise<Outcome> => run(GUIDE_EXAMPLES[name]);

/** Run the command in a folder with the guide's inputs. */
async function run(args: readonly string[]): Promise<Outcome> {
  const cwd = await guideInputs();
  const output = join(cwd, 'output');
  const isProcess = BUILT.includes(args);
  const outcome = await packager([...args, '--o', output], { cwd, env: environment(), isProcess });
  assert.is(outcome.result, 0, `${outcome.info}\n${outcome.stderr}`);
  for (const secret of [ACCESS_KEY, server.token]) assert.not.ok(outcome.stderr.includes(secret));
  return { output, outcome };
}

const below = (folder: string, files: readonly string[]): string[] =>
  files.map((file) => `${folder}/${file}`);

test('HLS-NCG: the folder has the prefix of its own that the table names', async () => {
  const { output } = await example('HLS-NCG');
  assert.equal(await filesBelow(output), below('HLS-NCG_test_mp4', HLS_FILES));
});

test('HLS-AES', async () => {
  const { output } = await example('HLS-AES');
  assert.equal(await filesBelow(output), below('HLS_test_mp4', HLS_FILES));
});

test('DASH-CENC: alone, the folder has no prefix', async () => {
  const { output } = await example('DASH-CENC');
  assert.equal(await filesBelow(output), below('test_mp4', DASH_FILES));
  const kid = server.issued.findLast(({ contentId }) => contentId === 'testcid')!.kid;
  assert.match(await readFile(join(output, 'test_mp4/stream.mpd'), 'utf8'), kid);
});

test('NCG', async () => {
  const { output } = await example('NCG');
  assert.equal(await filesBelow(output), ['test.mp4.ncg']);
});

test('DASH-CENC and HLS-AES, adaptive', async () => {
  const { output } = await example('adaptive');
  assert.equal(readdirSync(output).sort(), ['DASH_test_mp4', 'HLS_test_mp4']);
  const videos = ['1', '2', '3'].map((number) => `media-video-${number}.mp4`);
  assert.equal(await filesBelow(join(output, 'DASH_test_mp4')), [
    'media-audio-und.mp4',
    ...videos,
    'stream.mpd',
  ]);
  const media = ['1', '2', '3'].flatMap((number) =>
    below(`media-${number}`, ['iframe.m3u8', 'media.ts', 'stream.m3u8']),
  );
  assert.equal(await filesBelow(join(output, 'HLS_test_mp4')), ['master.m3u8', ...media]);
});

test('NCG in manual mode: no server is asked, the header names site and licence URL', async () => {
  const before = server.requests.length;
  const { output } = await example('NCG in manual mode');
  assert.equal(await filesBelow(output), ['test.mp4.ncg']);
  assert.is(server.requests.length, before);
  const head = readFileSync(join(output, 'test.mp4.ncg')).subarray(0, 1000).toString('latin1');
  assert.match(head, '<SiteID>DEMO</SiteID>');
  assert.match(head, '<AcquisitionURL>https://l.example/ri?a=1&amp;b=2</AcquisitionURL>');
});

test('DASH and HLS in manual mode: the key id and the licence URL are the given ones', async () => {
  const { output } = await example('DASH and HLS in manual mode');
  assert.equal(await filesBelow(output), [
    ...below('DASH_test_mp4', DASH_FILES),
    ...below('HLS_test_mp4', HLS_FILES),
  ]);
  const mpd = await readFile(join(output, 'DASH_test_mp4/stream.mpd'), 'utf8');
  assert.match(mpd, /cenc:default_KID="00010203-0405-0607-0809-0a0b0c0d0e0f"/);
  const pro = /<mspr:pro[^>]*>([^<]+)</.exec(mpd)?.[1] ?? '';
  assert.match(Buffer.from(pro, 'base64').toString('utf16le'), '<LA_URL>https://l.example/</LA_URL>');
});

test('DASH with a fragment duration: folders of segments of that length', async () => {
  const { output } = await example('fragment duration');
  assert.equal(readdirSync(join(output, 'DASH_test_mp4')).sort(), ['audio', 'stream.mpd', 'video']);
  const video = (await filesBelow(join(output, 'DASH_test_mp4/video'))).filter((file) => /seg/.test(file));
  assert.is(video.length, 5, '20 s in segments of 4 s');
});

test('HLS-NCG in manual mode adds key.ncg', async () => {
  const { output } = await run([
    ...['--hls-ncg', '--manual-mode', '--contents-id', 'testcid', '--encryption-key', MANUAL_KEY],
    ...['--i', 'test.mp4'],
  ]);
  assert.equal(await filesBelow(output), below('HLS-NCG_test_mp4', ['key.ncg', ...HLS_FILES]));
});

test('the same words in the spelling of later versions do the same; -f replaces', async () => {
  const { output, outcome } = await run([
    '--site_id=DEMO',
    `--access_key=${ACCESS_KEY}`,
    ...['--content_id=testcid', '--hls_ncg', '-i', 'test.mp4'],
  ]);
  assert.equal(await filesBelow(output), below('HLS-NCG_test_mp4', HLS_FILES));
  assert.match(outcome.stderr, 'hls-ncg media-1');
  const again = ['--hls_ncg', ...SITE, '--input_file', join(output, '../test.mp4'), '--output_dir', output];
  assert.is((await packager(again, { env: environment() })).result, 1206);
  assert.is((await packager([...again, '-f'], { env: environment() })).result, 0);
});

const GATEWAY_ARGS = [...SITE.slice(0, 4), '--dash', '-i', 'test.mp4', '-o', 'out'];

/** The environment in which a page names contents; secrets are in files. */
async function gatewayEnvironment({ url, siteKey }: CidServer): Promise<Record<string, string>> {
  const folder = temporaryFolder('secrets');
  const secrets = { PALLYCON_SITE_KEY: siteKey, PALLYCON_KMS_TOKEN: server.token };
  const files: Record<string, string> = {};
  for (const [name, secret] of Object.entries(secrets)) {
    files[`${name}_FILE`] = join(folder, name);
    await writeFile(join(folder, name), `${secret}\n`);
  }
  return { PALLYCON_KMS_URL: server.url, PALLYCON_GATEWAY_URL: `${url}/cid`, ...files };
}

test('without --contents-id the gateway names the content', async () => {
  for (const variant of ['json', 'xml'] as const) {
    const page = await startCidServer({ variant, contentId: (name) => `${variant} cid of ${name}` });
    const cwd = await guideInputs();
    const env = { ...(await gatewayEnvironment(page)), PALLYCON_GATEWAY_FORMAT: variant };
    const { result, info, stderr } = await packager(GATEWAY_ARGS, { cwd, env });
    await page.close();
    assert.is(result, 0, info);
    const { fileName, filePath } = page.questions[0]!;
    assert.equal([fileName, filePath], ['test.mp4', join(cwd, 'test.mp4')]);
    assert.is(server.issued.at(-1)?.contentId, `${variant} cid of test.mp4`);
    for (const secret of [page.siteKey, server.token]) assert.not.ok(stderr.includes(secret));
  }
});

test('the key server may be one with a certificate of its own authority', async () => {
  const secure = await startKeyServer({ https: 'own' });
  const ca = join(temporaryFolder('ca'), 'ca.pem');
  await writeFile(ca, secure.ca!);
  const env = {
    PALLYCON_KMS_URL: `${secure.url}/v2/cpix/pallycon/getKey/{token}`,
    PALLYCON_KMS_TOKEN: secure.token,
    PALLYCON_CA_FILE: ca,
  };
  const args = [...SITE, '--ncg', '-i', 'test.mp4', '-o', 'out'];
  const { result, info } = await packager(args, { cwd: await guideInputs(), env });
  await secure.close();
  assert.is(result, 0, info);
  assert.is(secure.issued[0]?.contentId, 'testcid');
});

test('`ps` does not show the arguments while the command runs', async () => {
  const silent = await startKeyServer({ fault: 'silent' });
  let shown = '';
  const { status } = await packager([...SITE, '--ncg', '--i', 'test.mp4', '--o', 'out'], {
    cwd: await guideInputs(),
    env: { ...environment(), PALLYCON_KMS_URL: silent.url },
    // Its first words come before it asks the server, which never answers: it is still there.
    onStart: (child) =>
      child.stderr?.once('data', () => {
        shown = readFileSync(`/proc/${child.pid}/cmdline`, 'latin1');
        child.kill('SIGTERM');
      }),
  });
  await silent.close();
  assert.is(status, 143);
  assert.match(shown, 'PallyConPackager');
  assert.not.ok(shown.includes(ACCESS_KEY));
});

test('no key is in the output', async () => {
  const { output } = await run([
    ...['--dash', '--hls', '--hls-ncg', '--ncg', '--manual-mode', '--contents-id', 'testcid'],
    ...['--encryption-key', MANUAL_KEY, '--key-id', MANUAL_KEY_ID, '--i', 'test.mp4'],
  ]);
  const key = Buffer.from(TEST_KEY.key, 'hex');
  for (const file of await filesBelow(output)) {
    const bytes = readFileSync(join(output, file));
    for (const form of [key, key.toString('hex'), key.toString('base64').slice(0, 21)])
      assert.is(bytes.indexOf(form), -1, `${file} holds the key`);
  }
});

test.run();
