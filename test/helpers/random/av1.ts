import { BitWriter } from '../media/bit-writer.ts';
import type { Dice } from './dice.ts';

/** An AV1 sequence header of any kind that the specification allows (5.5.1), reduced ones apart. */
export function randomSequenceHeader(dice: Dice): Uint8Array {
  const out = new BitWriter();
  const flag = (percent = 50) => out.put(dice.percent(percent), 1);
  const profile = out.put(dice.below(3), 3);
  out.bits('0 0'); // still_picture, reduced_still_picture_header
  putOperatingPoints(out, dice);
  const [widthBits, heightBits] = [4 + dice.below(9), 4 + dice.below(9)];
  out.put(widthBits - 1, 4);
  out.put(heightBits - 1, 4);
  out.put(Math.max(15, dice.below(2 ** widthBits)), widthBits);
  out.put(Math.max(15, dice.below(2 ** heightBits)), heightBits);
  if (flag(30)) out.put(dice.below(8) * 8 + dice.below(5), 7); // frame ids
  for (let tool = 0; tool < 7; tool += 1) flag(); // use_128x128_superblock to enable_dual_filter
  const orderHints = flag(80);
  if (orderHints) out.put(dice.below(4), 2);
  const screenContent = flag() || flag();
  if (screenContent && !flag()) flag(); // seq_choose_integer_mv, seq_force_integer_mv
  if (orderHints) out.put(dice.below(8), 3);
  out.put(dice.below(8), 3); // enable_superres, enable_cdef, enable_restoration
  putColorConfig(out, dice, profile);
  flag(70); // film_grain_params_present
  out.bits('1');
  return out.bytes();
}

function putOperatingPoints(out: BitWriter, dice: Dice): void {
  const flag = (percent = 50) => out.put(dice.percent(percent), 1);
  let model = 0;
  let delayBits = 0;
  if (flag(40)) {
    out.put(1, 32);
    out.put(25, 32);
    if (flag(30)) out.bits('1'); // num_ticks_per_picture_minus_1: 0
    model = flag(70);
    if (model) {
      delayBits = out.put(dice.below(32), 5) + 1;
      out.put(1, 32);
      out.put(dice.below(32), 5);
      out.put(dice.below(32), 5);
    }
  }
  const delays = flag(30);
  const last = out.put(dice.below(4), 5);
  for (let point = 0; point <= last; point += 1) {
    out.put(last === 0 ? 0 : dice.below(4) * 256 + dice.below(16), 12);
    if (out.put(dice.below(20), 5) > 7) flag();
    if (model && flag(70)) {
      out.put(1, delayBits);
      out.put(1, delayBits);
      flag();
    }
    if (delays && flag()) out.put(dice.below(10), 4);
  }
}

function putColorConfig(out: BitWriter, dice: Dice, profile: number): void {
  const flag = (percent = 50) => out.put(dice.percent(percent), 1);
  const high = flag();
  const twelve = profile === 2 && high && flag();
  const monochrome = profile !== 1 && flag(20);
  const rgb = profile === 1 && dice.percent(30) === 1;
  const described = rgb ? out.put(1, 1) : flag(30);
  if (described) {
    for (const code of rgb ? [1, 13, 0] : [9, 16, 9]) out.put(code, 8);
  }
  if (!rgb) flag(); // color_range
  if (monochrome) return;
  const halved = profile === 0 || (twelve && flag() && flag());
  if (halved) out.put(dice.below(3), 2);
  flag(); // separate_uv_delta_q
}

/** Bytes of a made frame header: more than most have. */
const HEADER_BYTES = 60;

/** A frame header that begins as one has to and goes on with anything: `key`, a shown key frame, needs no other frame. */
export function randomFrameHeader(dice: Dice, key: boolean): Uint8Array {
  const out = new BitWriter();
  if (key) out.bits('0 00 1');
  else {
    out.put(dice.percent(8), 1); // show_existing_frame
    out.put(dice.of([1, 1, 1, 1, 2, 0, 3]), 2);
  }
  const ones = dice.of([15, 30, 50, 70]);
  while (out.length < HEADER_BYTES * 8) out.put(dice.percent(ones), 1);
  return out.bytes();
}
