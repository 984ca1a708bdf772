import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { serverWords } from '../../core/index.ts';
import { TOKEN } from '../helpers/http-asking.ts';

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

test.run();
