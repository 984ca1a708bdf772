import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../core/base/errors.ts';
import { keyForTrack, readCpix, type TrackFacts } from '../../core/cpix/index.ts';
import { cpix, KID, keyElement, OTHER_KID, ruleElement } from '../helpers/servers/cpix-documents.ts';

const test = suite('usage rules');

const THIRD_KID = 'cccccccc-0000-4000-8000-000000000003';
const rulesOf = (rules: string) =>
  readCpix(cpix({ keys: keyElement() + keyElement(OTHER_KID) + keyElement(THIRD_KID), rules })).rules;
const pick = (rules: string, track: TrackFacts) => keyForTrack(rulesOf(rules), track);

/** PallyCon's classes (interface document, 2.3), with the sound. */
const CLASSES =
  ruleElement(KID, 'SD', '<cpix:VideoFilter maxPixels="414720"/>') +
  ruleElement(OTHER_KID, 'HD', '<cpix:VideoFilter minPixels="414721"/>') +
  ruleElement(THIRD_KID, 'AUDIO', '<cpix:AudioFilter/>');

test('pixels choose between video keys, bounds included; sound has its own', () => {
  assert.is(pick(CLASSES, { kind: 'video', pixels: 640 * 360 }), KID);
  assert.is(pick(CLASSES, { kind: 'video', pixels: 414720 }), KID);
  assert.is(pick(CLASSES, { kind: 'video', pixels: 414721 }), OTHER_KID);
  assert.is(pick(CLASSES, { kind: 'audio', channels: 2 }), THIRD_KID);
  assert.is(pick(CLASSES, { kind: 'text' }), undefined);
});

test('a bound on what is not known does not match', () => {
  assert.is(pick(CLASSES, { kind: 'video' }), undefined);
});

test('minFps is exclusive, maxFps is not', () => {
  const rules =
    ruleElement(KID, 'SLOW', '<cpix:VideoFilter maxFps="30"/>') +
    ruleElement(OTHER_KID, 'FAST', '<cpix:VideoFilter minFps="30"/>');
  assert.is(pick(rules, { kind: 'video', fps: 30 }), KID);
  assert.is(pick(rules, { kind: 'video', fps: 50 }), OTHER_KID);
});

test('hdr, wcg, channels, bitrate, label and period are asked for', () => {
  const one = (filter: string) => ruleElement(KID, 'X', filter);
  const asked: readonly (readonly [filter: string, yes: TrackFacts, no: TrackFacts])[] = [
    ['<cpix:VideoFilter hdr="true"/>', { kind: 'video', hdr: true }, { kind: 'video', hdr: false }],
    ['<cpix:VideoFilter wcg="0"/>', { kind: 'video', wcg: false }, { kind: 'video', wcg: true }],
    [
      '<cpix:AudioFilter minChannels="3" maxChannels="6"/>',
      { kind: 'audio', channels: 6 },
      { kind: 'audio', channels: 2 },
    ],
    [
      '<cpix:BitrateFilter minBitrate="5" maxBitrate="9"/>',
      { kind: 'video', bitrate: 5 },
      { kind: 'video', bitrate: 10 },
    ],
    [
      '<cpix:LabelFilter label="main"/>',
      { kind: 'audio', labels: ['main'] },
      { kind: 'audio', labels: ['dub'] },
    ],
    [
      '<cpix:KeyPeriodFilter periodId="p1"/>',
      { kind: 'audio', periodId: 'p1' },
      { kind: 'audio', periodId: 'p2' },
    ],
  ];
  for (const [filter, yes, no] of asked) {
    assert.is(pick(one(filter), yes), KID, filter);
    assert.is(pick(one(filter), no), undefined, filter);
  }
});

test('filters of one type are alternatives, of different types they all count; ALL is both kinds', () => {
  const all = ruleElement(KID, 'ALL', '<cpix:VideoFilter/><cpix:AudioFilter/>');
  assert.is(pick(all, { kind: 'video' }), KID);
  assert.is(pick(all, { kind: 'audio' }), KID);
  assert.is(pick(all, { kind: 'text' }), undefined);
  const labelled = ruleElement(
    KID,
    'X',
    '<cpix:VideoFilter/><cpix:LabelFilter label="a"/><cpix:LabelFilter label="b"/>',
  );
  assert.is(pick(labelled, { kind: 'video', labels: ['b'] }), KID);
  assert.is(pick(labelled, { kind: 'video', labels: ['c'] }), undefined);
  assert.is(pick(labelled, { kind: 'audio', labels: ['b'] }), undefined);
});

test('the track type is a word, not a filter', () => {
  assert.is(pick(ruleElement(KID, 'AUDIO', ''), { kind: 'video' }), KID);
});

test('two rules of one key are one match; of two keys they are an error', () => {
  const same = ruleElement(KID, 'A', '<cpix:VideoFilter/>') + ruleElement(KID, 'B', '');
  assert.is(pick(same, { kind: 'video' }), KID);
  const two =
    ruleElement(KID, 'A', '<cpix:VideoFilter/>') + ruleElement(OTHER_KID, 'B', '<cpix:VideoFilter/>');
  refused(() => pick(two, { kind: 'video' }), /2 keys to one video track/);
  assert.is(pick(two, { kind: 'audio' }), undefined);
});

test('an unknown filter, or an unknown attribute of a known one, is an error for every track', () => {
  const odd = ruleElement(KID, 'A', '<cpix:MoonFilter phase="full"/>');
  refused(
    () => pick(odd + ruleElement(OTHER_KID, 'B', '<cpix:AudioFilter/>'), { kind: 'audio' }),
    /not known \(MoonFilter\)/,
  );
  refused(
    () => pick(ruleElement(KID, 'A', '<cpix:VideoFilter minDepth="10"/>'), { kind: 'video' }),
    /VideoFilter@minDepth/,
  );
});

function refused(work: () => unknown, message: RegExp): void {
  try {
    work();
  } catch (error) {
    assert.ok(PackagerError.is(error));
    assert.is(error.code, 'KEY_DOCUMENT');
    assert.match(error.message, message);
    return;
  }
  assert.unreachable('it was taken');
}

test.run();
