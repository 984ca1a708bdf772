import { type Plugin, type Report, writeReportFile, writeXml, type XmlNode, xml } from '../core/index.ts';

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
    apply({ hooks }) {
      hooks.report.tapPromise(name, (report) =>
        writeReportFile(file, resultDocument(report, details), report),
      );
    },
  };
}

function resultDocument(report: Report, details: boolean): string {
  const { error } = report;
  const root = xml(
    'PallyconPackager',
    {},
    xml('RESULT', {}, String(error?.result ?? 0)),
    ...(error ? [xml('INFO', {}, oneLine(error.message))] : []),
    ...(details ? detailElements(report) : []),
  );
  // One element a line at the margin, as PallyCon's packager prints it: scripts look for `^<RESULT>0`.
  return writeXml(root).replace(/^ +/gm, '');
}

const detailElements = ({ contentId, modes }: Report): XmlNode[] => [
  xml('CID', {}, contentId),
  ...modes.flatMap(({ mode, keyId, outputs }) =>
    outputs.map((output) => xml('OUTPUT', { mode, keyId }, output)),
  ),
];

/** XML 1.0 has no place for control characters, not even escaped. */
const oneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
