import { fail, Packager, type Plugin } from '../core/index.ts';
import { type ByteSource, clearMp4 } from '../core/kit.ts';

/** Before the demuxers, which refuse what is encrypted. */
const FIRST = -100;

/** Options of `demuxProtected`. */
export interface DemuxProtectedOptions {
  /**
   * The key source that the inputs were packaged with, which knows keys by their ids: `keyLocal()`, `keyManual({ … })`,
   * `keyCpixFile({ … })`. It is asked for nothing else.
   */
  readonly keys: Plugin;
}

/**
 * Takes MP4 under Common Encryption as input: tracks of a finished package, decrypted as they are read, to be packaged anew in another
 * scheme, under other keys. What is clear is left to the other demuxers.
 */
export function demuxProtected({ keys }: DemuxProtectedOptions): Plugin {
  const name = 'demux-protected';
  return {
    name,
    apply({ hooks }) {
      // Its keys are not those of the output: it is applied apart, and nobody else asks it.
      const finders = new Packager([keys]).keyFinders;
      if (finders.length === 0)
        throw fail.invalidOption(
          `The key source "${keys.name}" of ${name} does not know keys by their ids.`,
          'Give one that does: keyLocal, keyManual or keyCpixFile.',
        );
      const clear = new WeakSet<ByteSource>();
      hooks.demux.tapPromise({ name, stage: FIRST }, async (request, run) => {
        if (clear.has(request.source)) return undefined; // from here, on the way to the other demuxers
        const source = await clearMp4(request.source, { finders, signal: run.signal });
        if (!source) return undefined;
        clear.add(source);
        return hooks.demux.promise({ ...request, source }, run);
      });
    },
  };
}
