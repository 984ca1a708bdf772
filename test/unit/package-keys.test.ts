import { chmodSync, existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findPackageKeys } from '../../core/engine/package-keys.ts';
import { WantedKeys } from '../../core/engine/verify/wanted-keys.ts';
import { ContentKey, ContentKeySet, fromHex, type KeyRequest, type Plugin } from '../../core/index.ts';
import type { WantedKey } from '../../core/inspect/model/track-reader.ts';
import { toHex } from '../../core/kit.ts';
import { dashCenc, hlsAes, hlsNcg, keyCpixFile, keyLocal, keyManual } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { cpix, KEY, KID } from '../helpers/servers/cpix-documents.ts';
import { askKey, keyRequest } from '../helpers/titles/ask.ts';
import { failureOf, titleOptions } from '../helpers/titles/package.ts';

const test = suite('package keys');

type Title = Partial<Parameters<typeof titleOptions>[0]>;
const MODES = [dashCenc(), hlsAes(), hlsNcg()];
const find = (plugins: readonly Plugin[], wanted: readonly WantedKey[], title: Title = {}) =>
  findPackageKeys({ title: titleOptions({ inputs: [], contentId: 'film', ...title }), plugins }, wanted);
const byId = (kid: string): WantedKey => ({ kid, scheme: 'cenc' });
const byUri = (uri: string, scheme: WantedKey['scheme'] = 'sample-aes'): WantedKey => ({
  kid: undefined,
  uri,
  scheme,
});
const hex = (digits: string) => digits.padStart(32, '0');
const ONE = { key: hex('a1'), iv: hex('c1'), keyId: hex('b1') };
const OTHER = { key: hex('a2'), iv: hex('c2'), keyId: hex('b2') };

/** A source that knows keys by content id alone. */
const asking: KeyRequest[] = [];
const byContent = (periods: number): Plugin => ({
  name: 'key-by-content',
  apply({ hooks }) {
    hooks.acquireKey.tap('key-by-content', (request) => {
      asking.push(request);
      return new ContentKeySet(({ label, period }) => {
        if (request.contentId !== 'film' || period >= periods) return undefined;
        const number = `${request.scheme.length}${label.length}${period}`;
        return new ContentKey({
          id: fromHex(hex(`d${number}`)),
          key: fromHex(hex(`e${number}`)),
          iv: fromHex(hex(`f${number}`)),
        });
      });
    });
  },
});

test('key-local finds keys by their ids without a content id, and makes none', async () => {
  const folder = join(temporaryFolder('keys'), 'keys');
  const plugins = [keyLocal({ folder })];
  const none = await failureOf(find([...MODES, ...plugins], [byId(hex('b1'))]));
  assert.is(none.code, 'NO_KEY');
  assert.match(none.message, new RegExp(`key id ${hex('b1')}\\. Asked: the local key store`));
  assert.not(existsSync(folder));
  const keys = [];
  for (const label of ['HD', 'AUDIO'])
    keys.push((await askKey(plugins[0]!, keyRequest({ contentId: 'films/1', label })))!);
  const known = await find(
    plugins,
    keys.map(({ hexId }) => byId(hexId)),
    { contentId: undefined },
  );
  for (const key of keys) assert.equal(known.lookup(byId(key.hexId))!.reveal(), key.reveal());
  assert.is(readdirSync(folder).length, 2);
  // By content id, of a package that names no key id: again none is made.
  await failureOf(find([...MODES, ...plugins], [byUri('skd://film')]));
  assert.is(readdirSync(folder).length, 2);
});

test('key-local trusts what it finds as little as what it reads', async () => {
  const folder = join(temporaryFolder('keys'), 'keys');
  const plugin = keyLocal({ folder });
  const key = (await askKey(plugin, keyRequest()))!;
  const [name = ''] = readdirSync(folder);
  const other = (await askKey(plugin, keyRequest({ label: 'HD' })))!;
  chmodSync(join(folder, name), 0o644);
  const open = await failureOf(find([plugin], [byId(key.hexId)]));
  assert.is(open.code, 'KEY_STORE');
  assert.match(open.message, /other users may read it/);
  // One that is damaged, or a link, is nobody's business where nothing is missing.
  writeFileSync(join(folder, `x.cenc.ALL.0.${hex('0')}.json`), '{}');
  symlinkSync(join(folder, name), join(folder, `y.cenc.ALL.0.${hex('0')}.json`));
  assert.ok((await find([plugin], [byId(other.hexId)])).lookup(byId(other.hexId)));
  chmodSync(folder, 0o777);
  assert.match((await failureOf(find([plugin], [byId(other.hexId)]))).message, /other users may write to it/);
});

test('key-manual and a CPIX document are asked by id', async () => {
  const wanted = [byId(ONE.keyId), byUri(`skd://${OTHER.keyId}`)];
  const known = await find([keyManual({ keys: { HD: ONE, AUDIO: [OTHER] } })], wanted, {
    contentId: undefined,
  });
  assert.equal(
    wanted.map((each) => toHex(known.lookup(each)!.reveal())),
    [ONE.key, OTHER.key],
  );
  const file = join(temporaryFolder('cpix'), 'keys.xml');
  writeFileSync(file, cpix());
  const id = KID.replaceAll('-', '');
  const document = await find([keyCpixFile({ file })], [byId(id)], { contentId: undefined });
  assert.is(toHex(document.lookup(byId(id))!.reveal()), KEY);
  // Several sources: what one does not have, another may.
  const both = await find([keyManual(ONE), keyCpixFile({ file })], [byId(id), byId(ONE.keyId)]);
  assert.is(toHex(both.lookup(byId(ONE.keyId))!.reveal()), ONE.key);
});

test('a source that knows content ids alone is asked as for packaging: modes, labels, periods', async () => {
  const wanted = [byId(hex('d432')), byId(hex('d450')), byUri(`skd://${hex('d1052')}`)];
  asking.length = 0;
  const title: Title = { keys: { limits: { max: 'max' }, audio: 'AUDIO' }, keyRotation: 60 };
  const known = await find([...MODES, byContent(3)], wanted, title);
  assert.equal(
    wanted.map((each) => toHex(known.lookup(each)!.reveal())),
    [hex('e432'), hex('e450'), hex('e1052')],
  );
  assert.ok(asking.every(({ isLookup, labels }) => isLookup && labels.join() === 'max,AUDIO'));
  assert.is(known.lookup(byId(hex('d999'))), undefined);
  const missing = await failureOf(find([...MODES, byContent(3)], [...wanted, byId(hex('999'))], title));
  assert.is(missing.code, 'NO_KEY');
  assert.match(missing.message, new RegExp(`${hex('999')}\\. Asked: .*the key source for content "film"`));
  assert.not.match(missing.message, /e432|e450/);
});

test('a URI that names no key is that of the only key of its scheme, and of no other', async () => {
  const wanted = [byUri('skd://film'), byUri('../key.ncg', 'aes-128')];
  const known = await find([...MODES, byContent(1)], wanted);
  assert.equal(
    wanted.map((each) => toHex(known.lookup(each)!.reveal())),
    [hex('e1030'), hex('e730')],
  );
  assert.is(known.lookup(byUri(`skd://${hex('77')}`)), undefined);
  const several = await failureOf(
    find([...MODES, byContent(2)], wanted, { keyRotation: 60, keys: 'audio-video' }),
  );
  assert.is(several.code, 'NO_KEY');
});

test('of MP4 a key line that names no key asks for none: its files name theirs, unless they are encrypted whole', () => {
  const wantedBy = (method: string, isMp4: boolean) => {
    const key = { method, uri: 'skd://film', iv: undefined, keyFormat: 'identity', kid: undefined };
    const keys = [{ ...key, keyFormatVersions: undefined }];
    const place = { path: 'film.m4s', offset: 0, length: undefined };
    const segment = { place, start: 0, duration: 2, keys, init: place, discontinuity: false, number: 0 };
    const wanted = new WantedKeys();
    wanted.addSegments([segment], { isMp4 });
    return wanted.all;
  };
  assert.equal(wantedBy('SAMPLE-AES-CTR', true), []);
  assert.equal(wantedBy('SAMPLE-AES', false), [byUri('skd://film')]);
  assert.equal(wantedBy('AES-128', true), [byUri('skd://film', 'aes-128')]);
});

test('a content id that looks like a key id is none', async () => {
  const contentId = '0f0e0d0c-0b0a-0908-0706-050403020100';
  const known = await find([...MODES, keyManual({ key: ONE.key + ONE.iv })], [byUri(`skd://${contentId}`)], {
    contentId,
  });
  assert.is(toHex(known.lookup(byUri(`skd://${contentId}`))!.reveal()), ONE.key);
});

test('a URI that the key source has given is that of its key', async () => {
  const uri = 'skd://server?asset=7';
  const signalling = { '94ce86fb-07ff-4f43-adb8-93d2fa968ca2': { uri } };
  const source: Plugin = {
    name: 'key-signalled',
    apply({ hooks }) {
      hooks.acquireKey.tap(
        'key-signalled',
        () =>
          new ContentKeySet(
            ({ label }) =>
              new ContentKey({
                id: fromHex(label === 'VIDEO' ? ONE.keyId : OTHER.keyId),
                key: fromHex(label === 'VIDEO' ? ONE.key : OTHER.key),
                ...(label === 'VIDEO' && { signalling }),
              }),
          ),
      );
    },
  };
  const known = await find([hlsAes(), source], [byUri(uri)], { keys: 'audio-video' });
  assert.is(known.lookup(byUri(uri))!.hexId, ONE.keyId);
});

test('without a key source or a content id the sentence says what is missing', async () => {
  const none = await failureOf(find([], [byId(ONE.keyId)]));
  assert.match(none.message, /No key source is there to be asked/);
  const nameless = await failureOf(
    find([...MODES, byContent(1)], [byId(ONE.keyId)], { contentId: undefined }),
  );
  assert.is(nameless.code, 'NO_KEY');
  assert.match(nameless.hint!, /content id/);
});

test.run();
