/** The test servers themselves: written from the interface document, they must tell good requests from bad ones. */

import { execFileSync } from 'node:child_process';
import { createDecipheriv, createHmac, privateDecrypt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import {
  type CidServerOptions,
  decrypt,
  encrypt,
  startCidServer,
  TEST_SITE_KEY,
} from '../servers/cid-server.ts';
import { type KeyServer, type KeyServerOptions, startKeyServer, TEST_TOKEN } from '../servers/key-server.ts';

const test = suite('test servers');

const VECTOR_KEY = 'a'.repeat(32);

test('the vectors of the interface document, 4.1', () => {
  const document = '{"error_code":"1111","error_message":"error message"}';
  const sealed = 'hAAEAnhUkWTyy3D9SedII6J6CSqaoUXg5hj5Gm+tkTu8XZWrADCGINBIup3qL4FKa448aAtYE1hZspQq55oglA==';
  assert.is(encrypt(document, VECTOR_KEY), sealed);
  assert.is(decrypt(sealed, VECTOR_KEY), document);
  const other =
    'euh3OrEWXGWoJWS4rgy/bvU/6bnIyClZR5tydh0g79AhS1nbh971iJpJuHlrpyaFPPv4/Z7zMLI9UQhsVXvfYRVOdkdIglXFFnt/VNXssqQ=';
  const opened = '{"error_code":"0000","error_message":"success","cid":"test-cid","nonce":null}';
  assert.is(decrypt(other, VECTOR_KEY), opened);
  assert.is(encrypt(opened, VECTOR_KEY), other);
});

/** What the page answers to a document, decrypted. */
async function askPage(options: CidServerOptions, ...documents: string[]): Promise<string[]> {
  const server = await startCidServer(options);
  const { siteKey } = server;
  try {
    const answers: string[] = [];
    for (const document of documents) {
      const body = new URLSearchParams({ data: encrypt(document, siteKey) });
      const response = await fetch(`${server.url}/any/page.do`, { method: 'POST', body });
      const text = await response.text();
      answers.push(options.fault === 'not-encrypted' ? text : decrypt(text, siteKey));
    }
    return answers;
  } finally {
    await server.close();
  }
}

const question = (nonce: string): string =>
  JSON.stringify({ file_name: 'film.v2.mp4', file_path: '/m/film.v2.mp4', nonce });

test('the CID page answers JSON', async () => {
  const [answer] = await askPage({}, question('n1'));
  assert.equal(JSON.parse(answer!), {
    error_code: '0000',
    error_message: 'success',
    cid: 'film',
    nonce: 'n1',
  });
});

test('the CID page answers XML', async () => {
  const asked =
    '<RES><FILEPATH>C:\\m\\a &amp; b.mp4</FILEPATH><FILENAME>a &amp; b.mp4</FILENAME><NONCE>007</NONCE></RES>';
  const [answer] = await askPage({ variant: 'xml' }, asked);
  assert.match(
    answer!,
    '<RES><ERROR>0000</ERROR><ERRMSG>success</ERRMSG><CID>a &amp; b</CID><NONCE>007</NONCE></RES>',
  );
});

test('the faults of the CID page', async () => {
  const first = async (fault: CidServerOptions['fault']) =>
    JSON.parse((await askPage({ fault: fault! }, question('n1')))[0]!) as Record<string, string>;
  assert.is((await first('wrong-nonce'))['nonce'], 'n10');
  assert.is('nonce' in (await first('no-nonce')), false);
  assert.is('cid' in (await first('no-cid')), false);
  assert.is((await first('long-cid'))['cid']!.length, 201);
  assert.is((await first('not-encrypted'))['cid'], 'film');
  const { error_code: code, error_message: message } = await first('error-code');
  assert.is(code, '4444');
  assert.match(message!, TEST_SITE_KEY);
  const replayed = await askPage({ fault: 'replayed-nonce' }, question('n1'), question('n2'));
  assert.is((JSON.parse(replayed[1]!) as Record<string, string>)['nonce'], 'n1');
});

test('the CID page does not understand another site key', async () => {
  const server = await startCidServer();
  const body = new URLSearchParams({ data: encrypt(question('n'), VECTOR_KEY) });
  const response = await fetch(server.url, { method: 'POST', body });
  assert.match(decrypt(await response.text(), TEST_SITE_KEY), '2001');
  assert.is(server.questions.length, 0);
  await server.close();
});

const KID = '12ea753c-23e7-bc02-4474-b2b976c43beb';
const WIDEVINE = 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed';
const PLAYREADY = '9a04f079-9840-4286-ab92-e65be0885f95';
const FAIRPLAY = '94ce86fb-07ff-4f43-adb8-93d2fa968ca2';
const NCG = 'd9e4411a-e886-4909-a380-a77f28d52335';

interface Asked {
  readonly root?: string;
  readonly key?: string;
  readonly systems?: readonly string[];
  readonly children?: string;
  readonly rules?: string;
  readonly delivery?: string;
}

function cpix({
  root = 'id="film"',
  key = '',
  systems = [WIDEVINE],
  children = '',
  rules = '',
  delivery = '',
}: Asked) {
  const list = systems.map(
    (id) => `<DRMSystem kid="${KID}" systemId="${id.toUpperCase()}">${children}</DRMSystem>`,
  );
  return (
    `<CPIX xmlns="urn:dashif:org:cpix" ${root}>${delivery}<ContentKeyList><ContentKey kid="${KID}" ${key}/></ContentKeyList>` +
    `<DRMSystemList>${list.join('')}</DRMSystemList>${rules}</CPIX>`
  );
}

const V2_RULES = `<ContentKeyUsageRuleList><ContentKeyUsageRule kid="${KID}" intendedTrackType="HD"/></ContentKeyUsageRuleList>`;
const SPEKE_RULES = V2_RULES.replace('"HD"/>', '"ALL"><VideoFilter/><AudioFilter/></ContentKeyUsageRule>');
const TOKEN_PATH = encodeURIComponent(TEST_TOKEN);

async function withKeys(options: KeyServerOptions, use: (server: KeyServer) => Promise<void>): Promise<void> {
  const server = await startKeyServer(options);
  await use(server).finally(() => server.close());
}

async function ask({ url }: KeyServer, path: string, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(url + path, { method: 'POST', body, headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

interface Parsed {
  readonly CPIX: {
    readonly ContentKeyList: { readonly ContentKey: Record<string, string> & { readonly Data: SecretData } };
    readonly DRMSystemList: { readonly DRMSystem: Record<string, string> };
    readonly DeliveryDataList: Record<string, unknown>;
  };
}
interface SecretData {
  readonly Secret: { readonly PlainValue: string };
}

const parse = (text: string): Parsed =>
  new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    removeNSPrefix: true,
    parseTagValue: false,
  }).parse(text, true) as Parsed;

const decoded = (text: string | undefined): string => Buffer.from(text ?? '', 'base64').toString();

test('PallyCon v2: a key id of its own, the fixed IV, the key of the log; Widevine as decoded from real replies', () =>
  withKeys({}, async (server) => {
    const path = `/v2/cpix/pallycon/getKey/${TOKEN_PATH}`;
    const { status, text } = await ask(
      server,
      path,
      cpix({ key: 'commonEncryptionScheme="cenc"', rules: V2_RULES }),
    );
    assert.is(status, 200);
    const { ContentKeyList, DRMSystemList } = parse(text).CPIX;
    const [issued] = server.issued;
    const { ContentKey } = ContentKeyList;
    assert.is.not(issued!.kid, KID);
    assert.is(ContentKey['kid'], issued!.kid);
    assert.is(decoded(ContentKey['explicitIV']), '0123456789abcdef');
    assert.is(ContentKey.Data.Secret.PlainValue, issued!.key.toString('base64'));
    const { PSSH, ContentProtectionData, kid } = DRMSystemList.DRMSystem;
    assert.is(kid, issued!.kid);
    const box = Buffer.from(PSSH!, 'base64');
    assert.is(box.readUInt32BE(0), box.length);
    assert.is(box.toString('latin1', 4, 8), 'pssh');
    assert.is(box.readUInt32BE(28), box.length - 32);
    assert.is(ContentProtectionData, box.subarray(32).toString('base64'), 'the payload of the box');
    assert.ok(box.includes('inkaentworks') && box.includes('film'));
    const again = await ask(server, path, cpix({ rules: V2_RULES }));
    assert.is(parse(again.text).CPIX.ContentKeyList.ContentKey['kid'], issued!.kid, 'the same for a content');
  }));

test('PallyCon v1, also at its old address: FairPlay and NCG', () =>
  withKeys({}, async (server) => {
    for (const version of ['/v1', '']) {
      const path = `${version}/cpix/pallycon/getKey/${TOKEN_PATH}`;
      const fairplay = parse((await ask(server, path, cpix({ systems: [FAIRPLAY] }))).text);
      const { URIExtXKey } = fairplay.CPIX.DRMSystemList.DRMSystem;
      const id = Buffer.from(server.issued[0]!.kid.replaceAll('-', ''), 'hex').toString('base64');
      assert.is(decoded(URIExtXKey), `skd://${id}`);
      const ncg = parse((await ask(server, path, cpix({ systems: [NCG] }))).text);
      assert.is(ncg.CPIX.DRMSystemList.DRMSystem['URIExtXKey'], server.issued[0]!.cek.toString('hex'));
    }
  }));

test('the PlayReady object has its lengths and the key id in GUID order', () =>
  withKeys({ replaceKids: false }, async (server) => {
    const { text } = await ask(
      server,
      `/v2/cpix/pallycon/getKey/${TOKEN_PATH}`,
      cpix({ systems: [PLAYREADY] }),
    );
    const object = Buffer.from(parse(text).CPIX.DRMSystemList.DRMSystem['ContentProtectionData']!, 'base64');
    assert.is(object.readUInt32LE(0), object.length);
    assert.is(object.readUInt16LE(8), object.length - 10);
    const header = object.toString('utf16le', 10);
    assert.match(header, 'version="4.3.0.0"');
    const guid = Buffer.from('3c75ea12e72302bc4474b2b976c43beb', 'hex').toString('base64');
    assert.match(header, `VALUE="${guid}"`);
  }));

test('PallyCon refuses with JSON in a 200: a wrong token, rules in v1, two NCG keys, a long content id', () =>
  withKeys({}, async (server) => {
    const v1 = `/v1/cpix/pallycon/getKey/${TOKEN_PATH}`;
    const refused = [
      ['/v1/cpix/pallycon/getKey/wrong', cpix({})],
      [v1, cpix({ rules: V2_RULES })],
      [v1, cpix({ key: 'commonEncryptionScheme="cenc"' })],
      [v1, cpix({ root: `id="${'c'.repeat(201)}"` })],
      [v1, cpix({ root: '' })],
      [v1, cpix({ systems: [NCG] }).replace('<ContentKey ', `<ContentKey kid="${WIDEVINE}"/><ContentKey `)],
      [v1, 'not XML'],
      [v1, cpix({}).replace('</CPIX>', '')],
    ] as const;
    for (const [path, body] of refused) {
      const { status, text } = await ask(server, path, body);
      assert.is(status, 200);
      assert.is((JSON.parse(text) as { code: string }).code, '9001', text);
    }
    assert.is(server.issued.length, 0);
  }));

const BEARER = { authorization: `Bearer ${TEST_TOKEN}` };
const WANTED =
  '<PSSH/><ContentProtectionData/><HLSSignalingData playlist="media"/><HLSSignalingData playlist="master"/>';
const SPEKE_2 = {
  root: 'contentId="film" version="2.3"',
  key: 'commonEncryptionScheme="cbcs"',
  rules: SPEKE_RULES,
  children: WANTED,
};

test('SPEKE 2.0: the key id of the request, CPIX signalling, the version in the answer', () =>
  withKeys({}, async (server) => {
    const headers = { ...BEARER, 'x-speke-version': '2.0' };
    const answer = await ask(server, '/speke/v2.0/copyProtection', cpix(SPEKE_2), headers);
    assert.is(answer.headers.get('x-speke-version'), '2.0');
    const { ContentKeyList, DRMSystemList } = parse(answer.text).CPIX;
    assert.is(ContentKeyList.ContentKey['kid'], KID);
    assert.is(ContentKeyList.ContentKey['commonEncryptionScheme'], 'cbcs');
    assert.match(
      decoded(DRMSystemList.DRMSystem['ContentProtectionData']),
      /^<cenc:pssh xmlns:cenc="urn:mpeg:cenc:2013">/,
    );
    const signalling = DRMSystemList.DRMSystem['HLSSignalingData'] as unknown as {
      '#text': string;
      playlist: string;
    }[];
    assert.equal(
      signalling.map(({ playlist }) => playlist),
      ['media', 'master'],
    );
    assert.match(decoded(signalling[1]!['#text']), /^#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="data:/);
  }));

test('SPEKE 2 refuses with 422 or 403 what its contract forbids', () =>
  withKeys({}, async (server) => {
    const headers = { ...BEARER, 'x-speke-version': '2.0' };
    const refused: [number, Asked, Record<string, string>][] = [
      [403, SPEKE_2, { 'x-speke-version': '2.0' }],
      [422, SPEKE_2, BEARER],
      [422, { ...SPEKE_2, key: '' }, headers],
      [422, { ...SPEKE_2, rules: '' }, headers],
      [422, { ...SPEKE_2, rules: V2_RULES }, headers],
      [422, { ...SPEKE_2, root: 'id="film" version="2.3"' }, headers],
      [422, { ...SPEKE_2, root: 'contentId="film" version="2.4"' }, headers],
      [422, { ...SPEKE_2, children: '<URIExtXKey/>' }, headers],
    ];
    for (const [status, asked, sent] of refused) {
      const answer = await ask(server, '/speke/v2.0/copyProtection', cpix(asked), sent);
      assert.is(answer.status, status, answer.text);
    }
    assert.is((await ask(server, '/nowhere', cpix(SPEKE_2), headers)).status, 404);
  }));

test('SPEKE 1: token in the query, key format beside the URI', () =>
  withKeys({}, async (server) => {
    const children = '<URIExtXKey/><KeyFormat/><KeyFormatVersions/>';
    const path = `/cpix/getKey?enc-token=${TOKEN_PATH}`;
    const { text } = await ask(server, path, cpix({ systems: [FAIRPLAY], children }));
    const { KeyFormat, KeyFormatVersions } = parse(text).CPIX.DRMSystemList.DRMSystem;
    assert.is(decoded(KeyFormat), 'com.apple.streamingkeydelivery');
    assert.is(decoded(KeyFormatVersions), '1');
    assert.match(text, '<speke:KeyFormat>');
  }));

test('keys encrypted for a certificate: MAC and key are what the recipient computes', () =>
  withKeys({}, async (server) => {
    const folder = temporaryFolder();
    const [keyFile, certificateFile] = ['key.pem', 'cert.der'].map((name) => join(folder, name));
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=packager', '-outform', 'DER'],
        ...['-keyout', keyFile!, '-out', certificateFile!],
      ],
      { stdio: 'ignore' },
    );
    const certificate = readFileSync(certificateFile!).toString('base64');
    const delivery =
      '<DeliveryDataList><DeliveryData><DeliveryKey><X509Data>' +
      `<X509Certificate>${certificate}</X509Certificate></X509Data></DeliveryKey></DeliveryData></DeliveryDataList>`;
    const { text } = await ask(server, '/generic/keys', cpix({ delivery }), { 'x-api-key': TEST_TOKEN });
    const values = [...text.matchAll(/<enc:CipherValue>([^<]+)</g)].map(([, value]) =>
      Buffer.from(value!, 'base64'),
    );
    const privateKey = { key: readFileSync(keyFile!), oaepHash: 'sha1' };
    const [documentKey, macKey] = values.slice(0, 2).map((value) => privateDecrypt(privateKey, value));
    const sealed = values[2]!;
    const mac = createHmac('sha512', macKey!).update(sealed).digest('base64');
    assert.is(/<pskc:ValueMAC>([^<]+)</.exec(text)?.[1], mac);
    const decipher = createDecipheriv('aes-256-cbc', documentKey!, sealed.subarray(0, 16));
    const key = Buffer.concat([decipher.update(sealed.subarray(16)), decipher.final()]);
    assert.equal(key, server.issued[0]!.key);
    assert.not.match(text, 'PlainValue');
    assert.not.match(text, server.issued[0]!.key.toString('base64'));
  }));

test('the faults of the key server are in its answers', async () => {
  const answers = async (fault: NonNullable<KeyServerOptions['fault']>): Promise<[string, KeyServer]> => {
    let found: [string, KeyServer] | undefined;
    await withKeys({ fault }, async (server) => {
      const { text } = await ask(server, `/v1/cpix/pallycon/getKey/${TOKEN_PATH}`, cpix({}));
      found = [text, server];
    });
    return found!;
  };
  const keyOf = ([text]: [string, KeyServer]) => parse(text).CPIX.ContentKeyList.ContentKey;
  const wrong = await answers('wrong-kid');
  assert.is.not(keyOf(wrong)['kid'], parse(wrong[0]).CPIX.DRMSystemList.DRMSystem['kid']);
  assert.is(keyOf(await answers('missing-key')).Data, undefined);
  assert.not.match((await answers('no-content-key'))[0], '<cpix:ContentKey ');
  const short = keyOf(await answers('short-key')).Data.Secret.PlainValue;
  assert.is(Buffer.from(short, 'base64').length, 15);
  const [cut] = await answers('truncated-xml');
  assert.throws(() => parse(cut));
  const [entities, { issued }] = await answers('xml-entities');
  assert.is(
    keyOf([entities, { issued } as KeyServer]).Data.Secret.PlainValue,
    issued[0]!.key.toString('base64'),
  );
  assert.match((JSON.parse((await answers('json-error'))[0]) as { message: string }).message, TEST_TOKEN);
});

test('over HTTPS with the own CA, and only with that', () =>
  withKeys({ https: 'own' }, async ({ url, ca }) => {
    const status = (trusted?: string) =>
      new Promise((resolve) => {
        get(url, { ca: trusted }, (response) => resolve(response.resume().statusCode)).on('error', () =>
          resolve('no'),
        );
      });
    assert.is(await status(ca), 404);
    assert.is(await status(), 'no');
  }));

test.run();
