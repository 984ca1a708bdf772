import { fail } from '../base/errors.ts';
import { nalLengthSize } from '../codecs/nal/length-size.ts';
import { type CodedTrackInfo, codecFamily, type SampleFormat } from '../media/track.ts';

/** A format of a track with what it says of the codec. */
export type CodedFormat = SampleFormat & Pick<CodedTrackInfo, 'entry' | 'codecs'>;

/**
 * Refuse what cannot be one track: formats of different codecs, or whose samples are read in different ways.
 * @param file how messages name the file, `track` its track_ID
 * @throws PackagerError UNSUPPORTED_INPUT
 */
export function requireOneCodec(formats: readonly CodedFormat[], file: string, track: number): void {
  const [first, ...others] = formats;
  for (const other of others) {
    const changes = (what: string, from: string | number, to: string | number) =>
      fail.unsupportedInput(
        file,
        `track ${track} changes its ${what} on the way, from ${from} to ${to}.`,
        'Encode it again in one format, or package its parts as titles of their own.',
      );
    const [family, next] = [codecFamily(first!), codecFamily(other)];
    if (family !== next) throw changes('codec', first!.codecs, other.codecs);
    const [size, then] = [nalLengthSize(first!), nalLengthSize(other)];
    if (size !== then) throw changes('NAL unit lengths', `${size} bytes`, then);
  }
}
