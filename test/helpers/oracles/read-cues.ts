/** Readers of subtitles in every form that is written, by their standards alone. */
import { boxesBetween } from '../verify/boxes.ts';
import { parseBoxes } from './mp4box-reader.ts';

/** What is shown, and when. */
export interface ReadCue {
  /** Seconds of the clock of what it is beside. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Text without tags, and what entities stand for. */
const plain = (markup: string): string =>
  markup
    .replaceAll(/<br\s*\/>/g, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&(\w+);/g, (all, name: string) => ENTITIES[name] ?? all);

/** `01:02:03.500`, with or without hours. */
const clockSeconds = (text: string): number =>
  text.split(':').reduce((sum, part) => 60 * sum + Number(part), 0);

const MPEG_CLOCK = 90_000;

/** A WebVTT document (W3C WebVTT, 4), on the clock of the transport stream where it has a map to it (RFC 8216, 3.5). */
export function webvttCues(document: string): ReadCue[] {
  const [head = '', ...blocks] = document.replaceAll('\r\n', '\n').split(/\n\n+/);
  if (!head.startsWith('WEBVTT')) throw new Error('it does not begin as WebVTT does');
  const local = /LOCAL:([\d:.]+)/.exec(head)?.[1];
  const ticks = /MPEGTS:(\d+)/.exec(head)?.[1];
  const shift = Number(ticks ?? 0) / MPEG_CLOCK - clockSeconds(local ?? '0');
  return blocks.flatMap((block) => {
    const match = /(?:^|\n)([\d:.]+) --> ([\d:.]+)[^\n]*\n([\s\S]*)$/.exec(block);
    if (!match) return [];
    const [, start = '', end = '', text = ''] = match;
    return [
      {
        start: clockSeconds(start) + shift,
        end: clockSeconds(end) + shift,
        text: plain(text.trimEnd()),
      },
    ];
  });
}

/** A TTML document with `begin` and `end` at each paragraph (IMSC 1.1). */
export const ttmlCues = (document: string): ReadCue[] =>
  [...document.matchAll(/<p\b([^>]*)>([\s\S]*?)<\/p>/g)].map(([, attributes = '', text = '']) => ({
    start: clockSeconds(/\bbegin="([\d:.]+)"/.exec(attributes)?.[1] ?? ''),
    end: clockSeconds(/\bend="([\d:.]+)"/.exec(attributes)?.[1] ?? ''),
    text: plain(text),
  }));

/** Text in fragmented MP4 (ISO/IEC 14496-30): what it is, and what is in one segment. */
export interface TextSegment {
  readonly form: 'wvtt' | 'stpp';
  readonly cues: readonly ReadCue[];
}

/** Read a segment with its initialisation section. Samples are where mp4box finds them. */
export function textSegment(init: Buffer, segment: Buffer): TextSegment {
  const bytes = Buffer.concat([init, segment]);
  const file = parseBoxes(bytes);
  const [trak] = file.moov.traks;
  const entry = trak?.mdia.minf.stbl.stsd.entries[0]?.type;
  if (trak === undefined || (entry !== 'wvtt' && entry !== 'stpp')) throw new Error(`${entry} is no text`);
  const samples = file.getTrackSamplesInfo(trak.tkhd.track_id);
  const cues = samples.flatMap(({ offset, size, cts, duration, timescale }) => {
    const sample = bytes.subarray(offset, offset + size);
    // Times of a document are those of the track (14496-30, 6.3); of the cues in a box, those of the sample (7.3).
    if (entry === 'stpp') return ttmlCues(sample.toString('utf8'));
    return payloads(sample).map((text) => ({
      start: cts / timescale,
      end: (cts + duration) / timescale,
      text: plain(text),
    }));
  });
  return { form: entry, cues };
}

/** What the cues of a `wvtt` sample say: `payl` in each `vttc`. */
const payloads = (sample: Buffer): string[] =>
  boxesBetween(sample, 0, sample.length)
    .filter(({ type }) => type === 'vttc')
    .flatMap(({ body, end }) => boxesBetween(sample, body, end))
    .filter(({ type }) => type === 'payl')
    .map(({ body, end }) => sample.toString('utf8', body, end));

/** Seconds; times are written in thousandths. */
const TICK = 0.0015;

/** Cues in their order, and each as one that a cut or another cue had parted. */
export function joinedCues(cues: readonly ReadCue[]): ReadCue[] {
  const joined: ReadCue[] = [];
  for (const cue of [...cues].sort((one, other) => one.start - other.start)) {
    const index = joined.findIndex(
      ({ end, text }) => text === cue.text && cue.start <= end + TICK && cue.end >= end - TICK,
    );
    if (index === -1) joined.push(cue);
    else joined[index] = { ...joined[index]!, end: Math.max(cue.end, joined[index]!.end) };
  }
  return joined;
}
