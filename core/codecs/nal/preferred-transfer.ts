import { RbspReader } from '../../base/bit-reader.ts';
import type { CodedTrack } from '../../media/track.ts';
import { codecOf } from '../built-in.ts';
import { lengthSizeOf, type NalRules } from './rules.ts';
import { SEI, seekSeiMessage } from './sei.ts';
import { nalUnitsOfHead } from './units.ts';

/** preferred_transfer_characteristics of a NAL unit, if it is an SEI that has it and is not cut short. */
function ofSei(nal: Uint8Array, { headerBytes, seiType, typeOf }: NalRules): number | undefined {
  if (typeOf(nal[0]!) !== seiType) return undefined;
  const reader = new RbspReader().open(nal, headerBytes, nal.length);
  return seekSeiMessage(reader, SEI.alternativeTransferCharacteristics) ? reader.bits(8) : undefined;
}

/**
 * The transfer characteristics that a stream asks for in place of those of its VUI (ITU-T H.265, E.2.1 and D.3.38, alike in H.264):
 * broadcasters send HLG as BT.2020 with an SEI message, for receivers that know nothing of HLG.
 */
export interface PreferredTransfer {
  /** What the configuration says: `hvcC` may have SEI messages. */
  readonly configured: number | undefined;
  /**
   * What the access unit says, of which `head` is the first bytes, or all of it.
   * @returns 0: nothing; `undefined` where `head` does not tell
   */
  inSample(head: Uint8Array, size: number): number | undefined;
}

/** Who looks for it in a track; `undefined` for codecs that have no such thing. */
export function preferredTransfer(track: CodedTrack): PreferredTransfer | undefined {
  const rules = codecOf(track)?.nal;
  if (!rules) return undefined;
  const lengthSize = lengthSizeOf(rules, track.config);
  const configured = rules.configured(track.config, track.source.name);
  return {
    configured: configured.map((nal) => ofSei(nal, rules)).find((value) => value !== undefined),
    inSample(head, size) {
      for (const nal of nalUnitsOfHead(head, lengthSize)) {
        const found = ofSei(nal, rules);
        if (found !== undefined) return found;
        if (rules.isPicture(rules.typeOf(nal[0]!))) return 0;
      }
      return head.length < size ? undefined : 0;
    },
  };
}
