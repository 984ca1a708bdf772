import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ErrorDetails, fail, Packager, type Plugin, type Report, Run } from '../../core/index.ts';
import type { RenditionResult } from '../../core/kit.ts';
import { reportXml } from '../../plugins/pallycon/report-xml.ts';
import { reportJson } from '../../plugins/report-json.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { testRun } from '../helpers/titles/ask.ts';
import { failureOf, filesBelow } from '../helpers/titles/package.ts';

const test = suite('reports');

const rendition: RenditionResult = {
  unit: { id: 'video-1', input: 0, tracks: [{ input: 0, id: 1 }], bytes: 900 },
  tracks: [],
  files: [{ path: 'media-video-1.mp4', bytes: 950 }],
  timescale: 1000,
  segments: {
    paths: ['a', 'a', 'a'],
    offsets: [0, 1, 2],
    sizes: [1, 1, 1],
    starts: [0, 2000, 4500],
    durations: [2000, 2500, 1000],
  },
};

const report = (output: string, error?: ErrorDetails): Report => ({
  contentId: 'films/a:1',
  inputs: [{ index: 0, path: 'media/feature.mp4', name: 'feature.mp4', bytes: 1000 }],
  output,
  date: '2026-01-02T03:04:05.000Z',
  duration: 5.5,
  elapsedSeconds: 0.25,
  bytesRead: 900,
  warnings: ['a <warning>'],
  modes: error
    ? []
    : [
        {
          mode: 'dash-cenc',
          outputs: ['DASH_feature_mp4'],
          files: [{ path: 'DASH_feature_mp4/media-video-1.mp4', bytes: 950 }],
          bytes: 950,
          keyId: '12ea753c-23e7-bc02-4474-b2b976c43beb',
          renditions: [rendition],
        },
      ],
  ...(error && { error }),
});

/** An ordinary run: measured values are reported. */
function plainRun(): Run {
  const { title, inputs, signal } = testRun();
  return new Run({ title: { ...title, reproducible: undefined }, inputs }, signal);
}

const tell = (plugin: Plugin, about: Report, run = plainRun()): Promise<void> =>
  new Packager([plugin]).hooks.report.promise(about, run);

test('report-json says what was written, with segments counted instead of listed', async () => {
  const output = temporaryFolder('report');
  await tell(reportJson(), report(output));
  const { contentId, inputs, date, duration, elapsedSeconds, bytesRead, warnings, modes } = report(output);
  const { renditions: _, ...mode } = modes[0]!;
  assert.equal(JSON.parse(readFileSync(join(output, 'report.json'), 'utf8')), {
    exit: 0,
    contentId,
    inputs,
    output,
    date,
    duration,
    elapsedSeconds,
    bytesRead,
    warnings,
    modes: [
      {
        ...mode,
        renditions: [{ id: 'video-1', files: rendition.files, tracks: [], segments: 3, longestSegment: 2.5 }],
      },
    ],
  });
  assert.equal(await filesBelow(output), ['report.json']);
});

test('report-json of a failed title has the exit status and the error', async () => {
  const output = join(temporaryFolder('report'), 'not-there-yet');
  await tell(reportJson(), report(output, fail.inputNotFound('a.mp4').toJSON()));
  const written = JSON.parse(readFileSync(join(output, 'report.json'), 'utf8'));
  assert.is(written.exit, 3);
  assert.is(written.error.code, 'INPUT_NOT_FOUND');
  assert.equal(written.modes, []);
});

test('report-json of a reproducible run holds nothing that was measured', async () => {
  const [one, two] = [temporaryFolder('report'), temporaryFolder('report')];
  await tell(reportJson(), report(one), testRun());
  await tell(reportJson(), { ...report(two), elapsedSeconds: 9 }, testRun());
  assert.is(readFileSync(join(one, 'report.json'), 'utf8'), readFileSync(join(two, 'report.json'), 'utf8'));
});

test('report-xml has exactly the format of PallyCon: a line an element, RESULT 0', async () => {
  const output = temporaryFolder('report');
  await tell(reportXml(), report(output));
  assert.is(
    readFileSync(join(output, 'report.xml'), 'utf8'),
    '<?xml version="1.0" encoding="UTF-8"?>\n<PallyconPackager>\n<RESULT>0</RESULT>\n</PallyconPackager>\n',
  );
});

test('report-xml of a failed title has the code and a sentence, whatever is in it', async () => {
  const output = temporaryFolder('report');
  await tell(
    reportXml({ file: 'result.xml' }),
    report(output, fail.inputNotFound('<a>\n  &\u001b"b.mp4').toJSON()),
  );
  const text = readFileSync(join(output, 'result.xml'), 'utf8');
  assert.is(XMLValidator.validate(text), true);
  assert.not.match(text, /\p{Cc}(?<!\n)/u);
  assert.match(text, /^<RESULT>1201<\/RESULT>$/m);
  const read = new XMLParser().parse(text);
  assert.is(read.PallyconPackager.INFO, 'Input file not found: <a> & "b.mp4');
  assert.equal(Object.keys(read.PallyconPackager), ['RESULT', 'INFO']);
});

test('report-xml lists the outputs on request', async () => {
  const output = temporaryFolder('report');
  await tell(reportXml({ details: true }), report(output));
  const { PallyconPackager: root } = new XMLParser({ ignoreAttributes: false }).parse(
    readFileSync(join(output, 'report.xml'), 'utf8'),
  );
  assert.is(root.CID, 'films/a:1');
  assert.equal(root.OUTPUT, {
    '#text': 'DASH_feature_mp4',
    '@_mode': 'dash-cenc',
    '@_keyId': '12ea753c-23e7-bc02-4474-b2b976c43beb',
  });
});

test('the file name is a template, and what comes from outside cannot leave the folder', async () => {
  const output = temporaryFolder('report');
  await tell(reportJson({ file: 'reports/[content-id].[name].[ext].[other].json' }), {
    ...report(output),
    contentId: '../../films/a:1',
  });
  assert.equal(await filesBelow(output), ['reports/__.._films_a_1.feature.mp4.[other].json']);
});

test('an earlier report is replaced, and a file in the way of the folder is an error', async () => {
  const output = temporaryFolder('report');
  writeFileSync(join(output, 'report.xml'), 'old');
  await tell(reportXml(), report(output));
  assert.match(readFileSync(join(output, 'report.xml'), 'utf8'), /RESULT/);
  const error = await failureOf(tell(reportXml({ file: 'report.xml/report.xml' }), report(output)));
  assert.is(error.code, 'OUTPUT_NOT_WRITABLE');
  assert.is(error.plugin, 'report-xml');
});

test.run();
