import { BitWriter } from '../media/bit-writer.ts';
import type { Dice } from './dice.ts';

/** Bytes of a made frame: more than any header has. */
const FRAME_BYTES = 100;
const RGB = 7;

/** A VP9 frame whose header begins as one has to and goes on with anything: `key` frames need no other frame. */
export function randomVp9Frame(dice: Dice, profile: number, key: boolean): Uint8Array {
  const out = new BitWriter();
  out.put(2, 2);
  out.put(profile & 1, 1);
  out.put(profile >> 1, 1);
  if (profile === 3) out.put(0, 1);
  out.put(key ? 0 : dice.percent(5), 1); // show_existing_frame
  const intra = key || dice.percent(10) === 1;
  out.put(intra ? 0 : 1, 1);
  const shown = out.put(dice.percent(50), 1);
  const resilient = out.put(dice.percent(50), 1);
  if (intra) putIntra(out, dice, profile, true);
  else {
    const intraOnly = !shown && out.put(dice.percent(50), 1) === 1;
    if (!resilient) out.put(dice.below(4), 2);
    if (intraOnly) putIntra(out, dice, profile, false);
  }
  const ones = dice.of([20, 40, 60]);
  while (out.length < (FRAME_BYTES - 1) * 8) out.put(dice.percent(ones), 1);
  out.put(0, 8); // no superframe marker
  return out.bytes();
}

/** From the sync code to the size. */
function putIntra(out: BitWriter, dice: Dice, profile: number, key: boolean): void {
  out.put(0x498342, 24);
  const sampled = profile % 2 === 1;
  if (key || profile > 0) {
    if (profile >= 2) out.put(dice.percent(50), 1);
    const space = out.put(sampled && dice.percent(10) ? RGB : dice.below(RGB), 3);
    if (space !== RGB) out.put(dice.percent(50), 1);
    if (space !== RGB && sampled) out.put(dice.below(3), 2); // not 4:2:0, which the other profiles have
    if (sampled) out.put(0, 1);
  }
  if (!key) out.put(dice.below(256), 8); // refresh_frame_flags
  out.put(dice.below(dice.of([64, 2000, 16000, 65536])), 16);
  out.put(dice.below(65536), 16);
}
