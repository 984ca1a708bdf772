import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toHex } from '../../core/base/bytes.ts';
import { type KeyCpixFileOptions, keyCpixFile } from '../../plugins/key-cpix-file.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import {
  cpix,
  FAIRPLAY,
  IV,
  KEY,
  KID,
  psshBase64,
  systemElement,
  WIDEVINE,
} from '../helpers/servers/cpix-documents.ts';
import { askKey, keyRequest } from '../helpers/titles/ask.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('key-cpix-file');

function fileWith(text: string, name = 'keys.xml'): string {
  const path = join(temporaryFolder('cpix'), name);
  writeFileSync(path, text);
  return path;
}

const ask = (options: KeyCpixFileOptions, facts = {}) =>
  askKey(keyCpixFile(options), keyRequest({ contentId: 'film', ...facts }));

test('gives the key, its id, its IV and what the document signals', async () => {
  const systems = systemElement(WIDEVINE, `<cpix:PSSH>${psshBase64(WIDEVINE, 'x')}</cpix:PSSH>`);
  const key = await ask({ file: fileWith(cpix({ root: 'contentId="film"', systems })) });
  assert.is(key!.uuid, KID);
  assert.is(toHex(key!.reveal()), KEY);
  assert.is(toHex(key!.iv!), IV);
  assert.equal(Object.keys(key!.signalling!), [WIDEVINE.toLowerCase()]);
});

test('serves all modes of a single-key title', async () => {
  const file = fileWith(cpix());
  for (const scheme of ['cenc', 'sample-aes', 'aes-128', 'ncg']) {
    assert.is(toHex((await ask({ file }, { scheme }))!.reveal()), KEY);
  }
});

test('a file for each content: the content id is percent-encoded in its name', async () => {
  const path = fileWith(cpix({ root: 'contentId="film 1"' }), 'film%201.xml');
  const { dir, file } = { dir: path.slice(0, -'film%201.xml'.length), file: '{contentId}.xml' };
  assert.ok(await ask({ file: dir + file }, { contentId: 'film 1' }));
  const outside = await failureOf(ask({ file: `${dir}${file}` }, { contentId: '../../etc/passwd' }));
  assert.is(outside.code, 'NO_KEY');
  assert.not.match(outside.message, /\.\.\//);
});

test('ContentProtectionData can be read in the manner of PallyCon', async () => {
  const data = Buffer.from('data of the box').toString('base64');
  const systems = systemElement(WIDEVINE, `<cpix:ContentProtectionData>${data}</cpix:ContentProtectionData>`);
  const file = fileWith(cpix({ systems }));
  const key = await ask({ file, contentProtection: 'pssh-data' });
  assert.ok(key!.signalling![WIDEVINE.toLowerCase()]!.pssh);
  assert.is((await failureOf(ask({ file }))).code, 'KEY_DOCUMENT');
});

test('a document of other content, a damaged one, and none at all', async () => {
  const other = await failureOf(ask({ file: fileWith(cpix({ root: 'contentId="other"' })) }));
  assert.is(other.code, 'KEY_DOCUMENT');
  assert.match(other.message, /is for the content "other", not for "film"/);
  assert.is((await failureOf(ask({ file: fileWith('<x') }))).code, 'KEY_DOCUMENT');
  assert.is((await failureOf(ask({ file: '/nowhere/keys.xml' }))).code, 'NO_KEY');
  assert.is((await failureOf(ask({ file: temporaryFolder() }))).code, 'KEY_DOCUMENT');
  assert.is((await failureOf(ask({ file: fileWith(cpix() + ' '.repeat(2 ** 20)) }))).code, 'KEY_DOCUMENT');
});

test('a document that names FairPlay and leaves its URI out is noticed with the mode, not here', async () => {
  const key = await ask(
    { file: fileWith(cpix({ systems: systemElement(FAIRPLAY, '') })) },
    { scheme: 'sample-aes' },
  );
  assert.equal(key!.signalling, { [FAIRPLAY.toLowerCase()]: {} });
});

test.run();
