import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fail, Packager, type Report, Run, type Verification } from '../../core/index.ts';
import type { RenditionResult, SegmentRows } from '../../core/kit.ts';
import { rateBands, rateSeries } from '../../plugins/report-html/rate-series.ts';
import { reportHtml } from '../../plugins/report-html/report-html.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { testRun } from '../helpers/titles/ask.ts';

const test = suite('report-html');

/** Segments of so many seconds each, of these bytes. */
const rows = (sizes: readonly number[], seconds = 2, last = seconds): SegmentRows => ({
  paths: sizes.map(() => 'v.mp4'),
  offsets: sizes.map(() => 0),
  sizes,
  starts: sizes.map((_, index) => index * seconds * 1000),
  durations: sizes.map((_, index) => (index === sizes.length - 1 ? last : seconds) * 1000),
});

const rendition = (id: string, segments: SegmentRows, label?: string): RenditionResult => ({
  unit: { id, input: 0, tracks: [{ input: 0, id: 1 }], bytes: 900 },
  timescale: 1000,
  files: [{ path: `${id}.mp4`, bytes: segments.sizes.reduce((sum, size) => sum + size, 0) }],
  segments,
  tracks: [
    {
      kind: 'video',
      ...{ input: 0, id: 1, language: 'und', entry: 'avc1', codecs: 'avc1.64001f', timescale: 1000 },
      ...{ duration: 6000, sampleCount: 150, bytes: 3000, mediaTimeAtZero: 0, startsWithSap: 1 },
      ...(label !== undefined && { label }),
      video: { width: 1280, height: 720, sar: { num: 1, den: 1 }, frameRate: { num: 24000, den: 1001 } },
      encrypted: true,
      protection: {
        samples: 150,
        coded: 150,
        tooSmall: 0,
        encrypted: 150,
        bytes: 3000,
        protectedBytes: 2910,
      },
    },
  ],
});

const KEYS = ['12ea753c-23e7-bc02-4474-b2b976c43beb', '22ea753c-23e7-bc02-4474-b2b976c43beb'] as const;

const reportOf = (
  more: Partial<Report> = {},
  renditions = [rendition('video-1', rows([1000, 3000, 2000]))],
): Report => ({
  contentId: 'films/a:1',
  inputs: [{ index: 0, path: '/media/feature.mp4', name: 'feature.mp4', bytes: 1000 }],
  output: '/out',
  date: '2026-01-02T03:04:05.000Z',
  duration: 6,
  elapsedSeconds: 2,
  bytesRead: 900,
  warnings: [],
  modes: [
    {
      mode: 'dash-cenc',
      outputs: ['DASH_feature_mp4'],
      files: [{ path: 'DASH_feature_mp4/video-1.mp4', bytes: 6000 }],
      ...{ bytes: 6000, keyId: KEYS[0], renditions },
    },
  ],
  ...more,
});

const shorn = (text: string): string =>
  text
    .replace(/<style>.*<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

/** The page that it writes of a report. */
async function pageOf(report: Report, run?: Run): Promise<string> {
  const output = temporaryFolder('report-html');
  const { title, inputs, signal } = testRun();
  const plain = new Run({ title: { ...title, reproducible: undefined }, inputs }, signal);
  const told = { ...report, output: report.output === '/out' ? output : report.output };
  await new Packager([reportHtml()]).hooks.report.promise(told, run ?? plain);
  return readFileSync(join(output, 'report.html'), 'utf8').replaceAll(output, '/out');
}

test('it says what became of the title: renditions with figures, key ids by label and period, timings', async () => {
  const [mode] = reportOf().modes;
  const page = await pageOf(
    reportOf({
      stages: [
        { stage: 'demux', start: 0, seconds: 0.5 },
        { stage: 'encrypt', start: 0.5, seconds: 1.5 },
      ],
      periods: [
        { period: 'clear', segments: 1, start: 0 },
        { period: 0, segments: 1, start: 2 },
        { period: 1, segments: 1, start: 4 },
      ],
      modes: [
        {
          ...mode!,
          keyIds: KEYS,
          keys: KEYS.map((keyId, period) => ({ label: 'HD', period, keyId })),
        },
      ],
    }),
  );
  const text = shorn(page);
  assert.match(text, /films\/a:1 .*✓ Packaged Duration 6\.0 s/);
  assert.match(text, / 1280 × 720, 23\.976 fps avc1\.64001f /);
  assert.match(text, / 8 kbit\/s 12 kbit\/s 3 6\.00 kB 97 % of bytes in 150 samples /);
  assert.match(text, new RegExp(`Period HD 0 from 0:02 ${KEYS[0]} 1 from 0:04 ${KEYS[1]} `));
  assert.match(text, /2 crypto periods along the title, 1 segments clear/);
  assert.match(text, / demux 0\.00 s 0\.50 s encrypt 0\.50 s 1\.5 s /);
  assert.match(
    text,
    /Bit rate of video-1 over time From 4 kbit\/s to 12 kbit\/s over 0:06, 8 kbit\/s on average; 3 steps/,
  );
});

test('a failed title has the sentence, the hint, and the stage it failed in', async () => {
  const error = fail.inputNotFound('a.mp4').toJSON();
  const stages = [{ stage: 'demux', start: 0, seconds: 1, isBroken: true }] as const;
  const text = shorn(await pageOf(reportOf({ modes: [], error, stages })));
  assert.match(text, /✕ Failed/);
  assert.ok(text.includes(error.message) && text.includes(error.hint!));
  assert.match(text, /INPUT_NOT_FOUND , exit status 3/);
  assert.match(text, /demux failed here/);
});

test('names from outside are text wherever they stand, and nothing in them is obeyed', async () => {
  const evil = `"'><script>alert(1)</script><img src=x onerror=y>&amp;\u202Egpj.\u0007\u2028`;
  const [mode] = reportOf({}, [rendition(evil, rows([1, 2]), evil)]).modes;
  const finding = {
    severity: 'error',
    code: evil,
    message: evil,
    mend: evil,
    file: evil,
    rendition: 'x',
    clause: evil,
  } as const;
  const verification: Verification = {
    verdict: 'faulty',
    summary: evil,
    findings: [{ ...finding, expected: evil, found: evil }],
    claims: [{ rendition: evil, what: 'samples', assurance: 'form', count: 2, why: evil }],
  };
  const page = await pageOf({
    ...reportOf({ contentId: evil, warnings: [evil], verification }),
    inputs: [{ index: 0, path: evil, name: evil, bytes: 1 }],
    error: { code: evil, exit: 1, message: evil, hint: evil, plugin: evil, hook: evil },
    modes: [
      {
        ...mode!,
        mode: evil,
        outputs: [evil],
        files: [{ path: evil, bytes: 1 }],
        keys: [{ label: evil, period: 0, keyId: evil }],
      },
    ],
  });
  assert.not.match(page, /<script|<img|[\p{Cc}\u202E\u2028](?<!\n)/u);
  assert.is(page.match(/&lt;script&gt;/g)!.length, page.match(/&lt;\/script&gt;/g)!.length);
  assert.ok(page.match(/&lt;script&gt;/g)!.length > 25);
  // Every attribute is of a name that the page itself has.
  const names = new Set(
    [...page.matchAll(/<[a-z]+((?: [-a-z:A-Z]+="[^"]*")*) ?\/?>/g)].flatMap(([, all]) =>
      [...all!.matchAll(/ ([-a-zA-Z:]+)="/g)].map(([, name]) => name!),
    ),
  );
  assert.equal(
    [...names].filter(
      (name) => name.startsWith('on') || name === 'src' || name === 'href' || name === 'style',
    ),
    [],
  );
});

test('the policy allows the one style sheet that is there and nothing else', async () => {
  const page = await pageOf(reportOf());
  const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(page)!;
  assert.match(
    policy.replaceAll('&#39;', "'"),
    /^default-src 'none'; style-src 'sha256-[^']+='; base-uri 'none'; form-action 'none'$/,
  );
  assert.not.match(page, /https?:|url\(|@import|<link|<script/);
});

test('what was measured, and where this machine has its outputs, is not in the page of a reproducible run', async () => {
  const stages = [{ stage: 'demux', start: 0, seconds: 1 }] as const;
  const one = await pageOf(reportOf({ stages }), testRun());
  const output = temporaryFolder('elsewhere');
  await new Packager([reportHtml()]).hooks.report.promise(
    { ...reportOf({ elapsedSeconds: 9 }), output },
    testRun(),
  );
  assert.is(one, readFileSync(join(output, 'report.html'), 'utf8'));
});

test('findings stand in the order of their severity, with place, clause and what to do', async () => {
  const finding = (severity: 'error' | 'warning' | 'notice', code: string) => ({
    ...{
      severity,
      code,
      message: `Sentence of ${code}.`,
      mend: 'Write it again.',
      file: 'video-1.mp4',
      offset: 1234,
    },
    ...{ clause: 'ISO/IEC 23001-7, 8.2', expected: '1', found: '2', count: 3 },
  });
  const verification: Verification = {
    verdict: 'faulty',
    summary: '1 error, 1 warning, 1 notice.',
    findings: [finding('notice', 'N'), finding('warning', 'W'), finding('error', 'E')],
    claims: [{ rendition: 'video-1', what: 'samples', assurance: 'proved', count: 150 }],
  };
  const text = shorn(await pageOf(reportOf({ verification })));
  assert.match(text, /✕ Packaged, with faults/);
  assert.match(text, /error E Sentence of E\..*warning W .*notice N /);
  assert.match(text, /video-1\.mp4 , byte 1 234, and in 2 more places; ISO\/IEC 23001-7, 8\.2/);
  assert.match(text, /Expected 1 , found 2 \. Write it again\./);
  assert.match(text, /video-1 150 samples as in its source/);
});

test('a day of short segments in eight renditions stays small, and no peak and no dip is lost', async () => {
  const sizes = Array.from({ length: 14_400 }, (_, index) => 1_000_000 + ((index * 7919) % 500_000));
  sizes[9000] = 9_000_000;
  sizes[3000] = 1000;
  const renditions = Array.from({ length: 8 }, (_, index) => rendition(`video-${index + 1}`, rows(sizes, 6)));
  const periods = Array.from({ length: 1440 }, (_, period) => ({ period, segments: 10, start: period * 60 }));
  const report = reportOf({ duration: 86_400, periods }, renditions);
  const keys = periods.flatMap(({ period }) =>
    ['SD', 'HD', 'AUDIO'].map((label) => ({ label, period, keyId: KEYS[0] })),
  );
  const page = await pageOf({
    ...report,
    modes: [1, 2, 3, 4].map((n) => ({ ...report.modes[0]!, mode: `m${n}`, keys })),
  });
  assert.ok(page.length < 1_000_000, `${page.length} characters`);
  assert.match(shorn(page), /1 412 more periods/);
  const series = rateSeries(rows(sizes, 6), 1000)!;
  const { low, high } = rateBands(series, 600, 86_400);
  assert.is(Math.max(...high), 12_000_000);
  assert.is(high[375], 12_000_000);
  assert.is(Math.min(...low), (1000 * 8) / 6);
  assert.is(low[125], (1000 * 8) / 6);
});

test('a short last segment counts with the one before it, and what is missing between segments does not', () => {
  const { rates, average, peak, peakAt } = rateSeries(rows([1000, 1000, 500], 2, 0.1), 1000)!;
  assert.equal([...rates].map(Math.round), [4000, 5714]);
  assert.is(Math.round(average), Math.round((2500 * 8) / 4.1));
  assert.is(peak, rates[1]);
  assert.is(peakAt, 2);
  assert.is(rateSeries(rows([]), 1000), undefined);
  assert.is(rateSeries(rows([5], 0), 1000), undefined);
});

test.run();
