import { codedPicture } from '../codecs/coded-picture.ts';
import { parseNclx } from '../codecs/nclx.ts';
import { type Colours, UNSPECIFIED } from '../codecs/picture-format.ts';
import { videoEntryBoxes } from '../mp4/read/sample-entry.ts';
import type { Track } from './track.ts';

/** PQ and HLG (ISO/IEC 23091-2, 8.2). */
export const PQ = 16;
export const HLG = 18;

/**
 * The colours of a track's base layer, as the file and the stream write them: the sample entry comes first (ISO/IEC 14496-12,
 * 12.1.5), where it says something.
 */
export function writtenColours(track: Track): Colours | undefined {
  const stated = parseNclx(videoEntryBoxes(track.sampleEntry).get('colr'));
  if (stated && stated.transfer !== UNSPECIFIED) return stated;
  return codedPicture(track).colours ?? stated;
}

/**
 * The colours to show a track in: those that are written, but with the transfer characteristics that the stream asks for in their
 * place. Where they are PQ or HLG already, they are not a stand-in for anything.
 */
export function shownColours(track: Track): Colours | undefined {
  const written = writtenColours(track);
  const { preferredTransfer } = track;
  if (preferredTransfer === undefined || written?.transfer === PQ || written?.transfer === HLG)
    return written;
  const unspecified = { primaries: UNSPECIFIED, matrix: UNSPECIFIED, fullRange: false };
  return { ...(written ?? unspecified), transfer: preferredTransfer };
}
