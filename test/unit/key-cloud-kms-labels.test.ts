/** Labels and crypto periods. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toHex } from '../../core/base/bytes.ts';
import { type ContentKey, ContentKeySet } from '../../core/index.ts';
import { askKey, hooksWith, source, withServer } from '../helpers/servers/ask-cloud-kms.ts';
import { askHooks, keyRequest, testRun } from '../helpers/titles/ask.ts';
import { failureOf } from '../helpers/titles/package.ts';
import { readCpixRequest } from '../servers/cpix-request.ts';
import type { KeyFault } from '../servers/key-faults.ts';

const test = suite('labels of key-cloud-kms');

const LABELS = ['SD', 'HD', 'UHD1', 'UHD2', 'AUDIO'];
const LABELLING = ['pallycon-v2', 'speke-v1', 'speke-v2', 'speke-v2.1', 'generic'] as const;

for (const dialect of LABELLING) {
  test(`${dialect}: one request for all labels and modes of a scheme, and one for each crypto period`, () =>
    withServer({}, async (server) => {
      const hooks = hooksWith(source(server, { dialect }));
      const run = testRun();
      const at = async (label: string, period = 0, mode = 'dash-cenc') =>
        (await askHooks(hooks, keyRequest({ mode, labels: LABELS, label, period }), run))!;
      const keys: ContentKey[] = [];
      for (const label of LABELS) keys.push(await at(label));
      assert.is(server.requests.length, 1);
      assert.is(await at('HD', 0, 'other-mode').then(({ uuid }) => uuid), keys[1]!.uuid);
      assert.is(server.requests.length, 1);
      for (const [index, key] of keys.entries()) {
        const issued = server.issued[index]!;
        assert.is(toHex(key.reveal()), issued.key.toString('hex'), LABELS[index]);
        assert.is(key.uuid, issued.kid);
        const pssh = Buffer.from(key.signalling!['edef8ba9-79d6-4ace-a3c8-27dcd51d21ed']!.pssh!);
        assert.ok(pssh.includes(Buffer.from(key.hexId, 'hex')), 'signalling goes by key id');
      }
      const later = await at('HD', 3);
      assert.is.not(later.uuid, keys[1]!.uuid);
      assert.is(server.requests.length, 2);
      assert.equal(
        readCpixRequest(server.requests[1]!.body).periods.map(({ index }) => index),
        [3],
      );
    }));
}

test('PallyCon v1 has crypto periods and one label', () =>
  withServer({}, async (server) => {
    const keys = source(server, { dialect: 'pallycon-v1' });
    const [first, second] = await Promise.all([0, 1].map((period) => askKey(keys, keyRequest({ period }))));
    assert.is.not(first!.uuid, second!.uuid);
    assert.is(server.requests.at(-1)!.url.searchParams.get('key-rotation'), 'true');
    const error = await failureOf(askKey(keys, keyRequest({ labels: LABELS, label: 'HD' })));
    assert.is(error.code, 'INVALID_OPTION');
  }));

const LABEL_FAULTS: readonly (readonly [fault: KeyFault, label: string, code: string, message: RegExp])[] = [
  ['missing-label', 'AUDIO', 'NO_KEY', /no key for label AUDIO/],
  ['two-keys', 'SD', 'KEY_DOCUMENT', /2 keys to the label SD/],
  ['unknown-filter', 'AUDIO', 'KEY_DOCUMENT', /MoonFilter/],
];

for (const [fault, label, code, message] of LABEL_FAULTS) {
  test(`${fault}: ${code}`, () =>
    withServer({ fault }, async (server) => {
      for (const dialect of ['pallycon-v2', 'speke-v2'] as const) {
        const error = await failureOf(
          askKey(source(server, { dialect }), keyRequest({ labels: LABELS, label })),
        );
        assert.is(error.code, code, error.message);
        assert.match(error.message, message);
      }
    }));
}

test('a server that gives the same key in the next crypto period is found', () =>
  withServer({ fault: 'same-key' }, async (server) => {
    const set = await hooksWith(source(server)).acquireKey.promise(keyRequest(), testRun());
    const keys = ContentKeySet.from(set!, ['ALL']);
    await keys.keyOf({ label: 'ALL', period: 0 });
    await keys.keyOf({ label: 'ALL', period: 2 });
    const error = await failureOf(keys.keyOf({ label: 'ALL', period: 1 }));
    assert.is(error.code, 'NO_KEY');
    assert.match(error.message, /one key \(.*\) for the crypto periods 0 and 1 of label ALL/);
  }));

test.run();
