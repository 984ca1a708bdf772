import { missingPath } from '../key-like.ts';
import { error, tooManyFiles } from './packager-error.ts';

/** What is wrong with media, or with a file that holds some. */
export const inputFailures = {
  inputNotFound: (path: string) =>
    error(
      'INPUT_NOT_FOUND',
      `Input file not found: ${missingPath(path)}`,
      'Check the path. Relative paths in a config start at its folder, those on a command line at the working directory.',
    ),
  /** For files whose path is not to be quoted. */
  fileNotFound: (what: string, reason: string, hint: string) =>
    error('INPUT_NOT_FOUND', `${what} was not found: ${reason}`, hint),
  inputNotReadable: (path: string, reason: string, hint?: string, cause?: unknown) =>
    error('INPUT_NOT_READABLE', `${path} cannot be read: ${reason}`, hint, cause),
  notMedia: (path: string, reason: string, hint?: string) =>
    error('NOT_MEDIA', `${path} is not media that can be read: ${reason}`, hint),
  /** Of subtitles: the reason names the line where there is one. */
  badText: (path: string, reason: string, hint: string) =>
    error('NOT_MEDIA', `${path} cannot be read as subtitles: ${reason}.`, hint),
  /** Of thumbnails: the reason goes on behind `it`. */
  badImage: (path: string, reason: string, hint: string) =>
    error('NOT_MEDIA', `${path} cannot be a thumbnail: it ${reason}.`, hint),
  unsupportedCodec: (path: string, what: string, hint: string) =>
    error('UNSUPPORTED_CODEC', `${path}: ${what}`, hint),
  unsupportedInput: (path: string, what: string, hint: string) =>
    error('UNSUPPORTED_INPUT', `${path}: ${what}`, hint),
  misaligned: (message: string, hint: string) => error('RENDITIONS_NOT_ALIGNED', message, hint),
  segmentTooLarge: (path: string, from: number, to: number, bytes: number) =>
    error(
      'SEGMENT_TOO_LARGE',
      `${path} cannot be cut between ${from.toFixed(3)} s and ${to.toFixed(3)} s, and one segment of ` +
        `${Math.round(bytes / 2 ** 20)} MiB is too large.`,
      'Encode it with a key frame every few seconds, or choose a shorter segment duration.',
    ),
  inputChanged: (path: string, how: string) =>
    error(
      'INPUT_CHANGED',
      `${path} changed while it was being packaged: ${how}`,
      'Wait until it is complete and nobody writes to it any more, then run again.',
    ),
  sizeNotReadable: (path: string, reason: string, cause?: unknown) =>
    error(
      'SIZE_NOT_READABLE',
      `The size of ${missingPath(path)} could not be read: ${reason}`,
      'Name the file itself, where this machine can read it.',
      cause,
    ),
  tooManyFiles,
} as const;
