import { explainDamage } from '../../base/damage.ts';
import { fail } from '../../base/errors.ts';
import type { Codec } from '../../codecs/codec.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { frameRate } from '../../media/frame-rate.ts';
import type { SampleTable } from '../../media/samples.ts';
import type { CodedInfo, VideoTrack } from '../../media/track.ts';
import { describeVideo, type StoredPictures } from './describe-video.ts';
import { type PacketColumns, sampleTable } from './packet-samples.ts';

/** Video of a container whose samples lie in the file as MP4 has them. */
export interface StoredTrack
  extends Omit<StoredPictures, 'name'>,
    Pick<CodedInfo, 'input' | 'id' | 'timescale'> {
  readonly source: ByteSource;
  readonly codec: Codec;
  readonly samples: PacketColumns;
  /** When decoding starts on the clock of the input, in ticks. @default 0 */
  readonly start?: number;
  /** @default 'und' */
  readonly language?: string;
}

/**
 * Make a track of video: its sample table, rate and sample entry; the first key frame is read where the container has no
 * configuration.
 * @throws PackagerError NOT_MEDIA when nothing can be decoded, or nothing tells how
 */
export async function videoTrack(stored: StoredTrack): Promise<VideoTrack> {
  const {
    input,
    id,
    timescale,
    source,
    codec,
    start = 0,
    language = 'und',
    samples: columns,
    ...pictures
  } = stored;
  const samples = sampleTable(columns);
  const first = samples.syncSamples ? samples.syncSamples[0] : 0;
  const { count, duration, bytes } = samples;
  if (first !== 0 || duration === 0)
    throw fail.notMedia(source.name, `track ${id} does not begin with a key frame that lasts some time.`);
  try {
    const commonestDuration = commonest(columns.durations);
    const rate = frameRate({ count, duration, commonestDuration }, timescale);
    const firstKey = await readSample(source, samples, first);
    const { video, ...entry } = describeVideo(codec, { ...pictures, name: source.name }, rate, firstKey);
    return {
      ...{ input, id, kind: 'video', timescale, language, ...entry, source, samples, codec },
      ...{ duration, sampleCount: count, bytes },
      presentationOffset: -start,
      video: { ...video, frameRate: rate },
    };
  } catch (cause) {
    throw explainDamage(cause, source.name, `track ${id}`);
  }
}

async function readSample(source: ByteSource, samples: SampleTable, sample: number): Promise<Uint8Array> {
  const { offsets, sizes } = samples.read(sample, sample + 1);
  const bytes = new Uint8Array(sizes[0]!);
  await source.read(offsets[0]!, [bytes]);
  return bytes;
}

/** The duration that most samples have. */
function commonest(durations: Uint32Array): { readonly ticks: number; readonly samples: number } {
  const counts = new Map<number, number>();
  for (const ticks of durations) counts.set(ticks, (counts.get(ticks) ?? 0) + 1);
  let most = { ticks: 0, samples: 0 };
  for (const [ticks, samples] of counts) if (samples > most.samples) most = { ticks, samples };
  return most;
}
