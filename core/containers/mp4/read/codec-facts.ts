import { copyBytes } from '../../../base/bytes.ts';
import { fail } from '../../../base/errors.ts';
import type { Codec } from '../../../codecs/codec.ts';
import { describeEntry } from '../../../codecs/describe-entry.ts';
import { parseEsds } from '../../../codecs/esds.ts';
import type { AudioInfo } from '../../../media/track.ts';
import type { EntryHeaders } from './movie.ts';

/** What the codec's configuration says of a track. */
export interface CodecFacts {
  /** `undefined` for one that no mode carries, and that has a name all the same. */
  readonly codec: Codec | undefined;
  readonly codecs: string;
  readonly config: Uint8Array;
  readonly audio?: Partial<AudioInfo>;
}

/** Configuration boxes by sample entry, of codecs that have no value of their own: a copy of theirs is all that is kept. */
const OTHER_CONFIG_BOXES: Readonly<Record<string, string>> = {
  vvc1: 'vvcC',
  vvi1: 'vvcC',
  vp08: 'vpcC',
  'ac-4': 'dac4',
};

/**
 * Read a sample entry's decoder configuration.
 * @param id the track_ID, and `name` the file's, for messages
 * @param told the codec string where the configuration tells no better one
 * @throws PackagerError NOT_MEDIA when it has none, or a damaged one
 */
export function codecFacts(
  id: number,
  { entry, codecs: known }: EntryHeaders,
  told: string,
  name: string,
): CodecFacts {
  const { type, boxes } = entry;
  const configOf = (box: string): Uint8Array => {
    const payload = boxes.get(box);
    if (payload?.length) return copyBytes(payload); // what it is a view of is as large as all sample tables
    throw fail.notMedia(
      name,
      `track ${id} ("${type}") has ${payload ? 'an empty' : 'no'} "${box}" box.`,
      'Export the file again.',
    );
  };
  if (type === 'mp4a') {
    // Any audio that has an `esds`: AAC mostly, MP3 (`mp4a.6B`) now and then.
    const { objectType, decoderConfig: config } = parseEsds(configOf('esds'));
    const codecs = `mp4a.${objectType.toString(16).toUpperCase()}`;
    const codec = known.find(({ strings }) => strings?.test(codecs));
    return { codec, codecs, config, ...codec?.describe?.(config, { type, boxes, codecs }, name) };
  }
  const [codec] = known;
  const box = codec ? codec.configBox : OTHER_CONFIG_BOXES[type];
  const config = box === undefined ? new Uint8Array(0) : configOf(box);
  if (!codec) return { codec, codecs: told, config };
  return { codec, config, ...describeEntry(codec, config, { type, boxes, codecs: type }, name) };
}
