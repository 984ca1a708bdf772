import { quote } from '../../../base/box-walk.ts';
import { fail } from '../../../base/errors.ts';
import type { CodedFormat } from '../../../title/track-formats.ts';
import { type CodecFacts, codecFacts } from './codec-facts.ts';
import { whyUnknown } from './known-codec.ts';
import type { EntryHeaders, MediaTrack } from './movie.ts';
import type { AudioHeaders, VideoHeaders } from './mp4box-headers.ts';

/** A sample entry that samples use, with all that it says. */
export interface EntryFormat extends CodedFormat, CodecFacts {
  readonly media: VideoHeaders | AudioHeaders;
  readonly boxes: ReadonlyMap<string, Uint8Array>;
}

/**
 * Read one of the sample entries of a track.
 * @param name how messages name the file
 * @throws PackagerError when it is encrypted, of no known codec, or damaged
 */
export function entryFormat(track: MediaTrack, headers: EntryHeaders, name: string): EntryFormat {
  const { entry, media } = headers;
  if (isEncryptedEntry({ entry })) throw encryptedTrack(track.id, { entry }, name);
  if (media === undefined || whyUnknown(headers, track.kind) !== undefined) {
    throw fail.unsupportedInput(
      name,
      `track ${track.id} changes to a codec that is not known (${quote(entry.type)}).`,
      'Encode it again in one format.',
    );
  }
  const facts = codecFacts(track.id, headers, media.codecs, name);
  return { ...facts, entry: entry.type, sampleEntry: entry.bytes, media, boxes: entry.boxes };
}

/** Of a track that changes its format, manifests tell the one that asks most of a player. */
export function largerFormat(a: EntryFormat, b: EntryFormat): EntryFormat {
  const pixels = ({ media }: EntryFormat) => (media.kind === 'video' ? media.width * media.height : 0);
  return pixels(b) > pixels(a) ? b : a;
}

/** Sample entries of encrypted samples (ISO/IEC 14496-12, 8.12), and of what iTunes sold. */
const ENCRYPTED: ReadonlySet<string> = new Set(['encv', 'enca', 'drmi', 'drms']);

/** Whether a sample entry says that its samples are encrypted. */
export const isEncryptedEntry = ({ entry }: Pick<EntryHeaders, 'entry'>): boolean =>
  ENCRYPTED.has(entry.type);

/** The refusal of a track that is encrypted already. */
export const encryptedTrack = (id: number, { entry }: Pick<EntryHeaders, 'entry'>, name: string) =>
  fail.unsupportedInput(
    name,
    `track ${id} is encrypted already ("${entry.type}").`,
    'Package the clear original, decrypt it first (`sealpack decrypt`), or add a plugin that takes it with its keys.',
  );
