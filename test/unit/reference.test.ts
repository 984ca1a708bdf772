import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { withoutUrlSecrets } from '../../core/base/url-secrets.ts';
import {
  canonicalReference,
  nameOfReference,
  schemeOf,
  shownReference,
  within,
  withoutSecretsOf,
} from '../../core/io/reference.ts';
import { isQuick } from '../helpers/commands/processor-time.ts';

const test = suite('references');

test('a scheme is one only where nobody would take it for a name', () => {
  for (const [text, scheme] of [
    ['https://host/film.mp4', 'https'],
    ['HTTPS://host/film.mp4', 'https'],
    ['acme+v2://bucket/key', 'acme+v2'],
    ['s3:bucket', 's3'],
    ['data:video/mp4;base64,AAAA', 'data'],
  ]) {
    assert.is(schemeOf(text!), scheme, text);
  }
  for (const path of [
    '/films/film.mp4',
    'film: the end.mp4',
    'part1:2.mp4',
    'C:\\films\\film.mp4',
    'C:/films/film.mp4',
    'c://film.mp4',
    'file:///film.mp4',
    './https://host',
    '',
  ]) {
    assert.is(schemeOf(path), undefined, path);
    assert.is(shownReference(path), path);
  }
});

test('what is shown has no credentials and no query', () => {
  for (const [reference, shown] of [
    ['https://host/film.mp4', 'https://host/film.mp4'],
    ['https://host:8443/a/film.mp4?token=abc&x', 'https://host:8443/a/film.mp4?…'],
    ['https://user:pass@host/film.mp4', 'https://…@host/film.mp4'],
    ['https://user:p@ss@host/film.mp4', 'https://…@host/film.mp4'],
    ['https://token@host/film.mp4#part', 'https://…@host/film.mp4#…'],
    ['https://host/film@2x.mp4', 'https://host/film@2x.mp4'],
    ['https://[::1]:80/film.mp4?', 'https://[::1]:80/film.mp4?…'],
    ['https://user:pa/ss@host/film.mp4', 'https://…@host/film.mp4'],
    ['https://user:pa?ss@host/film.mp4', 'https://…@host/film.mp4'],
    ['https://user:pa#ss@host/a/film.mp4?sig=1', 'https://…@host/a/film.mp4?…'],
    ['https:film.mp4?token=abc', 'https:film.mp4?…'],
    ['data:video/mp4;base64,AAAA', 'data:…'],
    ['acme://bucket', 'acme://bucket'],
    ['s3://films/a b%20+#c?d=1.mp4', 's3://films/a b%20+#c?d=1.mp4'],
    ['s3://ID:se/cr?et@films/a?b.mp4', 's3://…@films/a?…'],
    ['s3://films/a?b.mp4?X-Amz-Date=1&X-Amz-Signature=hush#x', 's3://films/a?b.mp4?…'],
  ]) {
    assert.is(shownReference(reference!), shown);
    assert.is(shownReference(shown!), shown, 'once more');
  }
});

test('somebody who was given a reference may say it whole, in parts, and in other spellings', () => {
  const reference = 'https://me:pa%2Fss@host/film.mp4?token=a%2Bsecret%2Bof%2Bours&part=2';
  for (const text of [
    `GET ${reference} failed`,
    'user me:pa%2Fss is unknown',
    'the password pa/ss is wrong',
    'token=a%2Bsecret%2Bof%2Bours&part=2 has expired',
    'a+secret+of+ours has expired',
    'a%2Bsecret%2Bof%2Bours has expired',
  ]) {
    assert.not.match(withoutSecretsOf(reference, text), /pa(%2F|\/)ss|secret/, text);
  }
  assert.is(withoutSecretsOf('/a b', '/a b is not there'), '/a b is not there');
  assert.is(
    withoutSecretsOf('s3://b/a?longer=key', 's3://b/a?longer=key is not there'),
    's3://b/a?longer=key is not there',
  );
});

test('names are those of the last folder or file, without a query', () => {
  for (const [reference, name] of [
    ['/films/film.mp4', 'film.mp4'],
    ['https://host/a/film.mp4?token=a/b.mov', 'film.mp4'],
    ['https://host/My%20film.mp4', 'My film.mp4'],
    ['https://host/a%2Fb.mp4', 'a%2Fb.mp4'],
    ['https://host/100%.mp4', '100%.mp4'],
    ['https://host/a/', 'a'],
    ['https://host', 'input'],
    ['acme://bucket/a/b:c.mp4#t', 'b:c.mp4'],
    ['s3://films/b/a%20b+#c?d.mp4', 'a%20b+#c?d.mp4'],
  ]) {
    assert.is(nameOfReference(reference!), name);
  }
});

test('what is in a location keeps its query; what names one thing is equal', () => {
  assert.is(within('/out', 'DASH/a.mpd'), '/out/DASH/a.mpd');
  assert.is(within('acme://bucket/out/', 'DASH'), 'acme://bucket/out/DASH');
  assert.is(within('acme://bucket/out?region=x#y', 'DASH'), 'acme://bucket/out/DASH?region=x#y');
  assert.is(canonicalReference('ACME://me:pw@Bucket/Out/?a#b'), 'acme://bucket/Out');
  assert.is(canonicalReference('acme://bucket/Out'), 'acme://bucket/Out');
  assert.is(within('s3://films/a?b#c/', 'DASH'), 's3://films/a?b#c/DASH');
  assert.is(canonicalReference('S3://films/A?1/'), 's3://films/A?1');
});

test('a long word without a URL in it takes no time', () =>
  isQuick(0.5, 'letters', () => withoutUrlSecrets('a'.repeat(40_000))));

test.run();
