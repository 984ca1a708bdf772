/** Keys that lie elsewhere: a title under such a key is byte for byte that under the same key by hand. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Plugin, packageTitle } from '../../core/index.ts';
import { dashCenc, demuxMp4, hlsAes, keyCommand, keyVault, ncg } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { filesBelow, TEST_KEY, testKey, titleOptions } from '../helpers/titles/package.ts';
import { startVaultServer, VAULT_TOKEN, wrapped } from '../servers/vault-server.ts';

const test = suite('keys by reference');

const INPUT = join(import.meta.dirname, '../media/sample-180p.mp4');
const { keyId, key, iv } = TEST_KEY;

/** All files of a title in three modes. */
async function packaged(source: Plugin): Promise<ReadonlyMap<string, Buffer>> {
  const title = titleOptions({ inputs: [INPUT] });
  await packageTitle({ title, plugins: [demuxMp4(), source, dashCenc(), hlsAes(), ncg()] });
  const names = await filesBelow(title.output);
  const entries = names.map(async (name) => [name, await readFile(join(title.output, name))] as const);
  return new Map(await Promise.all(entries));
}

async function assertSame(source: Plugin): Promise<void> {
  const [ours, byHand] = [await packaged(source), await packaged(testKey())];
  assert.equal([...ours.keys()], [...byHand.keys()]);
  for (const [name, bytes] of byHand) assert.is(Buffer.compare(bytes, ours.get(name)!), 0, name);
}

test('a vault, with the key as it is and wrapped', async () => {
  const secrets = {
    'films/test-content': { keyId, key, iv },
    'wrapped/test-content': { keyId, key: wrapped('films', Buffer.from(key, 'hex')), iv },
  };
  const { url, close } = await startVaultServer({ secrets });
  try {
    const server = { url, token: VAULT_TOKEN };
    await assertSame(keyVault({ ...server, path: 'films/{contentId}' }));
    await assertSame(keyVault({ ...server, path: 'wrapped/{contentId}', transitKey: 'films' }));
  } finally {
    await close();
  }
});

test('a program', async () => {
  const file = join(temporaryFolder('program'), 'key.json');
  await writeFile(file, JSON.stringify({ keyId, key, iv }));
  await assertSame(keyCommand({ command: ['cat', file] }));
});

test.run();
