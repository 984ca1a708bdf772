import { Packager } from '../../../core/index.ts';
import { type ByteSource, type CodedTrack, isCoded, openFile, type TextTrack } from '../../../core/kit.ts';
import { demuxMp4 } from '../../../plugins/index.ts';
import { testRun } from '../titles/ask.ts';

export interface RecordedSource extends ByteSource {
  /** Position and number of bytes of each read, in order. */
  readonly reads: readonly { readonly position: number; readonly bytes: number }[];
  /** Most reads that were under way at a time. */
  readonly atOnce: number;
}

/** Bytes in memory as an input. `size` may say more than there is: the rest is never to be read. */
export function memorySource(bytes: Uint8Array, size = bytes.length): RecordedSource {
  const reads: { position: number; bytes: number }[] = [];
  let underWay = 0;
  const source = {
    name: 'made.mp4',
    size,
    reads,
    atOnce: 0,
    async read(position: number, targets: readonly Uint8Array[]) {
      source.atOnce = Math.max(source.atOnce, ++underWay);
      await new Promise(setImmediate);
      let at = position;
      for (const target of targets) {
        if (at + target.length > bytes.length) throw new Error(`read past the end: ${at}+${target.length}`);
        target.set(bytes.subarray(at, at + target.length));
        at += target.length;
      }
      reads.push({ position, bytes: at - position });
      underWay--;
    },
    close: async () => {},
  };
  return source;
}

export interface Demuxed {
  readonly tracks: readonly CodedTrack[] | undefined;
  readonly texts: readonly TextTrack[];
  readonly warnings: readonly string[];
}

/** What `demux-mp4` answers for an input. */
export async function demux(source: ByteSource): Promise<Demuxed> {
  const run = testRun();
  const input = { index: 0, path: source.name, name: source.name, bytes: source.size };
  const tracks = await new Packager([demuxMp4()]).hooks.demux.promise({ source, input }, run);
  const texts = (tracks ?? []).filter((track) => track.kind === 'text');
  return { tracks: tracks?.filter(isCoded), texts, warnings: run.warnings };
}

/** The tracks of a file, to be looked at: it is closed again. */
export async function demuxFile(path: string): Promise<readonly CodedTrack[]> {
  const source = await openFile(path);
  try {
    const { tracks } = await demux(source);
    if (!tracks) throw new Error(`${path} is no MP4`);
    return tracks;
  } finally {
    await source.close();
  }
}
