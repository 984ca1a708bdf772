import type { CodedTrack, TrackCodec } from '../media/track.ts';
import { aac } from './aac/codec.ts';
import { ac3, eac3 } from './ac3/codec.ts';
import { av1 } from './av1/codec.ts';
import { avc } from './avc/codec.ts';
import type { Codec } from './codec.ts';
import { flac } from './flac/codec.ts';
import { hevc } from './hevc/codec.ts';
import { mp3 } from './mp3/codec.ts';
import { opus } from './opus/codec.ts';
import { type CodecName, Codecs } from './registry.ts';
import { vp9 } from './vp9/codec.ts';

/** The codecs that come with the packager, in the order in which messages name them. A further one is a line here. */
export const CODECS: readonly Codec[] = [avc, hevc, av1, vp9, aac, mp3, ac3, eac3, opus, flac];

const BUILT_IN = new Codecs(CODECS);

/** The built-in codecs alone; a packager has those of its plugins too (`Packager.codecs`). Nothing is added to it. */
export const builtInCodecs = (): Pick<Codecs, 'withEntry' | 'inMatroska'> => BUILT_IN;

/**
 * The codec of a track: its own, as the engine gives it (`Track.codec`), else the built-in one that its sample entry stands for.
 * Asked once a track, never once a sample.
 */
export const codecOf = (track: CodecName & { readonly codec?: TrackCodec | undefined }): Codec | undefined =>
  track.codec ?? BUILT_IN.of(track);

/** Whether decoding starts at the sync samples of a track alone: in pictures, and in sound of which frames need others. */
export const needsSync = (
  track: Pick<CodedTrack, 'kind' | 'entry' | 'codecs'> & { readonly codec?: TrackCodec | undefined },
): boolean => track.kind === 'video' || (codecOf(track)?.needsSync?.(track.codecs) ?? false);
