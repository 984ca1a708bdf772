import { fail } from '../../../base/errors.ts';
import { withFourByteLengths } from '../../../codecs/nal/units.ts';
import type { Segment } from '../../../media/segment.ts';
import type { TimedTrack } from '../../../media/timed-track.ts';
import { describeTrack } from '../../../media/track.ts';
import type { IFrame } from '../../muxer.ts';
import { DECODER_BUFFER } from '../clock.ts';
import { avcSignalling } from '../stream-type.ts';
import { type AudioFormat, audioFormat } from './audio-format.ts';
import { AvcStream } from './avc-stream.ts';
import { PACKET, PacketWriter } from './packet-writer.ts';
import { pesHeaderSize, STREAM_ID, writePesHeader } from './pes.ts';
import { type PmtStream, patSection, pmtSection } from './psi.ts';
import { SampleCursor } from './sample-cursor.ts';

/** PIDs of every stream that we write: PAT 0, then these. */
export const PID = { pmt: 0x100, video: 0x101, audio: 0x102 } as const;

/** A track of the program. */
export interface TsTrack extends TimedTrack {
  /** Its samples come encrypted with SAMPLE-AES, but for those of clear segments: announce it so. */
  readonly encrypted: boolean;
  /** The start of its first frame, as many bytes as its `AudioFormat` looks ahead. */
  readonly firstBytes?: Uint8Array;
}

export interface TsMuxerOptions {
  /** H.264. */
  readonly video?: TsTrack | undefined;
  /** AAC, AC-3, E-AC-3 or MP3. */
  readonly audio?: TsTrack | undefined;
  /** The MPEG-TS time that is presented at 0, in 90 kHz ticks; leaves `DECODER_BUFFER` before the smallest DTS. */
  readonly tsOffset: number;
  /**
   * Some segments stay clear though their tracks are encrypted, so that the Program Map Table changes on the way, and says so by its
   * version: 0 in clear segments, 1 in encrypted ones. @default false
   */
  readonly hasClearSegments?: boolean;
  /**
   * Clear segments with pictures end with a block of AES, as encrypted ones come behind them in the same file: a player decrypts an
   * I-frame by whole blocks from the start of the file (RFC 8216, 6.3.6). @default false
   */
  readonly fillsBlocks?: boolean;
}

export interface TsSegment {
  /** Whole packets. Valid until the next but one call of `mux`, which uses the memory again. */
  readonly data: Uint8Array;
  /** Sync pictures: of each the packets of its PES packet, which lie together. */
  readonly iframes: readonly IFrame[];
}

/** The fewest packets that are whole blocks of 16 bytes. */
const PACKETS_OF_BLOCKS = 4;

const NO_BYTES = new Uint8Array(0);
const PAT_PID = 0;
const NEVER = Number.POSITIVE_INFINITY;
/** PES_packet_length of video, whose pictures may be longer than it can say. */
const OPEN_LENGTH = 0;

/** 80 ms: a clock reference at least this often keeps the 100 ms of ISO/IEC 13818-1, 2.7.2. */
const PCR_INTERVAL = 7_200;
/** 0.5 s: where pictures start, or go on, so long after the sound, that comes first. */
const LATE_PICTURE = 45_000;
/** 10 s: the longest pause between pictures that is filled with clock references. */
const LONGEST_PAUSE = 900_000;

interface Pictures {
  readonly cursor: SampleCursor;
  readonly stream: AvcStream;
}

interface Sound {
  readonly cursor: SampleCursor;
  readonly format: AudioFormat;
}

/**
 * Multiplexes one H.264 and one audio track, or one of them, into MPEG-TS segments (ISO/IEC 13818-1): PAT and PMT
 * first, then a PES packet for every picture and every audio frame by decode time. Continuity counters run on from
 * segment to segment, so segments may be concatenated.
 */
export class TsMuxer {
  readonly #writer = new PacketWriter();
  readonly #pat = patSection(PID.pmt);
  readonly #pmt: Uint8Array;
  /** Of segments that stay clear in a program with encrypted ones. */
  readonly #clearPmt: Uint8Array;
  readonly #fillsBlocks: boolean;
  readonly #pictures: Pictures | undefined;
  readonly #sound: Sound | undefined;
  /** The last clock reference, in 90 kHz ticks. */
  #pcr = Number.NEGATIVE_INFINITY;

  /** @throws PackagerError UNSUPPORTED_CODEC for a codec or a configuration that MPEG-TS cannot carry. */
  constructor({ video, audio, tsOffset, hasClearSegments = false, fillsBlocks = false }: TsMuxerOptions) {
    this.#fillsBlocks = fillsBlocks && video !== undefined;
    const streams: PmtStream[] = [];
    const clear: PmtStream[] = [];
    if (video) {
      this.#pictures = { cursor: new SampleCursor(video, tsOffset), stream: new AvcStream(video.track) };
      streams.push({ pid: PID.video, ...avcSignalling(video.encrypted) });
      clear.push({ pid: PID.video, ...avcSignalling(false) });
    }
    if (audio) {
      const format = audioFormat(audio.track);
      const firstBytes = audio.firstBytes ?? NO_BYTES;
      this.#sound = { cursor: new SampleCursor(audio, tsOffset), format };
      streams.push({ pid: PID.audio, ...format.signal(audio.encrypted, firstBytes) });
      clear.push({ pid: PID.audio, ...format.signal(false, firstBytes) });
    }
    const clock = video ? PID.video : PID.audio;
    const changes = hasClearSegments && (video?.encrypted === true || audio?.encrypted === true);
    this.#pmt = pmtSection(clock, streams, changes ? 1 : 0);
    this.#clearPmt = pmtSection(clock, clear);
  }

  /**
   * The next segment: of each track the samples that belong to it, `undefined` where the track has none there.
   * @param isClear its samples come as they are, whatever is said of the tracks
   * @throws PackagerError NOT_MEDIA when samples break their codec's syntax
   */
  mux(video: Segment | undefined, audio: Segment | undefined, isClear = false): TsSegment {
    const writer = this.#writer;
    const units = video && withFourByteLengths(video);
    writer.begin(2 * PACKET + expectedBytes(units) + expectedBytes(audio));
    writer.section(PAT_PID, this.#pat);
    writer.section(PID.pmt, isClear ? this.#clearPmt : this.#pmt);

    const pictures = this.#pictures;
    const sound = this.#sound;
    pictures?.cursor.open(units);
    sound?.cursor.open(audio);
    const iframes: IFrame[] = [];
    // The sync picture comes first, even before frames that are decoded a little earlier: it brings the clock reference.
    if (pictures && units?.count && pictures.cursor.dts <= (sound?.cursor.due ?? NEVER) + LATE_PICTURE) {
      this.#putPicture(pictures, units, iframes);
    }
    for (;;) {
      const pictureDue = pictures?.cursor.due ?? NEVER;
      const frameDue = sound?.cursor.due ?? NEVER;
      if (pictures && units && pictureDue <= frameDue && pictureDue !== NEVER) {
        this.#putPicture(pictures, units, iframes);
      } else if (sound && audio && frameDue !== NEVER) {
        this.#putFrame(sound, audio);
      } else {
        if (isClear && this.#fillsBlocks) writer.fill(PACKETS_OF_BLOCKS);
        return { data: writer.finish(), iframes };
      }
    }
  }

  #putPicture({ cursor, stream }: Pictures, segment: Segment, iframes: IFrame[]): void {
    const writer = this.#writer;
    const { pts, dts, sync, format } = cursor;
    const payload = stream.prepare(segment, cursor.from, cursor.to, sync, format);
    if (payload > 0) {
      this.#fillPause(dts - DECODER_BUFFER);
      const offset = writer.position;
      const staged = writer.stage(pesHeaderSize(pts, dts) + payload);
      const at = writePesHeader(writer.buffer, staged, STREAM_ID.video, pts, dts, OPEN_LENGTH);
      stream.write(writer.buffer, at);
      writer.pes(PID.video, staged, this.#tick(dts - DECODER_BUFFER), sync);
      if (sync) iframes.push({ offset, size: writer.position - offset, start: cursor.presented });
    }
    cursor.next();
  }

  #putFrame({ cursor, format }: Sound, segment: Segment): void {
    const writer = this.#writer;
    const { pts, dts, from, to } = cursor;
    const bytes = to - from;
    if (bytes > format.mostBytes) {
      const { track } = segment;
      const reason = `${describeTrack(track)} has a frame of ${bytes} bytes, more than the ${format.mostBytes} that MPEG-TS can carry.`;
      throw fail.notMedia(track.source.name, reason);
    }
    if (bytes > 0) {
      const payload = format.header + bytes;
      if (this.#pictures) this.#clockBeside(dts, this.#pictures.cursor);
      const staged = writer.stage(pesHeaderSize(pts, dts) + payload);
      const at = writePesHeader(writer.buffer, staged, format.streamId, pts, dts, payload);
      format.writeHeader(writer.buffer, at, bytes);
      writer.buffer.set(segment.data.subarray(from, to), at + format.header);
      writer.pes(PID.audio, staged, this.#pictures ? undefined : this.#tick(dts - DECODER_BUFFER), true);
    }
    cursor.next();
  }

  /** Note the clock reference that is about to be written. */
  #tick(pcr: number): number {
    if (pcr < 0)
      throw new RangeError('tsOffset leaves no time to fill the decoder buffer before the first DTS');
    this.#pcr = pcr;
    return pcr;
  }

  /** Keep the clock of the video PID running beside sound, but behind the next picture's own reference. */
  #clockBeside(dts: number, pictures: SampleCursor): void {
    const pcr = Math.min(dts, pictures.horizon) - DECODER_BUFFER;
    this.#fillPause(pcr);
    if (pcr - this.#pcr > PCR_INTERVAL) this.#writer.clockReference(PID.video, this.#tick(pcr));
  }

  /** Clock references until `pcr`. A pause that is too long to be anything but a damaged time is left alone. */
  #fillPause(pcr: number): void {
    if (pcr - this.#pcr > LONGEST_PAUSE) return;
    while (pcr - this.#pcr > PCR_INTERVAL) {
      this.#writer.clockReference(PID.video, this.#tick(this.#pcr + PCR_INTERVAL));
    }
  }
}

/** About what a segment's samples take: their packets, headers and stuffing, and the staging of the largest. */
function expectedBytes(segment: Segment | undefined): number {
  if (!segment) return 0;
  const packets = Math.ceil(segment.data.length / (PACKET - 4)) + 2 * segment.count;
  return packets * PACKET + segment.sizes.reduce((most, size) => Math.max(most, size), 0);
}
