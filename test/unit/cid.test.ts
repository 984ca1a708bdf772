import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkConfig } from '../../core/config/check.ts';
import { checkContentId } from '../../core/config/content-id.ts';
import { cidFileName } from '../../plugins/cid-file-name.ts';
import { cidFixed } from '../../plugins/cid-fixed.ts';
import { askContentId, testRun } from '../helpers/titles/ask.ts';

const test = suite('content ids');

test('cid-fixed gives its id', async () => {
  assert.is(await askContentId(cidFixed({ contentId: 'films/1' })), 'films/1');
});

const NAMES: readonly (readonly [file: string, id: string])[] = [
  ['feature.mp4', 'feature'],
  ['feature.1080p.mp4', 'feature.1080p'],
  ['no-extension', 'no-extension'],
  ['Der Film (2024) [1080p].mp4', 'Der_Film_2024_1080p_'],
  ['기생충.mp4', '기생충'],
  ['e\u0301te\u0301.mp4', 'été'],
  ['a/../b\u0000\n.mp4', 'b_'],
  ['..mp4.mp4', '_mp4'],
];

for (const [file, id] of NAMES) {
  test(`cid-file-name makes ${JSON.stringify(id)} of ${JSON.stringify(file)}`, async () => {
    assert.is(await askContentId(cidFileName(), testRun(file)), id);
  });
}

test('cid-file-name keeps the extension and puts a prefix before it, if asked', async () => {
  assert.is(await askContentId(cidFileName({ extension: true }), testRun('a b.mp4')), 'a_b.mp4');
  assert.is(await askContentId(cidFileName({ prefix: 'movies/' }), testRun('a b.mp4')), 'movies/a_b');
});

test('cid-file-name cuts a long name at a character, within 200 bytes, and keeps long names apart', async () => {
  const long = '가'.repeat(80);
  const one = (await askContentId(cidFileName({ prefix: 'x' }), testRun(`${long}1.mp4`)))!;
  const two = (await askContentId(cidFileName({ prefix: 'x' }), testRun(`${long}2.mp4`)))!;
  assert.match(one, /^x가+-[0-9a-f]{8}$/);
  assert.ok(Buffer.byteLength(one) <= 200 && Buffer.byteLength(one) > 196, String(Buffer.byteLength(one)));
  assert.is.not(one, two);
  assert.is(checkContentId(one), one);
});

test('cid-file-name passes the question on when there is no name', async () => {
  assert.is(await askContentId(cidFileName(), testRun('')), undefined);
});

test('an id that a plugin or server gives is held to the same rule as one of the config', () => {
  assert.is(checkContentId('films/été-1'), 'films/été-1');
  for (const id of ['', 'a\tb', 'x'.repeat(201), 'film-\uFFFD\uFFFD'])
    assert.throws(() => checkContentId(id), /is not a content id/);
});

test('the options are checked', () => {
  const check = (plugin: unknown) => () =>
    checkConfig({ plugins: [plugin] }, 'it', { plugins: {}, presets: {} });
  assert.not.throws(check(cidFileName({ prefix: '' })));
  assert.not.throws(check(cidFileName({ prefix: 'a/', extension: true })));
  assert.throws(check(cidFileName({ prefix: 'x'.repeat(51) })), /prefix: expected at most 50 characters/);
  assert.throws(check(cidFixed({ contentId: 'x'.repeat(201) })), /contentId: expected a content id/);
});

test.run();
