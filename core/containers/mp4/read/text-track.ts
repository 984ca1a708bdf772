import { BoxError } from '../../../base/box-walk.ts';
import { PackagerError } from '../../../base/errors.ts';
import type { ExactTime } from '../../../base/exact-time.ts';
import { largest } from '../../../base/largest.ts';
import type { ByteSource } from '../../../io/byte-source.ts';
import type { TextTrack } from '../../../media/track.ts';
import type { TextDocument } from '../../../text/cue.ts';
import type { StoredTextSample } from '../../../text/samples/stored-sample.ts';
import { isForcedTx3g } from '../../../text/samples/tx3g-flags.ts';
import { mediaPieces } from './edit-list.ts';
import type { Movie, TextBoxes } from './movie.ts';
import { readSamples } from './read-samples.ts';
import type { Mp4Samples } from './sample-table.ts';
import { type PlacedText, placedTexts, type RecordedTrack } from './text-recordings.ts';
import { trackLanguage } from './track-facts.ts';
import { textUseOf } from './track-kinds.ts';

/** More is no track of subtitles. */
const LARGEST = 64 * 2 ** 20;

const FORMATS = { wvtt: 'webvtt', stpp: 'ttml', tx3g: 'tx3g' } as const;

/**
 * Subtitles of a file as a track, in the time of its other tracks.
 * @param checkpoint called once a fragment; may throw, to give up
 * @param warn told what of it cannot be kept
 * @param once finds out what reading all of it shows: `Run.once`, so that not every thread reads it. @default each time
 * @param film the pictures or the sound beside it: recordings that lie behind each other in the file are put where theirs are
 * @returns why it is left out, if it is: what is wrong with subtitles is no reason to refuse a film
 */
export async function readTextTrack(
  source: ByteSource,
  movie: Movie,
  text: TextBoxes,
  checkpoint: () => void,
  warn: (message: string) => void,
  once: (find: () => Promise<number>) => Promise<number> = (find) => find(),
  film?: RecordedTrack,
): Promise<Omit<TextTrack, 'input'> | string> {
  try {
    const [table] = await readSamples(source, movie, [text], checkpoint, film ? () => undefined : warn);
    if (table === undefined || table.count === 0) return 'it has no samples';
    if (table.bytes > LARGEST) return `subtitles of more than ${LARGEST / 2 ** 20} MiB are not read`;
    const shift = presentedShift(source.name, movie, text, table);
    if (shift === undefined) return 'its edit list has several parts, which is not followed for subtitles';
    const read = async (): Promise<TextDocument> => {
      const { textDocument } = await import('./text-document.ts'); // most films have no subtitles
      const placed = placedTexts({ samples: table, timescale: text.headers.timescale }, film, text.id);
      return textDocument(await storedSamples(source, placed), text, source.name, shift);
    };
    const duration = await once(async () => {
      const { cues, notices } = await read();
      for (const notice of notices) warn(`${source.name}: text track ${text.id}: ${notice}`);
      return largest(cues, ({ end }) => end);
    });
    return {
      id: text.id,
      kind: 'text',
      language: trackLanguage(text),
      ...textUseOf(text.kinds, text.entry === 'tx3g' && isForcedTx3g(text.payload)),
      format: FORMATS[text.entry],
      ...(text.entry !== 'stpp' && { codecs: text.entry }),
      timescale: 1000,
      duration,
      bytes: table.bytes,
      clock: 'input',
      read,
    };
  } catch (cause) {
    if (cause instanceof BoxError) return `it is damaged: ${cause.message}`;
    if (cause instanceof RangeError) return 'it is damaged: one of its boxes ends too early';
    if (PackagerError.is(cause) && cause.code === 'NOT_MEDIA') return cause.message.replace(/\.$/, '');
    throw cause;
  }
}

/** Milliseconds that the samples are moved by to where they are presented; `undefined` where that is not one number. */
function presentedShift(name: string, movie: Movie, text: TextBoxes, table: Mp4Samples): number | undefined {
  const { edits, timescale } = text.headers;
  const pieces = mediaPieces(
    {
      edits,
      movieTimescale: movie.timescale,
      timescale,
      mediaStart: table.start,
      fragmented: movie.fragmentDefaults !== undefined,
    },
    name,
    text.id,
  );
  const [piece] = pieces;
  if (piece === undefined || pieces.length > 1) return undefined;
  // Pieces count from the first sample, samples here from the clock of the track, which the documents of stpp are on.
  return Math.round(milliseconds(piece.start) - ((piece.mediaTime + table.start) * 1000) / timescale);
}

const milliseconds = ({ num, den }: ExactTime): number => (Number(num) * 1000) / Number(den);

async function storedSamples(source: ByteSource, placed: readonly PlacedText[]): Promise<StoredTextSample[]> {
  const samples: StoredTextSample[] = [];
  for (const { offset, size, start, end, moved } of placed) {
    const data = new Uint8Array(size);
    await source.read(offset, [data]);
    samples.push({ start, end, data, moved });
  }
  return samples;
}
