/** What a file may be that no demuxer reads, as people know it, and what to do with it. */
export interface ForeignFormat {
  /** `a SubRip subtitle file`. */
  readonly name: string;
  /** A sentence. */
  readonly advice: string;
  /** It is text, so it may have been meant as subtitles. */
  readonly isText?: boolean;
}

/** Bytes at a place: hexadecimal, `..` for any byte; or text. */
type Signature = readonly [at: number, bytes: string];

const hex = (at: number, digits: string): Signature => [at, digits.replaceAll(' ', '')];
const text = (at: number, letters: string): Signature => [at, Buffer.from(letters, 'latin1').toString('hex')];

const REMUX =
  'Put its streams into MP4 or Matroska first (ffmpeg -i in -c copy out.mkv), or encode it again.';
const WRAP = 'Put it into a container first (ffmpeg -i in -c copy out.mp4).';
const ENCODE = 'Encode it first: H.264, HEVC, AV1 or VP9 video, AAC, AC-3, E-AC-3, Opus or FLAC audio.';
const UNPACK = 'Unpack it, and name the media file in it.';
const NO_IMAGE = 'Name a media file: images are for `thumbnails` alone.';
const NO_SUBTITLES = 'Make it WebVTT first (ffmpeg -i in out.vtt).';
const NAME_TEXT = 'Name a media file or a file of subtitles.';
const NO_TEXT_DEMUXER = 'No plugin of the config reads it: add a demuxer for subtitles.';
const noDemuxer = (format: string): string =>
  `No plugin of the config reads it: add a demuxer for ${format}.`;
const NO_MANIFEST =
  'Name the media files that it lists: in the clear, or with a plugin that takes encrypted MP4; or decrypt the package first (`sealpack decrypt`).';

/** The first that fits counts: the longer signatures come first. */
const SIGNATURES: readonly (readonly [name: string, advice: string, ...signatures: Signature[]])[] = [
  ['an AVI file', REMUX, text(0, 'RIFF'), text(8, 'AVI ')],
  ['a WAV file', ENCODE, text(0, 'RIFF'), text(8, 'WAVE')],
  ['a WAV file (RF64)', ENCODE, text(0, 'RF64'), text(8, 'WAVE')],
  ['a WebP image', NO_IMAGE, text(0, 'RIFF'), text(8, 'WEBP')],
  ['an AIFF file', ENCODE, text(0, 'FORM'), text(8, 'AIF')],
  ['a Core Audio file (CAF)', ENCODE, text(0, 'caff')],
  ['an FLV file', REMUX, text(0, 'FLV'), hex(3, '01')],
  ['an MXF file', REMUX, hex(0, '060e2b34 0205 0101 0d0102')],
  ['a Windows Media file (ASF)', REMUX, hex(0, '3026b275 8e66cf11')],
  ['an Ogg file', REMUX, text(0, 'OggS')],
  ['a RealMedia file', REMUX, text(0, '.RMF')],
  ['an MPEG program stream', REMUX, hex(0, '000001ba')],
  ['a raw MPEG-2 video stream', ENCODE, hex(0, '000001b3')],
  ['an IVF file', REMUX, text(0, 'DKIF')],
  ['a raw AV1 stream', WRAP, hex(0, '12000a')],
  ['uncompressed video (YUV4MPEG2)', ENCODE, text(0, 'YUV4MPEG2')],
  ['a DV file', ENCODE, hex(0, '1f0700')],
  ['a FLAC file', WRAP, text(0, 'fLaC')],
  ['an AMR file', ENCODE, text(0, '#!AMR')],
  ['a raw DTS stream', ENCODE, hex(0, '7ffe8001')],
  ['a JPEG image', NO_IMAGE, hex(0, 'ffd8ff')],
  ['a PNG image', NO_IMAGE, hex(0, '89504e470d0a1a0a')],
  ['a GIF image', NO_IMAGE, text(0, 'GIF8')],
  ['a TIFF image', NO_IMAGE, hex(0, '49492a00')],
  ['a TIFF image', NO_IMAGE, hex(0, '4d4d002a')],
  ['a BMP image', NO_IMAGE, text(0, 'BM'), hex(6, '00000000')],
  ['a Photoshop image', NO_IMAGE, text(0, '8BPS')],
  ['a DPX image', NO_IMAGE, text(0, 'SDPX')],
  ['a PDF document', 'Name a media file.', text(0, '%PDF')],
  ['a ZIP archive', UNPACK, hex(0, '504b0304')],
  ['a RAR archive', UNPACK, text(0, 'Rar!')],
  ['a 7-Zip archive', UNPACK, hex(0, '377abcaf271c')],
  ['a gzip archive', UNPACK, hex(0, '1f8b08')],
  ['an xz archive', UNPACK, hex(0, 'fd377a585a00')],
  ['a Zstandard archive', UNPACK, hex(0, '28b52ffd')],
  ['a bzip2 archive', UNPACK, text(0, 'BZh')],
  ['a tar archive', UNPACK, text(257, 'ustar')],
  ['a disc image (ISO 9660)', 'Copy the media file out of it, and name that.', text(32769, 'CD001')],
  ['a disc image (UDF)', 'Copy the media file out of it, and name that.', text(32769, 'BEA01')],
  [
    'an NCG file',
    'It is packaged already: package the clear original, or decrypt it first (`sealpack decrypt`).',
    text(0, 'NCG'),
  ],
  ['Matroska or WebM', noDemuxer('Matroska'), hex(0, '1a45dfa3')],
  ['MP4', noDemuxer('MP4'), text(4, 'ftyp')],
  ['an MPEG transport stream', noDemuxer('MPEG-TS'), hex(0, '47'), hex(188, '47'), hex(376, '47')],
];

/** A document of XML or HTML whose first element is this. A comment has one end: to try several takes exponential time. */
const rootElement = (element: string, flags?: string): RegExp =>
  new RegExp(`^(<\\?xml[^>]*>|<!--(?:(?!-->)[\\s\\S])*-->|\\s)*<${element}`, flags);

/** Texts, by their beginning, without byte order mark and white space. */
const TEXTS: readonly (readonly [name: string, advice: string, beginning: RegExp])[] = [
  ['a WebVTT subtitle file', NO_TEXT_DEMUXER, /^WEBVTT/],
  ['a SubRip subtitle file', NO_TEXT_DEMUXER, /^\d+\s*\n\s*\d{1,2}:\d{2}:\d{2}[,.]\d{1,3}\s*-->/],
  ['a MicroDVD subtitle file', NO_SUBTITLES, /^\{\d+\}\{\d+\}/],
  ['an ASS or SSA subtitle file', NO_SUBTITLES, /^\[Script Info\]/i],
  ['a SAMI subtitle file', NO_SUBTITLES, /^<sami\b/i],
  ['an SCC caption file', NO_SUBTITLES, /^Scenarist_SCC/],
  ['a TTML subtitle file', NO_TEXT_DEMUXER, rootElement('(\\w+:)?tt[\\s>]')],
  ['a DASH manifest (MPD)', NO_MANIFEST, rootElement('(\\w+:)?MPD[\\s>]')],
  ['a Smooth Streaming manifest', NO_MANIFEST, rootElement('(SmoothStreamingMedia|smil)[\\s>]')],
  ['an HLS playlist', NO_MANIFEST, /^#EXTM3U[\s\S]*#EXT-X-/],
  ['a playlist', NO_MANIFEST, /^(#EXTM3U|\[playlist\])/i],
  [
    'a web page',
    'The download went wrong, or asked for a login: get the file again.',
    rootElement('(!doctype html|html)\\b', 'i'),
  ],
  [
    'a Git LFS pointer',
    'The file itself is not here: run `git lfs pull`.',
    /^version https:\/\/git-lfs\.github\.com\//,
  ],
  ['an XML document', NAME_TEXT, /^<\?xml/],
  [
    'a text file with nothing but white space',
    'It was not written to its end: make it or get it again.',
    /^$/,
  ],
];

/** How much of a file is looked at, from its start. */
export const LOOK = 33_000;

/** What a file seems to be, by its beginning; `undefined`: nothing that is known. */
export function foreignFormat(start: Uint8Array): ForeignFormat | undefined {
  const known = SIGNATURES.find(([, , ...signatures]) => signatures.every((each) => has(start, each)));
  if (known) return { name: known[0], advice: known[1] };
  if (start.length >= 188 && start.subarray(0, 4096).every((byte) => byte === 0)) {
    return {
      name: 'empty at its start (zeros)',
      advice: 'The copy or the download has not come to its end, or the disk lost it: get the file again.',
    };
  }
  const tag = tagLength(start);
  if (tag > 0) {
    const tagged = tag < start.length ? foreignFormat(start.subarray(tag)) : undefined;
    return tagged ?? { name: 'sound behind an ID3 tag', advice: WRAP };
  }
  return textFormat(start) ?? rawStream(start);
}

const [TAG_HEADER, TAG_FOOTER] = [10, 0x10];

/** Bytes of an ID3v2 tag, which stands in front of any raw sound, not of MP3 alone (id3v2.4.0, 3.1); 0 where there is none. */
function tagLength(start: Uint8Array): number {
  if (start.length < TAG_HEADER || !has(start, text(0, 'ID3'))) return 0;
  const size = start.subarray(6, TAG_HEADER).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
  return TAG_HEADER + size + (start[5]! & TAG_FOOTER ? TAG_HEADER : 0);
}

function has(start: Uint8Array, [at, digits]: Signature): boolean {
  const end = at + digits.length / 2;
  return end <= start.length && Buffer.from(start.subarray(at, end)).toString('hex') === digits;
}

/** Streams without a container begin with a header of their first frame. */
function rawStream(start: Uint8Array): ForeignFormat | undefined {
  const [first = 0, second = 0] = start;
  const named = (name: string) => ({ name, advice: WRAP });
  if (first === 0xff && (second & 0xf6) === 0xf0) return named('a raw AAC stream (ADTS)');
  if (first === 0xff && (second & 0xe0) === 0xe0 && (second & 0x18) !== 0x08 && (second & 0x06) !== 0) {
    return named((second & 0x06) === 0x02 ? 'an MP3 file' : 'a raw MPEG audio stream');
  }
  if (first === 0x0b && second === 0x77) {
    // bsid: ETSI TS 102 366, 4.4.2.1 and E.1.3.1.6.
    return named((start[5] ?? 0) >> 3 > 10 ? 'a raw E-AC-3 stream' : 'a raw AC-3 stream');
  }
  const code = [3, 4].find(
    (length) => start[length - 1] === 1 && start.subarray(0, length - 1).every((b) => b === 0),
  );
  const header = code === undefined ? undefined : start[code];
  if (header === undefined) return undefined;
  // AUD, SPS, SEI; of HEVC AUD, VPS, SPS, prefix SEI.
  if (
    [7, 9, 6].includes(header & 0x1f) &&
    (header & 0x80) === 0 &&
    ![0x40, 0x42, 0x46, 0x4e].includes(header)
  ) {
    return named('a raw H.264 stream');
  }
  return [0x40, 0x42, 0x46, 0x4e].includes(header) ? named('a raw HEVC stream') : undefined;
}

function textFormat(start: Uint8Array): ForeignFormat | undefined {
  const decoded = decode(start);
  if (decoded === undefined) return undefined;
  const beginning = decoded.replaceAll('\r\n', '\n').trimStart();
  const known = TEXTS.find(([, , pattern]) => pattern.test(beginning));
  const [name, advice] = known ?? ['a text file', NAME_TEXT];
  return { name, advice, isText: true };
}

/** The text of a text file; `undefined` for what is none. */
function decode(start: Uint8Array): string | undefined {
  const [first, second] = start;
  const wide =
    first === 0xff && second === 0xfe
      ? 'utf-16le'
      : first === 0xfe && second === 0xff
        ? 'utf-16be'
        : undefined;
  // Subtitles come in all encodings: what has no control characters is text.
  const decoded = new TextDecoder(wide ?? 'utf-8').decode(start);
  return /[^\P{Cc}\t\n\r\f]/u.test(decoded) ? undefined : decoded;
}
