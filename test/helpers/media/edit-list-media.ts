import { readFile, writeFile } from 'node:fs/promises';
import { box, fullBox, u32 } from '../../../core/base/box.ts';
import { madeOnce } from '../commands/folders.ts';
import { childrenOf, typeOf, withTracks } from '../oracles/boxes.ts';
import { oddMedia } from './odd-media.ts';

/** One entry of an edit list: milliseconds of the movie, ticks of the track (-1: nothing is presented), speed. */
export type TestEdit = readonly [duration: number, mediaTime: number, rate?: number];

/** Edit lists for the video and the audio track; without one, a track keeps its own. */
export interface TestEdits {
  readonly video?: readonly TestEdit[];
  readonly audio?: readonly TestEdit[];
}

const HANDLERS = { vide: 'video', soun: 'audio' } as const;

/** The file with other edit lists. Its `moov` must be its last box: what grows there moves no sample. */
export const withEditLists = (file: Buffer, edits: TestEdits): Buffer =>
  withTracks(file, (trak) => edited(trak, edits));

function edited(trak: Buffer, edits: TestEdits): Buffer {
  const handler = trak.toString('latin1', trak.indexOf('hdlr') + 12, trak.indexOf('hdlr') + 16);
  const list = edits[HANDLERS[handler as keyof typeof HANDLERS]];
  if (!list) return trak;
  const rows = list.flatMap(([duration, mediaTime, rate = 1]) => [
    duration,
    mediaTime >>> 0,
    rate * 0x1_0000,
  ]);
  const edts = box('edts', fullBox('elst', 0, 0, u32(list.length), ...rows.map(u32)));
  const others = childrenOf(trak).filter((child) => typeOf(child) !== 'edts');
  const mdia = others.findIndex((child) => typeOf(child) === 'mdia');
  return Buffer.from(box('trak', ...others.slice(0, mdia), edts, ...others.slice(mdia)));
}

/**
 * Five seconds with B-frames and a key frame every second, under other edit lists. The first picture is composed at 1024
 * of 12800 ticks, the sound has 1024 samples of priming at 48 kHz.
 */
export const mediaWithEdits = (name: string, edits: TestEdits): Promise<string> =>
  madeOnce(`edits-${name}.mp4`, async (path) => {
    await writeFile(path, withEditLists(await readFile(await oddMedia('moov-last')), edits));
  });
