import type { Plugin, Report } from '../../core/index.ts';
import { writeReportFile, type XmlNode, xml } from '../../core/kit.ts';
import { resultXml } from './result-xml.ts';

/** Options of `reportXml`. */
export interface ReportXmlOptions {
  /** Path relative to the output folder; `[content-id]`, `[name]` and `[ext]` are filled in. @default 'report.xml' */
  readonly file?: string;
  /** Add `CID` and an `OUTPUT` for everything that was written. @default false: the exact PallyCon format */
  readonly details?: boolean;
}

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    file: { type: 'string', pattern: '[^/]$', description: 'the path of a file' },
    details: { type: 'boolean' },
  },
};

/** Writes the result in PallyCon's XML format: `RESULT` is 0, or a code with a sentence in `INFO`. */
export function reportXml(options: ReportXmlOptions = {}): Plugin {
  const { file = 'report.xml', details = false } = options;
  const name = 'report-xml';
  return {
    name,
    options: { ...options },
    schema,
    files: [file],
    apply({ hooks }) {
      hooks.report.tapPromise(name, (report, run) => {
        const text = resultXml(report.error, details ? detailElements(report) : []);
        return writeReportFile(file, text, report, run);
      });
    },
  };
}

const detailElements = ({ contentId, modes }: Report): XmlNode[] => [
  xml('CID', {}, contentId),
  ...modes.flatMap(({ mode, keyId, outputs }) =>
    outputs.map((output) => xml('OUTPUT', { mode, keyId }, output)),
  ),
];
