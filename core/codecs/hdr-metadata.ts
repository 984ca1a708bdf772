import { u16, u32 } from '../base/box.ts';
import { concat } from '../base/bytes.ts';

/** A colour by its CIE 1931 coordinates, each from 0 to 1. */
export type Chromaticity = readonly [x: number, y: number];

/** The display on which a film was graded (SMPTE ST 2086). */
export interface MasteringDisplay {
  readonly red: Chromaticity;
  readonly green: Chromaticity;
  readonly blue: Chromaticity;
  readonly white: Chromaticity;
  /** cd/m². */
  readonly maxLuminance: number;
  readonly minLuminance: number;
}

/** How bright a film is (CTA-861.3, annex P); cd/m², 0 where nobody knows. */
export interface ContentLight {
  /** Of its brightest pixel. */
  readonly maxCll: number;
  /** Of its brightest picture, on average. */
  readonly maxFall: number;
}

/** What a container says of the brightness and the colours of all pictures of a track. */
export interface HdrMetadata {
  readonly mastering?: MasteringDisplay | undefined;
  readonly light?: ContentLight | undefined;
}

/** Payloads of boxes in the sample entry, by type. */
export type HdrBoxes = ReadonlyMap<string, Uint8Array>;

/** Units of chromaticities and of luminances in a unit. */
const [CHROMATICITY, LUMINANCE] = [50_000, 10_000];

/** `mdcv` and `clli` (ISO/IEC 14496-12, 12.1), in the order of the SEI messages that they repeat: green, blue, red. */
export function hdrBoxes({ mastering, light }: HdrMetadata): HdrBoxes {
  const boxes = new Map<string, Uint8Array>();
  if (mastering) {
    const { red, green, blue, white, maxLuminance, minLuminance } = mastering;
    const places = [green, blue, red, white].flat().map((place) => u16(Math.round(place * CHROMATICITY)));
    const luminances = [maxLuminance, minLuminance].map((most) => u32(Math.round(most * LUMINANCE)));
    boxes.set('mdcv', concat([...places, ...luminances]));
  }
  if (light) boxes.set('clli', concat([u16(light.maxCll), u16(light.maxFall)]));
  return boxes;
}
