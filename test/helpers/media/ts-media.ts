import { fromHex } from '../../../core/base/bytes.ts';
import type { Segment } from '../../../core/media/segment.ts';
import type { TrackTiming } from '../../../core/media/timed-track.ts';
import type { AudioTrack, VideoTrack } from '../../../core/media/track.ts';
import { makeSegment, makeTrack } from './segments.ts';

/** Parameter sets that x264 wrote. */
export const SPS = fromHex('6764000dacd98141fb011000000300100000030320f14299a0');
export const PPS = fromHex('68e978f2c8b0');

/** `avcC` with one SPS and one PPS. */
const AVC_CONFIG = Uint8Array.of(
  1,
  0x64,
  0,
  0x0d,
  0xff,
  0xe1,
  0,
  SPS.length,
  ...SPS,
  1,
  0,
  PPS.length,
  ...PPS,
);
/** AAC-LC, 48 kHz, stereo. */
export const AAC_CONFIG = fromHex('1190');

export const avcTrack = (facts: Partial<VideoTrack> = {}): VideoTrack =>
  makeTrack({ timescale: 90_000, config: AVC_CONFIG, ...facts });

export const aacTrack = (facts: Partial<AudioTrack> = {}): AudioTrack =>
  makeTrack({
    ...{ id: 2, entry: 'mp4a', codecs: 'mp4a.40.2', timescale: 48_000, config: AAC_CONFIG },
    ...facts,
    kind: 'audio',
  });

export const plainTiming = (facts: Partial<TrackTiming> = {}): TrackTiming => ({
  ...{ shift: 0, compositionShift: 0, mediaTimeAtZero: 0, decodeDelay: 0, segmentStarts: Uint32Array.of(0) },
  ...facts,
});

/** A sample of NAL units behind lengths of 1, 2 or 4 bytes. */
export function sample(units: readonly Uint8Array[], lengthSize = 4): Uint8Array {
  const parts = units.map((unit) => {
    const length = Buffer.alloc(lengthSize);
    length.writeUIntBE(unit.length, 0, lengthSize);
    return Buffer.concat([length, unit]);
  });
  return Buffer.concat(parts);
}

/** A NAL unit of `size` bytes with the given header byte, whose further bytes are never 0. */
export const nalUnit = (header: number, size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => (i === 0 ? header : 1 + ((i * 7) % 255)));

/** A segment of pictures of one NAL unit each, the first an IDR picture, 3600 ticks apart. */
export function pictures(sizes: readonly number[], facts: Partial<Segment> = {}): Segment {
  const samples = sizes.map((size, i) => sample([nalUnit(i === 0 ? 0x65 : 0x41, size)]));
  const durations = new Uint32Array(sizes.length).fill(3600);
  return makeSegment(samples, { track: avcTrack(), durations, ...facts });
}

/** A segment of AAC frames. */
export function frames(sizes: readonly number[], facts: Partial<Segment> = {}): Segment {
  const count = sizes.length;
  return makeSegment(
    sizes.map((size, i) => new Uint8Array(size).fill(i + 1)),
    {
      track: aacTrack(),
      durations: new Uint32Array(count).fill(1024),
      sync: new Uint8Array(count).fill(1),
      nalLengthSize: 0,
      ...facts,
    },
  );
}
