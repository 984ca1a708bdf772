import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { serverWords } from '../../core/kit.ts';
import { spellings } from '../helpers/oracles/secret-search.ts';
import { TOKEN } from '../helpers/servers/http-asking.ts';

const test = suite('words of a server');

test('become one plain line of 300 characters', () => {
  assert.is(
    serverWords('<h1>No\u001b[31m such\n\tsite</h1><style>p{}</style>&amp; bye'),
    'No [31m such site & bye',
  );
  const long = serverWords('x'.repeat(1000));
  assert.is(long.length, 300);
  assert.ok(long.endsWith('…'));
});

test('come without secrets, however they are spelled', () => {
  const site = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
  const spellings = [
    TOKEN,
    TOKEN.toLowerCase(),
    encodeURIComponent(TOKEN),
    TOKEN.replaceAll('/', '\\/'),
    TOKEN.replaceAll('/', '&#x2F;').replaceAll('+', '&#43;'),
    Buffer.from(TOKEN).toString('base64'),
    Buffer.from(TOKEN).toString('hex').toUpperCase(),
    Buffer.from(TOKEN, 'base64').toString(),
    Buffer.from(TOKEN, 'base64').toString('hex'),
    site,
    Buffer.from(site, 'hex').toString('base64'),
    Buffer.from(site).toString('base64'),
  ];
  for (const spelling of spellings) {
    assert.is(serverWords(`before ${spelling} after`, [TOKEN, site]), 'before […] after', spelling);
  }
});

test('are cut after the secrets are out', () => {
  const words = serverWords(`${'x'.repeat(280)} ${TOKEN}`, [TOKEN]);
  assert.not.match(words, TOKEN.slice(0, 5));
});

test('come without keys that nobody has told us, however they are spelled', () => {
  for (let seed = 0; seed < 300; seed++) {
    const key = createHash('sha256').update(String(seed)).digest().subarray(0, 16);
    const inside = Buffer.concat([Buffer.from(`<${seed % 7}`), key, Buffer.from('>')]);
    const [raw, ...written] = spellings(key);
    for (const text of [...written.slice(0, 4), key.toString('base64'), key.toString('base64url')]) {
      const words = serverWords(`no licence for ${text}, sorry`);
      // One in some hundred keys makes Base64 of letters alone.
      if (/[\d+/=]/.test(String(text))) assert.is(words, 'no licence for […], sorry', `${text}`);
    }
    const uuids = written.map(String).filter((text) => /^[\da-f]{8}-/i.test(text));
    assert.is(uuids.length, 4);
    for (const text of [...uuids, inside.toString('base64'), inside.toString('hex')]) {
      assert.not.match(serverWords(`{"cek": "${text}"}`), text.slice(4, 20));
    }
    assert.ok(raw);
  }
});

test('keep the key ids that a server was asked for, and what is no key', () => {
  const kid = '12ea753c-23e7-bc02-4474-b2b976c43beb';
  const said =
    `InvalidContentKeyRequestException: no key ${kid} ({${kid.toUpperCase()}}, ${kid.replaceAll('-', '')}) ` +
    'for the internationalisation-department at 2026-01-02T03:04:05Z';
  assert.is(serverWords(said, [], [kid]), said);
});

test.run();
