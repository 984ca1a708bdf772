import { viewOf } from '../../base/bytes.ts';

/** Where displayFlags is in a TextSampleEntry, from its reserved bytes on. */
const AT = 8;
/** displayFlags of QuickTime (QuickTime File Format, Subtitle Sample Description), beside those of 3GPP TS 26.245, 5.16. */
const [SOME_FORCED, ALL_FORCED] = [0x4000_0000, 0x8000_0000];

const flagsOf = (entry: Uint8Array): number => (entry.length < AT + 4 ? 0 : viewOf(entry).getUint32(AT));

/** Whether all that a track of `tx3g` says is shown though nobody has chosen subtitles. @param entry payload of its sample entry */
export const isForcedTx3g = (entry: Uint8Array): boolean => (flagsOf(entry) & ALL_FORCED) !== 0;

/** Whether some of it is, and the rest is not: a track is shown as a whole, or is not. */
export const hasForcedTx3g = (entry: Uint8Array): boolean =>
  !isForcedTx3g(entry) && (flagsOf(entry) & SOME_FORCED) !== 0;
