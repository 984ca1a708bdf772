import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ffprobe } from '../commands/command.ts';
import { FileParts } from './file-parts.ts';
import { aes128SegmentsByOpenssl, type PlaylistSegment, readRange, readSegments } from './hls.ts';
import {
  addressing,
  attribute,
  children,
  type MpdElement,
  parseMpd,
  seconds,
  textOf,
} from './mpd-document.ts';
import { cuesOf, type ReadCue, readTextSamples, readWebvttFile } from './read-subtitles.ts';
import { sampleTimesOf } from './sample-times.ts';
import { readPackets, readPes } from './transport-stream.ts';

/** What subtitles are written as: in fragmented MP4 by their sample entry. */
export type SubtitleForm = 'wvtt' | 'stpp' | 'WebVTT file' | 'WebVTT segments';

/** Subtitles of a finished title, as a player finds them by its manifest. Milliseconds from the first picture that is shown. */
export interface SubtitleTrack {
  readonly language: string;
  readonly form: SubtitleForm;
  readonly cues: readonly ReadCue[];
  /** What its segments cover. */
  readonly from: number;
  readonly to: number;
}

/** Shorter than any picture is shown: what comes this soon before the next one is there to be decoded. */
const MOMENT = 0.001;

/** When a source begins and ends, in seconds of its own clock. */
export interface SourceTimes {
  /** The first picture that its edit list presents. */
  readonly picture: number;
  /** The first frame of sound, priming or not. */
  readonly sound: number;
  readonly end: number;
}

/** As ffmpeg reads it. */
export async function sourceTimes(path: string): Promise<SourceTimes> {
  const packets = ['-show_entries', 'packet=codec_type,pts_time,duration_time,flags'];
  const probed = (await ffprobe(path, packets)) as {
    packets: { codec_type: string; pts_time: string; duration_time?: string; flags: string }[];
  };
  const times = (kind: string, isHidden: boolean): number[] =>
    probed.packets
      .filter(({ codec_type, flags }) => codec_type === kind && (isHidden || !flags.includes('D')))
      .map(({ pts_time }) => Number(pts_time));
  const ends = probed.packets
    .filter(({ codec_type, flags }) => codec_type !== 'subtitle' && !flags.includes('D'))
    .map(({ pts_time, duration_time = 0 }) => Number(pts_time) + Number(duration_time));
  return {
    picture: firstShown(times('video', false)),
    sound: firstShown(times('audio', true)),
    end: Math.max(...ends),
  };
}

function firstShown(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  const shown = sorted.find((time, n) => (sorted[n + 1] ?? Number.POSITIVE_INFINITY) - time > MOMENT);
  if (shown === undefined) throw new Error('there is no picture');
  return shown;
}

/** The subtitles of an MPD. */
export async function dashSubtitles(folder: string): Promise<SubtitleTrack[]> {
  const files = new FileParts();
  try {
    const mpd = parseMpd(await readFile(join(folder, 'stream.mpd'), 'utf8'));
    const [period] = children(mpd, 'Period');
    const sets = children(period, 'AdaptationSet');
    const [picture] = sets.filter((set) => attribute(set, 'contentType') === 'video').map(representationOf);
    const zero = dashPicture(folder, picture!, files) * 1000;
    const end = seconds(attribute(mpd, 'mediaPresentationDuration')) * 1000;
    const tracks: SubtitleTrack[] = [];
    for (const set of sets.filter((one) => attribute(one, 'contentType') === 'text')) {
      const representation = representationOf(set);
      const language = attribute(set, 'lang') ?? 'und';
      const [url] = children(representation, 'BaseURL');
      if (attribute(set, 'mimeType') === 'text/vtt') {
        const { cues } = readWebvttFile(await readFile(join(folder, textOf(url)), 'utf8'));
        tracks.push(relative({ language, form: 'WebVTT file', cues, from: 0, to: end }, zero));
        continue;
      }
      const { init, segments } = addressing(folder, representation, files);
      const parts = [init, ...segments].map(({ path, part }) => files.read(path, part));
      tracks.push(fragmentedTrack(language, Buffer.concat(parts), zero));
    }
    return tracks;
  } finally {
    files.close();
  }
}

const representationOf = (set: MpdElement): MpdElement => ({
  ...set,
  ...children(set, 'Representation')[0],
});

/**
 * Seconds at which the first picture of fragments is presented. Not by ffmpeg, which moves all times where composition offsets are
 * below zero.
 */
function fragmentedPicture(parts: readonly Buffer[]): number {
  const video = sampleTimesOf(Buffer.concat(parts)).find(({ kind }) => kind === 'video');
  return firstShown((video?.presented ?? []).map((ticks) => ticks / video!.timescale));
}

/** Seconds of the period at which the first picture is shown. */
function dashPicture(folder: string, representation: MpdElement, files: FileParts): number {
  const { init, segments } = addressing(folder, representation, files);
  const [base] = [...children(representation, 'SegmentBase'), ...children(representation, 'SegmentTemplate')];
  const offset =
    Number(attribute(base, 'presentationTimeOffset') ?? 0) / Number(attribute(base, 'timescale') ?? 1);
  return fragmentedPicture([init, ...segments].map(({ path, part }) => files.read(path, part))) - offset;
}

/**
 * The subtitles of a multivariant playlist.
 * @param key of segments under AES-128
 */
export async function hlsSubtitles(folder: string, key: string): Promise<SubtitleTrack[]> {
  const master = await readFile(join(folder, 'master.m3u8'), 'utf8');
  const [variant = ''] = /^(?!#).+\.m3u8$/m.exec(master) ?? [];
  const zero = (await hlsPicture(join(folder, variant), key)) * 1000;
  const tags = master.split('\n').filter((line) => line.startsWith('#EXT-X-MEDIA:TYPE=SUBTITLES'));
  const tracks: SubtitleTrack[] = [];
  for (const tag of tags) {
    const named = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
    const playlist = join(folder, named('URI'));
    const fragments = await fragmentsOf(playlist);
    tracks.push(
      fragments.length > 0
        ? fragmentedTrack(named('LANGUAGE'), Buffer.concat(fragments), zero)
        : relative(await webvttTrack(named('LANGUAGE'), await readSegments(playlist)), zero),
    );
  }
  return tracks;
}

/** Milliseconds. */
const durationOf = ({ lines }: PlaylistSegment): number =>
  Number(/#EXTINF:([\d.]+)/.exec(lines[0]!)?.[1]) * 1000;

/** The init segment and all fragments of a playlist; none where it is of another kind. */
async function fragmentsOf(playlist: string): Promise<Buffer[]> {
  const [, map] = /#EXT-X-MAP:URI="([^"]*)"/.exec(await readFile(playlist, 'utf8')) ?? [];
  if (map === undefined) return [];
  const segments = await readSegments(playlist);
  const paths = new Set([join(dirname(playlist), map), ...segments.map(({ path }) => path)]);
  return Promise.all([...paths].map((path) => readFile(path)));
}

/** Seconds of the media's own clock at which the first picture is shown: PTS, or those of an edit list. */
async function hlsPicture(playlist: string, key: string): Promise<number> {
  const fragments = await fragmentsOf(playlist);
  if (fragments.length > 0) return fragmentedPicture(fragments);
  const [first] = await readSegments(playlist);
  if (!first) throw new Error(`${playlist} has no segments`);
  const isWhole = first.key?.method === 'AES-128';
  const stream = isWhole ? (await aes128SegmentsByOpenssl(playlist, key))[0]! : await readRange(first);
  const packets = readPackets(stream);
  const pids = new Set(packets.filter(({ unitStart }) => unitStart).map(({ pid }) => pid));
  const units = [...pids].filter((pid) => pid >= 0x20).map((pid) => ({ pid, packets }));
  const video = units
    .filter(({ pid }) => packets.some((one) => one.pid === pid && isPicture(one.payload)))
    .flatMap(({ pid }) => readPes(packets, pid));
  return firstShown(video.map(({ pts }) => pts / 90_000));
}

/** Whether a PES packet of pictures begins (ISO/IEC 13818-1, table 2-22). */
const isPicture = (payload: Buffer): boolean =>
  payload.length > 4 && payload.readUIntBE(0, 3) === 1 && payload[3]! >> 4 === 0xe;

/** Segments of WebVTT. @throws Error where a cue is not in each that it touches, which is all that players fetch for it */
async function webvttTrack(language: string, segments: readonly PlaylistSegment[]): Promise<SubtitleTrack> {
  const files = await Promise.all(
    segments.map(async ({ path }) => readWebvttFile(await readFile(path, 'utf8'))),
  );
  const cues = new Map<string, ReadCue>();
  for (const cue of files.flatMap((file) => file.cues)) cues.set(JSON.stringify(cue), cue);
  const { zero } = files[0]!;
  let from = zero;
  for (const [n, segment] of segments.entries()) {
    const to = from + durationOf(segment);
    const own = new Set(files[n]!.cues.map((cue) => JSON.stringify(cue)));
    for (const [key, { start, end }] of cues) {
      if (start < to - 1 && end > from + 1 && !own.has(key)) throw new Error(`${segment.path} has no ${key}`);
    }
    from = to;
  }
  const form = segments.length > 1 ? 'WebVTT segments' : 'WebVTT file';
  return { language, form, cues: [...cues.values()], from: zero, to: from };
}

function fragmentedTrack(language: string, file: Buffer, zero: number): SubtitleTrack {
  const read = readTextSamples(file);
  const { entry: form } = read;
  if (form !== 'wvtt' && form !== 'stpp') throw new Error(`${form} is no text`);
  const [from, to] = [read.samples[0]!.start, read.samples.at(-1)!.end];
  return relative({ language, form, cues: cuesOf(read), from, to }, zero);
}

const relative = ({ cues, from, to, ...track }: SubtitleTrack, zero: number): SubtitleTrack => ({
  ...track,
  cues: cues.map(({ start, end, text }) => ({ start: start - zero, end: end - zero, text })),
  from: from - zero,
  to: to - zero,
});
