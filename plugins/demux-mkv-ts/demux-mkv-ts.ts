import type { Plugin } from '../../core/index.ts';

const NAME = 'demux-mkv-ts';

/**
 * Reads Matroska, WebM and MPEG-TS, known by what is in them. Where their samples are is only known when all packets have been
 * looked at: the main thread does that, the others go on with what it has found.
 */
export function demuxMkvTs(): Plugin {
  return {
    name: NAME,
    apply(packager) {
      packager.hooks.demux.tapPromise(NAME, async (request, run) => {
        const { readPackets } = await import('./read-packets.ts'); // most titles are MP4
        return readPackets(request, packager, run, NAME);
      });
    },
  };
}
