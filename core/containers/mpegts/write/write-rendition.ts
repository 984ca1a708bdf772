import { fail } from '../../../base/errors.ts';
import { fromTicks, roundTicks } from '../../../base/exact-time.ts';
import { largest } from '../../../base/largest.ts';
import { overlap } from '../../../base/overlap.ts';
import { baseLayerOf } from '../../../codecs/nal/base-layer.ts';
import type { RenditionResult } from '../../../contract/rendition.ts';
import { renditionTrack } from '../../../contract/rendition-track.ts';
import type { ProtectedTrack, SegmentJob } from '../../../contract/segment-job.ts';
import {
  addRow,
  noRows,
  presentedEnd,
  presentedStart,
  withDurations,
} from '../../../contract/segment-rows.ts';
import type { Segment } from '../../../media/segment.ts';
import { describeTrack, type Track, type TrackKind } from '../../../media/track.ts';
import { inFilesOfTheirOwn, inOneFile, type SegmentFilesChoice } from '../../segment-files.ts';
import { audioFormat } from './audio-format.ts';
import { TsMuxer, type TsTrack } from './muxer.ts';

/** Where a rendition of MPEG-TS goes. */
export interface TsRenditionOptions {
  /** `one`: `<path>.ts` holds the segments, one after the other. `many`: `<path>/seg-1.ts`, … @default 'one' */
  readonly files?: SegmentFilesChoice;
  /** Without extension: `media-1/media`. */
  readonly path: string;
}

/** One is read while the other is muxed; what is written then are the muxer's bytes. */
const SEGMENTS_AT_ONCE = 2;

/**
 * Write a rendition as MPEG-TS: a video track, an audio track, or one of each. Samples are protected before they are
 * multiplexed, finished segments after it, as the job says.
 *
 * Times of the result are in ticks of the video track, or of the audio track where there is no video. I-frames are
 * ranges of whole packets. With AES-128 they are plaintext offsets inside the encrypted segment, added to where that
 * begins in its file; a player widens them to whole blocks and the block before (RFC 8216, 4.3.3.6). There is always
 * one before, because PAT and PMT come first.
 *
 * @throws PackagerError UNSUPPORTED_CODEC for media that MPEG-TS cannot carry
 */
export async function writeTsRendition(
  job: SegmentJob,
  { files = 'one', path: name }: TsRenditionOptions,
): Promise<RenditionResult> {
  const video = onlyTrack(job, 'video');
  const audio = onlyTrack(job, 'audio');
  const main = video ?? audio;
  if (!main) throw new RangeError('an MPEG-TS rendition needs a track');
  const muxer = new TsMuxer({
    video: video && tsTrack(video),
    audio: audio && { ...tsTrack(audio), firstBytes: await readFirstBytes(audio.track) },
    tsOffset: job.tsOffset,
  });
  const encrypt = resourceEncryption(job);
  // The muxer knows NAL units by their lengths. Samples that have a protector come through this before it.
  const apart = video && !video.protector && baseLayerOf(video.track, { others: true });

  const readers = [video, audio].map((timed) => timed && job.segments(timed, SEGMENTS_AT_ONCE));
  const segments = noRows();
  const iframes = noRows();
  const output =
    files === 'one'
      ? await inOneFile(job.output, `${name}.ts`)
      : inFilesOfTheirOwn(job.output, (n) => `${name}/seg-${n}.ts`);
  await overlap(
    job.grid.count,
    (index) => Promise.all(readers.map((reader) => reader?.read(index))),
    ([pictures, sound], index) => {
      const bytes = (pictures?.data.length ?? 0) + (sound?.data.length ?? 0);
      const start = Math.min(startIn(main, video, pictures), startIn(main, audio, sound));
      if (start === NEVER) return { write: async () => {} };
      const units = apart && pictures ? apart(pictures) : pictures;
      const muxed = muxer.mux(protect(job, video, units), protect(job, audio, sound));
      const { header, body } = encrypt(index, muxed.data);
      return {
        async write() {
          const { path, offset, size } = await output.append([header, ...body]);
          addRow(segments, { path, offset, size, start });
          const plaintext = offset + header.length;
          for (const { offset: inside, size, time } of muxed.iframes) {
            addRow(iframes, { path, offset: plaintext + inside, size, start: time });
          }
          job.progress(bytes);
        },
      };
    },
  );
  const written = await output.finish();

  const end = largest([video, audio], (timed) => (timed ? ticksOf(main, timed, presentedEnd(timed)) : 0));
  return {
    unit: job.unit,
    tracks: job.tracks.map((track) => renditionTrack(job, track)),
    files: written,
    timescale: main.track.timescale,
    segments: withDurations(segments, end),
    ...(video && { iframes: withDurations(iframes, presentedEnd(video)) }),
  };
}

const NEVER = Number.POSITIVE_INFINITY;

/** When a track's part of a segment starts, in ticks of the main track; beside that not before 0. Infinite when it has none. */
function startIn(main: ProtectedTrack, timed: ProtectedTrack | undefined, part: Segment | undefined): number {
  if (!timed || !part?.count) return NEVER;
  const start = presentedStart(timed, part);
  return timed === main ? start : ticksOf(main, timed, Math.max(0, start));
}

/** A time of a track in ticks of the main one. */
const ticksOf = (main: ProtectedTrack, { track }: ProtectedTrack, ticks: number): number =>
  main.track.timescale === track.timescale
    ? ticks
    : roundTicks(fromTicks(ticks, track.timescale), main.track.timescale);

function onlyTrack({ tracks, unit }: SegmentJob, kind: TrackKind): ProtectedTrack | undefined {
  const [first, second] = tracks.filter(({ track }) => track.kind === kind);
  if (second) throw new RangeError(`${unit.id} has two ${kind} tracks; an MPEG-TS rendition takes one`);
  return first;
}

/** Only SAMPLE-AES has signalling of its own in MPEG-TS. */
const tsTrack = (timed: ProtectedTrack): TsTrack => ({
  ...timed,
  encrypted: timed.protector?.scheme === 'sample-aes',
});

/** What the Program Map Table says of some codecs is in their first frame. */
async function readFirstBytes(track: Track): Promise<Uint8Array> {
  const { lookAhead } = audioFormat(track);
  const bytes = new Uint8Array(lookAhead);
  const { offsets, sizes } = track.samples.read(0, 1);
  const [offset = 0, size = 0] = [offsets[0], sizes[0]];
  if (size < lookAhead) {
    throw fail.notMedia(track.source.name, `the first frame of ${describeTrack(track)} has ${size} bytes.`);
  }
  if (lookAhead > 0) await track.source.read(offset, [bytes]);
  return bytes;
}

/** A protector that protects no samples would let them pass clear. */
function protect(
  { mode }: SegmentJob,
  timed: ProtectedTrack | undefined,
  segment: Segment | undefined,
): Segment | undefined {
  if (!timed?.protector || !segment) return segment;
  if (!timed.protector.protectSegment) throw fail.notProtected(mode, describeTrack(timed.track));
  return timed.protector.protectSegment(segment);
}

/** Bytes given to the cipher at a time: it allocates each answer, and large ones take up to a third longer. */
const CIPHER_BYTES = 65_536;

interface EncryptedResource {
  readonly header: Uint8Array;
  readonly body: readonly Uint8Array[];
}

const NOTHING = new Uint8Array(0);

/** What turns the n-th segment into the resource that a player fetches; its memory is used for that. */
function resourceEncryption({ mode, unit, resourceProtector }: SegmentJob) {
  return (index: number, data: Uint8Array): EncryptedResource => {
    if (!resourceProtector) return { header: NOTHING, body: [data] };
    const cipher = resourceProtector.protectResource?.(index);
    if (!cipher) throw fail.notProtected(mode, unit.id);
    const body: Uint8Array[] = [];
    for (let at = 0; at < data.length; at += CIPHER_BYTES) {
      const piece = data.subarray(at, at + CIPHER_BYTES);
      const answer = cipher.update(piece);
      // Back where it came from, if it fits: an answer that lives on until it is written is collected late.
      const fits = answer.length <= piece.length;
      if (fits) piece.set(answer);
      body.push(fits ? piece.subarray(0, answer.length) : answer);
    }
    body.push(cipher.final());
    return { header: cipher.header ?? NOTHING, body };
  };
}
