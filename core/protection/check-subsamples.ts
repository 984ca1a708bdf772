import { fail } from '../base/errors.ts';
import { codecOf } from '../codecs/built-in.ts';
import { baseLayerOf } from '../codecs/nal/base-layer.ts';
import { nalLengthSize } from '../codecs/nal/length-size.ts';
import { ProtectedRanges } from '../codecs/protected-ranges.ts';
import { rangeFinders } from '../codecs/ranges.ts';
import type { Segment } from '../media/segment.ts';
import { type CodedTrack, describeTrack } from '../media/track.ts';
import { mostSubsamples, SubsampleBuilder, type SubsampleRules } from './subsamples.ts';

/** Encoders keep to one number of slices: the first key picture and some that follow it show it. */
const PICTURES = 8;

/**
 * Look at the first pictures of a track, before anything is written, for more slices or tiles than a sample of Common
 * Encryption can describe. Audio, whose samples are protected whole, has none.
 * @throws PackagerError UNSUPPORTED_CODEC when they cannot all be protected, NOT_MEDIA when a picture is damaged
 */
export async function checkSubsamples(track: CodedTrack, rules: SubsampleRules): Promise<void> {
  const finderOf = rangeFinders(track);
  if (finderOf === undefined) return;
  const { samples, source } = track;
  const builder = new SubsampleBuilder({ ...rules, name: source.name });
  const most = mostSubsamples(rules);
  const ranges = new ProtectedRanges();
  const onlyBase = baseLayerOf(track);
  const first = samples.syncSamples?.[0] ?? 0;
  const end = Math.min(first + PICTURES, samples.count);
  for (let picture = first; picture < end; picture++) {
    const { offsets, sizes, formats } = samples.read(picture, picture + 1);
    const data = Buffer.allocUnsafeSlow(sizes[0]!);
    await source.read(offsets[0]!, [data]);
    ranges.clear();
    const plain = onlyBase(oneSample(track, data, sizes));
    finderOf(formats?.[0]).find(plain.data, 0, plain.data.length, ranges);
    const entries = builder.entriesOf(ranges, 0, plain.data.length);
    if (entries > most) throw tooMany(track, picture + 1, ranges.count, entries, most);
  }
}

/** A sample as a segment of its own; its times are not asked for. */
const oneSample = (track: CodedTrack, data: Uint8Array, sizes: Uint32Array): Segment => ({
  track,
  index: 0,
  count: 1,
  data,
  sizes,
  durations: new Uint32Array(1),
  compositionOffsets: new Int32Array(1),
  sync: new Uint8Array(1),
  decodeTime: 0,
  nalLengthSize: nalLengthSize(track),
});

function tooMany(track: CodedTrack, picture: number, count: number, entries: number, most: number) {
  const { parts = 'slices' } = codecOf(track) ?? {};
  return fail.unsupportedCodec(
    track.source.name,
    `picture ${picture} of ${describeTrack(track)} has ${count} ${parts} and needs ${entries} subsamples, but a sample ` +
      `of Common Encryption has room for ${most}: "saiz" gives their size in one byte.`,
    `Encode the video with at most ${most} ${parts} a picture.`,
  );
}
