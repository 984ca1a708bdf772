import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toHex } from '../../core/base/bytes.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { cpix, KEY, KID, OTHER_KID } from '../helpers/servers/cpix-documents.ts';
import { failure, keyOf, STANDARD } from '../helpers/servers/read-cpix.ts';
import { wrapKeysFor } from '../servers/encrypted-keys.ts';

const test = suite('encrypted keys of CPIX documents');

/** A certificate with its private key. */
function recipient(): { certificate: Buffer; privateKey: string } {
  const folder = temporaryFolder('certificate');
  const [key, der] = [join(folder, 'key.pem'), join(folder, 'cert.der')];
  const options = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=packager', '-days', '1'];
  execFileSync('openssl', [...options, '-keyout', key, '-out', der, '-outform', 'DER'], { stdio: 'ignore' });
  return { certificate: readFileSync(der), privateKey: readFileSync(key, 'utf8') };
}

const mine = recipient();

function encrypted(change: (text: string) => string = (text) => text, wrongMac = false): string {
  const wrap = wrapKeysFor(mine.certificate);
  const secret = wrap.secret(Buffer.from(KEY, 'hex'), wrongMac);
  const keys = `<cpix:ContentKey kid="${KID}"><cpix:Data><pskc:Secret>${secret}</pskc:Secret></cpix:Data></cpix:ContentKey>`;
  return change(cpix({ keys, delivery: wrap.deliveryData }));
}

const open = (text: string, privateKey: string | undefined = mine.privateKey) =>
  keyOf(text, {}, { ...STANDARD, privateKey });

test('an encrypted key is opened with the private key of its certificate', () => {
  assert.is(toHex(open(encrypted()).reveal()), KEY);
});

test('a wrong MAC, or none, stops before anything is decrypted', () => {
  for (const text of [
    encrypted(undefined, true),
    encrypted((text) => text.replace(/<pskc:ValueMAC>.*?<\/pskc:ValueMAC>/, '')),
  ]) {
    const error = failure(() => open(text));
    assert.is(error.code, 'INVALID_KEY');
    assert.match(error.message, /The MAC of the encrypted key/);
  }
});

test('a changed ciphertext does not pass the MAC', () => {
  const change = (text: string) =>
    text.replace(
      /(<pskc:EncryptedValue><enc:EncryptionMethod Algorithm="[^"]*aes256-cbc"\/><enc:CipherData><enc:CipherValue>)([^<]*)/,
      (_, head, value) => {
        const bytes = Buffer.from(value, 'base64');
        bytes[20]! ^= 1;
        return head + bytes.toString('base64');
      },
    );
  const changed = encrypted(change);
  assert.match(failure(() => open(changed)).message, /The MAC/);
});

test('no private key, one of somebody else, and what is no key', () => {
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  });
  assert.is(failure(() => keyOf(encrypted())).code, 'NO_KEY');
  const stranger = failure(() => open(encrypted(), String(other)));
  assert.is(stranger.code, 'NO_KEY');
  assert.match(stranger.message, /for this recipient/);
  const noKey = failure(() => open(encrypted(), 'BEGIN my secret'));
  assert.is(noKey.code, 'INVALID_KEY');
  assert.not.match(inspect(noKey, { depth: 9 }), /my secret/);
});

test('algorithms that CPIX does not name are refused', () => {
  for (const name of ['aes256-cbc', 'hmac-sha512', 'rsa-oaep-mgf1p']) {
    const text = encrypted((text) => text.replaceAll(name, 'weak'));
    assert.match(failure(() => open(text)).message, /not encrypted as CPIX says/, name);
  }
});

test('of several document keys the one that names the key is taken (CPIX 2.4)', () => {
  const text = encrypted((text) => {
    const own = /<cpix:DocumentKey.*?<\/cpix:DocumentKey>/.exec(text)![0];
    const other = wrapKeysFor(mine.certificate).deliveryData;
    const foreign = /<cpix:DocumentKey.*?<\/cpix:DocumentKey>/.exec(other)![0];
    return text.replace(
      own,
      foreign + own.replace('<cpix:DocumentKey', `<cpix:DocumentKey encryptsKey="${OTHER_KID} ${KID}"`),
    );
  });
  assert.is(toHex(open(text).reveal()), KEY);
});

test.run();
