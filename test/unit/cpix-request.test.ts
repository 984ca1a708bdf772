import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { buildRequest, type CpixRequest } from '../../core/cpix/index.ts';
import { DIALECTS, type DialectName } from '../../plugins/key-cloud-kms/dialects/index.ts';
import { FAIRPLAY, KID, NCG, WIDEVINE } from '../helpers/servers/cpix-documents.ts';
import { readCpixRequest } from '../servers/cpix-request.ts';

const test = suite('CPIX requests');

const REQUEST: CpixRequest = {
  contentId: 'film & "more"',
  keys: [{ kid: KID, label: 'ALL' }],
  scheme: 'cenc',
  systems: [
    { systemId: WIDEVINE.toLowerCase(), mp4: true, hls: false },
    { systemId: FAIRPLAY.toLowerCase(), mp4: false, hls: true },
  ],
  period: 0,
};

const text = (dialect: DialectName, facts: Partial<CpixRequest> = {}) =>
  buildRequest({ ...REQUEST, ...facts }, DIALECTS[dialect].request);
const read = (dialect: DialectName, facts: Partial<CpixRequest> = {}) =>
  readCpixRequest(text(dialect, facts));

test('PallyCon v1: id, ids of systems in upper case, empty elements, no scheme and no rules', () => {
  const request = read('pallycon-v1');
  assert.is(request.id, 'film &amp; &quot;more&quot;');
  assert.is(request.contentId, undefined);
  assert.equal(request.keys, [{ kid: KID, scheme: undefined }]);
  assert.equal(request.rules, []);
  assert.equal(
    request.systems.map(({ systemId, wants }) => [systemId, wants]),
    [
      [WIDEVINE.toLowerCase(), ['ContentProtectionData', 'PSSH']],
      [FAIRPLAY.toLowerCase(), ['URIExtXKey']],
    ],
  );
  assert.ok(text('pallycon-v1').includes(`systemId="${WIDEVINE}"`));
});

test('PallyCon v2 adds the scheme and a rule; a single key is HD there', () => {
  const { keys, rules } = read('pallycon-v2');
  assert.equal(keys, [{ kid: KID, scheme: 'cenc' }]);
  assert.equal(rules, [{ kid: KID, trackType: 'HD', filters: [{ name: 'VideoFilter', attributes: {} }] }]);
  assert.is(read('pallycon-v2', { scheme: 'ncg' }).keys[0]!.scheme, undefined, 'there is no name for it');
});

test('PallyCon v2 asks for several keys by their labels', () => {
  const keys = [
    { kid: KID, label: 'SD' },
    { kid: NCG.toLowerCase(), label: 'AUDIO' },
  ];
  const { rules, systems } = read('pallycon-v2', { keys });
  assert.equal(
    rules.map(({ trackType, filters }) => [trackType, filters[0]!.name]),
    [
      ['SD', 'VideoFilter'],
      ['AUDIO', 'AudioFilter'],
    ],
  );
  assert.is(systems.length, 4, 'each key with each system');
});

test('SPEKE 1: id, and key formats apart', () => {
  const request = read('speke-v1');
  assert.is(request.version, undefined);
  assert.ok(request.id);
  assert.equal(request.systems[1]!.wants, ['URIExtXKey', 'KeyFormat', 'KeyFormatVersions']);
  assert.ok(text('speke-v1').includes('xmlns:speke="urn:aws:amazon:com:speke"'));
});

const SPEKE_2 = [
  ['speke-v2', '2.3', 'HLSSignalingData:master', '2.0'],
  ['speke-v2.1', '2.4', 'HLSSignalingData:multiVariant', '2.1'],
] as const;

for (const [dialect, version, master, speke] of SPEKE_2) {
  test(`${dialect}: contentId, version ${version}, scheme, rules for both kinds of tracks`, () => {
    const request = read(dialect, { scheme: 'cbcs' });
    assert.is(request.id, undefined);
    assert.ok(request.contentId);
    assert.is(request.version, version);
    assert.equal(request.keys, [{ kid: KID, scheme: 'cbcs' }]);
    assert.equal(request.systems[1]!.wants, ['HLSSignalingData:media', master]);
    assert.is(request.rules[0]!.trackType, 'ALL');
    assert.equal(
      request.rules[0]!.filters.map(({ name }) => name),
      ['VideoFilter', 'AudioFilter'],
    );
    assert.is(DIALECTS[dialect].headers?.['x-speke-version'], speke);
    assert.is(read(dialect, { scheme: 'aes-128' }).keys[0]!.scheme, 'AES-128');
  });
}

test('a certificate asks for encrypted keys, and comes first (CPIX 2.3, 5.2)', () => {
  const certificate = Uint8Array.of(0x30, 1, 2, 3);
  assert.equal(read('speke-v2', { certificate }).certificate, Buffer.from(certificate));
  const lists = [...text('speke-v2', { certificate, period: 3 }).matchAll(/<cpix:(\w+List)>/g)].map(
    ([, name]) => name,
  );
  assert.equal(lists, [
    'DeliveryDataList',
    'ContentKeyList',
    'DRMSystemList',
    'ContentKeyPeriodList',
    'ContentKeyUsageRuleList',
  ]);
});

test('a crypto period from 1 on is named, and the rule points to it', () => {
  const document = text('speke-v1', { period: 7 });
  assert.ok(document.includes(`<cpix:ContentKeyPeriod id="keyPeriod_${KID}" index="7"/>`));
  assert.equal(readCpixRequest(document).rules[0]!.filters, [
    { name: 'KeyPeriodFilter', attributes: { periodId: `keyPeriod_${KID}` } },
  ]);
  assert.not.ok(text('speke-v1').includes('Period'));
});

test.run();
