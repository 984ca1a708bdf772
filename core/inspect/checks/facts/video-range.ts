import { finding } from '../../findings/make.ts';
import type { MediaEntry } from '../../model/media-track.ts';
import { type Check, mainTrack } from '../check.ts';

/** VIDEO-RANGE by transfer characteristics (ISO/IEC 23091-2; RFC 8216bis, 4.4.6.2). */
const RANGE_OF: Readonly<Record<number, string>> = { 16: 'PQ', 18: 'HLG' };

/** High dynamic range is said where pictures have it, and nowhere else. */
export const checkVideoRange: Check = function* ({ packages, renditions }) {
  for (const { manifest, variants } of packages)
    for (const { playlist, videoRange } of variants) {
      const rendition = renditions.find(({ listed }) => listed.id === playlist);
      const track = rendition && mainTrack(rendition);
      if (track?.track.kind !== 'video') continue;
      const said = videoRange ?? 'SDR';
      const real = track.track.entries.map(rangeOf).find((range) => range !== undefined);
      const [entry] = track.track.entries;
      // Whatever pictures with 8 bits are, they are of standard range.
      const is = real ?? (entry && bitsOf(entry) === 8 ? 'SDR' : undefined);
      if (is !== undefined && is !== said)
        yield finding(
          'VIDEO_RANGE',
          { file: manifest, rendition: playlist },
          `${manifest} says the video range ${said} for the variant ${playlist}, whose pictures are ${is}.`,
          { expected: is, found: said },
        );
    }
};

/** Where a configuration says it; `undefined`: the samples alone do. */
function rangeOf({ format, config, codecs }: MediaEntry): string | undefined {
  if (format === 'vp09' && config.length > 8) return RANGE_OF[config[8]!] ?? 'SDR';
  // `av01.P.LLT.DD.M.CCC.cp.tc.mc.F`
  const transfer = format === 'av01' ? codecs?.split('.')[7] : undefined;
  return transfer === undefined ? undefined : (RANGE_OF[Number(transfer)] ?? 'SDR');
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
