import type { ModeReport, Plugin, Report } from '../core/index.ts';
import { type RenditionResult, writeReportFile } from '../core/kit.ts';

/** Options of `reportJson`. */
export interface ReportJsonOptions {
  /** Path relative to the output folder; `[content-id]`, `[name]` and `[ext]` are filled in. @default 'report.json' */
  readonly file?: string;
}

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: { file: { type: 'string', pattern: '[^/]$', description: 'the path of a file' } },
};

/** Writes what became of the title as JSON: keys by their ids, outputs with sizes; on failure the exit status and the error. */
export function reportJson(options: ReportJsonOptions = {}): Plugin {
  const { file = 'report.json' } = options;
  const name = 'report-json';
  return {
    name,
    options: { ...options },
    schema,
    files: [file],
    apply({ hooks }) {
      hooks.report.tapPromise(name, (report, run) => {
        // What differs between two runs of the same work has no place in a reproducible output.
        const summary = summarise(report, run.title.reproducible !== undefined);
        return writeReportFile(file, `${JSON.stringify(summary, undefined, 2)}\n`, report, run);
      });
    },
  };
}

function summarise(report: Report, reproducible: boolean): object {
  const { output, elapsedSeconds, stages, modes, error, ...rest } = report;
  return {
    exit: error?.exit ?? 0,
    ...(error && { error }),
    ...rest,
    ...(reproducible ? {} : { output, elapsedSeconds, ...(stages && { stages }) }),
    modes: modes.map(summariseMode),
  };
}

const summariseMode = ({ renditions, ...rest }: ModeReport): object => ({
  ...rest,
  renditions: renditions.map(summariseRendition),
});

/** A long title has thousands of segments: their number and the longest say enough. */
function summariseRendition({ unit, tracks, files, timescale, segments, iframes }: RenditionResult): object {
  const longest = segments.durations.reduce((most, ticks) => Math.max(most, ticks), 0);
  return {
    id: unit.id,
    files,
    tracks,
    segments: segments.sizes.length,
    longestSegment: timescale > 0 ? longest / timescale : 0,
    ...(iframes && { iframes: iframes.sizes.length }),
  };
}
