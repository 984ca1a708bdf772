import { u16, u32 } from '../../base/box.ts';
import { concat } from '../../base/bytes.ts';
import type { HdrBoxes, HdrMetadata } from '../hdr-metadata.ts';

/** Version and flags of a FullBox. */
const FULL = u32(0);

/** A number with so many bits behind its point. */
const fixed = (value: number, bits: number): number => Math.round(value * 2 ** bits);

/** `SmDm` and `CoLL` (VP Codec ISO Media File Format Binding, Carriage of HDR Metadata), which VP9 has in place of `mdcv` and `clli`. */
export function vp9HdrBoxes({ mastering, light }: HdrMetadata): HdrBoxes {
  const boxes = new Map<string, Uint8Array>();
  if (mastering) {
    const { red, green, blue, white, maxLuminance, minLuminance } = mastering;
    const places = [red, green, blue, white].flat().map((place) => u16(Math.min(fixed(place, 16), 0xffff)));
    const luminances = [u32(fixed(maxLuminance, 8)), u32(fixed(minLuminance, 14))];
    boxes.set('SmDm', concat([FULL, ...places, ...luminances]));
  }
  if (light) boxes.set('CoLL', concat([FULL, u16(light.maxCll), u16(light.maxFall)]));
  return boxes;
}
