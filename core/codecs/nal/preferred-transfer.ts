import { BitstreamError, RbspReader } from '../../base/bit-reader.ts';
import { nalLengthSize } from '../../media/segment-reader.ts';
import type { Track } from '../../media/track.ts';
import { parseHevcConfig } from '../hevc/config.ts';
import { byNalCodec } from './entries.ts';
import { SEI, seekSeiMessage } from './sei.ts';
import { nalUnitsOfHead } from './units.ts';

/** What two codecs do differently. */
interface SeiSyntax {
  /** Bytes of the header of a NAL unit. */
  readonly header: number;
  /** nal_unit_type of SEI messages in front of the picture. */
  readonly sei: number;
  typeOf(first: number): number;
  isPicture(type: number): boolean;
}

const AVC: SeiSyntax = {
  header: 1,
  sei: 6,
  typeOf: (first) => first & 31,
  isPicture: (type) => type >= 1 && type <= 5,
};

const HEVC: SeiSyntax = {
  header: 2,
  sei: 39,
  typeOf: (first) => (first >> 1) & 63,
  isPicture: (type) => type < 32,
};

const SYNTAX: ReadonlyMap<string, SeiSyntax> = new Map(byNalCodec(AVC, HEVC));

/** preferred_transfer_characteristics of a NAL unit, if it is an SEI that has it and is not cut short. */
function ofSei(nal: Uint8Array, { header, sei, typeOf }: SeiSyntax): number | undefined {
  if (typeOf(nal[0]!) !== sei) return undefined;
  const reader = new RbspReader().open(nal, header, nal.length);
  try {
    seekSeiMessage(reader, SEI.alternativeTransferCharacteristics);
    return reader.bits(8);
  } catch (cause) {
    if (cause instanceof BitstreamError) return undefined; // the end of the unit, or one that nobody can read
    throw cause;
  }
}

/**
 * The transfer characteristics that a stream asks for in place of those of its VUI (ITU-T H.265, E.2.1 and D.3.38, alike in H.264):
 * broadcasters send HLG as BT.2020 with an SEI message, for receivers that know nothing of HLG.
 */
export interface PreferredTransfer {
  /** What `hvcC` says. */
  readonly configured: number | undefined;
  /**
   * What the access unit says, of which `head` is the first bytes, or all of it.
   * @returns 0: nothing; `undefined` where `head` does not tell
   */
  inSample(head: Uint8Array, size: number): number | undefined;
}

/** Who looks for it in a track; `undefined` for codecs that have no such thing. */
export function preferredTransfer(track: Track): PreferredTransfer | undefined {
  const syntax = SYNTAX.get(track.entry);
  if (!syntax) return undefined;
  const lengthSize = nalLengthSize(track);
  const configured = syntax === HEVC ? parseHevcConfig(track.config, track.source.name).nalUnits : [];
  return {
    configured: configured.map((nal) => ofSei(nal, syntax)).find((value) => value !== undefined),
    inSample(head, size) {
      for (const nal of nalUnitsOfHead(head, lengthSize)) {
        const found = ofSei(nal, syntax);
        if (found !== undefined) return found;
        if (syntax.isPicture(syntax.typeOf(nal[0]!))) return 0;
      }
      return head.length < size ? undefined : 0;
    },
  };
}
