import type { Cue } from '../../text/cue.ts';
import { decodeText } from '../../text/decode-text.ts';
import { readTextDocument } from '../../text/read-text.ts';
import type { StoredTextSample } from '../../text/samples/stored-sample.ts';
import { cuesOfStpp } from '../../text/samples/stpp.ts';
import { cuesOfWvtt } from '../../text/samples/wvtt.ts';
import { timestampMap } from '../../text/webvtt/timestamp-map.ts';
import type { TrackReader } from '../model/track-reader.ts';

/** Ticks a second of X-TIMESTAMP-MAP. */
const CLOCK = 90_000;

/**
 * The cues of a text track in fMP4, in milliseconds of its presentation (ISO/IEC 14496-30).
 * @returns `undefined` for samples of another format
 * @throws PackagerError when nothing of it can be read, DamageError
 */
export async function cuesOfTrack(reader: TrackReader, name: string): Promise<readonly Cue[] | undefined> {
  const { timescale, mediaStart, entries } = reader.track;
  const [entry] = entries;
  const samples: StoredTextSample[] = [];
  for await (const { count, clear, clearStarts, decodeTimes, durations } of reader.segments()) {
    for (let i = 0; i < count; i++) {
      const start = ((decodeTimes[i]! - mediaStart) * 1000) / timescale;
      const data = new Uint8Array(clear.subarray(clearStarts[i], clearStarts[i + 1]));
      samples.push({ start, end: start + (durations[i]! * 1000) / timescale, data });
    }
  }
  if (entry?.format === 'wvtt') return cuesOfWvtt(samples, entry.config, name).cues;
  if (entry?.format !== 'stpp') return undefined;
  // Times in the documents are those of the track, not of its presentation.
  const media = (mediaStart * 1000) / timescale;
  const inMedia = samples.map((sample) => ({
    ...sample,
    start: sample.start + media,
    end: sample.end + media,
  }));
  return cuesOfStpp(inMedia, name).cues.map((cue) => ({
    ...cue,
    start: cue.start - media,
    end: cue.end - media,
  }));
}

/**
 * The cues of one file of subtitles of a rendition: WebVTT, as a whole or a segment (RFC 8216, 3.5), or TTML.
 * @param zero seconds of the media that are presented at 0: of what `X-TIMESTAMP-MAP` speaks; `undefined`: nobody knows it
 * @throws PackagerError for a file that is none
 */
export function cuesOfFile(bytes: Uint8Array, name: string, zero: number | undefined): readonly Cue[] {
  const text = decodeText(bytes, name);
  const { cues } = readTextDocument(bytes, name);
  const [head = ''] = text.split(/\n\n|\r\n\r\n/, 1);
  const ticks = head
    .split(/[\r\n]+/)
    .map(timestampMap)
    .find((map) => map !== undefined);
  if (ticks === undefined || zero === undefined) return cues;
  const later = Math.round((ticks / CLOCK - zero) * 1000);
  return cues.map((cue) => ({ ...cue, start: cue.start + later, end: cue.end + later }));
}
