import type { RenditionResult } from '../../contract/rendition.ts';
import type { SegmentJob } from '../../contract/segment-job.ts';
import { webvttSegment } from '../../text/webvtt/write.ts';
import { inFilesOfTheirOwn } from '../segment-files.ts';
import { tellLosses, textParts, textResult, textRows } from '../text-segments.ts';

/** How text is written as WebVTT. */
export interface WebvttOptions {
  /** `one`: `<path>.vtt` with all cues. `many`: `<path>/seg-1.vtt`, … on the title's grid. */
  readonly files: 'one' | 'many';
  /** Without extension, in the mode's folder. */
  readonly path: string;
  /**
   * 90 kHz time stamp of the media that is presented at 0, for `X-TIMESTAMP-MAP` (RFC 8216, 3.5). @default the map is not written:
   * who plays it knows no time stamps
   */
  readonly mpegts?: number;
}

/** As `text-renditions.ts` says. */
export async function writeWebvtt(job: SegmentJob, options: WebvttOptions): Promise<RenditionResult> {
  const parts = await textParts(job);
  tellLosses(job, parts, 'WebVTT');
  const { files, path, mpegts } = options;
  const whole = { from: 0, to: parts.spans.at(-1)?.to ?? 0 };
  const spans = files === 'many' ? parts.spans : [whole];
  const nameOf = (n: number) => (files === 'many' ? `${path}/seg-${n}.vtt` : `${path}.vtt`);
  const output = inFilesOfTheirOwn(job.output, nameOf);
  const written = [];
  for (const span of spans) {
    const text = webvttSegment(parts.document, { ...span, ...(mpegts !== undefined && { mpegts }) });
    written.push(await output.append([Buffer.from(text)]));
  }
  const as = { entry: 'wvtt', codecs: 'wvtt', mimeType: 'text/vtt' } as const;
  return textResult(job, parts, { as, segments: textRows(spans, written), files: await output.finish() });
}
