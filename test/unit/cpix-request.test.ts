import { execFileSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PackagerError } from '../../core/base/errors.ts';
import type { ModeDefinition } from '../../core/contract/packager.ts';
import {
  buildRequest,
  type CpixRequest,
  type Dialect,
  describeQuestion,
  type WantedKey,
} from '../../core/cpix/index.ts';
import type { KeyPolicy } from '../../core/keys/label-policy.ts';
import { labelUses } from '../../core/keys/label-uses.ts';
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

// --- Labels

const LABELS = ['SD', 'HD', 'UHD1', 'UHD2', 'AUDIO'];
const kidOf = (index: number) => `00000000-0000-4000-8000-00000000000${index + 1}`;
const five = LABELS.map((label, index) => ({ kid: kidOf(index), label }));

const FIVE = `<?xml version="1.0" encoding="UTF-8"?>
<cpix:CPIX xmlns:cpix="urn:dashif:org:cpix" xmlns:pskc="urn:ietf:params:xml:ns:keyprov:pskc" contentId="film" version="2.3">
  <cpix:ContentKeyList>
    <cpix:ContentKey kid="${kidOf(0)}" commonEncryptionScheme="cbcs"/>
    <cpix:ContentKey kid="${kidOf(1)}" commonEncryptionScheme="cbcs"/>
    <cpix:ContentKey kid="${kidOf(2)}" commonEncryptionScheme="cbcs"/>
    <cpix:ContentKey kid="${kidOf(3)}" commonEncryptionScheme="cbcs"/>
    <cpix:ContentKey kid="${kidOf(4)}" commonEncryptionScheme="cbcs"/>
  </cpix:ContentKeyList>
  <cpix:DRMSystemList>
${five
  .map(
    ({ kid }) => `    <cpix:DRMSystem kid="${kid}" systemId="${WIDEVINE.toLowerCase()}">
      <cpix:PSSH/>
      <cpix:ContentProtectionData/>
    </cpix:DRMSystem>`,
  )
  .join('\n')}
  </cpix:DRMSystemList>
  <cpix:ContentKeyPeriodList>
    <cpix:ContentKeyPeriod id="keyPeriod_${kidOf(0)}" index="0"/>
  </cpix:ContentKeyPeriodList>
  <cpix:ContentKeyUsageRuleList>
    <cpix:ContentKeyUsageRule kid="${kidOf(0)}" intendedTrackType="SD">
      <cpix:KeyPeriodFilter periodId="keyPeriod_${kidOf(0)}"/>
      <cpix:VideoFilter maxPixels="589824"/>
    </cpix:ContentKeyUsageRule>
    <cpix:ContentKeyUsageRule kid="${kidOf(1)}" intendedTrackType="HD">
      <cpix:KeyPeriodFilter periodId="keyPeriod_${kidOf(0)}"/>
      <cpix:VideoFilter minPixels="589825" maxPixels="2073600"/>
    </cpix:ContentKeyUsageRule>
    <cpix:ContentKeyUsageRule kid="${kidOf(2)}" intendedTrackType="UHD1">
      <cpix:KeyPeriodFilter periodId="keyPeriod_${kidOf(0)}"/>
      <cpix:VideoFilter minPixels="2073601" maxPixels="8847360"/>
    </cpix:ContentKeyUsageRule>
    <cpix:ContentKeyUsageRule kid="${kidOf(3)}" intendedTrackType="UHD2">
      <cpix:KeyPeriodFilter periodId="keyPeriod_${kidOf(0)}"/>
      <cpix:VideoFilter minPixels="8847361"/>
    </cpix:ContentKeyUsageRule>
    <cpix:ContentKeyUsageRule kid="${kidOf(4)}" intendedTrackType="AUDIO">
      <cpix:KeyPeriodFilter periodId="keyPeriod_${kidOf(0)}"/>
      <cpix:AudioFilter/>
    </cpix:ContentKeyUsageRule>
  </cpix:ContentKeyUsageRuleList>
</cpix:CPIX>
`;

const fiveLabels = (dialect: DialectName) =>
  text(dialect, {
    contentId: 'film',
    keys: five,
    scheme: 'cbcs',
    rotates: true,
    systems: [{ systemId: WIDEVINE.toLowerCase(), mp4: true, hls: false }],
  });

test('five labels and the first crypto period in one document of SPEKE 2, with the sizes of its presets', () => {
  assert.is(fiveLabels('speke-v2'), FIVE);
});

test('requests for several labels are well-formed XML in every dialect', () => {
  for (const dialect of Object.keys(DIALECTS) as DialectName[]) {
    assert.is(execFileSync('xmllint', ['--noout', '-'], { input: fiveLabels(dialect) }).length, 0, dialect);
  }
});

const FILTERS: readonly (readonly [labels: string[], policy: KeyPolicy | undefined, filters: string[]])[] = [
  [
    ['SD', 'HD', 'UHD1', 'UHD2', 'AUDIO'],
    'by-quality',
    ['Video..442368', 'Video442369..2073600', 'Video2073601..8847360', 'Video8847361..', 'Audio..'],
  ],
  [['VIDEO', 'AUDIO'], 'audio-video', ['Video..', 'Audio..']],
  [
    ['LOW', 'TOP', 'SOUND'],
    { limits: { LOW: '640x360', TOP: 'max' }, audio: 'SOUND' },
    ['Video..230400', 'Video230401..', 'Audio..'],
  ],
  [
    ['SD', 'HD'],
    { limits: { SD: '640x360', HD: 'max' }, audio: 'SD' },
    ['Video..230400 Audio..', 'Video230401..'],
  ],
  [['SD', 'HD'], undefined, ['Video..589824', 'Video589825..']],
  [['SD+HD1', 'HD2'], undefined, ['Video..589824 Video589825..921600', 'Video921601..']],
  [['STEREO_AUDIO', 'MULTICHANNEL_AUDIO'], undefined, ['Audio..2', 'Audio3..']],
  [['MAIN', 'DUB_AUDIO'], () => 'MAIN', ['Video.. MAIN', 'Audio.. DUB_AUDIO']],
  [['MAIN'], () => 'MAIN', ['Video.. Audio..']],
  [['ALL'], 'one', ['Video.. Audio..']],
];

for (const [labels, policy, filters] of FILTERS) {
  test(`labels ${labels.join(', ')} are asked for as ${filters.join('; ')}`, () => {
    const keys = labelUses(labels, policy).map((use, index) => ({
      kid: kidOf(index),
      label: use.label,
      use,
    }));
    const { rules } = read('speke-v2', { keys });
    const shown = rules.map((rule) =>
      rule.filters
        .map(({ name, attributes: { minPixels, maxPixels, minChannels, maxChannels, label } }) =>
          label === undefined
            ? `${name.replace('Filter', '')}${minPixels ?? minChannels ?? ''}..${maxPixels ?? maxChannels ?? ''}`
            : label,
        )
        .join(' '),
    );
    assert.equal(shown, filters);
    // What sound shares with pictures is called after both.
    const types = labels.map((label, index) =>
      label !== 'ALL' && / Audio|Audio.. /.test(filters[index]!) && !filters[index]!.endsWith(label)
        ? `${label}+AUDIO`
        : label,
    );
    assert.equal(
      rules.map(({ trackType }) => trackType),
      types,
    );
  });
}

const question = (dialect: Dialect, facts: Partial<WantedKey>) => {
  const wanted = { contentId: 'film', scheme: 'cenc', labels: LABELS, label: 'HD', period: 0, ...facts };
  return describeQuestion(wanted, [], dialect, 'test', { keys: 'by-quality' });
};

test('what a server gives a single key of is not asked for under several labels', () => {
  const wanted = { contentId: 'film', scheme: 'ncg', labels: LABELS, label: 'HD', period: 0 };
  const mode = { name: 'ncg', scheme: 'ncg', systemIds: ['d9e4411a-e886-4909-a380-a77f28d52335'] };
  const ask = (dialect: Dialect, labels: readonly string[]) =>
    describeQuestion({ ...wanted, labels }, [mode as unknown as ModeDefinition], dialect, 'test');
  for (const name of ['pallycon-v2', 'doverunner-v2'] as const) {
    assert.is(ask(DIALECTS[name], ['ALL']).document.systems.length, 1);
    assert.throws(
      () => ask(DIALECTS[name], LABELS),
      (error: PackagerError) =>
        error.code === 'INVALID_OPTION' &&
        /gives a single key for the DRM system d9e4411a/.test(error.message),
    );
  }
  assert.is(ask(DIALECTS['speke-v2'], LABELS).document.keys.length, LABELS.length);
});

test('one question is for all labels of a crypto period, with a key id for each', () => {
  const { document, kind } = question(DIALECTS['speke-v2'], {});
  assert.equal(
    document.keys.map(({ label }) => label),
    LABELS,
  );
  assert.is(new Set(document.keys.map(({ kid }) => kid)).size, 5);
  assert.is(question(DIALECTS['speke-v2'], { label: 'SD' }).kind, kind);
  assert.is.not(question(DIALECTS['speke-v2'], { period: 1 }).kind, kind);
});

const noPeriods: Dialect = { ...DIALECTS.generic, name: 'old', periods: false };
const REFUSED: readonly (readonly [dialect: Dialect, facts: Partial<WantedKey>, message: RegExp])[] = [
  [
    DIALECTS['pallycon-v1'],
    {},
    /^The dialect pallycon-v1 asks for one key a title: it cannot say which of several is for SD/,
  ],
  [
    DIALECTS['pallycon-v2'],
    { labels: ['LOW', 'AUDIO'], label: 'LOW' },
    /^The dialect pallycon-v2 has no track type for LOW: it knows VIDEO, AUDIO, SD, HD, UHD1, UHD2\./,
  ],
  [
    DIALECTS['doverunner-v2'],
    { labels: ['VIDEO', 'HD'] },
    /same track type for several of the labels VIDEO, HD \(HD, HD\)/,
  ],
  [noPeriods, { period: 1 }, /^The dialect old has no crypto periods: .* none for period 1\./],
];

for (const [dialect, facts, message] of REFUSED) {
  test(`refused: ${message.source}`, () => {
    assert.throws(
      () => question(dialect, facts),
      (error: PackagerError) => {
        return error.code === 'INVALID_OPTION' && message.test(error.message);
      },
    );
  });
}

test('PallyCon v2 asks for pictures as HD and for sound as AUDIO; v1 names a period without rules', () => {
  const keys = [
    { kid: KID, label: 'VIDEO' },
    { kid: kidOf(1), label: 'AUDIO' },
  ];
  assert.equal(
    read('pallycon-v2', { keys }).rules.map(({ trackType }) => trackType),
    ['HD', 'AUDIO'],
  );
  const { rules, periods } = read('pallycon-v1', { period: 3 });
  assert.equal(rules, []);
  assert.equal(periods, [{ id: `keyPeriod_${KID}`, index: 3 }]);
});

test.run();
