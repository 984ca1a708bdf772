import { PackagerError } from '../../base/errors.ts';
import { largest } from '../../base/largest.ts';
import type { TextTrack } from '../../media/track.ts';
import type { TextDocument } from '../../text/cue.ts';
import { LATEST } from '../../text/cue-list.ts';
import { cuesOfMatroska, type StoredTextBlock, type TextBlockFormat } from '../../text/samples/matroska.ts';
import { decoded } from '../matroska/content-encoding.ts';
import { EbmlError } from '../matroska/ebml.ts';
import type { MatroskaTextFacts, MatroskaTrack } from '../matroska/track-entries.ts';
import type { MatroskaFile } from './matroska-blocks.ts';
import { textBlockFormat, textUses } from './matroska-text-format.ts';
import type { PacketTexts, ScannedText } from './packet-file.ts';
import { collectTextBlocks, MOST_TEXT, type TextBlocks } from './text-blocks.ts';

/** A track of subtitles that can be read. */
interface ReadableText {
  readonly track: MatroskaTrack & { readonly text: MatroskaTextFacts };
  readonly format: TextBlockFormat;
}

/** The subtitles of a file; `undefined` where it has none that can be read. */
export function matroskaTexts(file: MatroskaFile, tracks: readonly MatroskaTrack[]): PacketTexts | undefined {
  const texts = tracks.flatMap((track): ReadableText[] => {
    const { text } = track;
    const found = text && textBlockFormat(track);
    return text && typeof found === 'object' ? [{ track: { ...track, text }, ...found }] : [];
  });
  if (texts.length === 0) return undefined;
  const uses = textUses(texts.map(({ track }) => track));
  const read = (one: ReadableText, blocks: TextBlocks): TextDocument =>
    cuesOfMatroska(storedBlocks(file, one.track, blocks), headerOf(one), file.source.name);
  return {
    async scan(checkCancelled, warn) {
      const { name } = file.source;
      const ids = texts.map(({ track }) => track.id);
      const collected = await explained(() => collectTextBlocks(file, ids, checkCancelled));
      const scanned: ScannedText[] = [];
      for (const one of texts) {
        const { id } = one.track;
        const blocks = typeof collected === 'string' ? collected : collected.get(id)!;
        const document = typeof blocks === 'string' ? blocks : await explained(() => read(one, blocks));
        if (typeof document === 'string' || typeof blocks === 'string') {
          warn(`${name}: track ${id} is left out: ${document}.`);
          continue;
        }
        for (const notice of document.notices) warn(`${name}: text track ${id}: ${notice}`);
        scanned.push({ id, blocks, duration: largest(document.cues, ({ end }) => end) });
      }
      return scanned;
    },
    open({ id, duration, blocks }): Omit<TextTrack, 'input'> {
      const one = texts.find(({ track }) => track.id === id)!;
      return {
        id,
        kind: 'text',
        ...uses.get(id)!,
        format: one.format === 'srt' ? 'srt' : 'webvtt',
        timescale: 1000,
        duration,
        bytes: blocks.data.length,
        clock: 'input',
        read: async () => read(one, blocks),
      };
    },
  };
}

/** What is found, or why not: what is wrong with subtitles is no reason to refuse a film. */
async function explained<T>(find: () => T | Promise<T>): Promise<T | string> {
  try {
    return await find();
  } catch (cause) {
    if (cause instanceof EbmlError) return `it is damaged: ${cause.message}`;
    if (PackagerError.is(cause) && cause.code === 'NOT_MEDIA') return cause.message.replace(/\.$/, '');
    throw cause;
  }
}

function headerOf({ track, format }: ReadableText): {
  readonly format: TextBlockFormat;
  readonly header: Uint8Array;
} {
  return { format, header: decoded(track.codecPrivate, track.text.headerEncodings, MOST_TEXT) };
}

/** Blocks as they were before they were encoded; one that does not say how long it lasts goes on up to the next. */
function storedBlocks(
  { clock }: MatroskaFile,
  { encodings, defaultDuration }: MatroskaTrack,
  { starts, durations, sizes, additions, data }: TextBlocks,
): StoredTextBlock[] {
  const ms = (ticks: number): number => (ticks * 1000) / clock;
  const inOrder = starts.slice().sort();
  const nextStart = (start: number): number => {
    const next = firstAbove(inOrder, start);
    return next === undefined ? Math.max(0, ms(inOrder[0]!)) + LATEST : ms(next);
  };
  const blocks: StoredTextBlock[] = [];
  let left = MOST_TEXT;
  let at = 0;
  for (const [row, start] of starts.entries()) {
    const duration = durations[row]!;
    const frame = data.subarray(at, at + sizes[row]!);
    at += frame.length;
    const additional = additions[row] === 0 ? undefined : data.subarray(at, at + additions[row]!);
    at += additions[row]!;
    const text = encodings.length > 0 ? decoded(frame, encodings, left) : frame;
    left -= text.length;
    // A few bytes of each block may stand for many that were taken off its front.
    if (left < 0) throw new EbmlError('decoded, its blocks are far too large');
    const lasts = Number.isNaN(duration) ? defaultDuration / 1e6 : ms(duration);
    const end = Number.isNaN(duration) && defaultDuration === 0 ? nextStart(start) : ms(start) + lasts;
    blocks.push({ start: ms(start), end, data: text, additional });
  }
  return blocks;
}

/** @param sorted ascending */
function firstAbove(sorted: Float64Array, value: number): number | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return sorted[low];
}
