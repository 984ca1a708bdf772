/** `PallyConPackager` with keys of their own for qualities and sound, as later versions have them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { guideInputs, type PackagerOutcome, packager } from '../helpers/commands/packager-command.ts';
import { dashSamplesByFfmpeg } from '../helpers/oracles/dash.ts';
import { attribute, children, type MpdElement, parseMpd, textOf } from '../helpers/oracles/mpd-document.ts';
import { hashes, mp4Samples, type StreamName } from '../helpers/oracles/samples.ts';
import { SITE } from '../helpers/titles/guide-examples.ts';
import { filesBelow } from '../helpers/titles/package.ts';
import { type KeyServer, startKeyServer } from '../servers/key-server.ts';

const test = suite('PallyConPackager: keys by label');

let server: KeyServer;
test.before(async () => {
  server = await startKeyServer();
});
test.after(() => server.close());

/** The limits that set the three sizes of the sample apart. */
const HEIGHTS = ['--max_sd_height', '180', '--max_hd_height', '270', '--max_uhd1_height', '300'];
const INPUTS = ['-i', 'test.mp4', 'test_4Mbps.mp4', 'test_8Mbps.mp4'];
const TWO_INPUTS = ['-i', 'test.mp4', 'test_4Mbps.mp4'];
const WARNING = /PallyCon 4\.3 leaves it clear by default: pass --skip_audio_encryption/g;

interface Packaged extends PackagerOutcome {
  readonly cwd: string;
  readonly output: string;
}

async function run(...args: readonly string[]): Promise<Packaged> {
  const cwd = await guideInputs();
  const output = join(cwd, 'output');
  const env = { PALLYCON_KMS_URL: server.url, PALLYCON_KMS_TOKEN: server.token };
  return { cwd, output, ...(await packager([...args, '-o', output], { cwd, env })) };
}

interface Protected {
  readonly file: string;
  /** The key id of `ContentProtection`; none of what is clear. */
  readonly kid: string | undefined;
}

/** The files of an MPD, each with the key id that the MPD says. */
async function readMpd({ output, info, result }: Packaged): Promise<Protected[]> {
  assert.is(result, 0, info);
  const mpd = parseMpd(await readFile(join(output, 'DASH_test_mp4/stream.mpd'), 'utf8'));
  const sets = children(children(mpd, 'Period')[0], 'AdaptationSet');
  return sets.flatMap((set) =>
    children(set, 'Representation').map((representation) => ({
      file: textOf(children(representation, 'BaseURL')[0]),
      kid: kidOf(representation) ?? kidOf(set),
    })),
  );
}

const kidOf = (element: MpdElement): string | undefined =>
  children(element, 'ContentProtection')
    .map((protection) => attribute(protection, 'cenc:default_KID'))
    .find((kid) => kid !== undefined);

/** Whether a file, decrypted with a key, has the samples of an input. */
async function expectSamples({ output, cwd }: Packaged, file: string, key: string, input: string) {
  const kind = file.includes('audio') ? 'audio' : 'video';
  const stream: StreamName = kind === 'audio' ? 'a:0' : 'v:0';
  const samples = await dashSamplesByFfmpeg([join(output, 'DASH_test_mp4', file)], kind, key);
  assert.equal(hashes(samples), hashes(await mp4Samples(join(cwd, input), stream)), file);
}

const issued = (label: string) => server.issued.findLast((key) => key.label === label)!;

test('--multi_key: each quality and sound have the key of their label, from one request', async () => {
  const before = server.requests.length;
  const packaged = await run('--dash', '--multi_key', ...HEIGHTS, ...SITE, ...INPUTS);
  assert.is(server.requests.length, before + 1);
  const files: readonly (readonly [file: string, label: string, input: string])[] = [
    ['media-video-1.mp4', 'SD', 'test.mp4'],
    ['media-video-2.mp4', 'HD', 'test_4Mbps.mp4'],
    ['media-video-3.mp4', 'UHD2', 'test_8Mbps.mp4'],
    ['media-audio-und.mp4', 'AUDIO', 'test.mp4'],
  ];
  assert.equal(
    new Map((await readMpd(packaged)).map(({ file, kid }) => [file, kid])),
    new Map(files.map(([file, label]) => [file, issued(label).kid])),
  );
  for (const [file, label, input] of files)
    await expectSamples(packaged, file, issued(label).key.toString('hex'), input);
  assert.is(packaged.stderr.match(WARNING)?.length, 1);
});

test('the limits are 480, 1080 and 2160 unless they are given: all sizes of the sample are SD', async () => {
  const files = await readMpd(await run('--dash', '--multi_key', '--encrypt_audio', ...SITE, ...TWO_INPUTS));
  const kids = files.map(({ kid }) => kid);
  assert.equal(new Set(kids), new Set([issued('SD').kid, issued('AUDIO').kid]));
});

test('--skip_audio_encryption: sound is clear, pictures are not; nobody is warned', async () => {
  const packaged = await run(
    '--dash',
    '--multi_key',
    '--skip_audio_encryption',
    ...HEIGHTS,
    ...SITE,
    ...TWO_INPUTS,
  );
  const files = await readMpd(packaged);
  assert.is(files.find(({ file }) => file.includes('audio'))?.kid, undefined);
  assert.equal(
    files.filter(({ file }) => file.includes('video')).map(({ kid }) => kid),
    [issued('SD').kid, issued('HD').kid],
  );
  const { cwd, output, stderr } = packaged;
  const samples = await mp4Samples(join(output, 'DASH_test_mp4/media-audio-und.mp4'), 'a:0');
  assert.equal(hashes(samples), hashes(await mp4Samples(join(cwd, 'test.mp4'), 'a:0')));
  assert.not.match(stderr, WARNING);
});

const RAW_KEYS = ['SD', 'HD', 'AUDIO'].map((label, index) => ({
  label,
  keyId: `0${index + 1}`.repeat(16),
  key: `a${index + 1}`.repeat(16),
}));
const IV = '5c'.repeat(16);
const keyList = (keys: typeof RAW_KEYS): string =>
  keys.map(({ label, keyId, key }) => `label=${label}:key_id=${keyId}:key=${key}`).join(',');
const RAW = ['--enable_raw_key_encryption', '--content_id', 'c', '--dash'];

test('raw keys: no server is asked, and none of them is printed', async () => {
  const before = server.requests.length;
  const packaged = await run(...RAW, '--multi_key', ...HEIGHTS, '--keys', keyList(RAW_KEYS), ...TWO_INPUTS);
  assert.is(server.requests.length, before);
  const kids = new Map((await readMpd(packaged)).map(({ file, kid }) => [file, kid?.replaceAll('-', '')]));
  const files = ['media-video-1.mp4', 'media-video-2.mp4', 'media-audio-und.mp4'];
  for (const [index, { keyId, key }] of RAW_KEYS.entries()) {
    const file = files[index]!;
    assert.is(kids.get(file), keyId, file);
    await expectSamples(packaged, file, key, index === 1 ? 'test_4Mbps.mp4' : 'test.mp4');
    assert.not.match(packaged.stderr, new RegExp(key, 'i'));
  }
  assert.match(packaged.stderr, WARNING);
});

test('a raw key without a label is that of all tracks', async () => {
  const [first] = RAW_KEYS;
  const list = keyList([{ ...first!, label: '' }]);
  const files = await readMpd(await run(...RAW, '--hls', '--iv', IV, '--keys', list, ...TWO_INPUTS));
  assert.equal(new Set(files.map(({ kid }) => kid?.replaceAll('-', ''))), new Set([first!.keyId]));
});

test('a label without a raw key: 2004, and nothing is written', async () => {
  const list = keyList(RAW_KEYS.filter(({ label }) => label !== 'HD'));
  const { result, info, stderr, output } = await run(
    ...RAW,
    '--multi_key',
    ...HEIGHTS,
    '--keys',
    list,
    ...TWO_INPUTS,
  );
  assert.is(result, 2004, info);
  assert.match(info ?? '', 'label HD');
  assert.match(stderr, 'Add a key with that label to --keys');
  assert.equal(await filesBelow(output), []);
});

test('--hls: the playlist of each rendition and of sound names the key of its label', async () => {
  const { output, result, info } = await run('--hls', '--multi_key', ...HEIGHTS, ...SITE, ...TWO_INPUTS);
  assert.is(result, 0, info);
  const labels = { 'media-1': 'SD', 'media-2': 'HD', 'audio-und': 'AUDIO' };
  for (const [folder, label] of Object.entries(labels)) {
    const playlist = await readFile(join(output, 'HLS_test_mp4', folder, 'stream.m3u8'), 'utf8');
    const uris = [...playlist.matchAll(/#EXT-X-KEY:.*?URI="([^"]+)"/g)].map(([, uri]) => uri);
    const id = Buffer.from(issued(label).kid.replaceAll('-', ''), 'hex').toString('base64');
    assert.equal(uris, [`skd://${id}`], label);
  }
});

test.run();
