import { readSps as readAvcSps } from '../../form/avc/parameter-sets.ts';
import { Bits, FormError } from '../../form/bits.ts';
import { readSps as readHevcSps } from '../../form/hevc/parameter-sets.ts';
import { Rbsp } from '../../form/nal/emulation.ts';
import type { MediaEntry } from '../../model/media-track.ts';

/** "Unspecified" (ISO/IEC 23091-2, 8.2). */
const UNSPECIFIED = 2;
/** NAL units of sequence parameter sets, as `hvcC` names their arrays. */
const HEVC_SPS = 33;
/** Sample aspect ratio in numbers of its own. */
const EXTENDED_SAR = 255;

/** TransferCharacteristics of pictures (ISO/IEC 23091-2, 8.2), by `colr` or what the codec's configuration says; `undefined`: neither does. */
export function transferOf({ format, config, codecs, transfer }: MediaEntry): number | undefined {
  const said = transfer ?? ofCodec(format, config, codecs);
  return said === UNSPECIFIED ? undefined : said;
}

function ofCodec(format: string, config: Uint8Array, codecs: string | undefined): number | undefined {
  if (format === 'vp09') return config.length > 8 ? config[8] : undefined;
  // `av01.P.LLT.DD.M.CCC.cp.tc.mc.F`
  if (format === 'av01')
    return codecs === undefined ? undefined : Number(codecs.split('.')[7] ?? UNSPECIFIED);
  try {
    if (/^avc/.test(format)) return ofAvc(config);
    return /^(hvc|hev)/.test(format) ? ofHevc(config) : undefined;
  } catch (error) {
    // What parameter sets are in order is for others to say.
    if (error instanceof FormError) return undefined;
    throw error;
  }
}

/** The first sequence parameter set of `avcC` (ISO/IEC 14496-15, 5.3.3.1). */
function ofAvc(config: Uint8Array): number | undefined {
  if (config.length < 8 || (config[5]! & 31) === 0) return undefined;
  const bits = bitsOf(config, 8, (config[6]! << 8) | config[7]!, 1);
  readAvcSps(bits);
  if (bits.flag()) for (let left = 4; left > 0; left -= 1) bits.ue(); // frame_cropping
  return ofVui(bits);
}

/** The first one of `hvcC` (8.3.3.1). */
function ofHevc(config: Uint8Array): number | undefined {
  for (let at = 23, left = config[22] ?? 0; left > 0 && at + 5 <= config.length; left -= 1) {
    const type = config[at]! & 63;
    let count = (config[at + 1]! << 8) | config[at + 2]!;
    at += 3;
    for (; count > 0 && at + 2 <= config.length; count -= 1) {
      const length = (config[at]! << 8) | config[at + 1]!;
      if (type === HEVC_SPS) {
        const bits = bitsOf(config, at + 2, length, 2);
        readHevcSps(bits);
        bits.skip(1); // strong_intra_smoothing_enabled_flag
        return ofVui(bits);
      }
      at += 2 + length;
    }
  }
  return undefined;
}

/** @param header bytes in front of the RBSP */
function bitsOf(config: Uint8Array, start: number, length: number, header: number): Bits {
  const end = Math.min(config.length, start + length);
  const { data, length: size } = new Rbsp().open(config, Math.min(end, start + header), end);
  return new Bits().open(data, 0, size);
}

/** vui_parameters() up to its colours, alike in both (ITU-T H.264, E.1.1; H.265, E.2.1). */
function ofVui(bits: Bits): number | undefined {
  if (!bits.flag()) return undefined;
  if (bits.flag() && bits.read(8) === EXTENDED_SAR) bits.skip(32);
  if (bits.flag()) bits.skip(1); // overscan
  if (!bits.flag()) return undefined;
  bits.skip(3 + 1); // video_format, video_full_range_flag
  if (!bits.flag()) return undefined;
  bits.skip(8); // colour_primaries
  return bits.read(8);
}
