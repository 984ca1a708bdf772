import type { SampleProtection } from '../model/media-track.ts';
import type { Mp4Track } from '../mp4/facts.ts';
import { ProtectionColumns } from '../mp4/protection-columns.ts';
import { CLEAR, type SampleRows } from '../mp4/sample-rows.ts';
import type {
  EncryptionDescription,
  EntryDescription,
  Mp4TrackDescription,
  ProtectionDescription,
} from './description.ts';

/** Changes of keys that are kept; keys that change with every sample of a day are counted. */
const MOST_PERIODS = 10_000;

/** Sums up the samples of a track by what headers and tables say of them: none is read. */
export class TrackSums {
  readonly #track: Mp4Track;
  readonly #columns = new ProtectionColumns();
  readonly #entries: Float64Array;
  #samples = 0;
  #bytes = 0;
  #ticks = 0;
  #sync = 0;
  #lastSync = Number.NaN;
  #shortest = Number.POSITIVE_INFINITY;
  #longest = 0;
  #protectedSamples = 0;
  #protectedBytes = 0;
  #subsamples = 0;
  #firstProtected = Number.NaN;
  readonly #periods: { start: number; samples: number; readonly kid: string | undefined }[] = [];
  #isOpen = false;
  #kid: string | undefined;
  #more = 0;

  constructor(track: Mp4Track) {
    this.#track = track;
    this.#entries = new Float64Array(track.entries.length + 1);
  }

  /** @throws DamageError for a sample that cannot be decrypted by what is said of it */
  add(rows: SampleRows, file: string): void {
    const { count } = rows;
    this.#columns.fill(rows, 0, count, file);
    const { protectedBytes, subsampleStarts } = this.#columns;
    this.#subsamples += subsampleStarts[count]!;
    for (let row = 0; row < count; row++) {
      this.#bytes += rows.sizes[row]!;
      this.#ticks += rows.durations[row]!;
      this.#entries[rows.entries[row]!]! += 1;
      if (rows.sync[row] === 1) this.#keyFrame(rows.decodeTimes[row]! + rows.compositionOffsets[row]!);
      if (rows.protectedBy[row] === CLEAR) continue;
      this.#protectedSamples += 1;
      this.#protectedBytes += protectedBytes[row]!;
    }
    this.#samples += count;
    this.#addPeriods(rows);
  }

  #keyFrame(time: number): void {
    if (this.#sync > 0) {
      const distance = time - this.#lastSync;
      this.#shortest = Math.min(this.#shortest, distance);
      this.#longest = Math.max(this.#longest, distance);
    }
    this.#sync += 1;
    this.#lastSync = time;
  }

  /** Samples one after the other under one key. */
  #addPeriods(rows: SampleRows): void {
    for (let row = 0; row < rows.count; ) {
      const number = rows.protectedBy[row]!;
      const from = row;
      while (row < rows.count && rows.protectedBy[row] === number) row++;
      const start = rows.decodeTimes[from]! + rows.compositionOffsets[from]!;
      if (number !== CLEAR && Number.isNaN(this.#firstProtected)) this.#firstProtected = start;
      const kid = number === CLEAR ? undefined : (rows.protections[number]?.kid ?? '');
      const last = this.#periods.at(-1);
      if (this.#isOpen && kid === this.#kid) {
        if (last && this.#more === 0) last.samples += row - from;
      } else if (this.#periods.length < MOST_PERIODS) this.#periods.push({ start, samples: row - from, kid });
      else this.#more += 1;
      this.#isOpen = true;
      this.#kid = kid;
    }
  }

  describe(): Mp4TrackDescription {
    const { id, kind, handler, timescale, language, roles, entries, edits, mediaStart } = this.#track;
    const duration = this.#ticks / timescale;
    const isSparse = this.#sync > 0 && this.#sync < this.#samples;
    const seconds = (ticks: number) => round(ticks / timescale);
    return {
      id,
      kind,
      handler,
      timescale,
      ...(language !== undefined && { language }),
      roles,
      entries: entries.map((entry, index) => describeEntry(entry, this.#entries[index]!)),
      samples: this.#samples,
      bytes: this.#bytes,
      duration: round(duration),
      bitRate: duration > 0 ? Math.round((this.#bytes * 8) / duration) : 0,
      ...(isSparse && {
        keyFrames: {
          count: this.#sync,
          shortest: this.#sync > 1 ? seconds(this.#shortest) : 0,
          longest: seconds(this.#longest),
        },
      }),
      edits,
      mediaStart: seconds(mediaStart),
      ...(this.#protectedSamples > 0 && { protection: this.#protection(seconds) }),
    };
  }

  #protection(seconds: (ticks: number) => number): ProtectionDescription {
    const { mediaStart } = this.#track;
    return {
      samples: this.#protectedSamples,
      bytes: this.#protectedBytes,
      clearLead: this.#periods[0]?.kid === undefined ? seconds(this.#firstProtected - mediaStart) : 0,
      hasSubsamples: this.#subsamples > 0,
      periods: this.#periods.map(({ start, samples, kid }) => ({
        start: seconds(start - mediaStart),
        samples,
        ...(kid !== undefined && { kid }),
      })),
      ...(this.#more > 0 && { morePeriods: this.#more }),
    };
  }
}

/** Seconds to the microsecond: what is below came of floating point. */
export const round = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;

function describeEntry(entry: Mp4Track['entries'][number], samples: number): EntryDescription {
  const { format, codecs, width, height, channels, sampleRate, protection } = entry;
  return {
    format,
    ...(codecs !== undefined && { codecs }),
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(channels !== undefined && { channels }),
    ...(sampleRate !== undefined && { sampleRate }),
    samples,
    ...(protection && { encryption: describeEncryption(protection) }),
  };
}

function describeEncryption(protection: SampleProtection): EncryptionDescription {
  const { scheme, kid, perSampleIvSize, cryptBlocks, skipBlocks } = protection;
  return {
    scheme,
    ...(kid !== undefined && { kid }),
    ivBytes: perSampleIvSize,
    ...(cryptBlocks + skipBlocks > 0 && { pattern: [cryptBlocks, skipBlocks] as const }),
  };
}
