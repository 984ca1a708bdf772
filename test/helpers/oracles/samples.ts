import { ffmpeg } from '../commands/command.ts';
import { gathered } from '../commands/gather.ts';
import { togetherOrAlone } from '../commands/together.ts';

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
  /** A chain of bitstream filters. @default none: samples as they are stored */
  readonly filter?: string | undefined;
  /** What ffmpeg reads as standard input when the path is `pipe:0`. */
  readonly input?: Uint8Array;
}

/** One stream of one file. */
export interface SampleRequest extends SampleOptions {
  readonly path: string;
  readonly stream: StreamName;
  /** Pictures are decoded, in order of presentation; `scaled`: to one size, of streams that change theirs. @default not decoded */
  readonly decoded?: 'as they are' | 'scaled';
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
  const [samples = []] = await codedSamplesOf([{ ...options, path, stream }]);
  return samples;
}

/** Inputs that one start of ffmpeg reads: each is an open file. */
const MOST_INPUTS = 250;

/** What one that is decoded counts for: its pictures are in memory. */
const DECODED = 4;

/**
 * Read several streams, at most one of them from `pipe:0`: starting ffmpeg takes longer than what it does here, so one start is for
 * all that was asked while the last ran.
 */
export const codedSamplesOf = (requests: readonly SampleRequest[]): Promise<CodedSample[][]> =>
  requests.some(({ input }) => input !== undefined) ? readStreams(requests) : readGathered(requests);

const readGathered = gathered<readonly SampleRequest[], CodedSample[][]>(
  async (lists) => {
    const streams = await readStreams(lists.flat());
    let at = 0;
    return lists.map(({ length }) => {
      at += length;
      return streams.slice(at - length, at);
    });
  },
  {
    most: MOST_INPUTS,
    sizeOf: (list) => list.reduce((sum, { decoded }) => sum + (decoded ? DECODED : 1), 0),
  },
);

async function readStreams(requests: readonly SampleRequest[]): Promise<CodedSample[][]> {
  const inputs = requests.flatMap(({ path, demuxer = [], decoded }) => [
    ...demuxer,
    ...(decoded ? ['-threads', '1'] : []),
    ...['-i', path],
  ]);
  const outputs = requests.flatMap(({ stream, filter, decoded }, index) => [
    ...['-map', `${index}:${stream}`],
    ...(decoded ? [`-enc_time_base:${index}`, '1:90000'] : [`-c:${index}`, 'copy']),
    ...(decoded === 'scaled' ? [`-filter:${index}`, 'scale=320:180:flags=neighbor'] : []),
    ...(filter === undefined ? [] : [`-bsf:${index}`, filter]),
  ]);
  const piped = requests.find(({ input }) => input !== undefined);
  const text = await ffmpeg(
    ['-copyts', ...inputs, ...outputs, '-fps_mode', 'passthrough', '-f', 'framemd5', '-'],
    piped?.input === undefined ? {} : { input: piped.input },
  );
  return parseFrameHashes(text.toString(), requests.length);
}

/**
 * Read groups of streams with one start of ffmpeg; where that fails, each group with one of its own: what cannot be read is
 * no failure of the others.
 * @returns how it went with each group, whose samples follow one another
 */
export const codedSamplesOfEach = (
  groups: readonly (readonly SampleRequest[])[],
): Promise<PromiseSettledResult<CodedSample[]>[]> =>
  togetherOrAlone(groups, async (list) => {
    const streams = await codedSamplesOf(list.flat());
    let at = 0;
    return list.map(({ length }) => {
      at += length;
      return streams.slice(at - length, at).flat();
    });
  });

/** `framemd5` lines: stream, dts, pts, duration, size, hash; the time bases are in the head. */
export function parseFrameHashes(text: string, streams: number): CodedSample[][] {
  const samples: CodedSample[][] = Array.from({ length: streams }, () => []);
  const units = new Map<string, number>();
  for (const [, stream = '', ticks, rate] of text.matchAll(/^#tb (\d+): (\d+)\/(\d+)$/gm)) {
    units.set(stream, Number(ticks) / Number(rate));
  }
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [stream = '', dts, pts, duration, bytes, hash = ''] = line.split(',').map((cell) => cell.trim());
    const seconds = (value = '0'): number => Number(value) * (units.get(stream) ?? 1);
    samples[Number(stream)]?.push({
      ...{ dts: seconds(dts), pts: seconds(pts), duration: seconds(duration) },
      ...{ bytes: Number(bytes), hash },
    });
  }
  return samples;
}

/** ffmpeg's options to read all samples of an MP4: what edit lists hide, too. */
export const IGNORE_EDITS = ['-ignore_editlist', '1'];

/** Filters from H.264 in MP4 to the form of {@link tsSamples}. */
export const MP4_TO_TS = `h264_mp4toannexb,${SLICES_AND_SEI}`;

/** All samples of an MP4's stream as they are stored; what edit lists hide is there too. */
export const mp4Samples = (path: string, stream: StreamName): Promise<CodedSample[]> =>
  codedSamples(path, stream, { demuxer: IGNORE_EDITS });

/** The same in the form that {@link tsSamples} has, to be compared with it. */
export const mp4SamplesAsInTs = (path: string, stream: StreamName): Promise<CodedSample[]> =>
  codedSamples(path, stream, {
    demuxer: IGNORE_EDITS,
    filter: stream.startsWith('v') ? MP4_TO_TS : undefined,
  });

/** The filter for streams of MPEG-TS: H.264 as {@link SLICES_AND_SEI}, AAC without ADTS headers. */
export const tsFilter = (stream: StreamName): string =>
  stream.startsWith('v') ? SLICES_AND_SEI : 'aac_adtstoasc';

/** The samples of a transport stream of H.264 and AAC, through {@link tsFilter}. */
export const tsSamples = (path: string, stream: StreamName): Promise<CodedSample[]> =>
  codedSamples(path, stream, { filter: tsFilter(stream) });

/** What two lists of samples are compared by. */
export const hashes = (samples: readonly Pick<CodedSample, 'hash'>[]): string[] =>
  samples.map((sample) => sample.hash);

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
