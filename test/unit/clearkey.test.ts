import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeXml } from '../../core/base/xml/write-xml.ts';
import { clearkey } from '../../core/drm/index.ts';
import { testKey } from '../helpers/titles/renditions.ts';

const test = suite('clearkey');

const element = (licenseUrl?: string) =>
  writeXml(
    clearkey(licenseUrl === undefined ? {} : { licenseUrl }).contentProtection!({
      contentId: 'x',
      keys: [testKey()],
      scheme: 'cenc',
    }),
    { indent: false, declaration: false },
  );

test('the licence URL is written in both spellings that players read', () => {
  assert.is(
    element('https://keys.example/ck'),
    '<ContentProtection schemeIdUri="urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e" value="ClearKey1.0">' +
      '<dashif:Laurl xmlns:dashif="https://dashif.org/CPS">https://keys.example/ck</dashif:Laurl>' +
      '<ck:Laurl xmlns:ck="http://dashif.org/guidelines/clearKey" Lic_type="EME-1.0">https://keys.example/ck</ck:Laurl>' +
      '</ContentProtection>',
  );
});

test('without a URL the element stands alone, and nothing else is signalled', () => {
  assert.is(
    element(),
    '<ContentProtection schemeIdUri="urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e" value="ClearKey1.0"/>',
  );
  assert.is(clearkey().pssh, undefined);
  assert.is(clearkey().hlsKey, undefined);
});

test('the key itself is nowhere', () => {
  const text = element('https://keys.example/ck');
  assert.not.ok(/101112131415|EBESExQV/i.test(text));
});

test.run();
