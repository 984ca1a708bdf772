/** What is wrong with a package, as people and programs read it: once, in one order, without what follows from another fault. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { arranged } from '../../core/inspect/findings/arrange.ts';
import { FOLLOWS } from '../../core/inspect/findings/explained.ts';
import type { Claim } from '../../core/inspect/findings/finding.ts';
import { KINDS } from '../../core/inspect/findings/kinds/index.ts';
import { damageFinding, finding } from '../../core/inspect/findings/make.ts';
import { withPackagePaths } from '../../core/inspect/findings/package-paths.ts';
import { verdictOf } from '../../core/inspect/findings/verdict.ts';
import { DamageError } from '../../core/inspect/model/damage-error.ts';

const test = suite('findings');

const at = (time: number, rendition = 'video-1') => ({ file: `${rendition}.mp4`, time, rendition });

test('one fault of one kind in 5,000 segments is one finding, with the first place and their number', () => {
  const list = Array.from({ length: 5000 }, (_, n) =>
    finding('CLEAR_SLICE', at(5000 - n), `segment ${5000 - n}`),
  );
  const [one, ...others] = arranged([...list, finding('CLEAR_SLICE', at(1, 'video-2'), 'another rendition')]);
  assert.is(one!.message, 'segment 1');
  assert.is(one!.count, 5000);
  assert.equal(
    others.map(({ rendition, count }) => [rendition, count]),
    [['video-2', undefined]],
  );
});

test('the worst comes first, then code and place, however they were found', () => {
  const list = [
    finding('FILE_UNLISTED', { file: 'b.txt' }, 'notice b'),
    finding('APPLE_IFRAMES', { file: 'master.m3u8' }, 'warning'),
    finding('KID_ZERO', at(2, 'b'), 'error b'),
    finding('KID_ZERO', at(3, 'a'), 'error a'),
    finding('FILE_UNLISTED', { file: 'a.txt' }, 'notice a'),
  ];
  const expected = ['error a', 'error b', 'warning', 'notice a', 'notice b'];
  for (const findings of [list, [...list].reverse()])
    assert.equal(
      arranged(findings).map(({ message }) => message),
      expected,
    );
});

test('what follows from another fault of the same rendition is not said beside it', () => {
  const found = arranged([
    finding('SEGMENT_TIME', at(4), 'cause'),
    finding('SEQUENCE_NUMBER', at(4), 'consequence'),
    finding('SEQUENCE_NUMBER', at(4, 'audio'), 'by itself'),
  ]);
  assert.equal(
    found.map(({ message }) => message),
    ['cause', 'by itself'],
  );
});

test('an error is said beside a warning that could be its cause', () => {
  const found = arranged([
    finding('TRACK_SWAPPED', at(1), 'error'),
    finding('SEQUENCE_NUMBER', at(1), 'warning'),
  ]);
  assert.is(found.length, 2);
  const [cause, ...others] = arranged([
    { ...finding('RANGE_OF_INDEX', at(1), 'cause'), severity: 'warning' },
    finding('INDEX_RANGES', at(1), 'error all the same'),
  ]);
  assert.is(cause!.message, 'error all the same');
  assert.is(others.length, 1);
});

test('nothing is the cause of its own cause: one of them is said', () => {
  const follows: Readonly<Record<string, readonly string[]>> = FOLLOWS;
  const reaches = (from: string, to: string, seen: string[] = []): boolean =>
    !seen.includes(from) &&
    (follows[from] ?? []).some((code) => code === to || reaches(code, to, [...seen, from]));
  // A code that follows itself stands for its kind in a list of several.
  for (const code of Object.keys(follows))
    for (const other of follows[code]!)
      if (other !== code) assert.not.ok(reaches(other, code), `${code} and ${other}`);
});

test('a finding is plain data: its kind, its place, what ought to be there', () => {
  const found = finding('CODECS', { file: 'stream.mpd', rendition: 'v' }, 'A sentence.', {
    expected: 'avc1.64001f',
    found: 'hvc1',
  });
  assert.equal(JSON.parse(JSON.stringify(found)), found);
  assert.is(found.severity, 'error');
  assert.is(found.expected, 'avc1.64001f');
  const damage = damageFinding(new DamageError('a.mp4', 17, 'a box ends behind the file'), 'v');
  assert.is(damage.message, 'a.mp4: at byte 17 a box ends behind the file.');
  assert.is(damage.offset, 17);
});

test('files are called as the package calls them, wherever they lie', () => {
  const error = new DamageError('/srv/films/out/video-1/media.mp4', 17, 'a box ends behind the file');
  const [found] = withPackagePaths([damageFinding(error, 'v')], ['video-2/media.mp4', 'video-1/media.mp4']);
  assert.is(found!.file, 'video-1/media.mp4');
  assert.is(found!.message, 'video-1/media.mp4: at byte 17 a box ends behind the file.');
  const [other] = withPackagePaths(
    [finding('FILE_UNLISTED', { file: 'elsewhere.mp4' }, 'A sentence.')],
    ['media.mp4'],
  );
  assert.is(other!.file, 'elsewhere.mp4');
});

test('every kind says what to do in a sentence, errors of a standard also where it is written', () => {
  for (const [code, kind] of Object.entries(KINDS)) {
    assert.match(code, /^[A-Z][A-Z0-9_]+$/);
    assert.match(kind.mend, /^[A-Z].*\.$/, code);
  }
});

test('the verdict: faulty with an error, proved only where all samples were compared', () => {
  const claim = (assurance: Claim['assurance'], what: Claim['what'] = 'samples'): Claim => ({
    rendition: 'v',
    what,
    assurance,
    count: 1,
  });
  const warning = finding('APPLE_IFRAMES', { file: 'a' }, 'A sentence.');
  assert.is(verdictOf([warning], [claim('proved'), claim('form', 'images')]), 'proved');
  assert.is(verdictOf([], [claim('proved'), claim('unchecked')]), 'form');
  assert.is(verdictOf([], []), 'form');
  assert.is(verdictOf([finding('KID_ZERO', { file: 'a' }, 'A sentence.')], [claim('proved')]), 'faulty');
});

test.run();
