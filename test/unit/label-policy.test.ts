import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PackagerError } from '../../core/index.ts';
import { fixedPolicy, type KeyPolicy, type LabelledTrack, policyOf } from '../../core/keys/label-policy.ts';
import { labelUses } from '../../core/keys/label-uses.ts';

const test = suite('label-policy');

const picture = (width: number, height: number): LabelledTrack => ({
  kind: 'video',
  codecs: 'avc1.640028',
  language: 'und',
  video: { width, height },
});
const sound: LabelledTrack = { kind: 'audio', codecs: 'mp4a.40.2', language: 'fr', audio: { channels: 2 } };

const labelsOf = (policy: KeyPolicy, tracks: readonly LabelledTrack[]): string[] =>
  tracks.map((track) => policyOf(policy, tracks).labelOf(track));

test('one key, one for pictures and one for sound', () => {
  const tracks = [picture(1920, 1080), sound];
  assert.equal(labelsOf('one', tracks), ['ALL', 'ALL']);
  assert.equal(labelsOf('audio-video', tracks), ['VIDEO', 'AUDIO']);
});

test('by quality: the limits are pixels of a coded picture, inclusive, whatever its shape', () => {
  const sizes = [
    [768, 576, 'SD'],
    [576, 768, 'SD'],
    [770, 576, 'HD'],
    [1920, 1080, 'HD'],
    [1080, 1920, 'HD'],
    [1920, 1088, 'UHD1'],
    [4096, 2160, 'UHD1'],
    [4098, 2160, 'UHD2'],
    [8192, 4320, 'UHD2'],
  ] as const;
  for (const [width, height, label] of sizes)
    assert.equal(labelsOf('by-quality', [picture(width, height)]), [label], `${width}×${height}`);
  assert.equal(fixedPolicy('by-quality')!.labels, ['SD', 'HD', 'UHD1', 'UHD2', 'AUDIO']);
});

test('limits of one’s own, in any order; sound may share a key with pictures', () => {
  const policy: KeyPolicy = { limits: { BIG: 'max', SMALL: '1024x576' }, audio: 'SMALL' };
  assert.equal(labelsOf(policy, [picture(1024, 576), picture(1026, 576), sound]), ['SMALL', 'BIG', 'SMALL']);
  assert.equal(fixedPolicy(policy)!.labels, ['SMALL', 'BIG']);
});

test('a picture that is too large for all limits is refused, not put with the largest', () => {
  assert.throws(
    () => labelsOf({ limits: { SD: '768x576' } }, [picture(1920, 1080)]),
    (error: PackagerError) => error.code === 'INVALID_OPTION' && /1920×1080/.test(error.message),
  );
});

test('limits by height: inclusive, whatever the width', () => {
  const policy: KeyPolicy = { limits: { UHD: 'max', SD: '480p', HD: '1080p' } };
  const sizes = [
    [640, 480, 'SD'],
    [1920, 480, 'SD'],
    [482, 482, 'HD'],
    [2592, 1080, 'HD'],
    [1080, 1920, 'UHD'],
    [1280, 1082, 'UHD'],
  ] as const;
  for (const [width, height, label] of sizes)
    assert.equal(labelsOf(policy, [picture(width, height)]), [label], `${width}×${height}`);
  assert.equal(fixedPolicy(policy)!.labels, ['SD', 'HD', 'UHD', 'AUDIO']);
});

test('a height is no number of pixels: key servers are told the name in place of bounds', () => {
  const policy: KeyPolicy = { limits: { SD: '480p', HD: 'max' } };
  assert.equal(labelUses(['SD', 'HD', 'AUDIO'], policy), [
    { label: 'SD', video: [{}], audio: [], isNamed: true },
    { label: 'HD', video: [{}], audio: [], isNamed: true },
    { label: 'AUDIO', video: [], audio: [{}], isNamed: false },
  ]);
  const shared: KeyPolicy = { limits: { SD: '480p', HD: 'max' }, audio: 'SD' };
  assert.equal(labelUses(['SD', 'HD'], shared)[0], { label: 'SD', video: [{}], audio: [{}], isNamed: true });
});

test('a label of pictures that sound has by default is refused, unless the config says that they share a key', () => {
  assert.throws(
    () => fixedPolicy({ limits: { AUDIO: '576p', HD: 'max' } }),
    (error: PackagerError) =>
      error.code === 'INVALID_OPTION' && /has the label AUDIO, which is that of sound/.test(error.message),
  );
  assert.equal(fixedPolicy({ limits: { AUDIO: '576p', HD: 'max' }, audio: 'SOUND' })!.labels, [
    ...['AUDIO', 'HD', 'SOUND'],
  ]);
  assert.equal(fixedPolicy({ limits: { AUDIO: '576p', HD: 'max' }, audio: 'AUDIO' })!.labels, [
    'AUDIO',
    'HD',
  ]);
});

for (const limits of [
  { SD: 'max', HD: 'max' },
  { SD: '768x576', HD: '576x768', UHD: 'max' },
  { SD: '1080p', HD: '1080p' },
] as const) {
  test(`labels of one size are refused, since no picture could have the second: ${Object.values(limits)}`, () => {
    assert.throws(
      () => fixedPolicy({ limits }),
      (error: PackagerError) =>
        error.code === 'INVALID_OPTION' && /same limit for SD and HD/.test(error.message),
    );
  });
}

test('limits by pixels and by height at once are refused', () => {
  assert.throws(
    () => fixedPolicy({ limits: { SD: '480p', HD: '1920x1080', UHD: 'max' } }),
    (error: PackagerError) =>
      error.code === 'INVALID_OPTION' && /pixels in one limit .*\(480p, 1920x1080\)/.test(error.message),
  );
});

test('a function: its labels are those that the tracks have', () => {
  const byLanguage: KeyPolicy = ({ kind, language }) => (kind === 'audio' ? `A-${language}` : 'V');
  const tracks = [picture(640, 360), sound, sound];
  assert.is(fixedPolicy(byLanguage), undefined);
  assert.equal(policyOf(byLanguage, tracks).labels, ['V', 'A-fr']);
});

for (const answer of ['', ' A', 'a b', 'ä', 'x'.repeat(65), undefined, 7, '../x']) {
  test(`a function that answers ${JSON.stringify(answer)} is refused`, () => {
    assert.throws(
      () => policyOf(() => answer as string, [sound]),
      (error: PackagerError) => error.code === 'INVALID_OPTION' && /mp4a\.40\.2/.test(error.message),
    );
  });
}

test('a function that throws is named, with the track that it threw for', () => {
  const policy = ({ video }: LabelledTrack) => (video!.height > 576 ? 'HD' : 'SD');
  assert.throws(
    () => policyOf(policy, [picture(640, 360), sound]),
    (error: PackagerError) =>
      error.code === 'INVALID_OPTION' && /^The function `keys` failed for .*mp4a\.40\.2/.test(error.message),
  );
});

test('a function is asked once for each track, and cannot change what is packaged', () => {
  const answers = ['A', 'B', 'C'];
  const tracks = [picture(640, 360), picture(1280, 720)];
  const { labels, labelOf } = policyOf((track) => {
    Object.assign(track, { kind: 'audio' });
    Object.assign(track.video!, { width: 1 });
    return answers.shift()!;
  }, tracks);
  assert.equal(labels, ['A', 'B']);
  assert.equal(tracks.map(labelOf), ['A', 'B']);
  assert.equal(tracks, [picture(640, 360), picture(1280, 720)]);
});

test.run();
