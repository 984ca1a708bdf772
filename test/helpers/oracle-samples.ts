import { ffmpeg } from './command.ts';

/** One coded sample, as ffmpeg sees it. */
export interface CodedSample {
  /** Seconds. */
  readonly dts: number;
  /** Seconds. */
  readonly pts: number;
  /** Seconds. */
  readonly duration: number;
  readonly bytes: number;
  /** MD5 of the payload. */
  readonly hash: string;
}

/** `v:0` is the first video stream, `a:1` the second audio stream. */
export type StreamName = `${'v' | 'a'}:${number}`;

export interface SampleOptions {
  /** ffmpeg's options before `-i`. */
  readonly demuxer?: readonly string[];
  /** A chain of bitstream filters. */
  readonly filter?: string;
  /** What ffmpeg reads as standard input when the path is `pipe:0`. */
  readonly input?: Uint8Array;
}

/**
 * H.264 in one form, whatever it came in: Annex B start codes, and without what a transport stream adds
 * (SPS 7, PPS 8, access unit delimiter 9).
 */
export const SLICES_AND_SEI = 'filter_units=remove_types=7-9';

/** Read the coded samples of one stream, in decode order, without decoding them. */
export async function codedSamples(
  path: string,
  stream: StreamName,
  options: SampleOptions = {},
): Promise<CodedSample[]> {
  const { demuxer = [], filter, input } = options;
  const output = filter === undefined ? [] : [`-bsf:${stream[0]}`, filter];
  const text = await ffmpeg(
    [
      ...demuxer,
      '-copyts',
      '-i',
      path,
      '-map',
      `0:${stream}`,
      '-c',
      'copy',
      ...output,
      '-f',
      'framemd5',
      '-',
    ],
    input === undefined ? {} : { input },
  );
  return parseFrameHashes(text.toString());
}

/** `framemd5` lines: stream, dts, pts, duration, size, hash; the time base is in the head. */
function parseFrameHashes(text: string): CodedSample[] {
  const [, ticks = '1', rate = '1'] = /^#tb 0: (\d+)\/(\d+)$/m.exec(text) ?? [];
  const seconds = (value = '0'): number => (Number(value) * Number(ticks)) / Number(rate);
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, dts, pts, duration, bytes, hash = ''] = line.split(',').map((cell) => cell.trim());
      return {
        dts: seconds(dts),
        pts: seconds(pts),
        duration: seconds(duration),
        bytes: Number(bytes),
        hash,
      };
    });
}

/** All samples of an MP4's stream as they are stored; what edit lists hide is there too. */
export const mp4Samples = (path: string, stream: StreamName): Promise<CodedSample[]> =>
  codedSamples(path, stream, { demuxer: ['-ignore_editlist', '1'] });

/** The same in the form that {@link tsSamples} has, to be compared with it. */
export const mp4SamplesAsInTs = (path: string, stream: StreamName): Promise<CodedSample[]> =>
  codedSamples(path, stream, {
    demuxer: ['-ignore_editlist', '1'],
    ...(stream.startsWith('v') && { filter: `h264_mp4toannexb,${SLICES_AND_SEI}` }),
  });

/** The samples of a transport stream or playlist: H.264 as {@link SLICES_AND_SEI}, AAC without ADTS headers. */
export const tsSamples = (
  path: string,
  stream: StreamName,
  demuxer: readonly string[] = [],
  filter = stream.startsWith('v') ? SLICES_AND_SEI : 'aac_adtstoasc',
): Promise<CodedSample[]> => codedSamples(path, stream, { demuxer, filter });

/** What two lists of samples are compared by. */
export const hashes = (samples: readonly CodedSample[]): string[] => samples.map((sample) => sample.hash);

/**
 * Whether a decryption gives the source's samples; for tests that it does not, with no key or a wrong one.
 * Other samples and no samples at all (the tool gives up on garbage) are both a no.
 */
export async function recovers(
  decrypted: Promise<CodedSample[]>,
  source: readonly CodedSample[],
): Promise<boolean> {
  try {
    return hashes(await decrypted).join() === hashes(source).join();
  } catch {
    return false;
  }
}
