import { RbspReader } from '../../base/bit-reader.ts';
import { fail } from '../../base/errors.ts';
import { NalRangeFinder, type NalSyntax, otherLayers } from '../nal/range-finder.ts';
import { SliceHeaders } from '../nal/slice-headers.ts';
import type { RangeFinder } from '../protected-ranges.ts';
import type { AvcConfig } from './config.ts';
import { avcRole } from './nal-role.ts';
import { AvcParameterSets } from './parameter-sets.ts';
import { skipSliceHeader } from './slice-header.ts';

/** nal_unit_type (ITU-T H.264, table 7-1). */
const SPS = 7;
const PPS = 8;

/**
 * Finds what to protect in H.264 samples: of a slice (NAL unit type 1 or 5) everything behind the byte that holds the
 * last bit of its header, of what may hold whole NAL units all behind the NAL unit header; all else is clear. Other layers
 * must have been left out (`baseLayerOf`). Parameter sets in the samples replace those of the configuration.
 * @param name how messages name the file
 * @throws PackagerError NOT_MEDIA when a parameter set of the configuration cannot be read
 */
export function createAvcRangeFinder({ lengthSize, sps, pps }: AvcConfig, name: string): RangeFinder {
  return new NalRangeFinder({
    syntax: new AvcNalUnits(name),
    codec: 'H.264',
    configBox: 'avcC',
    name,
    lengthSize,
    parameterSets: [...sps, ...pps],
  });
}

class AvcNalUnits implements NalSyntax {
  readonly #name: string;
  readonly #sets = new AvcParameterSets();
  readonly #reader = new RbspReader();
  readonly #slices = new SliceHeaders(this.#sets, 1, (reader, header) =>
    skipSliceHeader(reader, header, this.#sets),
  );

  constructor(name: string) {
    this.#name = name;
  }

  read(data: Uint8Array, start: number, end: number): number {
    const header = data[start]!;
    switch (avcRole(header)) {
      case 'slice':
        return this.#slices.endOf(data, start, end);
      case 'wrapper':
        return start + 1;
      case 'other-layer':
        throw otherLayers(this.#name, 'H.264', header & 31);
      case 'partition':
        // Neither Common Encryption nor players know where to cut these; clear they would give the picture away.
        throw fail.unsupportedCodec(
          this.#name,
          'its H.264 video uses data partitioning (Extended profile), which cannot be protected.',
          'Encode it in the Baseline, Main or High profile.',
        );
      case 'clear':
        if ((header & 31) === SPS) this.#sets.addSps(this.#reader.open(data, start + 1, end));
        else if ((header & 31) === PPS) this.#sets.addPps(this.#reader.open(data, start + 1, end));
        return end;
    }
  }
}
