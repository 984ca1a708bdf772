import { box } from '../../../core/base/box.ts';
import { concat } from '../../../core/base/bytes.ts';
import { initSegment } from '../../../core/containers/mp4/write/init.ts';
import type { TextDocument } from '../../../core/text/cue.ts';
import { stppSampleEntry } from '../../../core/text/ttml/write.ts';
import { wvttSampleEntry } from '../../../core/text/wvtt/write.ts';
import { moof, tfdt, tfhd, traf, trun } from './fragments.ts';

/** A fragment of one sample of text; milliseconds. */
export interface TextFragment {
  readonly time: number;
  readonly duration: number;
  readonly data: Uint8Array;
}

const EMPTY: TextDocument = { format: 'webvtt', cues: [], styles: [], regions: [], notices: [] };

/** `ftyp` and `moov` of a file whose one track, of id 1, is text in fragments, in milliseconds. */
export const textHead = (entry: 'wvtt' | 'stpp'): Uint8Array =>
  initSegment({
    track: {
      kind: 'text',
      entry,
      timescale: 1000,
      language: 'en',
      sampleEntry: entry === 'wvtt' ? wvttSampleEntry(EMPTY) : stppSampleEntry(EMPTY),
    },
    encryption: undefined,
    pssh: [],
    duration: 0,
  });

/** @param track its track_ID */
export function textFragment({ time, duration, data }: TextFragment, track = 1): Uint8Array {
  const make = (dataOffset: number): Uint8Array =>
    moof(
      traf(
        tfhd(track, { baseIsMoof: true }),
        tfdt(time),
        trun([{ duration, size: data.length }], { dataOffset }),
      ),
    );
  return concat([make(make(0).length + 8), box('mdat', data)]);
}

/** A cue of `wvtt`. */
export const wvttCue = (payload: string): Uint8Array => box('vttc', box('payl', payload));

/** A document of `stpp`: each paragraph with its times as they stand in it. */
export const stppDocument = (
  ...paragraphs: readonly (readonly [begin: string, end: string, text: string])[]
) =>
  new Uint8Array(
    Buffer.from(
      `<tt xmlns="http://www.w3.org/ns/ttml" xml:lang=""><body><div>${paragraphs
        .map(([begin, end, text]) => `<p begin="${begin}" end="${end}">${text}</p>`)
        .join('')}</div></body></tt>`,
    ),
  );
