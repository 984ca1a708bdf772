import type { RenditionResult } from '../../../contract/rendition.ts';
import type { SegmentJob } from '../../../contract/segment-job.ts';
import { TEXT_TIMESCALE } from '../../../text/clock-times.ts';
import type { TextDocument } from '../../../text/cue.ts';
import type { TextTarget } from '../../../text/losses.ts';
import { moveDocument } from '../../../text/move-document.ts';
import { stppCodecs, stppDocument, stppSampleEntry } from '../../../text/ttml/write.ts';
import type { TextSample } from '../../../text/wvtt/write.ts';
import { wvttSampleEntry, wvttSamples } from '../../../text/wvtt/write.ts';
import { renditionFiles } from '../../rendition-files.ts';
import type { SegmentFilesChoice } from '../../segment-files.ts';
import { tellLosses, textParts, textResult, textRows } from '../../text-segments.ts';
import { type FragmentSamples, fragmentHeader } from './fragment.ts';
import { initSegment, styp } from './init.ts';
import { sidx, sidxSize } from './sidx.ts';

/** How text becomes samples. */
interface TextCoding {
  readonly target: TextTarget;
  codecs(document: TextDocument): string;
  sampleEntry(document: TextDocument): Uint8Array;
  /** Without gaps. */
  samples(document: TextDocument, from: number, to: number): readonly TextSample[];
}

const CODINGS: Readonly<Record<'wvtt' | 'stpp', TextCoding>> = {
  wvtt: { target: 'WebVTT', codecs: () => 'wvtt', sampleEntry: wvttSampleEntry, samples: wvttSamples },
  stpp: {
    target: 'TTML',
    codecs: stppCodecs,
    sampleEntry: stppSampleEntry,
    samples: (document, from, to) => [
      { duration: to - from, data: Buffer.from(stppDocument(document, from, to)) },
    ],
  },
};

/** How text is written as fragmented MP4. */
export interface FragmentedTextOptions {
  /** WebVTT (ISO/IEC 14496-30, 5) or TTML (6); `auto`: TTML where the text is that, else WebVTT. */
  readonly format: keyof typeof CODINGS | 'auto';
  /** `one`: `<path>.mp4`. `many`: `<path>/init.mp4` and `<path>/seg-1.m4s`, … */
  readonly files: SegmentFilesChoice;
  /** Without extension, in the mode's folder. */
  readonly path: string;
  /** Put a `sidx` in front of the segments of one file, for manifests that do not list them. @default false */
  readonly index?: boolean;
  /** Media time that is presented at 0, in milliseconds: that of the media beside it. @default 0 */
  readonly mediaTimeAtZero?: number;
  /** Name the brands of CMAF (ISO/IEC 23000-19). @default false */
  readonly cmaf?: boolean;
}

/** As `text-renditions.ts` says. */
export async function writeFragmentedText(
  job: SegmentJob,
  {
    format: asked,
    files,
    path,
    index: hasIndex = false,
    mediaTimeAtZero = 0,
    cmaf = false,
  }: FragmentedTextOptions,
): Promise<RenditionResult> {
  const parts = await textParts(job);
  const { track, spans } = parts;
  const document = moveDocument(parts.document, mediaTimeAtZero);
  const format = asked === 'auto' ? (document.format === 'ttml' ? 'stpp' : 'wvtt') : asked;
  const { codecs, sampleEntry, samples, target } = CODINGS[format];
  tellLosses(job, parts, target);
  const init = initSegment({
    track: {
      kind: 'text',
      entry: format,
      timescale: TEXT_TIMESCALE,
      language: track.language,
      roles: track.roles,
      sampleEntry: sampleEntry(document),
    },
    encryption: undefined,
    pssh: [],
    duration: spans.at(-1)?.to ?? 0,
    ...(cmaf && { brands: ['cmfc'] }),
  });
  const sizes = { init: init.length, index: hasIndex ? sidxSize(spans.length) : 0 };
  const place = { files, path, extension: 'mp4', segmentExtension: 'm4s' } as const;
  const output = await renditionFiles(job.output, place, sizes);
  const head = files === 'one' ? [] : [styp(['msdh', cmaf ? 'cmfs' : 'msix'])];
  const written = [];
  for (const [n, span] of spans.entries()) {
    const [from, to] = [span.from + mediaTimeAtZero, span.to + mediaTimeAtZero];
    const fragment = fragmentOf(samples(document, from, to), from);
    written.push(await output.append([...head, fragmentHeader(fragment, n + 1), fragment.data]));
  }
  const references = written.map(({ size }, n) => ({
    size,
    duration: spans[n]!.to - spans[n]!.from,
    sapType: 1,
  }));
  const index = hasIndex ? sidx(TEXT_TIMESCALE, mediaTimeAtZero, references) : undefined;
  const rest = await output.finish({ init, index });
  return textResult(job, parts, {
    as: { entry: format, codecs: codecs(document) },
    segments: textRows(spans, written),
    ...rest,
  });
}

/** The samples of a segment, in columns. */
function fragmentOf(samples: readonly TextSample[], decodeTime: number): FragmentSamples {
  return {
    track: { kind: 'text' },
    count: samples.length,
    data: Buffer.concat(samples.map(({ data }) => data)),
    sizes: Uint32Array.from(samples, ({ data }) => data.length),
    durations: Uint32Array.from(samples, ({ duration }) => duration),
    compositionOffsets: new Int32Array(samples.length),
    sync: new Uint8Array(samples.length).fill(1),
    decodeTime,
  };
}
