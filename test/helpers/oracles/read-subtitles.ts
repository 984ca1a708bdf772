/** Readers of subtitles that share nothing with what writes them: the parser of W3C's validator, mp4box and imsc.js. */
import doc from 'imsc/src/main/js/doc.js';
import webvtt from 'webvtt-parser';
import { findBoxes, parseBoxes } from './mp4box-reader.ts';

/** A cue as a player shows it, in milliseconds of the clock that it is on. */
export interface ReadCue {
  readonly start: number;
  readonly end: number;
  /** Without markup. */
  readonly text: string;
}

const ENTITIES = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&lrm;': '\u200e',
  '&rlm;': '\u200f',
  '&nbsp;': '\u00a0',
};

const MAP = /^X-TIMESTAMP-MAP=MPEGTS:(\d+),LOCAL:00:00:00\.000$/m;

/** A file of WebVTT. */
export interface ReadWebvtt {
  readonly cues: readonly ReadCue[];
  /** Where its own zero is on the clock of its cues, in milliseconds. */
  readonly zero: number;
}

/**
 * A file of WebVTT, its times moved as X-TIMESTAMP-MAP says (RFC 8216, 3.5): with it they are those of the time stamps beside it.
 * @throws Error where a validator complains
 */
export function readWebvttFile(text: string): ReadWebvtt {
  const zero = Number(MAP.exec(text)?.[1] ?? 0) / 90;
  const plain = text.replace(/^X-TIMESTAMP-MAP=.*\n/m, '');
  const { cues, errors } = new webvtt.WebVTTParser(ENTITIES).parse(plain, 'subtitles/captions/descriptions');
  if (errors.length > 0) throw new Error(`line ${errors[0]!.line}: ${errors[0]!.message}\n${plain}`);
  const moved = cues.map(({ startTime, endTime, tree }) => ({
    start: startTime * 1000 + zero,
    end: endTime * 1000 + zero,
    text: textOf(tree),
  }));
  return { cues: moved, zero };
}

const textOf = ({ value = '', children = [] }: { value?: string; children?: readonly object[] }): string =>
  value + children.map((child) => textOf(child)).join('');

/** A sample of a text track, in milliseconds of the track. */
export interface TextSamplePart {
  readonly start: number;
  readonly end: number;
  readonly data: Buffer;
}

/** What a file with one track of text, or its segments behind their init segment, consist of. */
export interface ReadTextTrack {
  readonly entry: string;
  readonly samples: readonly TextSamplePart[];
}

/** @throws Error where fragments leave a gap, or samples */
export function readTextSamples(file: Buffer): ReadTextTrack {
  const parsed = parseBoxes(file);
  const [trak, ...others] = parsed.moov.traks;
  if (!trak || others.length > 0) throw new Error('not one track');
  const { timescale } = trak.mdia.mdhd;
  const samples = parsed.getTrackSamplesInfo(trak.tkhd.track_id).map(({ cts, duration, offset, size }) => ({
    start: (cts * 1000) / timescale,
    end: ((cts + duration) * 1000) / timescale,
    data: file.subarray(offset, offset + size),
  }));
  for (const [n, { start }] of samples.entries()) {
    if (n > 0 && samples[n - 1]!.end !== start) throw new Error(`${samples[n - 1]!.end} ms, then ${start}`);
  }
  return { entry: trak.mdia.minf.stbl.stsd.entries[0]!.type, samples };
}

/** The cues of a track of text: their pieces joined as ISO/IEC 14496-30 says that they belong together. */
export const cuesOf = ({ entry, samples }: ReadTextTrack): ReadCue[] =>
  entry === 'wvtt' ? wvttCues(samples) : stppCues(samples);

/** Pieces of one cue have one `source_ID` (ISO/IEC 14496-30, 5.4.2); what has none is a cue of its own. */
function wvttCues(samples: readonly TextSamplePart[]): ReadCue[] {
  const cues: { start: number; end: number; text: string; source: string | undefined }[] = [];
  for (const { start, end, data } of samples) {
    for (const cue of findBoxes(parseBoxes(data), 'vttc')) {
      const inside = (type: string) =>
        findBoxes(cue as never, type)[0] as { start: number; size: number } | undefined;
      const bytes = (type: string) => {
        const box = inside(type);
        return box && data.subarray(box.start + 8, box.start + box.size);
      };
      const source = bytes('vsid')?.toString('hex');
      const payload = bytes('payl')?.toString() ?? '';
      const { text } = readWebvttFile(`WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n${payload}\n`).cues[0]!;
      const former = cues.find((one) => one.source === source && one.end === start && one.text === text);
      if (source !== undefined && former) former.end = end;
      else cues.push({ start, end, text, source });
    }
  }
  return cues.map(({ source: _, ...cue }) => cue);
}

function complain(message: string): never {
  throw new Error(message);
}

const STRICTLY = { warn: complain, error: complain, fatal: complain };

/** A document is shown as long as its sample (ISO/IEC 14496-30, 6): what stands in several, at the same times, is one cue. */
function stppCues(samples: readonly TextSamplePart[]): ReadCue[] {
  const cues: { start: number; end: number; text: string; times: string }[] = [];
  for (const { start, end, data } of samples) {
    const isContinued = new Set(cues.filter((cue) => cue.end === start));
    for (const said of paragraphs(data.toString())) {
      const times = `${said.start} ${said.end}`;
      const shown = { start: Math.max(start, said.start), end: Math.min(end, said.end) };
      if (shown.start >= shown.end) throw new Error(`${said.text} is not shown in ${start} to ${end}`);
      const former = [...isContinued].find((one) => one.times === times && one.text === said.text);
      if (former) former.end = shown.end;
      else cues.push({ ...shown, text: said.text, times });
      if (former) isContinued.delete(former);
    }
  }
  return cues.map(({ times: _, ...cue }) => cue);
}

type Content = NonNullable<NonNullable<ReturnType<typeof doc.fromXML>>['body']>;

function paragraphs(document: string): ReadCue[] {
  const found: ReadCue[] = [];
  const visit = (content: Content): void => {
    if (content.kind !== 'p') {
      content.contents?.forEach(visit);
      return;
    }
    const ms = (seconds: number): number => Math.round(seconds * 1e6) / 1e3;
    found.push({ start: ms(content.begin), end: ms(content.end), text: plain(content) });
  };
  const { body } = doc.fromXML(document, STRICTLY) ?? {};
  if (body) visit(body);
  return found;
}

const plain = ({ kind, text = '', contents = [] }: Content): string =>
  kind === 'br' ? '\n' : text + contents.map(plain).join('');
