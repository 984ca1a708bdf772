import { BoxError } from '../../../base/box-walk.ts';
import type { Codec } from '../../../codecs/codec.ts';
import { configuredEntry } from '../../../codecs/sample-entry.ts';
import { frameRate } from '../../../media/frame-rate.ts';
import type { SampleColumns } from '../../../media/samples.ts';
import { bytesOf } from '../../../media/scan-samples.ts';
import type { DescriptionRuns } from './description-runs.ts';
import { type EntryHeaders, entryHeaders, type MediaTrack } from './movie.ts';
import type { Mp4Samples } from './sample-table.ts';

/** The column of formats has a byte a sample. */
const MOST_FORMATS = 256;

/** What the samples of a track are described by. */
export interface UsedFormats {
  /** The entries of `stsd` that samples use, in the order of their first use; what it repeats counts once. */
  readonly entries: readonly EntryHeaders[];
  /** With the column `formats`, places in `entries`, where there are several. */
  readonly samples: Mp4Samples;
}

/** @throws BoxError when `stsd` has not what the samples use, or they use more than anybody needs */
export function usedFormats(track: MediaTrack, samples: Mp4Samples): UsedFormats {
  const entries: EntryHeaders[] = [];
  const formats = new Map<number, number>();
  for (const number of samples.descriptions.used()) {
    const found = withWholeConfig(track.entryAt(number), track, samples);
    const known = entries.findIndex(({ entry }) => Buffer.compare(entry.bytes, found.entry.bytes) === 0);
    formats.set(number, known === -1 ? entries.push(found) - 1 : known);
    if (entries.length > MOST_FORMATS)
      throw new BoxError(`track ${track.id} uses hundreds of sample entries`);
  }
  return { entries, samples: entries.length > 1 ? new ChangingSamples(samples, formats) : samples };
}

/** A sample entry whose configuration says all that it has to. */
function withWholeConfig(found: EntryHeaders, { headers }: MediaTrack, samples: Mp4Samples): EntryHeaders {
  const { entry, media, codecs } = found;
  const [{ configBox = '', wholeConfig } = {}] = codecs as readonly [Codec?];
  const config = entry.boxes.get(configBox);
  if (!wholeConfig || !config || media?.kind !== 'video') return found;
  const { num, den } = frameRate(samples, headers.timescale);
  const whole = wholeConfig(config, { ...media, frameRate: num / den });
  if (whole === config) return found;
  const configured = configuredEntry(entry.bytes, entry.type, configBox, whole);
  return entryHeaders(configured, { withEntry: () => codecs });
}

/** A table with the column `formats`. */
class ChangingSamples implements Mp4Samples {
  readonly count: number;
  readonly duration: number;
  readonly bytes: number;
  readonly start: number;
  readonly syncSamples: Uint32Array | undefined;
  readonly commonestDuration: Mp4Samples['commonestDuration'];
  readonly descriptions: DescriptionRuns;
  readonly recordings: Mp4Samples['recordings'];
  readonly #table: Mp4Samples;
  readonly #formats: ReadonlyMap<number, number>;

  constructor(table: Mp4Samples, formats: ReadonlyMap<number, number>) {
    this.count = table.count;
    this.duration = table.duration;
    this.bytes = table.bytes;
    this.start = table.start;
    this.syncSamples = table.syncSamples;
    this.commonestDuration = table.commonestDuration;
    this.descriptions = table.descriptions;
    this.recordings = table.recordings;
    this.#table = table;
    this.#formats = formats;
  }

  read(first: number, end: number): SampleColumns {
    const columns = this.#table.read(first, end);
    const entries = this.descriptions.entries(first, end);
    return { ...columns, formats: Uint8Array.from(entries, (entry) => this.#formats.get(entry)!) };
  }

  sumOfSizes(first: number, end: number): number {
    return bytesOf(this.#table, first, end);
  }

  decodeTime(sample: number): number {
    return this.#table.decodeTime(sample);
  }

  compositionOffset(sample: number): number {
    return this.#table.compositionOffset(sample);
  }

  atOrAfter(dts: number): number {
    return this.#table.atOrAfter(dts);
  }
}
