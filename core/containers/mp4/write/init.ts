import { type Box, box, fullBox, u16, u32, u64, zeros } from '../../../base/box.ts';
import { concat } from '../../../base/bytes.ts';
import { threeLetterCode } from '../../../base/iso-639.ts';
import { withoutStreamId } from '../../../codecs/aac/entry.ts';
import { type DisplayMatrix, ONE } from '../../../media/orientation.ts';
import type { CodedTrack } from '../../../media/track.ts';
import { kindBoxes } from './kind.ts';
import { clearSampleEntry, protectedSampleEntry, type TrackEncryption } from './sample-entry.ts';

/** Every output file holds one track. */
export const OUTPUT_TRACK_ID = 1;

/** In rows: a b u, c d v, x y w (ISO/IEC 14496-12, 6.2.2). */
function matrixFields(matrix: DisplayMatrix = [ONE, 0, 0, ONE, 0, 0]): Box {
  const [a, b, c, d, x, y] = matrix;
  return concat([a, b, 0, c, d, 0, x, y, 0x4000_0000].map((value) => u32(value >>> 0)));
}

/** Text as samples, of which only this is in the headers. */
export interface TextSampleTrack {
  readonly kind: 'text';
  /** ISO/IEC 14496-30: `wvtt` for WebVTT, `stpp` for TTML. */
  readonly entry: 'wvtt' | 'stpp';
  readonly timescale: number;
  readonly language: string;
  /** Values of `urn:mpeg:dash:role:2011`. */
  readonly roles?: readonly string[] | undefined;
  readonly sampleEntry: Uint8Array;
}

export interface InitOptions {
  readonly track: CodedTrack | TextSampleTrack;
  /** `undefined` for a track that stays clear. */
  readonly encryption: TrackEncryption | undefined;
  /** Some of its segments stay clear: their sample entries come behind those of the encrypted ones. @default false */
  readonly hasClear?: boolean;
  /** Whole `pssh` boxes; EME hands adjacent boxes to the page in one `encrypted` event. */
  readonly pssh: readonly Uint8Array[];
  /** Duration of the track in its own time scale, for `mehd`. */
  readonly duration: number;
  /** Composition time that an edit list is to present at 0, in ticks. @default 0: without an edit list */
  readonly mediaTimeAtZero?: number;
  /** Further compatible brands, four characters each. */
  readonly brands?: readonly string[];
}

/** The initialisation section of a fragmented file with one track: `ftyp` and `moov` (ISO/IEC 14496-12, 8.8). */
export function initSegment(options: InitOptions): Uint8Array {
  const { track, pssh, duration, mediaTimeAtZero = 0, brands = [] } = options;
  const entries = sampleEntries(options);
  return concat([
    box('ftyp', 'iso6', u32(0), 'iso6', 'mp41', 'dash', brands),
    box('moov', mvhd(track.timescale), trak(track, entries, mediaTimeAtZero), mvex(duration), pssh),
  ]);
}

/** `sample_description_index` counts them: of each format one, and for clear segments of each another one behind all these. */
function sampleEntries({ track, encryption, hasClear = false }: InitOptions): Uint8Array[] {
  if (track.kind === 'text') return [track.sampleEntry];
  const originals = (track.formats ?? [track]).map(({ sampleEntry }) => {
    const entry = withOwnReference(sampleEntry);
    return track.entry === 'mp4a' ? withoutStreamId(entry) : entry;
  });
  if (!encryption) return originals;
  return [
    ...originals.map((original) => protectedSampleEntry(original, track.kind, encryption)),
    ...(hasClear ? originals.map((original) => clearSampleEntry(original, track.kind)) : []),
  ];
}

/**
 * An entry whose data_reference_index is that of our `dref`, which has one entry (ISO/IEC 14496-12, 8.5.2 and 8.7.2): that of the
 * input counts the entries of its own.
 */
const withOwnReference = (sampleEntry: Uint8Array): Uint8Array =>
  concat([sampleEntry.subarray(0, 14), u16(1), sampleEntry.subarray(16)]);

const mvhd = (timescale: number): Box =>
  fullBox(
    'mvhd',
    0,
    0,
    u32(0), // creation_time: not stated, so that equal inputs give equal files
    u32(0), // modification_time
    u32(timescale),
    u32(0), // duration: in the fragments, see mehd
    u32(0x1_0000), // rate 1.0
    u16(0x100), // volume 1.0
    zeros(10),
    matrixFields(),
    zeros(24),
    u32(OUTPUT_TRACK_ID + 1), // next_track_ID
  );

const mvex = (duration: number): Box =>
  box(
    'mvex',
    fullBox('mehd', 1, 0, u64(duration)),
    // trex: the first sample description; every fragment states the rest
    fullBox('trex', 0, 0, u32(OUTPUT_TRACK_ID), u32(1), u32(0), u32(0), u32(0)),
  );

/**
 * Handler, its name and the media header of each kind (ISO/IEC 14496-12, 8.4.3, 12.1.2 and 12.2.2), and of text by its sample entry
 * (ISO/IEC 14496-30, 4.2 and 5.2).
 */
const MEDIA: Readonly<
  Record<'video' | 'audio' | 'wvtt' | 'stpp', { handler: string; name: string; header: Box }>
> = {
  video: { handler: 'vide', name: 'Video\0', header: fullBox('vmhd', 0, 1, zeros(8)) },
  audio: { handler: 'soun', name: 'Sound\0', header: fullBox('smhd', 0, 0, zeros(4)) },
  wvtt: { handler: 'text', name: 'Text\0', header: fullBox('nmhd', 0, 0) },
  stpp: { handler: 'subt', name: 'Subtitles\0', header: fullBox('sthd', 0, 0) },
};

function trak(track: InitOptions['track'], entries: readonly Box[], mediaTimeAtZero: number): Box {
  const { handler, name, header } = MEDIA[track.kind === 'text' ? track.entry : track.kind];
  return box(
    'trak',
    tkhd(track),
    mediaTimeAtZero === 0 ? [] : edts(mediaTimeAtZero),
    box(
      'mdia',
      fullBox(
        'mdhd',
        0,
        0,
        u32(0),
        u32(0),
        u32(track.timescale),
        u32(0),
        u16(packLanguage(track.language)),
        u16(0),
      ),
      isPackable(track.language) ? [] : elng(track.language),
      fullBox('hdlr', 0, 0, u32(0), handler, zeros(12), name),
      box(
        'minf',
        header,
        box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1))), // flag 1: media is in this file
        box(
          'stbl',
          fullBox('stsd', 0, 0, u32(entries.length), entries),
          fullBox('stts', 0, 0, u32(0)),
          fullBox('stsc', 0, 0, u32(0)),
          fullBox('stsz', 0, 0, u32(0), u32(0)),
          fullBox('stco', 0, 0, u32(0)),
        ),
      ),
    ),
    kindBoxes(track.roles),
  );
}

/** One edit from a media time to the end of all fragments, duration 0 (ISO/IEC 14496-12, 8.6.6). */
const edts = (mediaTime: number): Box =>
  box('edts', fullBox('elst', 1, 0, u32(1), u64(0), u64(mediaTime), u16(1), u16(0)));

/** Flags: enabled, in movie, in preview. */
const TKHD_FLAGS = 7;

function tkhd(track: InitOptions['track']): Box {
  const video = track.kind === 'video' ? track.video : undefined;
  // The presentation size has square pixels: coded width stretched by the sample aspect ratio, 16.16 fixed point.
  const shown = video ? Math.round((video.width * 0x1_0000 * video.sar.num) / video.sar.den) : 0;
  const width = Math.min(shown, 0xffff_ffff);
  const height = video ? video.height * 0x1_0000 : 0;
  return fullBox(
    'tkhd',
    0,
    TKHD_FLAGS,
    u32(0), // creation_time
    u32(0), // modification_time
    u32(OUTPUT_TRACK_ID),
    u32(0), // reserved
    u32(0), // duration: in the fragments
    zeros(8),
    u16(0), // layer
    u16(0), // alternate_group
    u16(track.kind === 'audio' ? 0x100 : 0), // volume
    u16(0),
    matrixFields(video?.matrix),
    u32(width),
    u32(height),
  );
}

/** Whether `mdhd` has room for all of a language. */
const isPackable = (code: string): boolean => /^[a-z]{3}$/.test(code);

/** Any other tag of BCP 47 (ISO/IEC 14496-12, 8.4.6). */
const elng = (tag: string): Box => fullBox('elng', 0, 0, `${tag}\0`);

/** ISO 639-2/T in three 5-bit letters (ISO/IEC 14496-12, 8.4.2.3): beside `elng` the code that comes closest. */
const packLanguage = (tag: string): number =>
  [...threeLetterCode(tag)].reduce((packed, letter) => packed * 32 + letter.charCodeAt(0) - 0x60, 0);

/** Segment Type box of a media segment in a file of its own (ISO/IEC 14496-12, 8.16.2). @param brands compatible ones */
export const styp = (brands: readonly string[]): Box => box('styp', 'msdh', u32(0), brands);
