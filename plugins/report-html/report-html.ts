import type { Plugin } from '../../core/index.ts';
import { writeReportFile } from '../../core/kit.ts';

/** Options of `reportHtml`. */
export interface ReportHtmlOptions {
  /** Path relative to the output folder; `[content-id]`, `[name]` and `[ext]` are filled in. @default 'report.html' */
  readonly file?: string;
}

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: { file: { type: 'string', pattern: '[^/]$', description: 'the path of a file' } },
};

/**
 * Writes what became of the title as a page for people: one file that needs nothing else, to be opened from the disk, sent or printed.
 */
export function reportHtml(options: ReportHtmlOptions = {}): Plugin {
  const { file = 'report.html' } = options;
  const name = 'report-html';
  return {
    name,
    options: { ...options },
    schema,
    files: [file],
    apply({ hooks }) {
      hooks.report.tapPromise(name, async (report, run) => {
        const { page } = await import('./page.ts');
        return writeReportFile(file, page(report, run.title.reproducible !== undefined), report, run);
      });
    },
  };
}
