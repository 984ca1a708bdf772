import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toHex } from '../../core/base/bytes.ts';
import { writeXml } from '../../core/base/xml/write-xml.ts';
import { type MarlinOptions, marlin, pssh, withSignalling } from '../../core/drm/index.ts';
import { ContentKey } from '../../core/keys/content-key.ts';
import { ModeKeys } from '../../core/keys/mode-keys.ts';
import { dashManifest } from '../../core/manifest/mpd.ts';
import { findBox, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { MPD_SCHEMA, xmlComplaints } from '../helpers/oracles/xmllint.ts';
import { indexedFile, KEY_ID, secondKey, testKey, videoTrack } from '../helpers/titles/renditions.ts';

const test = suite('marlin');

const MPD_ID = '5e629af5-38da-4063-8977-97ffbd9902d4';
const PSSH_ID = '69f908af-4816-46ea-910c-cd5dcccb0a3a';

const context = { contentId: 'x', keys: [testKey()], scheme: 'cenc' } as const;
const element = (options: MarlinOptions, overrides = {}) =>
  writeXml(marlin(options).contentProtection!({ ...context, ...overrides }), {
    indent: false,
    declaration: false,
  });

const MAS = 'xmlns:mas="urn:marlin:mas:1-0:services:schemas:mpd"';
const OPEN = `<ContentProtection schemeIdUri="urn:uuid:5E629AF5-38DA-4063-8977-97FFBD9902D4"><mas:MarlinContentIds ${MAS}>`;
const id = (hex: string) => `<mas:MarlinContentId>urn:marlin:kid:${hex}</mas:MarlinContentId>`;

test('the MPD has the id in capitals and a content id for each key', () => {
  assert.is(element({}), `${OPEN}${id(KEY_ID)}</mas:MarlinContentIds></ContentProtection>`);
  assert.is(
    element({}, { keys: [testKey(), secondKey()] }),
    `${OPEN}${id(KEY_ID)}${id('ff'.repeat(16))}</mas:MarlinContentIds></ContentProtection>`,
  );
});

test('the licence URL follows', () => {
  assert.ok(
    element({ licenseUrl: 'https://marlin.example/' }).endsWith(
      '</mas:MarlinContentIds><dashif:Laurl xmlns:dashif="https://dashif.org/CPS">https://marlin.example/</dashif:Laurl></ContentProtection>',
    ),
  );
  assert.throws(() => marlin({ licenseUrl: 'marlin.example' }), /licenseUrl/);
});

test('files have no box by default, and on demand one of its other id, which lists nothing', () => {
  assert.equal(marlin().pssh!(context), []);
  const [box] = marlin({ pssh: true }).pssh!(context);
  assert.is(
    toHex(box!),
    `0000003870737368${'00000000'}${PSSH_ID.replaceAll('-', '')}00000018${'000000186d61726c'}${'000000106d6b696400000000'}00000000`,
  );
  const parsed = findBox(parseBoxes(box!), 'pssh');
  assert.is(String(parsed['system_id']).replaceAll('-', ''), PSSH_ID.replaceAll('-', ''));
});

test('what the server gives comes first, and the id stays in capitals', () => {
  const given = pssh(PSSH_ID, Buffer.from('theirs'));
  const keyWith = (signalling: object) =>
    new ContentKey({
      id: testKey().id,
      key: testKey().reveal(),
      signalling: { [MPD_ID]: signalling },
    });
  const system = withSignalling(marlin({ pssh: true }));
  const boxed = { ...context, keys: [keyWith({ pssh: given })] };
  assert.equal(system.pssh!(boxed), [given]);
  assert.match(writeXml(system.contentProtection!(boxed)!), /<cenc:pssh[^>]*>[^<]+<\/cenc:pssh>/);
  const contentProtection =
    '<mas:MarlinContentIds><mas:MarlinContentId>theirs</mas:MarlinContentId></mas:MarlinContentIds>';
  const written = writeXml(
    system.contentProtection!({ ...context, keys: [keyWith({ contentProtection })] })!,
    { indent: false, declaration: false },
  );
  assert.is(
    written,
    `${OPEN}<mas:MarlinContentId>theirs</mas:MarlinContentId></mas:MarlinContentIds></ContentProtection>`,
  );
});

test('HLS has nothing of it, and SAMPLE-AES is not its scheme', () => {
  assert.is(marlin().hlsKey, undefined);
  assert.throws(
    () => marlin().contentProtection!({ ...context, scheme: 'sample-aes' }),
    /Marlin signals cenc and cbcs only/,
  );
});

test('an MPD with it is one by the schema', async () => {
  const rendition = indexedFile(
    { id: 'video-1', tracks: [videoTrack(1920, 1080)], sizes: [500_000], durations: [180_180] },
    'media-video-1.mp4',
  );
  const mpd = dashManifest({
    renditions: [rendition],
    duration: 6.006,
    contentId: 'title',
    keys: new ModeKeys([{ label: 'ALL', period: 0, key: testKey() }]),
    scheme: 'cenc',
    systems: [marlin({ licenseUrl: 'https://marlin.example/' })],
    layout: 'single-file',
  });
  assert.is(await xmlComplaints(mpd, MPD_SCHEMA), '');
  assert.is(mpd.split(MAS).length - 1, 1);
});

test.run();
