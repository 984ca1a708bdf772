import { readFile } from 'node:fs/promises';
import { Packager } from '../../../core/index.ts';
import { type ByteSource, type CodedTrack, isCoded, openFile } from '../../../core/kit.ts';
import { demuxMkvTs, demuxMp4 } from '../../../plugins/index.ts';
import { testRun } from '../titles/ask.ts';
import { isAvc, isHevc } from './nal-units.ts';

/** A track of an input, sample by sample. */
export interface InputTrack {
  /** As the demuxer tells tracks apart. */
  readonly id: number;
  readonly kind: 'video' | 'audio';
  readonly entry: string;
  readonly codecs: string;
  /** Bytes in front of each NAL unit; 0 for codecs without. */
  readonly lengthSize: number;
  readonly samples: readonly Buffer[];
}

/** What an input has to be compared with. */
export interface InputSamples {
  readonly path: string;
  readonly file: Buffer;
  readonly tracks: readonly InputTrack[];
}

/** An input of which nobody reads anything but all of it. */
export const wholeInput = async (path: string): Promise<InputSamples> => ({
  path,
  file: await readFile(path),
  tracks: [],
});

/**
 * Read the samples of an input. Where they lie is asked of the demuxer, which alone makes sense of a damaged file; the bytes of
 * MP4 are then taken from the file itself. What packets become on their way to MP4 is the demuxer's own.
 * @throws PackagerError as the demuxer does
 */
export async function inputSamples(path: string): Promise<InputSamples> {
  const file = await readFile(path);
  const source = await openFile(path);
  try {
    const input = { index: 0, path, name: path, bytes: source.size };
    const { demux } = new Packager([demuxMp4(), demuxMkvTs()]).hooks;
    const tracks = (await demux.promise({ source, input }, testRun())) ?? [];
    const read: InputTrack[] = [];
    for (const track of tracks.filter(isCoded)) read.push(await inputTrack(track, source, file));
    return { path, file, tracks: read };
  } finally {
    await source.close();
  }
}

async function inputTrack(track: CodedTrack, source: ByteSource, file: Buffer): Promise<InputTrack> {
  const { id, kind, entry, codecs, config, samples } = track;
  const { offsets, sizes } = samples.read(0, samples.count);
  let bytes = file;
  if (track.source !== source) {
    bytes = Buffer.alloc(track.source.size);
    await track.source.read(0, [bytes]);
  }
  const at = isAvc(track) ? 4 : isHevc(track) ? 21 : undefined; // lengthSizeMinusOne of `avcC` and `hvcC`
  return {
    ...{ id, kind, entry, codecs },
    lengthSize: at === undefined ? 0 : ((config[at] ?? 0) & 3) + 1,
    samples: Array.from(sizes, (size, n) => Buffer.from(bytes.subarray(offsets[n], offsets[n]! + size))),
  };
}
