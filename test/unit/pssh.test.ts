import { Ajv } from 'ajv';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex, toHex } from '../../core/base/bytes.ts';
import {
  common,
  DRM_SYSTEM_NAMES,
  DRM_SYSTEMS_SCHEMA,
  pssh,
  resolveDrmSystems,
} from '../../core/drm/index.ts';
import { findBox, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { KEY_ID, secondKey, testKey } from '../helpers/titles/renditions.ts';

const test = suite('pssh and the list of systems');

const SYSTEM = 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed';

test('version 0 is 32 bytes and the data', () => {
  const box = pssh(SYSTEM, fromHex('c0ffee'));
  assert.is(toHex(box), '000000237073736800000000edef8ba979d64acea3c827dcd51d21ed00000003c0ffee');
});

test('version 1 lists the key ids, and mp4box reads them back', () => {
  const [box] = common().pssh!({ contentId: 'x', keys: [testKey(), secondKey()], scheme: 'cenc' });
  assert.is(box!.length, 36 + 2 * 16);
  const parsed = findBox(parseBoxes(box!), 'pssh');
  assert.is(parsed['version'], 1);
  assert.is(String(parsed['system_id']).replaceAll('-', ''), '1077efecc0b24d02ace33c1e52e2fb4b');
  assert.equal(
    (parsed['kid'] as string[]).map((kid) => kid.replaceAll('-', '')),
    [KEY_ID, 'ff'.repeat(16)],
  );
});

test('the common system box is the published vector', () => {
  const [box] = common().pssh!({ contentId: 'x', keys: [testKey()], scheme: 'cenc' });
  assert.is(
    toHex(box!),
    '0000003470737368010000001077efecc0b24d02ace33c1e52e2fb4b00000001000102030405060708090a0b0c0d0e0f00000000',
  );
});

test('a list may hold values, names, and names with options', () => {
  const own = { name: 'own' };
  const systems = resolveDrmSystems([own, 'widevine', ['identity', { uri: 'key.bin' }]]);
  assert.equal(
    systems.map(({ name }) => name),
    ['own', 'widevine', 'identity'],
  );
  assert.is(systems[0], own);
});

const ALL = DRM_SYSTEM_NAMES.map((name) =>
  name === 'identity' ? (['identity', { uri: 'key.bin' }] as const) : name,
);

test('a system that comes twice is refused: by its name, or by the id under which players know it', () => {
  const again = (references: Parameters<typeof resolveDrmSystems>[0]): string => {
    try {
      resolveDrmSystems(references);
    } catch (error) {
      return (error as Error).message;
    }
    return 'taken';
  };
  assert.is(again(['common', 'widevine', 'common']), '`systems` has the DRM system common twice.');
  assert.is(
    again(['widevine', ['widevine', { provider: 'acme' }]]),
    '`systems` has the DRM system widevine twice.',
  );
  const own = { name: 'acme', systemId: 'EDEF8BA9-79D6-4ACE-A3C8-27DCD51D21ED' };
  assert.match(again(['widevine', own]), /^`systems` has widevine and acme, which are one DRM system/);
  assert.is(again([{ name: 'one' }, { name: 'two' }, ...ALL]), 'taken');
});

test('an unknown name is refused with the names there are', () => {
  const wrong = JSON.parse('["widevin"]');
  assert.throws(
    () => resolveDrmSystems(wrong),
    (error: Error & { hint: string }) =>
      error.message.includes('"widevin"') && /widevine, playready, common/.test(error.hint),
  );
});

test('the schema takes what resolveDrmSystems takes, and points at what it does not', () => {
  const validate = new Ajv({ strict: true, allErrors: true }).compile(DRM_SYSTEMS_SCHEMA);
  assert.ok(validate([{ name: 'own', pssh: () => [] }, 'common', ['playready', { version: '4.3.0.0' }]]));
  const paths = (value: unknown) => {
    validate(value);
    return new Set(validate.errors?.map((error) => error.instancePath));
  };
  assert.ok(paths(['identity']).has('/0'), 'identity needs its URI');
  assert.ok(paths([['widevine', { polcy: 'x' }]]).has('/0/1'));
  assert.ok(paths(['common', ['nope', {}]]).has('/1/0'));
  assert.ok(paths([['playready', { version: '5' }]]).has('/0/1/version'));
  assert.ok(
    validate(['marlin', 'wiseplay', ['marlin', { pssh: true }], ['wiseplay', { licenseUrl: 'https://x/' }]]),
  );
  assert.ok(paths([['marlin', { pssh: 'yes' }]]).has('/0/1/pssh'));
  assert.ok(paths([['wiseplay', { pssh: 'AA==' }]]).has('/0/1'));
  assert.ok(paths([['widevine', { groupIds: ['xyz'] }]]).has('/0/1/groupIds/0'));
  assert.ok(paths([['widevine', { cryptoPeriodIndex: -1 }]]).has('/0/1/cryptoPeriodIndex'));
  assert.ok(paths([['playready', { decryptorSetup: 'ALWAYS' }]]).has('/0/1/decryptorSetup'));
  assert.ok(paths([['playready', { domainServiceId: '{0}' }]]).has('/0/1/domainServiceId'));
  assert.ok(paths([5]).has('/0'));
  assert.ok(paths([{}]).has('/0'));
});

test.run();
