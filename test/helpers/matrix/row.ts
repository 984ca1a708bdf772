import type { CodedKind } from '../../../core/kit.ts';
import type { OddMedia } from '../media/odd-media.ts';
import type { StreamName } from '../oracles/samples.ts';
import type { FootnoteName } from './footnotes.ts';

/** What a stream is coded in, as far as containers and schemes tell codecs apart. */
export type Codec =
  | 'avc'
  | 'dolby-avc'
  | 'hevc'
  | 'av1'
  | 'vp9'
  | 'aac'
  | 'xhe-aac'
  | 'mp3'
  | 'ac-3'
  | 'ec-3'
  | 'opus'
  | 'flac';

/** Who showed that the decrypted samples are the source's. */
export type Oracle = 'F' | 'S' | 'O' | 'I';

/** A decryptor that is of no use for a stream. */
export interface Incapable {
  readonly oracle: Oracle;
  /** Names of the columns it is about. @default all */
  readonly columns?: readonly string[];
  /** Why. */
  readonly because: FootnoteName;
}

/** One track that the title must have. */
export interface RowStream {
  readonly kind: CodedKind;
  readonly codec: Codec;
  /** Index of the input that has it. @default 0 */
  readonly input?: number;
  /** Which stream of that input it is. */
  readonly from: StreamName;
  /** As the outputs name it: `video-1`, `audio-eng`. */
  readonly unit: string;
  /** Bring what ffmpeg reads of the input, and of a decrypted MP4, into one form. @default none: they have one */
  readonly filters?: { readonly source?: string | undefined; readonly mp4?: string | undefined };
  /** Its pictures have more slices than `saiz` can count. */
  readonly hasTooManySlices?: boolean;
  readonly incapable?: readonly Incapable[];
}

/** A title of one shape: a row of the matrix. */
export interface MatrixRow {
  /** Unique; one word or a few. */
  readonly name: string;
  /** What is special about it, as part of a test's name. */
  readonly describe: string;
  readonly group: string;
  /** In their order. */
  readonly streams: readonly RowStream[];
  /** Whether inputs and references are MP4. @default true */
  readonly isMp4?: boolean;
  /** Paths of the inputs; made on first use, once a run. */
  inputs(): Promise<readonly string[]>;
  /** Files with the same samples as the inputs, where ffmpeg cannot read those. @default the inputs */
  references?(): Promise<readonly string[]>;
}

/** The codecs of a file's streams, and what is to be known of its video. */
export interface RowCodecs extends Pick<RowStream, 'hasTooManySlices' | 'incapable'> {
  /** @default 'avc' */
  readonly video?: Codec;
  /** @default 'aac' */
  readonly audio?: Codec;
}

/** The row of a medium with at most one video track and audio tracks of different languages. */
export const rowOf = (media: OddMedia, group: string, codecs: RowCodecs = {}): MatrixRow => ({
  name: media.name,
  describe: media.describe,
  group,
  streams: streamsOf(media, codecs),
  inputs: async () => [await media.file()],
});

/** The streams of one file, as outputs name them. */
export function streamsOf(media: Pick<OddMedia, 'video' | 'audio'>, codecs: RowCodecs = {}): RowStream[] {
  const { video = 'avc', audio = 'aac', ...facts } = codecs;
  const picture = { kind: 'video', codec: video, from: 'v:0', unit: 'video-1', ...facts } as const;
  const sounds = media.audio.map((language, index): RowStream => {
    return { kind: 'audio', codec: audio, from: `a:${index}`, unit: `audio-${language}` };
  });
  return [...(media.video ? [picture] : []), ...sounds];
}
