import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex, toHex } from '../../core/base/bytes.ts';
import { PackagerError } from '../../core/base/errors.ts';
import { adtsFormat, writeAdtsHeader } from '../../core/codecs/aac/adts.ts';
import type { AudioTrack } from '../../core/media/track.ts';
import { aacTrack } from '../helpers/media/ts-media.ts';

const test = suite('ADTS');

function header(config: string, bytes: number): string {
  const target = new Uint8Array(7);
  writeAdtsHeader(target, 0, adtsFormat(aacTrack({ config: fromHex(config) })), bytes);
  return toHex(target);
}

function refusal(facts: Partial<AudioTrack>): string {
  try {
    adtsFormat(aacTrack(facts));
  } catch (error) {
    assert.ok(PackagerError.is(error));
    assert.is(error.code, 'UNSUPPORTED_CODEC');
    return error.message;
  }
  return assert.unreachable() as never;
}

test('frames AAC-LC: the header that ffmpeg writes', () => {
  assert.is(header('1190', 350), 'fff14c802cbffc'); // 48 kHz stereo
  assert.is(header('1210', 0), 'fff1508000fffc'); // 44.1 kHz stereo
  assert.is(header('11b0', 1), 'fff14d80011ffc'); // 48 kHz 5.1
});

test('carries the length in 13 bits', () => {
  assert.is(header('1190', 8184), 'fff14c83fffffc');
});

test('describes the core coder of HE-AAC, however it is signalled', () => {
  const core = 'fff15880'; // LC, 24 kHz, stereo
  assert.ok(header('1310', 10).startsWith(core)); // implicit
  assert.ok(header('2b118800', 10).startsWith(core)); // object type 5
  assert.ok(header('131056e598', 10).startsWith(core)); // backward compatible
  assert.ok(header('eb098800', 10).startsWith('fff15840')); // object type 29: mono core
});

test('finds the index of a rate that is written out', () => {
  assert.is(header('1780' + '5dc010', 350), header('1190', 350)); // 15, 48000
});

test('8 channels are configuration 7', () => {
  assert.ok(header('11b8', 10).startsWith('fff14dc0'));
});

test('refuses what ADTS cannot carry', () => {
  assert.match(refusal({ config: fromHex('f9464000') }), /audio object type 42/);
  assert.match(refusal({ config: fromHex('1180') }), /program config element/);
  assert.match(refusal({ config: fromHex('178060ae10') }), /49500 Hz/);
  assert.match(refusal({ config: fromHex('1194') }), /960 samples/);
  assert.match(refusal({ config: fromHex('11d8') }), /channel configuration 11/);
  assert.match(refusal({ config: fromHex('11') }), /cut short/);
});

test('refuses sound that is not AAC', () => {
  assert.match(refusal({ codecs: 'mp4a.6b' }), /it is not AAC/);
  assert.match(refusal({ entry: 'ac-3', codecs: 'ac-3' }), /it is not AAC/);
});

test('names the file and the track', () => {
  assert.match(refusal({ config: fromHex('1180') }), /^made\.mp4: audio track 2 \(mp4a\.40\.2\)/);
});

test.run();
