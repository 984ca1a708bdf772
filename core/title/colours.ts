import { payloadOf } from '../base/box-walk.ts';
import { codedPicture } from '../codecs/coded-picture.ts';
import { parseNclx } from '../codecs/nclx.ts';
import { type Colours, UNSPECIFIED } from '../codecs/picture-format.ts';
import { videoEntryChildren } from '../codecs/sample-entry.ts';
import type { VideoTrack } from '../media/track.ts';

/** PQ and HLG (ISO/IEC 23091-2, 8.2). */
export const PQ = 16;
export const HLG = 18;

/** By number, of the `colr` boxes of a sample entry, of which another may be a profile. */
function statedColours(sampleEntry: Uint8Array): Colours | undefined {
  for (const child of videoEntryChildren(sampleEntry).children) {
    const colours = child.type === 'colr' ? parseNclx(payloadOf(sampleEntry, child)) : undefined;
    if (colours) return colours;
  }
  return undefined;
}

/**
 * The colours of a track's base layer, as the file and the stream write them: the sample entry comes first (ISO/IEC 14496-12,
 * 12.1.5), where it says something.
 */
export function writtenColours(track: VideoTrack): Colours | undefined {
  const stated = statedColours(track.sampleEntry);
  if (stated && stated.transfer !== UNSPECIFIED) return stated;
  return codedPicture(track).colours ?? stated;
}

/**
 * The colours to show a track in: those that are written, but with the transfer characteristics that the stream asks for in their
 * place. Where they are PQ or HLG already, they are not a stand-in for anything.
 */
export function shownColours(track: VideoTrack): Colours | undefined {
  const written = writtenColours(track);
  const { preferredTransfer } = track;
  if (preferredTransfer === undefined || written?.transfer === PQ || written?.transfer === HLG)
    return written;
  const unspecified = { primaries: UNSPECIFIED, matrix: UNSPECIFIED, fullRange: false };
  return { ...(written ?? unspecified), transfer: preferredTransfer };
}
