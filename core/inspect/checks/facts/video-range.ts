import type { Finding } from '../../findings/finding.ts';
import { finding } from '../../findings/make.ts';
import type { MediaEntry } from '../../model/media-track.ts';
import { type Check, inManifest, mainTrack, nameOf, ofEach } from '../check.ts';
import type { RenditionFacts } from '../package-facts.ts';
import { transferOf } from './transfer.ts';

/** VIDEO-RANGE by transfer characteristics (ISO/IEC 23091-2; RFC 8216bis, 4.4.6.2). Of curves that are not here nothing is said. */
const RANGE_OF: ReadonlyMap<number, string> = new Map([
  ...[1, 6, 13, 14, 15].map((transfer) => [transfer, 'SDR'] as const),
  [16, 'PQ'],
  [18, 'HLG'],
]);

/** High dynamic range is said where pictures have it, and nowhere else. */
export const checkVideoRange: Check = function* (facts) {
  for (const { manifest, variants } of facts.packages)
    for (const { playlist, videoRange } of variants) {
      const rendition = facts.renditions.find(({ listed }) => listed.id === playlist);
      const words = `${manifest} says the video range ${videoRange ?? 'SDR'} for the variant ${playlist}`;
      const place = { file: manifest, rendition: playlist };
      if (rendition) yield* compare(rendition, videoRange ?? 'SDR', place, words);
    }
  yield* ofMpds(facts);
};

/** Of an MPD nothing is said of what it does not say (ISO/IEC 23091-1; DASH-IF IOP, 6.2.5.1). */
const ofMpds = ofEach(function* (rendition) {
  const said = RANGE_OF.get(rendition.listed.transfer ?? -1);
  if (said === undefined) return;
  const words = `${rendition.listed.manifest} says the transfer characteristics ${rendition.listed.transfer}, ${said}, for ${nameOf(rendition)}`;
  yield* compare(rendition, said, inManifest(rendition), words);
});

function* compare(
  rendition: RenditionFacts,
  said: string,
  place: { readonly file: string; readonly rendition?: string },
  words: string,
): Generator<Finding, void> {
  const track = mainTrack(rendition)?.track;
  if (track?.kind !== 'video') return;
  const is = track.entries.map(rangeOf).find((range) => range !== undefined);
  if (is === undefined || is === said) return;
  // An SEI message may ask for HLG in place of what is written (ITU-T H.265, D.3.38): samples alone tell.
  const mayAsk = track.entries.some(({ format }) => /^(avc|hvc|hev)/.test(format));
  if (is === 'SDR' && said === 'HLG' && mayAsk) return;
  yield finding('VIDEO_RANGE', place, `${words}, whose pictures are ${is}.`, { expected: is, found: said });
}

/** `undefined`: nothing but the samples, or Dolby Vision, says it. */
function rangeOf(entry: MediaEntry): string | undefined {
  const transfer = transferOf(entry);
  if (transfer !== undefined) return RANGE_OF.get(transfer);
  // Whatever pictures with 8 bits are, they are of standard range.
  return bitsOf(entry) === 8 ? 'SDR' : undefined;
}

/** Of luma; `undefined`: the samples alone say it. */
function bitsOf({ format, config }: MediaEntry): number | undefined {
  // Of Dolby Vision the base layer alone does not say it.
  if (/^(hvc|hev)/.test(format) && config.length > 18) return 8 + (config[17]! & 7);
  if (format === 'av01' && config.length > 2) return (config[2]! & 0x40) === 0 ? 8 : 10;
  // Baseline, main and high (ITU-T H.264, A.2).
  if (/^avc/.test(format) && config.length > 3) return [66, 77, 88, 100].includes(config[1]!) ? 8 : undefined;
  return undefined;
}
