import { Packager, type Plugin } from '../../core/index.ts';
import type { ImageTrack, TextTrack } from '../../core/kit.ts';
import { demuxMp4 } from '../../plugins/index.ts';

/** A track that is not coded samples, of whatever input. */
export type BesideTrack = Omit<TextTrack, 'input'> | Omit<ImageTrack, 'input'>;

/** Reads MP4, and says of each file that it has these tracks beside its own. */
export function demuxBeside(tracks: readonly BesideTrack[]): Plugin {
  const name = 'demux-beside';
  return {
    name,
    apply({ hooks }) {
      const { demux } = new Packager([demuxMp4()]).hooks;
      hooks.demux.tapPromise({ name, stage: -1 }, async (request, run) => {
        const own = await demux.promise(request, run);
        return own && [...own, ...tracks.map((track) => ({ ...track, input: request.input.index }))];
      });
    },
  };
}

/** Knows WebVTT by its first line, and says of it that it is subtitles of this language. */
export function demuxVtt(language: string): Plugin {
  const name = 'demux-vtt';
  return {
    name,
    apply({ hooks }) {
      hooks.demux.tapPromise(name, async ({ source, input: { index: input } }) => {
        const start = new Uint8Array(Math.min(source.size, 6));
        await source.read(0, [start]);
        if (Buffer.from(start).toString() !== 'WEBVTT') return undefined;
        const facts = { format: 'webvtt', timescale: 1000, duration: 2000, bytes: source.size } as const;
        const read = async () => ({ ...facts, cues: [], styles: [], regions: [], notices: [] });
        return [{ ...facts, input, id: 1, kind: 'text', language, clock: 'title', read }];
      });
    },
  };
}
