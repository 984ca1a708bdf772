import { BitstreamError } from '../../../base/bit-reader.ts';
import { MP3, parseEsds } from '../../../codecs/esds.ts';
import { parseMpegAudioFrame } from '../../../codecs/mp3/frame.ts';
import type { ByteSource } from '../../../io/byte-source.ts';
import type { MediaTrack } from './movie.ts';
import type { Mp4Samples } from './sample-table.ts';

/** Bytes of the header of a frame. */
const HEAD = 4;

/**
 * Why a track that is announced as MPEG audio is no MP3: `esds` has one object type for all three layers, the first frame
 * says which. `undefined` where it is MP3, or something else altogether.
 */
export async function whyNotMp3(
  source: ByteSource,
  { first: { entry } }: MediaTrack,
  samples: Mp4Samples,
): Promise<string | undefined> {
  const esds = entry.type === 'mp4a' && entry.boxes.get('esds');
  if (!esds || !MP3.has(parseEsds(esds).objectType) || samples.count === 0) return undefined;
  const { offsets, sizes } = samples.read(0, 1);
  const head = new Uint8Array(Math.min(HEAD, sizes[0]!));
  await source.read(offsets[0]!, [head]);
  try {
    return parseMpegAudioFrame(head).isLayer3 ? undefined : 'it is MPEG audio of layer I or II, not MP3';
  } catch (cause) {
    if (cause instanceof BitstreamError) return undefined; // whoever decodes it will see
    throw cause;
  }
}
