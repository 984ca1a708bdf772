import type { Track } from '../media/track.ts';
import { parseAv1Config } from './av1/config.ts';
import { parseAvcConfig } from './avc/config.ts';
import { parseAvcPicture } from './avc/picture-format.ts';
import { BitstreamError, RbspReader } from './bit-reader.ts';
import { parseHevcConfig } from './hevc/config.ts';
import { parseHevcPicture } from './hevc/picture-format.ts';

/** nal_unit_type of HEVC. */
const HEVC_SPS = 33;

/**
 * TransferCharacteristics (ISO/IEC 23091-2, 8.2) by the configuration of a video track: of the VUI of H.264 and HEVC, of the
 * sequence header of AV1. `undefined` where it says nothing, or nothing that can be read: some encoders write a VUI that
 * does not parse.
 */
export function codedTransfer({ entry, config, source }: Track): number | undefined {
  const open = (nal: Uint8Array, header: number) => new RbspReader().open(nal, header, nal.length);
  try {
    switch (entry) {
      case 'avc1':
      case 'avc3':
      case 'dva1':
      case 'dvav': {
        const [sps] = parseAvcConfig(config, source.name).sps;
        return sps && parseAvcPicture(open(sps, 1)).colours?.transfer;
      }
      case 'hvc1':
      case 'hev1':
      case 'dvh1':
      case 'dvhe': {
        const { nalUnits } = parseHevcConfig(config, source.name);
        const sps = nalUnits.find((unit) => ((unit[0]! >> 1) & 63) === HEVC_SPS);
        return sps && parseHevcPicture(open(sps, 2)).colours?.transfer;
      }
      case 'av01':
        return parseAv1Config(config, source.name).sequenceHeader?.colors?.transfer;
      default:
        return undefined;
    }
  } catch (cause) {
    if (cause instanceof BitstreamError) return undefined;
    throw cause;
  }
}
