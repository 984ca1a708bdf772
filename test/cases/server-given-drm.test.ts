/** DRM systems of which a key server alone knows what to say, in whole titles; and what is refused without it. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Plugin, packageTitle } from '../../core/index.ts';
import { cmaf, dashCenc, demuxMp4, hlsAes, keyCloudKms } from '../../plugins/index.ts';
import { findBox, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { SERVER_PATHS } from '../helpers/servers/key-server-paths.ts';
import { failureOf, filesBelow, outputFolder, packageWith, titleOptions } from '../helpers/titles/package.ts';
import { type KeyServerOptions, startKeyServer, TEST_TOKEN } from '../servers/key-server.ts';
import { SYSTEM } from '../servers/signalling.ts';

const test = suite('DRM systems that a server signals');

const INPUT = join(import.meta.dirname, '../media/sample-180p.mp4');

const MODES: Readonly<Record<string, { plugin: () => Plugin; prefix: string; file: string }>> = {
  'dash-cenc': {
    plugin: () => dashCenc({ systems: ['wiseplay'] }),
    prefix: 'DASH',
    file: 'media-video-1.mp4',
  },
  'hls-aes': {
    plugin: () => hlsAes({ systems: ['wiseplay'], container: 'fmp4' }),
    prefix: 'HLS',
    file: 'video-1/media.mp4',
  },
  cmaf: {
    plugin: () => cmaf({ systems: ['wiseplay'] }),
    prefix: 'CMAF',
    file: 'video-1/media.mp4',
  },
};

/** Package in one mode with a key of the test server. */
async function withServer(options: KeyServerOptions, plugin: Plugin): Promise<string> {
  const server = await startKeyServer(options);
  try {
    const title = titleOptions({ inputs: [INPUT] });
    const url = server.url + SERVER_PATHS['speke-v2'];
    const source = keyCloudKms({ dialect: 'speke-v2', url, token: TEST_TOKEN, retries: 0 });
    await packageTitle({ title, plugins: [demuxMp4(), source, plugin] });
    return title.output;
  } finally {
    await server.close();
  }
}

for (const [mode, { plugin, prefix, file }] of Object.entries(MODES)) {
  test(`${mode}: WisePlay is what the server says of it`, async () => {
    const folder = join(await withServer({}, plugin()), outputFolder(prefix, INPUT));
    // For HLS-AES servers are asked about playlists alone.
    if (mode !== 'hls-aes') {
      const found = findBox(parseBoxes(await readFile(join(folder, file))), 'pssh');
      assert.is(String(found['system_id']).replaceAll('-', ''), SYSTEM.wiseplay.replaceAll('-', ''));
      const data = Buffer.from(found['protection_data'] as Uint8Array).toString();
      assert.equal(Object.keys(JSON.parse(data)), ['kids']);
    }
    const files = await filesBelow(folder);
    for (const name of files.filter((path) => /\.(mpd|m3u8)$/.test(path) && path !== 'master.m3u8')) {
      assert.match(await readFile(join(folder, name), 'utf8'), SYSTEM.wiseplay, name);
    }
  });

  test(`${mode}: where the server leaves it empty, the title is refused`, async () => {
    const leaveEmpty = ['PSSH', 'ContentProtectionData', 'HLSSignalingData'];
    const error = await failureOf(withServer({ leaveEmpty }, plugin()));
    assert.is(error.code, 'KEY_DOCUMENT');
    assert.match(error.message, 'what players of wiseplay are to be told');
  });

  test(`${mode}: with a key by hand it is refused too, and nothing is written`, async () => {
    const title = titleOptions({ inputs: [INPUT] });
    const error = await failureOf(packageWith([plugin()], title));
    assert.is(error.code, 'INVALID_OPTION');
    assert.match(error.message, 'Only its key server knows');
    assert.equal(await filesBelow(title.output), []);
  });
}

test('playlists of what is encrypted are never without a key', async () => {
  for (const mode of [hlsAes({ systems: ['marlin'], container: 'fmp4' }), cmaf({ systems: ['marlin'] })]) {
    const title = titleOptions({ inputs: [INPUT] });
    const error = await failureOf(packageWith([mode], title));
    assert.is(error.code, 'INVALID_OPTION', mode.name);
    assert.match(error.message, 'no DRM system that tells HLS players how to get the key');
    assert.equal(await filesBelow(title.output), []);
  }
});

test.run();
