import { viewOf } from '../../base/bytes.ts';
import { nalLengthSize } from '../../codecs/nal/length-size.ts';
import { plainCues } from '../../inspect/compare/plain-cues.ts';
import type {
  SourceFormat,
  SourceSamples,
  SourceTitle,
  SourceTrack,
} from '../../inspect/model/source-title.ts';
import type { Segment } from '../../media/segment.ts';
import type { TimedText } from '../../media/timed-text.ts';
import { filledSegments, type TimedTrack } from '../../media/timed-track.ts';
import type { CodedKind, SampleFormat, TrackInfo } from '../../media/track.ts';
import { moveDocument } from '../../text/move-document.ts';
import type { Presentation } from '../../title/presentation.ts';
import { SegmentReader } from '../../title/segment-reader.ts';
import type { OpenTitle } from '../open-title.ts';
import { readWhole } from '../thumbnails/look-at-images.ts';
import { wantedProtection } from './clear-media.ts';
import type { PackageSource } from './verify-package.ts';

/** What packages of an opened title ought to hold. */
export async function packageSource(opened: OpenTitle): Promise<PackageSource> {
  const { presentation, title } = opened;
  const { packager, run, thumbnails } = title;
  const images = thumbnails.map(({ images: set, source: { columns, rows, interval } }) => ({
    columns,
    rows,
    interval,
    count: set.length,
    read: (index: number) => readWhole(packager, set[index]!, run.signal),
  }));
  return { title: await sourceTitle(presentation), images, protection: wantedProtection(opened) };
}

/** What a package of a title ought to hold: its tracks with their edits, on its timeline, as the inputs have them. */
export async function sourceTitle(presentation: Presentation): Promise<SourceTitle> {
  const { video, audio, text, trickPlay = [] } = presentation;
  // Key frames of renditions are pictures of those.
  const given = trickPlay.filter(({ track }) => track.trickPlay === 'given');
  const coded = [...video, ...audio, ...given].map((timed) => codedSource(timed, presentation));
  const texts = await Promise.all(text.map((timed) => textSource(timed, presentation)));
  return { tracks: [...coded, ...texts] };
}

function nameOf({ kind, id, input }: TrackInfo, { inputs }: Presentation): string {
  return `${kind} track ${id} of ${inputs[input]?.name ?? 'the source'}`;
}

function codedSource(timed: TimedTrack, presentation: Presentation): SourceTrack {
  const { track } = timed;
  const size = track.kind === 'video' ? track.video : undefined;
  return {
    name: nameOf(track, presentation),
    kind: track.kind,
    format: track.entry,
    language: track.language,
    nalLengthSize: nalLengthSize(track),
    width: size?.width,
    height: size?.height,
    formats: (track.formats ?? [track]).map((format) => sourceFormat(track.kind, format)),
    duration: presentation.grid.duration,
    samples: () => samplesOf(timed),
  };
}

/** Where a VisualSampleEntry says width and height (ISO/IEC 14496-12, 12.1.3): behind its header. */
const SIZE_AT = 32;

function sourceFormat(kind: CodedKind, { sampleEntry, config }: SampleFormat): SourceFormat {
  if (kind !== 'video') return { config };
  const view = viewOf(sampleEntry);
  return { config, width: view.getUint16(SIZE_AT), height: view.getUint16(SIZE_AT + 2) };
}

/** Segment after segment, the next one read while one is looked at. */
async function* samplesOf(timed: TimedTrack): AsyncGenerator<SourceSamples, void> {
  const { timing, track } = timed;
  const reader = new SegmentReader(timed, 2);
  const indexes = filledSegments(timed);
  let next = read(0);
  try {
    for (let at = 0; next !== undefined; at++) {
      const { count, data, sizes, durations, compositionOffsets, decodeTime } = await next;
      next = read(at + 1);
      const starts = new Uint32Array(count + 1);
      const times = new Float64Array(count);
      let ticks = decodeTime - timing.mediaTimeAtZero;
      for (let i = 0; i < count; i++) {
        starts[i + 1] = starts[i]! + sizes[i]!;
        times[i] = (ticks + compositionOffsets[i]!) / track.timescale;
        ticks += durations[i]!;
      }
      yield { count, data, starts, times };
    }
  } finally {
    await next?.catch(() => undefined); // it is being read into memory that goes
    reader.release();
  }

  function read(at: number): Promise<Segment> | undefined {
    if (at >= indexes.length) return undefined;
    const segment = reader.read(indexes[at]!);
    segment.catch(() => {}); // told to whoever waits for it
    return segment;
  }
}

async function textSource({ track, shift }: TimedText, presentation: Presentation): Promise<SourceTrack> {
  const { duration } = presentation.grid;
  const { cues } = moveDocument(await track.read(), shift);
  return {
    name: nameOf(track, presentation),
    kind: 'text',
    format: track.format,
    language: track.language,
    nalLengthSize: 0,
    width: undefined,
    height: undefined,
    formats: [],
    duration,
    async *samples() {},
    cues: plainCues(cues, duration),
  };
}
