import { fail, type Run } from '../../core/index.ts';
import {
  type DemuxRequest,
  largest,
  readTextDocument,
  SNIFFED,
  type TextDocument,
  type TextTrack,
  textFormat,
} from '../../core/kit.ts';

/** More is no file of subtitles: a hundred thousand cues are some 10 MB. */
const LARGEST = 64 * 2 ** 20;

/**
 * The track of a file of subtitles; `undefined` for another file.
 * @param name of the plugin
 * @throws PackagerError UNSUPPORTED_INPUT for one that is too long, NOT_MEDIA for one that is damaged
 */
export async function readSubtitles(
  { source, input }: DemuxRequest,
  run: Run,
  name: string,
): Promise<TextTrack | undefined> {
  const start = new Uint8Array(Math.min(source.size, SNIFFED));
  await source.read(0, [start]);
  const format = textFormat(start);
  if (format === undefined) return undefined; // not ours: ask the next demuxer
  if (source.size > LARGEST) {
    throw fail.unsupportedInput(
      source.name,
      `subtitles of ${Math.ceil(source.size / 2 ** 20)} MiB are not read.`,
      `A file of subtitles has at most ${LARGEST / 2 ** 20} MiB.`,
    );
  }
  const read = async (): Promise<TextDocument> => {
    const bytes = new Uint8Array(source.size);
    await source.read(0, [bytes]);
    return readTextDocument(bytes, source.name);
  };
  // What is wrong with it is told before anything is written. After that only who writes it reads it.
  const { language, duration } = await run.once(`${name}/${input.index}`, async () => {
    const document = await read();
    for (const notice of document.notices) run.warn(`${source.name}: ${notice}`);
    if (document.cues.length === 0) run.warn(`${source.name}: It has no cues: who chooses it sees nothing.`);
    return { language: document.language ?? 'und', duration: largest(document.cues, ({ end }) => end) };
  });
  return {
    input: input.index,
    id: 1,
    kind: 'text',
    language,
    format,
    timescale: 1000,
    duration,
    bytes: source.size,
    clock: 'title',
    read,
  };
}
