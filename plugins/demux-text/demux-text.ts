import type { Plugin } from '../../core/index.ts';

const NAME = 'demux-text';

/**
 * Reads files of subtitles: one track each, in the title's time. What they are is known by what is in them, their language by the
 * config, or by what the document says of itself.
 */
export function demuxText(): Plugin {
  return {
    name: NAME,
    apply({ hooks }) {
      hooks.demux.tapPromise(NAME, async (request, run) => {
        const { readSubtitles } = await import('./read-subtitles.ts'); // most titles have none
        const track = await readSubtitles(request, run, NAME);
        return track && [track];
      });
    },
  };
}
