/** Whole titles with keys of a key server, over real sockets: each dialect, in all four modes. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { packageTitle } from '../../core/index.ts';
import {
  dashCenc,
  demuxMp4,
  hlsAes,
  hlsNcg,
  type KeyCloudKmsOptions,
  keyCloudKms,
  ncg,
} from '../../plugins/index.ts';
import type { DialectName } from '../../plugins/key-cloud-kms/dialects/index.ts';
import { command } from '../helpers/commands/command.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { dashSamplesByFfmpeg } from '../helpers/oracles/dash.ts';
import { aes128SegmentsByOpenssl, hlsSamples } from '../helpers/oracles/hls.ts';
import { hashes, mp4Samples, mp4SamplesAsInTs, recovers } from '../helpers/oracles/samples.ts';
import { SERVER_PATHS } from '../helpers/servers/key-server-paths.ts';
import { failureOf, filesBelow, outputFolder, titleOptions } from '../helpers/titles/package.ts';
import { readCpixRequest } from '../servers/cpix-request.ts';
import { type KeyServer, type KeyServerOptions, startKeyServer, TEST_TOKEN } from '../servers/key-server.ts';
import type { IssuedKey } from '../servers/key-store.ts';
import { SYSTEM, signalsOf } from '../servers/signalling.ts';

const test = sideBySide('keys of a key server');

const MEDIA = join(import.meta.dirname, '../media');
const WRONG = 'ff'.repeat(16);

async function withServer<T>(options: KeyServerOptions, work: (server: KeyServer) => Promise<T>): Promise<T> {
  const server = await startKeyServer(options);
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}

type Dialect = Exclude<DialectName, 'doverunner-v2'>;

const source = ({ url }: KeyServer, dialect: Dialect, more: KeyCloudKmsOptions = {}) =>
  keyCloudKms({ dialect, url: url + SERVER_PATHS[dialect], token: TEST_TOKEN, retries: 0, ...more });

const modes = () => [dashCenc(), hlsAes(), hlsNcg(), ncg()];
const keyed = (line: string) => line.startsWith('#EXT-X-KEY:') || line.startsWith('#EXT-X-SESSION-KEY:');
const keyLines = async (path: string) => (await readFile(path, 'utf8')).split('\n').filter(keyed);
const text = (base64: string | undefined) => Buffer.from(base64 ?? '', 'base64').toString();

for (const dialect of Object.keys(SERVER_PATHS) as Dialect[]) {
  test(`${dialect}: everything decrypts with the server's key, and tells players what the server says`, () =>
    withServer({}, async (server) => {
      const input = await oddMedia('ctts-v0');
      const title = titleOptions({ inputs: [input] });
      const report = await packageTitle({
        title,
        plugins: [demuxMp4(), source(server, dialect), ...modes()],
      });
      const folder = (prefix: string) => join(title.output, outputFolder(prefix, input));
      /** What the server handed out under the key id that the mode used. */
      const issuedTo = (mode: string): IssuedKey =>
        server.issued.find(({ kid }) => kid === report.modes.find((one) => one.mode === mode)!.keyId)!;
      const style = dialect === 'generic' || dialect === 'speke-v2.1' ? 'speke-v2' : dialect;
      const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

      // DASH-CENC
      const dash = issuedTo('dash-cenc');
      const video = [join(folder('DASH'), 'media-video-1.mp4')];
      const clear = await mp4Samples(input, 'v:0');
      assert.equal(hashes(await dashSamplesByFfmpeg(video, 'video', hex(dash.key))), hashes(clear));
      assert.not(await recovers(dashSamplesByFfmpeg(video, 'video', WRONG), clear));
      const mpd = await readFile(join(folder('DASH'), 'stream.mpd'), 'utf8');
      assert.ok(mpd.includes(`cenc:default_KID="${dash.kid}"`));
      const file = await readFile(video[0]!);
      for (const system of [SYSTEM.widevine, SYSTEM.playready]) {
        const box = signalsOf(system, dash, style)!['PSSH']!;
        assert.is(mpd.split(`>${box}</cenc:pssh>`).length - 1, 2, 'in both adaptation sets');
        assert.ok(file.includes(Buffer.from(box, 'base64')), 'in moov');
      }
      assert.ok(
        mpd.includes(
          `>${signalsOf(SYSTEM.playready, dash, style)!['SmoothStreamingProtectionHeaderData']}</mspr:pro>`,
        ),
      );

      // HLS-AES
      const hls = issuedTo('hls-aes');
      const media = join(folder('HLS'), 'media-1/stream.m3u8');
      const asInTs = await mp4SamplesAsInTs(input, 'v:0');
      const key = { key: hex(hls.key), iv: hex(hls.iv) };
      assert.equal(hashes(await hlsSamples(media, 'v:0', key)), hashes(asInTs));
      assert.not(await recovers(hlsSamples(media, 'v:0', { ...key, key: WRONG }), asInTs));
      const fairplay = signalsOf(SYSTEM.fairplay, hls, style)!;
      assert.equal(await keyLines(media), [text(fairplay['HLSSignalingData:media'])]);
      assert.equal(await keyLines(join(folder('HLS'), 'media-1/iframe.m3u8')), [
        text(fairplay['HLSSignalingData:media']),
      ]);
      assert.equal(await keyLines(join(folder('HLS'), 'master.m3u8')), [
        text(fairplay['HLSSignalingData:master']),
      ]);

      // HLS-NCG: the server's URI, so no key file of ours
      const aes = issuedTo('hls-ncg');
      const aesMedia = join(folder('HLS-NCG'), 'media-1/stream.m3u8');
      assert.ok((await aes128SegmentsByOpenssl(aesMedia, hex(aes.key))).length > 0);
      const uri = text(signalsOf(SYSTEM.ncgHlsAes128, aes, style)!['URIExtXKey']);
      const [line] = await keyLines(aesMedia);
      assert.ok(line!.includes(`URI="${uri}"`) && line!.includes(`IV=0x${hex(aes.iv)}`), line);
      assert.not.ok((await filesBelow(folder('HLS-NCG'))).includes('key.ncg'));

      // NCG: where there is URIExtXKey, the server has a key of its own for it, 32 bytes
      const whole = issuedTo('ncg');
      const hasCek = style === 'speke-v1' || style.startsWith('pallycon');
      const [ncgKey, ncgIv] = hasCek
        ? [whole.cek.subarray(0, 16), whole.cek.subarray(16)]
        : [whole.key, whole.iv];
      await assertNcgDecrypts(join(title.output, 'ctts-v0.mp4.ncg'), input, ncgKey, ncgIv);
    }));
}

/** With OpenSSL, by what NCG.md says: the counter is the IV, xor the nonce at 48 in the header. */
async function assertNcgDecrypts(
  path: string,
  input: string,
  key: Uint8Array,
  iv: Uint8Array,
): Promise<void> {
  const { openFile } = await import('../../core/kit.ts');
  const { readNcgHeader } = await import('../../plugins/ncg/header.ts');
  const ncgFile = await openFile(path);
  const { nonce, headerBytes } = await readNcgHeader(ncgFile);
  await ncgFile.close();
  const counter = Buffer.from(iv.map((byte, index) => byte ^ nonce[index]!)).toString('hex');
  const args = ['enc', '-d', '-aes-128-ctr', '-K', Buffer.from(key).toString('hex'), '-iv', counter];
  const payload = (await readFile(path)).subarray(headerBytes);
  assert.ok((await command('openssl', args, { input: payload })).equals(await readFile(input)));
}

test('one request for each kind of key, however many inputs and modes', () =>
  withServer({}, async (server) => {
    const inputs = ['360p', '270p', '180p'].map((size) => join(MEDIA, `sample-${size}.mp4`));
    const title = titleOptions({ inputs, segmentDuration: 6 });
    await packageTitle({ title, plugins: [demuxMp4(), source(server, 'pallycon-v2'), ...modes()] });
    const kinds = server.requests.map(({ body }) => readCpixRequest(body).systems.length);
    assert.equal(kinds, [3, 1, 1]);
  }));

test('what the server leaves empty is built, and players read it', () =>
  withServer({ leaveEmpty: ['PSSH', 'ContentProtectionData'] }, async (server) => {
    const input = await oddMedia('ctts-v0');
    const title = titleOptions({ inputs: [input] });
    await packageTitle({ title, plugins: [demuxMp4(), source(server, 'speke-v2'), dashCenc()] });
    const mpd = await readFile(join(title.output, outputFolder('DASH', input), 'stream.mpd'), 'utf8');
    const [issued] = server.issued;
    for (const system of [SYSTEM.widevine, SYSTEM.playready]) {
      assert.ok(mpd.includes(`urn:uuid:${system}`));
      assert.not.ok(mpd.includes(signalsOf(system, issued!, 'speke-v2')!['PSSH']!));
    }
  }));

test('a FairPlay URI cannot be built: nothing is written', () =>
  withServer({ leaveEmpty: ['HLSSignalingData', 'URIExtXKey'] }, async (server) => {
    for (const dialect of ['pallycon-v2', 'speke-v1', 'speke-v2'] as const) {
      const title = titleOptions({ inputs: [await oddMedia('ctts-v0')] });
      const plugins = [demuxMp4(), source(server, dialect), dashCenc(), hlsAes()];
      const error = await failureOf(packageTitle({ title, plugins }));
      assert.is(error.code, 'KEY_DOCUMENT', dialect);
      assert.match(error.message, /no key URI for fairplay/);
      assert.equal(await filesBelow(title.output), []);
    }
  }));

test('HLS-NCG without a URI of the server has the key in a file of ours', () =>
  withServer({ leaveEmpty: ['URIExtXKey'] }, async (server) => {
    const input = await oddMedia('ctts-v0');
    const title = titleOptions({ inputs: [input] });
    await packageTitle({ title, plugins: [demuxMp4(), source(server, 'pallycon-v2'), hlsNcg()] });
    assert.ok((await filesBelow(join(title.output, outputFolder('HLS-NCG', input)))).includes('key.ncg'));
  }));

test('faults of the server end the run with nothing written', async () => {
  const faults = [
    ['json-error', 'SERVER_ERROR'],
    ['no-content-key', 'NO_KEY'],
    ['short-key', 'KEY_SIZE'],
    ['xml-entities', 'KEY_DOCUMENT'],
  ] as const;
  for (const [fault, code] of faults) {
    await withServer({ fault }, async (server) => {
      const title = titleOptions({ inputs: [await oddMedia('ctts-v0')] });
      const plugins = [demuxMp4(), source(server, 'pallycon-v2'), ...modes()];
      const error = await failureOf(packageTitle({ title, plugins }));
      assert.is(error.code, code, fault);
      assert.equal(await filesBelow(title.output), []);
    });
  }
});

test.run();
