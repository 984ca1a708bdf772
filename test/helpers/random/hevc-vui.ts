import type { BitWriter } from '../media/bit-writer.ts';
import type { Dice } from './dice.ts';

/** vui_parameters() (ITU-T H.265, E.2.1) of any kind. */
export function putVui(out: BitWriter, dice: Dice, subLayers: number): void {
  const flag = (percent = 50) => out.put(dice.percent(percent), 1) === 1;
  if (flag() && out.put(dice.of([1, 255]), 8) === 255) out.put(0x00040003, 32);
  if (flag()) flag(); // overscan
  if (flag()) {
    out.put(dice.below(16), 4);
    if (flag()) out.put(0x010101, 24);
  }
  if (flag()) {
    out.ue(dice.below(6));
    out.ue(dice.below(6));
  }
  out.put(dice.below(8), 3);
  if (flag(20)) for (let side = 0; side < 4; side += 1) out.ue(0);
  if (flag()) {
    out.put(1, 32);
    out.put(25, 32);
    if (flag()) out.ue(0);
    if (flag()) putHrd(out, dice, subLayers);
  }
  if (flag()) {
    out.put(dice.below(8), 3);
    for (const most of [4095, 16, 16, 15, 15]) out.ue(dice.below(most + 1));
  }
}

/** hrd_parameters( 1, maxNumSubLayersMinus1 ) (E.2.2). */
function putHrd(out: BitWriter, dice: Dice, subLayers: number): void {
  const flag = (percent = 50) => out.put(dice.percent(percent), 1) === 1;
  const kinds = Number(flag()) + Number(flag());
  let subPictures = false;
  if (kinds > 0) {
    subPictures = flag();
    if (subPictures) out.put(dice.below(2 ** 19), 19);
    out.put(dice.below(256), 8);
    if (subPictures) out.put(dice.below(16), 4);
    out.put(dice.below(2 ** 15), 15);
  }
  for (let layer = 0; layer < subLayers; layer += 1) {
    const general = flag();
    const withinSequence = general || flag();
    if (withinSequence) out.ue(dice.below(2048));
    const lowDelay = !withinSequence && flag();
    const buffers = lowDelay ? 1 : out.ue(dice.below(4)) + 1;
    for (let kind = 0; kind < kinds; kind += 1) {
      for (let buffer = 0; buffer < buffers; buffer += 1) {
        for (let value = subPictures ? 4 : 2; value > 0; value -= 1) out.ue(1000 * buffer + dice.below(900));
        flag(); // cbr_flag
      }
    }
  }
}
