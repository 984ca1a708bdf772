import type { Children } from './ebml.ts';

/** What sound and subtitles say of themselves, beside their language (RFC 9559, 5.1.4.1.5 to 5.1.4.1.11 and 5.1.4.1.18). */
export interface MatroskaUse {
  /** As users know it; empty where it has none. */
  readonly name: string;
  readonly isForced: boolean;
  /** For the deaf and hard of hearing. */
  readonly isHearingImpaired: boolean;
  /** For the blind, or text that describes the pictures. */
  readonly isDescription: boolean;
  readonly isCommentary: boolean;
  /** In the language of the film itself, or a translation; `undefined`: not said. */
  readonly isOriginal: boolean | undefined;
}

/** @param entry children of a TrackEntry */
export function readTrackUse(entry: Children): MatroskaUse {
  const flag = (id: number): boolean => entry.number(id, 0) === 1;
  return {
    name: entry.text(0x536e),
    isForced: flag(0x55aa),
    isHearingImpaired: flag(0x55ab),
    isDescription: flag(0x55ac) || flag(0x55ad), // FlagVisualImpaired, FlagTextDescriptions
    isCommentary: flag(0x55af),
    isOriginal: entry.bytes(0x55ae) && flag(0x55ae),
  };
}
