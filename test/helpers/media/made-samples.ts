import type { SampleTable } from '../../../core/media/samples.ts';
import type { AudioTrack, CodedTrack, VideoTrack } from '../../../core/media/track.ts';
import { makeTrack, type SoundFacts } from './segments.ts';

export interface MadeSamples {
  readonly count: number;
  /** Ticks of the `i`-th sample. */
  readonly duration: number | ((i: number) => number);
  /** Composition offset of the `i`-th sample, in ticks. @default 0 */
  readonly offset?: number | ((i: number) => number);
  /** Bytes of each sample. @default 1 */
  readonly size?: number;
  /** Every so many samples one is a sync sample; or their numbers. @default all */
  readonly sync?: number | readonly number[];
}

const at = (value: number | ((i: number) => number), i: number): number =>
  typeof value === 'number' ? value : value(i);

/** A sample table that is computed, so that it may be as long as one likes. Decode times of equal durations cost nothing. */
export function makeSamples({
  count,
  duration,
  offset = 0,
  size = 1,
  sync,
}: MadeSamples): SampleTable & { reads: number } {
  const decodeTimes = typeof duration === 'number' ? undefined : [0];
  for (let i = 0; decodeTimes && i < count; i++) decodeTimes.push(decodeTimes[i]! + at(duration, i));
  const dts = (i: number) => decodeTimes?.[i] ?? i * at(duration, 0);
  const every = typeof sync === 'number' ? sync : 0;
  const syncSamples = every
    ? Uint32Array.from({ length: Math.ceil(count / every) }, (_, k) => k * every)
    : sync && Uint32Array.from(sync as readonly number[]);
  return {
    reads: 0,
    count,
    duration: dts(count),
    bytes: count * size,
    syncSamples: syncSamples || undefined,
    read(first, end) {
      this.reads += end - first;
      const column = (value: (i: number) => number) =>
        Array.from({ length: end - first }, (_, row) => value(first + row));
      return {
        first,
        count: end - first,
        offsets: Float64Array.from(column((i) => i * size)),
        sizes: Uint32Array.from(column(() => size)),
        dts: Float64Array.from(column(dts)),
        compositionOffsets: Int32Array.from(column((i) => at(offset, i))),
        durations: Uint32Array.from(column((i) => at(duration, i))),
        sync: Uint8Array.from(column((i) => (!syncSamples || syncSamples.includes(i) ? 1 : 0))),
      };
    },
    decodeTime(sample) {
      this.reads += 1;
      return dts(sample);
    },
    compositionOffset(sample) {
      this.reads += 1;
      return at(offset, sample);
    },
    atOrAfter(time) {
      let i = decodeTimes ? 0 : Math.max(0, Math.ceil(time / at(duration, 0)));
      while (decodeTimes && i < count && dts(i) < time) i++;
      return Math.min(i, count);
    },
  };
}

/** A track of made samples: 25 pictures a second, or AAC frames at 48 kHz, unless the facts say otherwise. */
export function makeMedia(samples: SomeSamples, facts?: Partial<VideoTrack>): VideoTrack;
export function makeMedia(samples: SomeSamples, facts: SoundFacts): AudioTrack;
export function makeMedia(samples: SomeSamples, facts?: Partial<VideoTrack> | SoundFacts): CodedTrack;
export function makeMedia(samples: SomeSamples, facts: Partial<VideoTrack> | SoundFacts = {}): CodedTrack {
  return facts.kind === 'audio'
    ? makeTrack({
        ...{ timescale: 48_000, entry: 'mp4a', codecs: 'mp4a.40.2', id: 2 },
        ...facts,
        samples: makeSamples({ duration: 1024, ...samples }),
      })
    : makeTrack({ timescale: 12_800, ...facts, samples: makeSamples({ duration: 512, ...samples }) });
}

type SomeSamples = Partial<MadeSamples> & { count: number };
