import { BitstreamError } from '../base/bit-reader.ts';
import { nalLengthSize } from '../media/segment-reader.ts';
import type { Track } from '../media/track.ts';
import { OBU, readObu } from './av1/obu.ts';
import { byNalCodec } from './nal/entries.ts';
import { nalUnitsOfHead } from './nal/units.ts';

/**
 * SAP type (ISO/IEC 14496-12, Annex I) of a picture that decoding starts with, where it is presented first of all that
 * follow, and where pictures that are decoded after it lead it.
 */
export type AccessPoint = readonly [alone: SapType, led: SapType];

/**
 * 1: all that follows can be decoded, and is presented later; 2: it can be decoded; 3: pictures that are presented earlier
 * may refer to what comes before.
 */
export type SapType = 1 | 2 | 3;

/** Nothing that follows refers to what comes before. */
const CLOSED: AccessPoint = [1, 2];
/** Only pictures that lead it may. */
const OPEN: AccessPoint = [1, 3];
/** Whatever follows may. */
const UNSURE: AccessPoint = [3, 3];

/**
 * What a sample is to a decoder that starts with it.
 * @param head its first bytes, or all of it
 * @param size bytes of the sample
 * @returns `undefined` where `head` does not tell
 */
export type AccessPointReader = (head: Uint8Array, size: number) => AccessPoint | undefined;

/** By sample entry: the video codecs whose pictures say by themselves what may refer to what. */
const READERS: ReadonlyMap<string, (track: Pick<Track, 'entry' | 'config'>) => AccessPointReader> = new Map([
  ...byNalCodec(nalReader(avcPicture), nalReader(hevcPicture)),
  ['av01', () => av1TemporalUnit],
  ['vp09', () => vp9Frame],
]);

/** Who reads it of a track's samples; `undefined` for codecs that are not looked into, sound among them. */
export const accessPointReader = (track: Pick<Track, 'entry' | 'config'>): AccessPointReader | undefined =>
  READERS.get(track.entry)?.(track);

/** By the first slice of the sample. @param pictureOf what the first byte of a NAL unit says; `undefined`: no slice */
function nalReader(pictureOf: (header: number) => AccessPoint | undefined) {
  return (track: Pick<Track, 'entry' | 'config'>): AccessPointReader => {
    const lengthSize = nalLengthSize(track);
    return (head) => {
      for (const unit of nalUnitsOfHead(head, lengthSize)) {
        const picture = pictureOf(unit[0]!);
        if (picture) return picture;
      }
      return undefined;
    };
  };
}

const AVC_IDR = 5;

/** ITU-T H.264, table 7-1. What follows another I picture may refer to anything: a recovery point SEI only promises. */
function avcPicture(header: number): AccessPoint | undefined {
  const type = header & 31;
  if (type === AVC_IDR) return CLOSED;
  return type >= 1 && type < AVC_IDR ? UNSURE : undefined;
}

/** The first nal_unit_type that is no slice. */
const HEVC_SLICES_END = 32;

/** By nal_unit_type of intra random access point pictures (ITU-T H.265, table 7-1). */
const HEVC_IRAP: ReadonlyMap<number, AccessPoint> = new Map([
  [16, OPEN], // BLA_W_LP
  [17, CLOSED], // BLA_W_RADL
  [18, CLOSED], // BLA_N_LP
  [19, CLOSED], // IDR_W_RADL
  [20, CLOSED], // IDR_N_LP
  [21, OPEN], // CRA_NUT
]);

function hevcPicture(header: number): AccessPoint | undefined {
  const type = (header >> 1) & 63;
  return type < HEVC_SLICES_END ? (HEVC_IRAP.get(type) ?? UNSURE) : undefined;
}

/** By the first frame (AV1 specification, 5.9.2): one that is hidden, or was before, leaves its references open. */
function av1TemporalUnit(head: Uint8Array, size: number): AccessPoint | undefined {
  try {
    for (let at = 0; at < head.length; ) {
      const { type, start, end } = readObu(head, at, size);
      const first = head[start];
      if (first === undefined) return undefined;
      // Of a still_picture, 0x10, all frames are key frames, and may have no field that says so.
      if (type === OBU.sequenceHeader && (first & 0x10) !== 0) return CLOSED;
      // show_existing_frame 0, frame_type KEY_FRAME, show_frame 1
      if (type === OBU.frame || type === OBU.frameHeader) return first >> 4 === 1 ? CLOSED : UNSURE;
      at = end;
    }
  } catch (cause) {
    // Cut short here, or damaged: who protects the sample says so.
    if (!(cause instanceof BitstreamError)) throw cause;
  }
  return undefined;
}

/** By the first frame's uncompressed header (VP9 specification, 6.2); profile 3 has a reserved bit in front of the rest. */
function vp9Frame(head: Uint8Array): AccessPoint | undefined {
  const [first] = head;
  if (first === undefined) return undefined;
  const fields = (first & 0x30) === 0x30 ? first << 1 : first;
  return (fields & 0x0c) === 0 ? CLOSED : UNSURE; // show_existing_frame 0, frame_type KEY_FRAME
}
