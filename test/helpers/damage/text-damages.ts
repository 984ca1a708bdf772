import type { PackageCopy } from './copy.ts';
import { type Damage, payloadAt } from './damage.ts';

const MPD = 'stream.mpd';
/** WebVTT in segments; in fragmented MP4 `wvtt`, and TTML. */
const SEGMENTS = /^text-en\/.*\.vtt$/;
const WVTT = /^text\/en\/seg-/;
const STPP = /^text\/de\/seg-/;

/** What is wrong with subtitles, of which the source alone tells. */
export const TEXT_DAMAGES: readonly Damage[] = (
  [
    {
      what: 'a cue that is a second late',
      of: 'hls-ts',
      codes: ['CUE_TIME'],
      damage: (copy) => inSome(copy, SEGMENTS, '00:00:04.000 -->', '00:00:05.000 -->'),
    },
    {
      what: 'subtitles whose X-TIMESTAMP-MAP is a second off',
      of: 'hls-ts',
      codes: ['CUE_TIME'],
      damage: (copy) => inSome(copy, SEGMENTS, 'MPEGTS:16200', 'MPEGTS:106200'),
    },
    {
      what: 'subtitles of more bytes than any memory has',
      of: 'hls-ts',
      codes: ['FILE_TRUNCATED', 'HLS_VERSION'],
      damage: (copy) =>
        copy.replace('text-en/stream.m3u8', /(?=seg-1\.vtt)/, '#EXT-X-BYTERANGE:900000000000000@0\n'),
    },
    {
      what: 'a cue that is lost',
      of: 'hls-ts',
      codes: ['CUE_LOST'],
      damage: (copy) => inSome(copy, SEGMENTS, /\n\n00:00:04\.000[\s\S]*?(?=\n\n|\n*$)/, ''),
    },
    {
      what: 'a changed word',
      of: 'hls-ts',
      codes: ['CUE_TEXT'],
      damage: (copy) => inSome(copy, SEGMENTS, 'Mandelbrot', 'Mandelbaum'),
    },
    {
      what: 'a cue that nobody wrote',
      of: 'hls-fmp4',
      codes: ['CUE_ADDED'],
      damage: (copy) =>
        copy.replace('text-en/seg-2.vtt', /$/, '\n00:00:03.600 --> 00:00:03.900\nBuy one, get two.\n'),
    },
    {
      what: 'subtitles of two languages that changed places',
      of: 'hls-ts',
      codes: ['TRACK_SWAPPED'],
      damage: (copy) => {
        for (const path of copy.files(SEGMENTS)) copy.swap(path, path.replace('-en/', '-de/'));
      },
    },
    {
      what: 'another LANGUAGE of WebVTT',
      of: 'hls-ts',
      codes: ['LANGUAGE'],
      damage: (copy) =>
        copy.replace('master.m3u8', /(SUBTITLES[^\n]*LANGUAGE=)"de"/, (_, before) => `${before}"fr"`),
    },
    {
      what: 'another LANGUAGE of sound that says none',
      of: 'hls-ts',
      codes: ['LANGUAGE'],
      damage: (copy) =>
        copy.replace('master.m3u8', /(TYPE=AUDIO[^\n]*LANGUAGE=)"de"/, (_, before) => `${before}"fr"`),
    },
    {
      what: 'a cue in "wvtt" that is a second late',
      of: 'dash-segments',
      codes: ['CUE_TIME'],
      damage: (copy) =>
        copy.edit('text/en/seg-1.m4s', (bytes) => {
          // Half a second of nothing, then the cue.
          const [nothing, cue] = [wordAt(bytes, 500), wordAt(bytes, 1500)];
          bytes.writeUInt32BE(1500, nothing);
          bytes.writeUInt32BE(500, cue);
          return undefined;
        }),
    },
    {
      what: 'a cue in "wvtt" that is lost',
      of: 'dash-segments',
      codes: ['CUE_LOST'],
      damage: (copy) => {
        for (const path of ['text/en/seg-3.m4s', 'text/en/seg-4.m4s'])
          copy.edit(path, (bytes) => void bytes.write('free', payloadAt(bytes, 'payl') - 4, 'latin1'));
      },
    },
    {
      what: 'a changed word in "wvtt"',
      of: 'dash-segments',
      codes: ['CUE_TEXT'],
      damage: (copy) => inSome(copy, WVTT, 'Mandelbrot', 'Mandelbaum'),
    },
    {
      what: 'a cue in "stpp" that is a second late',
      of: 'dash-segments',
      codes: ['CUE_TIME'],
      damage: (copy) => inSome(copy, STPP, 'begin="00:00:04.000"', 'begin="00:00:05.000"'),
    },
    {
      what: 'a cue in "stpp" that is lost',
      of: 'dash-segments',
      codes: ['CUE_LOST'],
      damage: (copy) => inSome(copy, STPP, /<p [\s\S]*<\/p>/, (text) => ' '.repeat(text!.length)),
    },
    {
      what: 'a changed word in "stpp"',
      of: 'dash-segments',
      codes: ['CUE_TEXT'],
      damage: (copy) => inSome(copy, STPP, 'Mandelbrot', 'Mandelbaum'),
    },
    {
      what: 'subtitles of two languages that changed places in the MPD',
      of: 'dash-segments',
      codes: ['TRACK_SWAPPED'],
      damage: (copy) => {
        copy.replace(MPD, /(contentType="text"[^>]*lang=)"en"/, '$1"xx"');
        copy.replace(MPD, /(contentType="text"[^>]*lang=)"de"/, '$1"en"');
        copy.replace(MPD, /(contentType="text"[^>]*lang=)"xx"/, '$1"de"');
      },
    },
    {
      what: 'EXTINF of pictures half a second too long, beside subtitles',
      of: 'hls-fmp4',
      codes: ['SEGMENT_DURATION'],
      damage: (copy) => copy.replace('video-1/stream.m3u8', '#EXTINF:2.000000', '#EXTINF:2.500000'),
    },
    {
      what: 'a title of nine seconds, beside subtitles',
      of: 'dash-segments',
      codes: ['TITLE_DURATION'],
      damage: (copy) => copy.replace(MPD, 'PT6.08S', 'PT9S'),
    },
  ] satisfies Omit<Damage, 'beside'>[]
).map((one) => ({ ...one, beside: true }));

/** Change all files that have a text, of one length or in text files; one must. */
function inSome(
  copy: PackageCopy,
  files: RegExp,
  pattern: string | RegExp,
  text: string | ((...found: string[]) => string),
): void {
  let changed = 0;
  for (const path of copy.files(files)) {
    const before = copy.bytes(path).toString('latin1');
    const after = before.replace(pattern, text as string);
    if (after === before) continue;
    copy.write(path, Buffer.from(after, 'latin1'));
    changed += 1;
  }
  if (changed === 0) throw new Error(`no file has ${pattern}`);
}

/** Where 32 bits have a value. */
function wordAt(bytes: Buffer, value: number): number {
  const word = Buffer.alloc(4);
  word.writeUInt32BE(value);
  const at = bytes.indexOf(word);
  if (at < 0) throw new Error(`no ${value}`);
  return at;
}
