import { box, zeros } from '../../../core/base/box.ts';
import type { Segment } from '../../../core/media/segment.ts';
import type { AudioTrack, CodedTrack, VideoTrack } from '../../../core/media/track.ts';

/** What tells a track of sound from one of pictures. */
export type SoundFacts = Partial<AudioTrack> & { readonly kind: 'audio' };

/** A track of the given facts; everything else is plain H.264, of sound stereo. Its samples cannot be read. */
export function makeTrack(facts?: Partial<VideoTrack>): VideoTrack;
export function makeTrack(facts: SoundFacts): AudioTrack;
export function makeTrack(facts: Partial<VideoTrack> | SoundFacts): CodedTrack;
export function makeTrack(facts: Partial<VideoTrack> | SoundFacts = {}): CodedTrack {
  const nothing = () => {
    throw new Error('this track has no samples');
  };
  const common = {
    input: 0,
    id: 1,
    entry: 'avc1',
    codecs: 'avc1.64001f',
    timescale: 12800,
    language: 'und',
    duration: 0,
    sampleCount: 0,
    bytes: 0,
    sampleEntry: box('avc1', zeros(78)),
    config: new Uint8Array(),
    samples: {
      count: 0,
      duration: 0,
      bytes: 0,
      syncSamples: undefined,
      read: nothing,
      decodeTime: nothing,
      compositionOffset: nothing,
      atOrAfter: nothing,
    },
    presentationOffset: 0,
    source: { name: 'made.mp4', size: 0, read: nothing, close: async () => {} },
  };
  if (facts.kind === 'audio') return { ...common, audio: { channels: 2, sampleRate: 48_000 }, ...facts };
  const video = { width: 640, height: 360, sar: { num: 1, den: 1 }, frameRate: { num: 25, den: 1 } };
  return { ...common, kind: 'video', video, ...facts };
}

/** A segment whose samples are the given byte arrays, 512 ticks each, the first of them a sync sample. */
export function makeSegment(samples: readonly Uint8Array[], facts: Partial<Segment> = {}): Segment {
  const count = samples.length;
  return {
    track: makeTrack(),
    index: 0,
    count,
    data: Buffer.concat(samples), // what segments are read into
    sizes: Uint32Array.from(samples, (sample) => sample.length),
    durations: new Uint32Array(count).fill(512),
    compositionOffsets: new Int32Array(count),
    sync: Uint8Array.from(samples, (_, index) => (index === 0 ? 1 : 0)),
    decodeTime: 0,
    nalLengthSize: 4,
    ...facts,
  };
}
