import type { Plugin } from '../../contract/packager.ts';
import type { RunState } from '../../contract/run.ts';
import { plainFacts } from '../../inspect/checks/plain-facts.ts';
import { openFolder } from '../../inspect/files/local-package.ts';
import type { SourceTitle } from '../../inspect/model/source-title.ts';
import { KnownKeys } from '../known-keys.ts';
import { openTitle } from '../open-title.ts';
import { TitleRun } from '../title-run.ts';
import type { PlainReading, ReadingWork } from './plain-reading.ts';
import { readRendition } from './read-rendition.ts';
import { SizedFiles } from './sized-files.ts';
import { sourceTitle } from './source-title.ts';

/** Reads renditions in a thread of its own, which opens the source of the title by itself. */
export class ServedReading {
  readonly #title: TitleRun;
  readonly #source: Promise<SourceTitle | undefined>;

  constructor(plugins: readonly Plugin[], state: RunState) {
    // Whoever began the run has the threads.
    const options = { title: { ...state.title, workers: 0 }, plugins };
    this.#title = new TitleRun(options, state);
    this.#source = openSource(this.#title, options);
    this.#source.catch(() => {}); // told to whoever asks for a rendition
  }

  async read({ rendition, folder, keys }: ReadingWork): Promise<PlainReading> {
    const source = await this.#source;
    const files = await SizedFiles.of(await openFolder(folder));
    const { lookup } = KnownKeys.from(keys);
    const { media, findings, claims, found } = await readRendition(rendition, { files, lookup, source });
    return {
      media: media && plainFacts(media),
      findings,
      claims,
      found: [...found].map((track) => source?.tracks.indexOf(track) ?? -1),
      clock: rendition.clock,
      sizes: files.sizes,
    };
  }

  async close(): Promise<void> {
    await this.#title.close();
  }
}

/** @returns `undefined` where the title has no inputs */
async function openSource(
  title: TitleRun,
  options: Parameters<typeof openTitle>[0],
): Promise<SourceTitle | undefined> {
  if (options.title.inputs.length === 0) return undefined;
  const { presentation } = await openTitle(options, { title, writes: false, asksKeys: false });
  return sourceTitle(presentation);
}
