import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toHex } from '../../core/base/bytes.ts';
import { PackagerError } from '../../core/base/errors.ts';
import { readCpix } from '../../core/cpix/index.ts';
import {
  base64,
  base64Hex,
  cpix,
  FAIRPLAY,
  IV,
  KEY,
  KID,
  keyElement,
  OTHER_KID,
  ruleElement,
  systemElement,
  WIDEVINE,
} from '../helpers/servers/cpix-documents.ts';

const test = suite('read CPIX');

function failure(text: string): PackagerError {
  try {
    readCpix(text);
  } catch (error) {
    if (PackagerError.is(error)) return error;
    throw error;
  }
  throw new Error('it was read');
}

test('keys, systems and rules come out with ids in lower case, the key itself out of sight', () => {
  const document = readCpix(
    cpix({
      root: 'contentId="a&amp;b &#x41;" id="document-1"',
      keys: keyElement(KID.toUpperCase(), 'commonEncryptionScheme="CENC"'),
      systems: systemElement(WIDEVINE, '<cpix:PSSH>AAAA</cpix:PSSH>', KID.toUpperCase()),
      rules: ruleElement(
        KID,
        'HD',
        '<cpix:VideoFilter minPixels="1" maxPixels="2"/><cpix:LabelFilter label="x"/>',
      ),
      periods: '<cpix:ContentKeyPeriod id="p" index="3"/>',
    }),
  );
  assert.is(document.contentId, 'a&b A');
  const [key] = document.keys;
  assert.is(key!.kid, KID);
  assert.is(toHex(key!.iv!), IV);
  assert.is(key!.scheme, 'cenc');
  assert.equal(key!.secret!(), { type: 'plain', value: base64Hex(KEY) });
  assert.is(document.systems[0]!.systemId, WIDEVINE.toLowerCase());
  assert.is(document.systems[0]!.kid, KID);
  assert.equal(document.periods, [{ id: 'p', index: 3 }]);
  assert.is(document.rules[0]!.trackType, 'HD');
  assert.is(document.rules[0]!.filters.length, 2);
  assert.not.ok((inspect(document, { depth: 9 }) + JSON.stringify(document)).includes(base64Hex(KEY)));
});

test('namespace prefixes are free; comments, CDATA and unknown elements do no harm', () => {
  const text = cpix()
    .replaceAll('cpix:', 'x:')
    .replaceAll('xmlns:cpix', 'xmlns:x')
    .replace('<x:ContentKeyList>', '<!-- a &amp b --><x:Unknown y="1"><z/></x:Unknown><x:ContentKeyList>')
    .replace(base64Hex(KEY), `<![CDATA[${base64Hex(KEY)}]]>`);
  assert.equal(readCpix(text).keys[0]!.secret!(), { type: 'plain', value: base64Hex(KEY) });
  const bare = cpix().replaceAll('cpix:', '').replaceAll('pskc:', '');
  assert.is(readCpix(bare).keys.length, 1);
});

test('empty elements, as in requests, are as good as none', () => {
  const systems = systemElement(
    FAIRPLAY,
    '<cpix:URIExtXKey/><cpix:HLSSignalingData playlist="media"/><cpix:PSSH/>',
  );
  const [system] = readCpix(cpix({ systems })).systems;
  assert.is(system!.uriExtXKey(), undefined);
  assert.equal(system!.hls, []);
  assert.is(system!.pssh, undefined);
});

test('HLSSignalingData is for the playlist that it names; both names of the multivariant playlist are known', () => {
  const hls = (attribute: string) => `<cpix:HLSSignalingData ${attribute}>QQ==</cpix:HLSSignalingData>`;
  const playlists = (attribute: string) =>
    readCpix(cpix({ systems: systemElement(FAIRPLAY, hls(attribute)) })).systems[0]!.hls[0]!.playlist;
  assert.is(playlists(''), undefined);
  assert.is(playlists('playlist="media"'), 'media');
  assert.is(playlists('playlist="master"'), 'master');
  assert.is(playlists('playlist="multiVariant"'), 'master');
  assert.match(
    failure(cpix({ systems: systemElement(FAIRPLAY, hls('playlist="other"')) })).message,
    /kind of playlist/,
  );
});

const deep = '<a>'.repeat(50) + '</a>'.repeat(50);
const REFUSED: readonly (readonly [what: string, text: string, code: string, message: RegExp])[] = [
  ['a document cut in the middle', cpix().slice(0, 500), 'KEY_DOCUMENT', /not well-formed XML \(line \d+\)/],
  ['what is no XML', 'Bad Gateway', 'KEY_DOCUMENT', /not well-formed/],
  ['nothing', '', 'KEY_DOCUMENT', /not well-formed|root element/],
  ['another document', '<html></html>', 'KEY_DOCUMENT', /root element is not CPIX/],
  ['two roots', `${cpix()}<x/>`, 'KEY_DOCUMENT', /root element|well-formed/],
  [
    'a DOCTYPE with an entity that has the key',
    cpix({ keys: keyElement(KID, '', '&key;') }).replace(
      '\n',
      `\n<!DOCTYPE x [<!ENTITY key "${base64Hex(KEY)}">]>`,
    ),
    'KEY_DOCUMENT',
    /declares a document type/,
  ],
  [
    'an external entity',
    cpix().replace('\n', '\n<!DOCTYPE x SYSTEM "file:///etc/passwd">'),
    'KEY_DOCUMENT',
    /document type/,
  ],
  [
    'a reference to an entity',
    cpix({ keys: keyElement(KID, '', '&nbsp;') }),
    'KEY_DOCUMENT',
    /refers to an entity/,
  ],
  ['elements too deep', cpix().replace('</cpix:CPIX>', `${deep}</cpix:CPIX>`), 'KEY_DOCUMENT', /levels deep/],
  ['a document too long', cpix() + ' '.repeat(1024 * 1024), 'KEY_DOCUMENT', /longer than/],
  ['no key at all', cpix({ keys: '' }), 'NO_KEY', /holds no key/],
  [
    'systems of a key that is not there',
    cpix({ systems: systemElement(WIDEVINE, '', OTHER_KID) }),
    'KEY_DOCUMENT',
    /refers to the key/,
  ],
  [
    'rules of a key that is not there',
    cpix({ rules: ruleElement(OTHER_KID, 'HD', '') }),
    'KEY_DOCUMENT',
    /refers to the key/,
  ],
  [
    'one key id twice',
    cpix({ keys: keyElement() + keyElement(KID.toUpperCase()) }),
    'KEY_DOCUMENT',
    /two keys of one key id/,
  ],
  [
    'one system twice',
    cpix({ systems: systemElement(WIDEVINE, '') + systemElement(WIDEVINE, '') }),
    'KEY_DOCUMENT',
    /DRM system twice/,
  ],
  ['a key id that is no UUID', cpix({ keys: keyElement('12ea753c') }), 'INVALID_KEY', /not a UUID/],
  [
    'an IV of 15 bytes',
    cpix().replace(base64Hex(IV), base64Hex(IV.slice(2))),
    'KEY_SIZE',
    /IV of key .* 16 bytes, but has 15/,
  ],
  [
    'an IV that is no Base64',
    cpix().replace(base64Hex(IV), '####'),
    'INVALID_KEY',
    /IV of key .* is not Base64/,
  ],
  [
    'a filter bound that is no number',
    cpix({ rules: ruleElement(KID, 'HD', '<cpix:VideoFilter minPixels="many"/>') }),
    'KEY_DOCUMENT',
    /not a number/,
  ],
];

for (const [what, text, code, message] of REFUSED) {
  test(`${what} is refused with ${code}`, () => {
    const error = failure(text);
    assert.is(error.code, code, error.message);
    assert.match(error.message, message);
    assert.not.ok(inspect(error, { depth: 9 }).includes(base64Hex(KEY)), 'the key is in the error');
  });
}

const plain = `<pskc:PlainValue>${base64Hex(KEY)}</pskc:PlainValue>`;
const encrypted =
  '<pskc:EncryptedValue><enc:CipherData><enc:CipherValue>AAAA</enc:CipherValue></enc:CipherData></pskc:EncryptedValue>';
const doubled = (name: string) => (text: string) =>
  text.replace(new RegExp(`<((?:\\w+:)?${name})(?=[ >]).*</\\1>`), '$&$&');

const DOUBLES: Readonly<Record<string, string>> = {
  'two PlainValue': cpix().replace(plain, plain + plain),
  'another PlainValue of no namespace': cpix().replace(plain, `${plain}<PlainValue>AAAA</PlainValue>`),
  'a PlainValue and an EncryptedValue': cpix().replace(plain, plain + encrypted),
  'two EncryptedValue': cpix().replace(plain, encrypted + encrypted),
  'two Secret': doubled('Secret')(cpix()),
  'two Data': doubled('Data')(cpix()),
  'two ContentKeyList': doubled('ContentKeyList')(cpix()),
  'two DRMSystemList': doubled('DRMSystemList')(cpix({ systems: systemElement(WIDEVINE, '') })),
  'two ContentKeyUsageRuleList': doubled('ContentKeyUsageRuleList')(
    cpix({ rules: ruleElement(KID, 'HD', '') }),
  ),
  'two PSSH': cpix({
    systems: systemElement(WIDEVINE, '<cpix:PSSH>AA==</cpix:PSSH><cpix:PSSH>AA==</cpix:PSSH>'),
  }),
  'two URIExtXKey': cpix({
    systems: systemElement(WIDEVINE, '<cpix:URIExtXKey>AA==</cpix:URIExtXKey><x:URIExtXKey xmlns:x="y"/>'),
  }),
};

for (const [what, text] of Object.entries(DOUBLES)) {
  test(`${what}: neither counts, KEY_DOCUMENT`, () => {
    const error = failure(text);
    assert.is(error.code, 'KEY_DOCUMENT', error.message);
    assert.match(error.message, /more than once|both in the clear and encrypted/);
  });
}

test('names that a program might trip over are names', () => {
  const root = 'constructor="a" __proto__="b" contentId="c"';
  const names = '<constructor/><__proto__ hasOwnProperty="d">e</__proto__></cpix:CPIX>';
  assert.is(readCpix(cpix({ root }).replace('</cpix:CPIX>', names)).contentId, 'c');
  assert.is(Object.hasOwn(Object.prototype, 'contentId'), false);
});

test('text is read once: an escaped reference stays as it is', () => {
  assert.is(readCpix(cpix({ root: 'contentId="&amp;lt;&#38;amp;"' })).contentId, '&lt;&amp;');
});

test('Base64 may be broken into lines', () => {
  const broken = base64(Buffer.from(IV, 'hex')).replace(/^(.{8})/, '$1\n   ');
  assert.is(toHex(readCpix(cpix().replace(base64Hex(IV), broken)).keys[0]!.iv!), IV);
});

test.run();
