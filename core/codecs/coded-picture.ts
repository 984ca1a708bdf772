import { BitstreamError, RbspReader } from '../base/bit-reader.ts';
import type { Track } from '../media/track.ts';
import { parseAv1Config } from './av1/config.ts';
import { parseAvcConfig } from './avc/config.ts';
import { parseAvcPicture } from './avc/picture-format.ts';
import { parseHevcConfig } from './hevc/config.ts';
import { parseHevcPicture } from './hevc/picture-format.ts';
import type { PictureFormat } from './picture-format.ts';
import { parseVp9Config } from './vp9/config.ts';

/** In messages that nobody sees: who made the track has read its configuration. */
const NAMELESS = '';

/** nal_unit_type of HEVC. */
const HEVC_SPS = 33;

/** What a bitstream says of its pictures as they are shown. */
export type CodedPicture = Partial<PictureFormat>;

/**
 * What the configuration of a video track says of its pictures: the VUI of H.264 and HEVC, the sequence header of AV1, the record of
 * VP9. Empty where it says nothing, or nothing that can be read: some encoders write a VUI that does not parse.
 */
export function codedPicture({ entry, config }: Pick<Track, 'entry' | 'config'>): CodedPicture {
  const open = (nal: Uint8Array, header: number) => new RbspReader().open(nal, header, nal.length);
  try {
    switch (entry) {
      case 'avc1':
      case 'avc3':
      case 'dva1':
      case 'dvav': {
        const [sps] = parseAvcConfig(config, NAMELESS).sps;
        return sps ? parseAvcPicture(open(sps, 1)) : {};
      }
      case 'hvc1':
      case 'hev1':
      case 'dvh1':
      case 'dvhe': {
        const { nalUnits } = parseHevcConfig(config, NAMELESS);
        const sps = nalUnits.find((unit) => ((unit[0]! >> 1) & 63) === HEVC_SPS);
        return sps ? parseHevcPicture(open(sps, 2)) : {};
      }
      case 'av01': {
        const { colors, fullRange = false } = parseAv1Config(config, NAMELESS).sequenceHeader ?? {};
        return { colours: colors && { ...colors, fullRange } };
      }
      case 'vp09': {
        const vp9 = parseVp9Config(config, NAMELESS);
        const colours = {
          primaries: vp9.colourPrimaries,
          transfer: vp9.transferCharacteristics,
          matrix: vp9.matrixCoefficients,
          fullRange: vp9.fullRange,
        };
        return { colours };
      }
      default:
        return {};
    }
  } catch (cause) {
    if (cause instanceof BitstreamError) return {};
    throw cause;
  }
}
