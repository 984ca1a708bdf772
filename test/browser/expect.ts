import * as assert from 'uvu/assert';
import type { Playback } from './play.ts';

/** It ran past three seconds without complaint, decoded the frames of that time, and shows a picture. */
export function assertPlays({ errors, currentTime, decodedFrames, luma, contrast }: Playback): void {
  assert.equal(errors, [], 'the player complains of nothing');
  assert.ok(currentTime > 3, `the position passes three seconds: ${currentTime}`);
  assert.ok(decodedFrames > 30, `frames are decoded: ${decodedFrames}`);
  assert.ok(luma > 16 && contrast > 8, `the picture is not black: luma ${luma}, contrast ${contrast}`);
}

/** It complained, and never got past so many seconds. */
export function assertDoesNotPlay({ errors, currentTime }: Playback, seconds = 3): void {
  assert.ok(errors.length > 0, 'the player says that it cannot play');
  assert.ok(currentTime < seconds, `the position stays before ${seconds} seconds: ${currentTime}`);
}
