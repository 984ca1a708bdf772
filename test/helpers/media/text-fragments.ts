import { readFile } from 'node:fs/promises';
import { box } from '../../../core/base/box.ts';
import { childBoxes } from '../../../core/base/box-walk.ts';
import { concat } from '../../../core/base/bytes.ts';
import { initSegment } from '../../../core/containers/mp4/write/init.ts';
import type { TextDocument } from '../../../core/text/cue.ts';
import { stppSampleEntry } from '../../../core/text/ttml/write.ts';
import { wvttSampleEntry } from '../../../core/text/wvtt/write.ts';
import { moof, tfdt, tfhd, traf, trun } from './fragments.ts';
import { oddMedia } from './odd-media.ts';

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

/** A film of 5 s in fragments, pictures as track 1 and sound as track 2, whose `moov` has a track of text of id 3 as well. */
export async function filmWithText(entry: 'wvtt' | 'stpp'): Promise<{ head: Uint8Array; media: Uint8Array }> {
  const film = await readFile(await oddMedia('fragmented-frames')); // its offsets count from each moof
  const text = Buffer.from(textHead(entry));
  const moovOf = (file: Buffer) => childBoxes(file, 0, file.length).find(({ type }) => type === 'moov')!;
  const [moov, other] = [moovOf(film), moovOf(text)];
  const find = (file: Buffer, start: number, end: number, type: string) =>
    childBoxes(file, start, end).filter((one) => one.type === type);
  const bytesOf = (file: Buffer, { start, end }: { start: number; end: number }) =>
    Buffer.from(file.subarray(start, end));
  const trak = bytesOf(text, find(text, other.payload, other.end, 'trak')[0]!);
  trak.writeUInt32BE(3, trak.indexOf('tkhd') + 16);
  const [mvex] = find(text, other.payload, other.end, 'mvex');
  const trex = bytesOf(text, find(text, mvex!.payload, mvex!.end, 'trex')[0]!);
  trex.writeUInt32BE(3, 12);
  const children = childBoxes(film, moov.payload, moov.end).map((child) =>
    child.type === 'mvex'
      ? [trak, box('mvex', film.subarray(child.payload, child.end), trex)]
      : [film.subarray(child.start, child.end)],
  );
  const mfra = find(film, 0, film.length, 'mfra')[0];
  return {
    head: concat([film.subarray(0, moov.start), box('moov', ...children.flat())]),
    media: film.subarray(moov.end, mfra?.start),
  };
}
