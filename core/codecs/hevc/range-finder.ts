import { BitstreamError, RbspReader } from '../bit-reader.ts';
import { NalRangeFinder, type NalSyntax } from '../nal-range-finder.ts';
import { ParameterSets } from '../parameter-sets.ts';
import type { RangeFinder } from '../protected-ranges.ts';
import type { HevcConfig } from './config.ts';
import { type HevcPps, parsePps } from './pps.ts';
import { skipSliceHeader } from './slice-header.ts';
import { type HevcSps, parseSps } from './sps.ts';

/** nal_unit_type (ITU-T H.265, table 7-1): all below are coded slice segments. */
const FIRST_NON_VCL = 32;
const SPS = 33;
const PPS = 34;

/**
 * Finds what to protect in HEVC samples: of a slice segment of the base layer everything behind its header, all else is
 * clear: parameter sets, SEI, other layers, and what Dolby Vision adds (metadata in type 62, an enhancement layer in type 63).
 * Parameter sets in the samples replace those of the configuration.
 * @param name how messages name the file
 * @throws PackagerError NOT_MEDIA when a parameter set of the configuration cannot be read
 */
export function createHevcRangeFinder({ lengthSize, nalUnits }: HevcConfig, name: string): RangeFinder {
  return new NalRangeFinder({
    syntax: new HevcNalUnits(),
    codec: 'HEVC',
    configBox: 'hvcC',
    name,
    lengthSize,
    parameterSets: nalUnits,
  });
}

class HevcNalUnits implements NalSyntax {
  readonly #sets = new ParameterSets<HevcSps, HevcPps>(parseSps, parsePps);
  readonly #reader = new RbspReader();

  read(data: Uint8Array, start: number, end: number): number {
    const type = (data[start]! >> 1) & 63;
    if (end - start < 2 && type < FIRST_NON_VCL) throw new BitstreamError('is cut short');
    const baseLayer = (data[start]! & 1) === 0 && data[start + 1]! >> 3 === 0; // nuh_layer_id
    if (!baseLayer) return end;
    const reader = this.#reader.open(data, start + 2, end);
    if (type < FIRST_NON_VCL) {
      skipSliceHeader(reader, type, this.#sets);
      return reader.position;
    }
    if (type === SPS) this.#sets.addSps(reader);
    else if (type === PPS) this.#sets.addPps(reader);
    return end;
  }
}
