import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PackagerError } from '../../core/index.ts';
import { type LostTrack, leaveOutLost } from '../../core/kit.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('tracks that nobody can carry');

const video = { id: 1, kind: 'video', language: 'und' } as const;
const english = { id: 2, kind: 'audio', language: 'eng' } as const;
const DTS = { why: 'its codec "A_DTS" is not known' };

function warnings(lost: readonly LostTrack[], kept: Parameters<typeof leaveOutLost>[2]): string[] {
  const said: string[] = [];
  leaveOutLost('film.mkv', lost, kept, (message) => said.push(message));
  return said;
}

const refusal = (...given: Parameters<typeof warnings>): Promise<PackagerError> =>
  failureOf(Promise.resolve().then(() => warnings(...given)));

test('are left out with a notice where their language is there in another codec', () => {
  assert.equal(warnings([{ ...english, id: 3, language: 'en', ...DTS }], [video, english]), [
    'film.mkv: track 3 is left out: its codec "A_DTS" is not known.',
  ]);
  assert.is(warnings([{ ...video, id: 9, ...DTS }], [video]).length, 1);
});

test('are refused where the title would lose a language, its sound or its pictures, with how to leave them out', async () => {
  const french = await refusal([{ ...english, id: 3, language: 'fra', ...DTS }], [video, english]);
  assert.is(french.code, 'UNSUPPORTED_CODEC');
  assert.match(french.message, /^film\.mkv: audio track 3 \("fra"\) cannot be packaged: its codec "A_DTS"/);
  assert.match(french.hint!, '`{ file, audio: [2] }`');
  const silent = await refusal([{ ...english, ...DTS }], [video]);
  assert.match(silent.hint!, '`{ file, audio: false }`');
  const blind = await refusal([{ ...video, ...DTS }], [english]);
  assert.match(blind.hint!, /H\.264.*`\{ file, video: false \}`/);
});

test.run();
