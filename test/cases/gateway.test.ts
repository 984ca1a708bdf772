import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageTitle, type RunEvent } from '../../core/index.ts';
import { cidFileName, dashCenc, demuxMp4, gatewayCallback, hlsAes, reportJson } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { dashSamplesByFfmpeg } from '../helpers/oracles/dash.ts';
import { hlsSamples } from '../helpers/oracles/hls.ts';
import { hashes, mp4Samples, mp4SamplesAsInTs, recovers } from '../helpers/oracles/samples.ts';
import { failureOf, filesBelow, outputFolder, TEST_KEY, titleOptions } from '../helpers/titles/package.ts';
import { type CidServerOptions, startCidServer, TEST_SITE_KEY } from '../servers/cid-server.ts';

const test = suite('a title that the content id page names');

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
const ISSUED = { key_id: base64(TEST_KEY.keyId), key: base64(TEST_KEY.key), iv: base64(TEST_KEY.iv) };

/** Package two modes with what the page says. */
async function packageByPage(options: CidServerOptions) {
  const page = await startCidServer({ contentId: () => 'catalogue-7', ...options });
  const input = await oddMedia('ctts-v0');
  const output = join(temporaryFolder('gateway'), 'out');
  const url = `${page.url}/cid`;
  const events: RunEvent[] = [];
  const work = packageTitle({
    title: titleOptions({ inputs: [input], output, contentId: undefined }),
    plugins: [
      ...[demuxMp4(), cidFileName(), gatewayCallback({ url, siteKey: TEST_SITE_KEY, retries: 0 })],
      ...[dashCenc(), hlsAes(), reportJson()],
    ],
    onEvent: (event) => events.push(event),
  });
  const settled = work.finally(() => page.close());
  return { settled, page, input, output, events };
}

/** Everything that was written or told, as one text. */
async function everything(output: string, events: readonly RunEvent[]): Promise<string> {
  const files = await filesBelow(output);
  const texts = await Promise.all(files.map((file) => readFile(join(output, file), 'latin1')));
  return [...texts, JSON.stringify(events)].join('\n');
}

function assertSecret(text: string): void {
  for (const secret of [Buffer.from(TEST_SITE_KEY), Buffer.from(TEST_KEY.key, 'hex')]) {
    for (const spelling of ['latin1', 'hex', 'base64'] as const) {
      assert.not.ok(text.includes(secret.toString(spelling)), `a secret in ${spelling}`);
    }
  }
}

test('its id and its key are used in every mode, and asked for once', async () => {
  const { settled, page, input, output, events } = await packageByPage({ more: ISSUED });
  const { contentId, modes } = await settled;
  assert.is(contentId, 'catalogue-7');
  assert.equal(
    modes.map(({ keyId }) => keyId.replaceAll('-', '')),
    [TEST_KEY.keyId, TEST_KEY.keyId],
  );
  assert.is(page.requests.length, 1);

  const source = await mp4Samples(input, 'v:0');
  const video = join(output, outputFolder('DASH', input), 'media-video-1.mp4');
  assert.equal(hashes(await dashSamplesByFfmpeg([video], 'video', TEST_KEY.key)), hashes(source));
  assert.not(await recovers(mp4Samples(video, 'v:0'), source), 'with no key');
  const playlist = join(output, outputFolder('HLS', input), 'media-1/stream.m3u8');
  const inTs = hashes(await mp4SamplesAsInTs(input, 'v:0'));
  assert.equal(hashes(await hlsSamples(playlist, 'v:0', TEST_KEY)), inTs);
  assertSecret(await everything(output, events));
});

test('without a key from it, or from anybody else, nothing is written', async () => {
  const { settled, output, events } = await packageByPage({});
  const error = await failureOf(settled);
  assert.is(error.code, 'NO_KEY');
  assert.match(error.message, 'No key source answered for content "catalogue-7"');
  assert.equal(
    (await filesBelow(output)).filter((file) => file !== 'report.json'),
    [],
  );
  assertSecret(await everything(output, events));
});

for (const fault of ['wrong-nonce', 'replayed-nonce', 'error-code', 'other-key', 'long-cid'] as const) {
  test(`${fault}: nothing is written, and the name of the file is not taken instead`, async () => {
    const { settled, output, events } = await packageByPage({ fault, more: ISSUED });
    const error = await failureOf(settled);
    assert.is(error.code, 'SERVER_ERROR');
    assert.is(error.plugin, 'gateway-callback');
    assert.equal(
      (await filesBelow(output)).filter((file) => file !== 'report.json'),
      [],
    );
    assertSecret(await everything(output, events));
  });
}

test.run();
