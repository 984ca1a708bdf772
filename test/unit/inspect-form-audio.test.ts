import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formOf } from '../../core/inspect/form/form-of.ts';
import { sayForm } from '../../core/inspect/form/verdict.ts';
import { AUDIO_MEDIA } from '../helpers/media/audio-media.ts';
import { clearMedia, formVerdict, KID } from '../helpers/verify/form-media.ts';

const test = suite('inspect/form: sound');

/** Real, and damaged at its end. */
const DAMAGED = 'sample_ac3.mp4';

for (const medium of AUDIO_MEDIA.filter(({ codecs }) => codecs !== 'mp4a.40.42')) {
  test(`tells a wrong key of ${medium.name} from the right one`, async () => {
    const media = (await clearMedia(await medium.file())).find(
      ({ subsamples }) => subsamples[0]!.length === 0,
    )!;
    const violations = medium.name === DAMAGED ? 1 : 0;
    const clear = formVerdict(media, 'clear', 'right');
    assert.is(clear.violations, violations, JSON.stringify(clear.first));
    assert.is(clear.missProbability, undefined);
    for (const scheme of ['cenc', 'cbcs'] as const) {
      const right = formVerdict(media, scheme, 'right');
      assert.is(right.violations, violations, JSON.stringify(right.first));
      assert.is(right.samples, media.samples.length);
      assert.is(right.keys.find(({ kid }) => kid === KID)!.key, 'right');
      assert.ok(right.missProbability! <= -60, `${scheme}: 2^${right.missProbability}`);
      const wrong = formVerdict(media, scheme, 'wrong');
      assert.ok(wrong.violations > media.samples.length / 12, `${scheme}: ${wrong.violations} violations`);
      assert.is(wrong.keys.find(({ kid }) => kid === KID)!.key, 'wrong');
    }
  });
}

test('says which frame is damaged where the key is right all the same', async () => {
  const [media] = await clearMedia(await AUDIO_MEDIA.find(({ name }) => name === 'flac')!.file());
  media!.samples[7]![100]! ^= 1;
  const verdict = formVerdict(media!, 'cenc', 'right');
  assert.is(verdict.violations, 1);
  assert.is(verdict.first?.sample, 7);
  assert.is(verdict.keys[0]!.key, 'right');
  assert.match(
    sayForm(verdict, 'frames'),
    /^1 of 2\d frames are not .* sample 7, which has a FLAC frame whose CRC is wrong; the others show that the key is right$/,
  );
});

test('says how sure it is, and of a few frames that they say too little', async () => {
  const [media] = await clearMedia(await AUDIO_MEDIA.find(({ name }) => name === 'opus stereo')!.file());
  const few = { ...media!, samples: media!.samples.slice(0, 3), subsamples: media!.subsamples.slice(0, 3) };
  const open = formVerdict(few, 'cenc', 'right');
  assert.is(open.keys[0]!.key, 'open');
  assert.match(
    sayForm(open, 'packets'),
    /^3 packets are what .*; too little to tell a wrong key by: it would pass .* up to 2\^-?\d+$/,
  );
  assert.match(
    sayForm(formVerdict(media!, 'cenc', 'right'), 'packets'),
    /; a wrong key would pass with a probability of less than 2\^-\d{3}$/,
  );
  assert.match(
    sayForm(formVerdict(media!, 'cenc', 'wrong'), 'packets'),
    /: the key is wrong, or what was encrypted was damaged$/,
  );
});

test('says nothing of MPEG audio of Layer II, which has the object type of MP3', () => {
  const frame = Buffer.concat([Buffer.from('fffd9400', 'hex'), Buffer.alloc(572)]);
  const entry = { format: '.mp3', codecs: undefined, config: new Uint8Array() };
  const verdict = formVerdict({ entry, samples: [frame], subsamples: [[]] }, 'clear', 'right');
  assert.is(verdict.violations, 0);
  assert.is(verdict.unjudged, 1);
  assert.is(sayForm(verdict, 'frames'), 'nothing can be said of frames of this kind');
});

test('judges nothing whose codec it does not know', () => {
  assert.is(formOf({ format: 'mlpa', codecs: 'mlpa', config: new Uint8Array() }), undefined);
});

test.run();
