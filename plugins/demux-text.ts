import { fail, type Plugin, type Run } from '../core/index.ts';
import {
  type DemuxRequest,
  largest,
  readTextDocument,
  SNIFFED,
  type TextDocument,
  type TextTrack,
  textFormat,
} from '../core/kit.ts';

const NAME = 'demux-text';

/** More is no file of subtitles: a hundred thousand cues are some 10 MB. */
const LARGEST = 64 * 2 ** 20;

/**
 * Reads files of subtitles: one track each, in the title's time. What they are is known by what is in them, their language by the
 * config, or by what the document says of itself.
 */
export function demuxText(): Plugin {
  return {
    name: NAME,
    apply({ hooks }) {
      hooks.demux.tapPromise(NAME, async (request, run) => {
        const track = await demux(request, run);
        return track && [track];
      });
    },
  };
}

async function demux({ source, input }: DemuxRequest, run: Run): Promise<TextTrack | undefined> {
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
  const { language, duration } = await run.once(`${NAME}/${input.index}`, async () => {
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
