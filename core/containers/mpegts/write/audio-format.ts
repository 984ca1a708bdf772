import { fail } from '../../../base/errors.ts';
import { ADTS_HEADER, adtsFormat, MAX_RAW_FRAME, writeAdtsHeader } from '../../../codecs/aac/adts.ts';
import { aac } from '../../../codecs/aac/codec.ts';
import { ac3, eac3 } from '../../../codecs/ac3/codec.ts';
import { codecOf } from '../../../codecs/built-in.ts';
import { mp3 } from '../../../codecs/mp3/codec.ts';
import { type CodedTrack, describeTrack } from '../../../media/track.ts';
import {
  aacSignalling,
  ac3Signalling,
  eac3Signalling,
  mp3Signalling,
  type StreamSignalling,
} from '../stream-type.ts';
import { MAX_PES_PAYLOAD, STREAM_ID } from './pes.ts';

/** How the frames of an audio track are carried in MPEG-TS. */
export interface AudioFormat {
  readonly streamId: number;
  /** Bytes put before every frame. */
  readonly header: number;
  /** Most bytes of a frame, without that. */
  readonly mostBytes: number;
  /** Put them before a frame of `bytes` bytes. */
  writeHeader(target: Uint8Array, at: number, bytes: number): void;
  /** Bytes at the start of the track's first frame that `signal` is to be given; 0 for most codecs. */
  readonly lookAhead: number;
  /**
   * How the Program Map Table announces it, clear or in SAMPLE-AES.
   * @throws PackagerError UNSUPPORTED_CODEC when its configuration is too long for a descriptor
   */
  signal(encrypted: boolean, firstBytes: Uint8Array): StreamSignalling;
}

const NO_HEADER = { header: 0, lookAhead: 0, mostBytes: MAX_PES_PAYLOAD, writeHeader: () => {} } as const;

/** SAMPLE-AES shows decoders the start of a syncframe before there is one (Apple, 2.3.2.2). */
const AC3_SETUP = 10;

/** By the codec's name: what MPEG-TS has a stream type for. */
const FORMATS: ReadonlyMap<string, (track: CodedTrack) => AudioFormat> = new Map([
  [aac.name, inAdts],
  [mp3.name, asMp3],
  [ac3.name, asAc3],
  [eac3.name, asEac3],
]);

/**
 * The format of AAC, AC-3, E-AC-3 or MP3.
 * @throws PackagerError UNSUPPORTED_CODEC for anything else, and for AAC that ADTS cannot carry
 */
export function audioFormat(track: CodedTrack): AudioFormat {
  const formatOf = FORMATS.get(codecOf(track)?.name ?? '') ?? inAdts; // which says what else it is not
  return formatOf(track);
}

function asAc3(track: CodedTrack): AudioFormat {
  return {
    ...NO_HEADER,
    streamId: STREAM_ID.private,
    lookAhead: AC3_SETUP,
    signal: (encrypted, firstBytes) => ac3Signalling(track, firstBytes, encrypted),
  };
}

function asEac3(track: CodedTrack): AudioFormat {
  return {
    ...NO_HEADER,
    streamId: STREAM_ID.private,
    signal: (encrypted) => eac3Signalling(track, encrypted),
  };
}

function inAdts(track: CodedTrack): AudioFormat {
  const format = adtsFormat(track);
  return {
    streamId: STREAM_ID.audio,
    header: ADTS_HEADER,
    mostBytes: MAX_RAW_FRAME,
    lookAhead: 0,
    writeHeader: (target, at, bytes) => writeAdtsHeader(target, at, format, bytes),
    signal: (encrypted) => aacSignalling(track, format.config, encrypted),
  };
}

function asMp3(track: CodedTrack): AudioFormat {
  return {
    ...NO_HEADER,
    streamId: STREAM_ID.audio,
    signal(encrypted) {
      if (encrypted) throw noSampleAes(track);
      return mp3Signalling(track);
    },
  };
}

/**
 * Refuse audio that a mode of MPEG-TS lists but cannot carry after all. Cheap: looks at the configuration alone.
 * @param encrypted it will be encrypted with SAMPLE-AES
 * @throws PackagerError UNSUPPORTED_CODEC
 */
export function checkTsTrack(track: CodedTrack, encrypted: boolean): void {
  if (track.kind !== 'audio') return;
  if (track.formats) {
    throw fail.unsupportedCodec(
      track.source.name,
      `${describeTrack(track)} changes its format on the way, which MPEG-TS cannot carry.`,
      'Encode the sound in one format, or choose a mode that writes fMP4.',
    );
  }
  audioFormat(track);
  if (encrypted && !codecOf(track)?.sampleAes) throw noSampleAes(track);
}

const noSampleAes = (track: CodedTrack) =>
  fail.unsupportedCodec(
    track.source.name,
    `SAMPLE-AES in MPEG-TS cannot protect ${describeTrack(track)}.`,
    'Encode the sound as AAC, AC-3 or E-AC-3, or choose a mode that writes fMP4.',
  );
