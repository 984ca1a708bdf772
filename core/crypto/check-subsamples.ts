import { ProtectedRanges } from '../codecs/protected-ranges.ts';
import { rangeFinders } from '../codecs/ranges.ts';
import { fail } from '../errors.ts';
import { describeTrack, type Track } from '../media/track.ts';
import { mostSubsamples, SubsampleBuilder, type SubsampleRules } from './subsamples.ts';

/** Encoders keep to one number of slices: the first key picture and some that follow it show it. */
const PICTURES = 8;

/**
 * Look at the first pictures of a track, before anything is written, for more slices or tiles than a sample of Common
 * Encryption can describe. Audio, whose samples are protected whole, has none.
 * @throws PackagerError UNSUPPORTED_CODEC when they cannot all be protected, NOT_MEDIA when a picture is damaged
 */
export async function checkSubsamples(track: Track, rules: SubsampleRules): Promise<void> {
  const finderOf = rangeFinders(track);
  if (finderOf === undefined) return;
  const { samples, source } = track;
  const builder = new SubsampleBuilder({ ...rules, name: source.name });
  const most = mostSubsamples(rules);
  const ranges = new ProtectedRanges();
  const first = samples.syncSamples?.[0] ?? 0;
  const end = Math.min(first + PICTURES, samples.count);
  for (let picture = first; picture < end; picture++) {
    const { offsets, sizes, formats } = samples.read(picture, picture + 1);
    const data = Buffer.allocUnsafeSlow(sizes[0]!);
    await source.read(offsets[0]!, [data]);
    ranges.clear();
    finderOf(formats?.[0]).find(data, 0, data.length, ranges);
    const entries = builder.entriesOf(ranges, 0, data.length);
    if (entries > most) throw tooMany(track, picture + 1, ranges.count, entries, most);
  }
}

function tooMany(track: Track, picture: number, count: number, entries: number, most: number) {
  const parts = track.entry === 'av01' ? 'tiles' : 'slices';
  return fail.unsupportedCodec(
    track.source.name,
    `picture ${picture} of ${describeTrack(track)} has ${count} ${parts} and needs ${entries} subsamples, but a sample ` +
      `of Common Encryption has room for ${most}: "saiz" gives their size in one byte.`,
    `Encode the video with at most ${most} ${parts} a picture.`,
  );
}
