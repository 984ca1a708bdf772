import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toHex } from '../../core/base/bytes.ts';
import { readCpix } from '../../core/cpix/index.ts';
import {
  base64Hex,
  cpix,
  IV,
  KEY,
  KID,
  keyElement,
  NCG,
  OTHER_KID,
  ruleElement,
  systemElement,
} from '../helpers/servers/cpix-documents.ts';
import { failure, keyOf, PALLYCON, STANDARD, TWO } from '../helpers/servers/read-cpix.ts';

const test = suite('keys of CPIX documents');

test('key, key id and IV are those of the document, whatever key id was asked for', () => {
  const key = keyOf(cpix(), { kid: OTHER_KID });
  assert.is(key.uuid, KID);
  assert.is(toHex(key.reveal()), KEY);
  assert.is(toHex(key.iv!), IV);
  assert.is(key.signalling, undefined, 'the document says nothing about DRM systems');
});

const VALUES: readonly (readonly [what: string, text: string, code: string])[] = [
  ['a key of 15 bytes', cpix({ keys: keyElement(KID, '', base64Hex(KEY.slice(2))) }), 'KEY_SIZE'],
  ['a key of 32 bytes', cpix({ keys: keyElement(KID, '', base64Hex(KEY + KEY)) }), 'KEY_SIZE'],
  ['a key that is no Base64', cpix({ keys: keyElement(KID, '', 'ABEiM0RVZneImaq7zN3u_') }), 'INVALID_KEY'],
  ['an empty value', cpix({ keys: keyElement(KID, '', '') }), 'NO_KEY'],
  ['no value', cpix({ keys: `<cpix:ContentKey kid="${KID}"/>` }), 'NO_KEY'],
  ['a key of zeros', cpix({ keys: keyElement(KID, '', base64Hex('00'.repeat(16))) }), 'INVALID_KEY'],
  [
    'a key that is its own key id',
    cpix({ keys: keyElement(KID, '', base64Hex(KID.replaceAll('-', ''))) }),
    'INVALID_KEY',
  ],
  ['a key id of zeros', cpix({ keys: keyElement('00000000-0000-0000-0000-000000000000') }), 'INVALID_KEY'],
];

for (const [what, text, code] of VALUES) {
  test(`${what} ends in ${code}, and no error shows it`, () => {
    const error = failure(() => keyOf(text));
    assert.is(error.code, code, error.message);
    assert.not.match(inspect(error, { depth: 9 }), /ABEiM0RV|00112233/);
  });
}

test('a mode that needs an IV says which key the source gave none for, and blames no key', () => {
  const key = keyOf(cpix({ keys: keyElement().replace(/explicitIV="[^"]*"/, '') }));
  const { code, message, hint } = failure(() => key.requireIv('some-mode'));
  assert.is(code, 'KEY_SIZE');
  assert.is(
    message,
    `The key source gave no IV for the key ${KID}, and mode some-mode cannot do without one.`,
  );
  assert.match(hint ?? '', /explicitIV/);
});

test('several keys: the rules say which is for the label, by track type or LabelFilter', () => {
  const rules =
    ruleElement(KID, 'SD', '<cpix:VideoFilter/>') +
    ruleElement(OTHER_KID, 'other', '<cpix:AudioFilter/><cpix:LabelFilter label="AUDIO"/>');
  assert.is(keyOf(cpix({ keys: TWO, rules }), { label: 'SD' }).uuid, KID);
  const audio = keyOf(cpix({ keys: TWO, rules }), { label: 'AUDIO' });
  assert.is(audio.uuid, OTHER_KID);
  assert.equal(audio.labels, ['other', 'AUDIO']);
  assert.is(failure(() => keyOf(cpix({ keys: TWO, rules }))).code, 'NO_KEY');
});

test('a single key is for all, whatever its server calls it; a label that it does not have is none', () => {
  const rules = ruleElement(KID, 'HD', '<cpix:VideoFilter/>');
  assert.is(keyOf(cpix({ rules })).uuid, KID);
  assert.is(keyOf(cpix({ rules }), { label: 'HD' }).uuid, KID);
  assert.is(failure(() => keyOf(cpix({ rules }), { label: 'SD' })).code, 'NO_KEY');
});

test('two keys for one label are an error; without rules the key that was asked for counts', () => {
  const rules = ruleElement(KID, 'ALL', '') + ruleElement(OTHER_KID, 'ALL', '');
  assert.match(failure(() => keyOf(cpix({ keys: TWO, rules }))).message, /2 keys to the label ALL/);
  assert.is(keyOf(cpix({ keys: TWO }), { kid: OTHER_KID }).uuid, OTHER_KID);
  assert.is(failure(() => keyOf(cpix({ keys: TWO }))).code, 'NO_KEY');
});

test('a rule that cannot be understood stops even a single key', () => {
  assert.is(
    failure(() => keyOf(cpix({ rules: ruleElement(KID, 'HD', '<cpix:MoonFilter/>') }))).code,
    'KEY_DOCUMENT',
  );
});

test('periods, root keys and schemes are kept apart', () => {
  const rule = (kid: string, period: string) =>
    ruleElement(kid, 'ALL', `<cpix:KeyPeriodFilter periodId="${period}"/>`);
  const periods = '<cpix:ContentKeyPeriod id="a" index="0"/><cpix:ContentKeyPeriod id="b" index="7"/>';
  const rotating = cpix({ keys: TWO, periods, rules: rule(KID, 'a') + rule(OTHER_KID, 'b') });
  assert.is(keyOf(rotating).uuid, KID);
  assert.is(keyOf(rotating, { period: 7 }).uuid, OTHER_KID);
  assert.is(failure(() => keyOf(rotating, { period: 1 })).code, 'NO_KEY');

  const leaf = keyElement() + keyElement(OTHER_KID, `dependsOnKey="${KID}"`);
  const hierarchy = failure(() => keyOf(cpix({ keys: leaf })));
  assert.is(hierarchy.code, 'KEY_DOCUMENT');
  assert.match(hierarchy.message, /depends on the root key .*, and key hierarchies cannot be packaged/);

  const schemes =
    keyElement(KID, 'commonEncryptionScheme="cbcs"') + keyElement(OTHER_KID, 'commonEncryptionScheme="cenc"');
  assert.is(keyOf(cpix({ keys: schemes })).uuid, OTHER_KID);
  assert.is(
    failure(() => keyOf(cpix({ keys: keyElement(KID, 'commonEncryptionScheme="cbcs"') }))).code,
    'NO_KEY',
  );
});

test('a document without periods of its own is for a title whose key does not change, or for the period it was asked for', () => {
  assert.is(keyOf(cpix(), { starts: { first: 0, last: 900 } }).uuid, KID);
  assert.is(keyOf(cpix(), { period: 1, wasAsked: true }).uuid, KID);
  const error = failure(() => keyOf(cpix(), { period: 1 }));
  assert.is(error.code, 'NO_KEY');
  assert.match(
    error.message,
    /are for no crypto periods, and the title's change: there is none for period 1/,
  );
});

const CEK = 'a0'.repeat(16) + 'b1'.repeat(16);
for (const text of [CEK, CEK.toUpperCase(), base64Hex(CEK)]) {
  test(`NCG's key is the text of URIExtXKey, key then IV: ${text.length} characters`, () => {
    const systems = systemElement(NCG, `<cpix:URIExtXKey>${text}</cpix:URIExtXKey>`);
    const key = keyOf(cpix({ systems }), { scheme: 'ncg' }, PALLYCON);
    assert.is(key.uuid, KID);
    assert.is(toHex(key.reveal()) + toHex(key.iv!), CEK);
    assert.not.match(inspect(key, { depth: 9 }) + JSON.stringify(readCpix(cpix({ systems }))), /a0a0|oKCg/i);
  });
}

test('an NCG key of the wrong size, or none, is refused; where there is no such thing the content key serves', () => {
  const systems = (text: string) => systemElement(NCG, `<cpix:URIExtXKey>${text}</cpix:URIExtXKey>`);
  const ncg = { scheme: 'ncg' };
  const wrong = (text: string) => failure(() => keyOf(cpix({ systems: systems(text) }), ncg, PALLYCON)).code;
  assert.is(wrong(base64Hex(KEY)), 'KEY_SIZE');
  assert.is(wrong('no key!'), 'INVALID_KEY');
  assert.is(wrong(''), 'NO_KEY');
  assert.is(toHex(keyOf(cpix(), ncg, STANDARD).reveal()), KEY);
});

test.run();
