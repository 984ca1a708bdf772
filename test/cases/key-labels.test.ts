/** Titles whose tracks have keys of their own, and whose keys change, with the keys of a key server or a CPIX file. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ContentKey, openTitle, type Plugin, packageTitle } from '../../core/index.ts';
import type { KeyPolicy } from '../../core/keys/label-policy.ts';
import { dashCenc, demuxMp4, keyCloudKms, keyCpixFile } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { base64, cpix, keyElement, ruleElement } from '../helpers/servers/cpix-documents.ts';
import { SERVER_PATHS } from '../helpers/servers/key-server-paths.ts';
import { failureOf, filesBelow, titleOptions } from '../helpers/titles/package.ts';
import type { KeyFault } from '../servers/key-faults.ts';
import { type KeyServer, startKeyServer, TEST_TOKEN } from '../servers/key-server.ts';

const test = suite('keys by label and crypto period');

const MEDIA = join(import.meta.dirname, '../media');
const inputs = ['180p', '270p', '360p'].map((size) => join(MEDIA, `sample-${size}.mp4`));
/** The three sizes of the sample, by names that every server knows; the last has no track. */
const BY_SIZE: KeyPolicy = { limits: { SD: '320x180', HD: '480x270', UHD1: '640x360', UHD2: 'max' } };
const PLACES = ['SD/0', 'HD/0', 'UHD1/0', 'AUDIO/0'];

type Dialect = keyof typeof SERVER_PATHS;

async function withServer(fault: KeyFault | undefined, work: (server: KeyServer) => Promise<void>) {
  const server = await startKeyServer(fault ? { fault } : {});
  try {
    await work(server);
  } finally {
    await server.close();
  }
}

const source = ({ url }: KeyServer, dialect: Dialect): Plugin =>
  keyCloudKms({ dialect, url: url + SERVER_PATHS[dialect], token: TEST_TOKEN, retries: 0 });

/** By label and crypto period, the keys with which the title would be packaged. */
async function keysOf(keys: Plugin, facts: object): Promise<Map<string, ContentKey>> {
  const title = titleOptions({ inputs, ...facts });
  const open = await openTitle({ title, plugins: [demuxMp4(), keys, dashCenc()] }, { writes: false });
  await open.title.close();
  const { all } = open.keys.get('dash-cenc')!;
  return new Map(all.map(({ label, period, key }) => [`${label}/${period}`, key]));
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

for (const dialect of ['pallycon-v2', 'speke-v2', 'speke-v2.1', 'generic', 'speke-v1'] as const) {
  test(`${dialect}: each label has the key that the server gave for it, in one request`, () =>
    withServer(undefined, async (server) => {
      const keys = await keysOf(source(server, dialect), { keys: BY_SIZE });
      assert.equal([...keys.keys()], PLACES);
      assert.is(server.requests.length, 1);
      const labels =
        dialect === 'speke-v1' ? ['ALL', 'ALL-1', 'ALL-2', 'ALL-4'] : ['SD', 'HD', 'UHD1', 'AUDIO'];
      for (const [index, key] of [...keys.values()].entries()) {
        const issued = server.issued.find(({ label }) => label === labels[index])!;
        assert.is(hex(key.reveal()), issued.key.toString('hex'), labels[index]);
      }
    }));

  test(`${dialect}: a key for each label and crypto period`, () =>
    withServer(undefined, async (server) => {
      const keys = await keysOf(source(server, dialect), {
        keys: BY_SIZE,
        keyRotation: 6,
        segmentDuration: 2,
      });
      const periods = [0, 1, 2, 3];
      const places = PLACES.flatMap((place) => periods.map((period) => place.replace('0', String(period))));
      assert.equal([...keys.keys()], places);
      assert.is(new Set([...keys.values()].map((key) => hex(key.reveal()))).size, places.length);
      assert.is(server.requests.length, periods.length);
      for (const [place, key] of keys) {
        const issued = server.issued.find(({ kid }) => kid === key.uuid)!;
        assert.is(issued.period, Number(place.at(-1)), place);
      }
    }));
}

test('sound and pictures apart: PallyCon is asked for HD and AUDIO', () =>
  withServer(undefined, async (server) => {
    const keys = await keysOf(source(server, 'pallycon-v2'), { keys: 'audio-video' });
    assert.equal([...keys.keys()], ['VIDEO/0', 'AUDIO/0']);
    const [video, audio] = ['HD', 'AUDIO'].map((type) => server.issued.find(({ label }) => label === type)!);
    assert.equal(
      [...keys.values()].map(({ uuid }) => uuid),
      [video!.kid, audio!.kid],
    );
  }));

const FAULTS: readonly (readonly [fault: KeyFault, facts: object, code: string, message: RegExp])[] = [
  ['missing-label', {}, 'NO_KEY', /no key for label AUDIO|label AUDIO \(.*no usage rule matches/],
  ['unmatched-filter', {}, 'NO_KEY', /video track with label SD \(320×180, .*no usage rule matches it/],
  ['unknown-filter', {}, 'KEY_DOCUMENT', /a filter that is not known \(MoonFilter\)/],
  ['two-keys', {}, 'KEY_DOCUMENT', /usage rules give 2 keys to/],
  ['short-periods', { keyRotation: 6, segmentDuration: 2 }, 'NO_KEY', /do not cover the title/],
  ['same-key', { keyRotation: 6, segmentDuration: 2 }, 'NO_KEY', /crypto periods 0 and 1 of label SD/],
];

for (const [fault, facts, code, message] of FAULTS) {
  for (const dialect of ['pallycon-v2', 'speke-v2'] as const) {
    test(`${dialect}, ${fault}: ${code}, and nothing is written`, () =>
      withServer(fault, async (server) => {
        const title = titleOptions({ inputs, keys: BY_SIZE, ...facts });
        const plugins = [demuxMp4(), source(server, dialect), dashCenc()];
        const error = await failureOf(packageTitle({ title, plugins }));
        assert.is(error.code, code, error.message);
        assert.match(error.message, message);
        assert.equal(await filesBelow(title.output), []);
      }));
  }
}

test('a label that nothing is encrypted under may be without a key', () =>
  withServer('missing-label', async (server) => {
    const keys = await keysOf(source(server, 'speke-v2'), { keys: BY_SIZE, clear: ['audio'] });
    assert.equal([...keys.keys()], ['SD/0', 'HD/0', 'UHD1/0']);
  }));

// --- A CPIX file

const kidOf = (index: number) => `00000000-0000-4000-8000-00000000000${index}`;
const keysByIndex = [1, 2, 3, 4].map((index) =>
  keyElement(kidOf(index), '', base64(new Uint8Array(16).fill(index))),
);
const inPeriod = (id: string) => `<cpix:KeyPeriodFilter periodId="${id}"/>`;

function file(rules: string, periods = ''): Plugin {
  const path = join(temporaryFolder('cpix'), 'keys.xml');
  writeFileSync(path, cpix({ root: '', keys: keysByIndex.join(''), rules, periods }));
  return keyCpixFile({ file: path });
}

test('a file: its filters give the keys to tracks, whatever its track types are called', async () => {
  const rules =
    ruleElement(kidOf(1), 'low', '<cpix:VideoFilter maxPixels="57600"/>') +
    ruleElement(kidOf(2), 'high', '<cpix:VideoFilter minPixels="57601" maxPixels="8999999"/>') +
    ruleElement(kidOf(3), 'unused', '<cpix:VideoFilter minPixels="9000000"/>') +
    ruleElement(kidOf(4), 'sound', '<cpix:AudioFilter maxChannels="2"/>');
  const title = { keys: { limits: { SD: '320x180', HD: 'max' } } };
  await assertKeys(file(rules), title, {
    'SD/0': kidOf(1),
    'HD/0': kidOf(2),
    'AUDIO/0': kidOf(4),
  });
  const both = await failureOf(keysOf(file(rules.replace('57601', '1')), title));
  assert.is(both.code, 'KEY_DOCUMENT');
  assert.match(both.message, /2 keys to one video track/);
});

for (const [how, periods] of [
  ['index', ['index="0"', 'index="1"']],
  ['time', ['startOffset="PT0S" endOffset="PT10S"', 'startOffset="PT10S" duration="PT10S"']],
] as const) {
  test(`a file: crypto periods by ${how}`, async () => {
    const rules = [0, 1].map(
      (period) =>
        ruleElement(kidOf(1 + period), '', `<cpix:VideoFilter/>${inPeriod(`p${period}`)}`) +
        ruleElement(kidOf(3 + period), '', `<cpix:AudioFilter/>${inPeriod(`p${period}`)}`),
    );
    const elements = periods.map((facts, index) => `<cpix:ContentKeyPeriod id="p${index}" ${facts}/>`);
    const keys = file(rules.join(''), elements.join(''));
    const title = { keys: 'audio-video', keyRotation: 10, segmentDuration: 2 };
    await assertKeys(keys, title, {
      'VIDEO/0': kidOf(1),
      'VIDEO/1': kidOf(2),
      'AUDIO/0': kidOf(3),
      'AUDIO/1': kidOf(4),
    });
    const short = await failureOf(keysOf(keys, { ...title, keyRotation: 6 }));
    assert.is(short.code, how === 'index' ? 'NO_KEY' : 'KEY_DOCUMENT', short.message);
  });
}

async function assertKeys(keys: Plugin, facts: object, expected: Readonly<Record<string, string>>) {
  const found = [...(await keysOf(keys, facts))].map(([place, { uuid }]) => [place, uuid]);
  assert.equal(Object.fromEntries(found), expected);
}

test.run();
