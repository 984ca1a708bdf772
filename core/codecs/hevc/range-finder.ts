import { BitstreamError, RbspReader } from '../../base/bit-reader.ts';
import { ParameterSets } from '../nal/parameter-sets.ts';
import { NalRangeFinder, type NalSyntax, otherLayers } from '../nal/range-finder.ts';
import { SliceHeaders } from '../nal/slice-headers.ts';
import type { RangeFinder } from '../protected-ranges.ts';
import type { HevcConfig } from './config.ts';
import { hevcRole } from './nal-role.ts';
import { type HevcPps, parsePps } from './pps.ts';
import { skipSliceHeader } from './slice-header.ts';
import { type HevcSps, parseSps } from './sps.ts';

/** nal_unit_type (ITU-T H.265, table 7-1): all below are coded slice segments. */
const FIRST_NON_VCL = 32;
const SPS = 33;
const PPS = 34;
/** What holds a NAL unit of Dolby Vision's enhancement layer. */
const ENHANCEMENT = 63;

const HEADER_BYTES = 2;

/**
 * Finds what to protect in HEVC samples: of a slice segment everything behind its header, in the base layer and in Dolby
 * Vision's enhancement layer (inside type 63); of what else may hold whole NAL units all behind the NAL unit header. Clear are
 * parameter sets, SEI, and Dolby Vision's metadata (type 62). Other layers must have been left out (`baseLayerOf`).
 * Parameter sets in the samples replace those of the configuration.
 * @param name how messages name the file
 * @throws PackagerError NOT_MEDIA when a parameter set of the configuration cannot be read
 */
export function createHevcRangeFinder({ lengthSize, nalUnits }: HevcConfig, name: string): RangeFinder {
  return new NalRangeFinder({
    syntax: new HevcNalUnits(name),
    codec: 'HEVC',
    configBox: 'hvcC',
    name,
    lengthSize,
    parameterSets: nalUnits,
  });
}

/** nal_unit_type, of the first byte of a NAL unit. */
const typeOf = (header: number): number => (header >> 1) & 63;

class HevcNalUnits implements NalSyntax {
  readonly #sets = new ParameterSets<HevcSps, HevcPps>(parseSps, parsePps);
  readonly #reader = new RbspReader();
  readonly #name: string;
  #enhancement: HevcNalUnits | undefined;
  readonly #slices = new SliceHeaders(this.#sets, HEADER_BYTES, (reader, header) =>
    skipSliceHeader(reader, typeOf(header), this.#sets),
  );

  constructor(name: string) {
    this.#name = name;
  }

  read(data: Uint8Array, start: number, end: number): number {
    const type = typeOf(data[start]!);
    if (end - start < HEADER_BYTES && type < FIRST_NON_VCL) throw new BitstreamError('is cut short');
    switch (hevcRole(data[start]!, data[start + 1])) {
      case 'slice':
        return this.#slices.endOf(data, start, end);
      case 'wrapper':
        return type === ENHANCEMENT ? this.#readEnhancement(data, start, end) : start + HEADER_BYTES;
      case 'other-layer':
        // Sets of another layer may be in the configuration; they mean nothing to this one.
        if (type >= FIRST_NON_VCL) return end;
        throw otherLayers(this.#name, 'HEVC', type);
      default:
        if (type === SPS) this.#sets.addSps(this.#reader.open(data, start + HEADER_BYTES, end));
        else if (type === PPS) this.#sets.addPps(this.#reader.open(data, start + HEADER_BYTES, end));
        return end;
    }
  }

  /** A NAL unit of Dolby Vision's enhancement layer, which has parameter sets of its own, behind two bytes of another. */
  #readEnhancement(data: Uint8Array, start: number, end: number): number {
    const inner = start + HEADER_BYTES;
    const role = hevcRole(data[inner] ?? 0, data[inner + 1]);
    if (role === 'slice' || role === 'clear') {
      this.#enhancement ??= new HevcNalUnits(this.#name);
      try {
        return this.#enhancement.read(data, inner, end);
      } catch (cause) {
        if (!(cause instanceof BitstreamError)) throw cause;
      }
    }
    // Decoders of the base layer step over it, whatever it is: no byte of it has to be clear for them.
    return inner;
  }
}
