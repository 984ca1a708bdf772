/** The page of `report-html` as a browser shows it: alone, in both themes, on wide and narrow screens, and on paper. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageTitle, type Report } from '../../core/index.ts';
import { page as pageOf } from '../../plugins/report-html/page.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { chromiumPath } from '../helpers/oracles/chromium-path.ts';
import { MANUAL, resolveInProject } from '../recorded/sample-config.ts';

const test = suite('report-html in a browser');

let browser: Browser;

test.before(async () => {
  browser = await chromium.launch({
    executablePath: chromiumPath()!,
    args: ['--no-sandbox', '--disable-gpu'],
  });
});

test.after(() => browser.close());

const SAMPLE = 'test/media/sample-180p.mp4';

/** Longer than any place that it may stand in. */
const LONG = 'feature_without_any_space_'.repeat(9);

/** A report with as much of all as nobody has: 100 renditions, 500 findings, five labels, long names. */
function crowded({ modes: [mode], ...report }: Report): string {
  const [one] = mode!.renditions;
  const renditions = Array.from({ length: 100 }, (_, n) => ({
    ...one!,
    unit: { ...one!.unit, id: LONG + n },
  }));
  const { keyId } = mode!;
  const keys = ['SD', 'HD', 'UHD1', 'UHD2', 'AUDIO'].map((label) => ({ label, period: 0, keyId }));
  const findings = Array.from({ length: 500 }, (_, n) => ({
    ...{ code: 'SAMPLE_DIFFERS', severity: 'error' as const, message: `${LONG}: sample ${n} is another.` },
    ...{ mend: 'Package it anew.', file: `${LONG}/media.mp4`, rendition: LONG, expected: LONG, found: LONG },
  }));
  const verification = { verdict: 'faulty' as const, summary: '500 errors', findings, claims: [] };
  const modes = [{ ...mode!, outputs: [LONG], renditions, keys }];
  const text = pageOf({ ...report, contentId: LONG, modes, verification, warnings: [LONG] }, false);
  const file = join(temporaryFolder('report-page'), 'crowded.html');
  writeFileSync(file, text);
  return file;
}

/** The report of the sample; of a failed run where the output is in the way. */
async function report(more: object = {}, use: (written: Report) => void = () => {}): Promise<string> {
  const output = temporaryFolder('report-page');
  mkdirSync(join(output, 'in-the-way'));
  const config = {
    preset: MANUAL,
    inputs: [SAMPLE],
    modes: ['dash-cenc', 'hls-aes'],
    workers: 0,
    clearLead: 6,
  };
  await packageTitle(
    resolveInProject({ ...config, output, contentId: 'a title', plugins: ['report-html'], ...more }),
  ).then(use, () => {});
  return join(output, 'report.html');
}

test('it opens from the disk, asks for nothing, fits every screen, and its own style holds', async () => {
  let crowd = '';
  const whole = await report({}, (written) => {
    crowd = crowded(written);
  });
  for (const file of [whole, await report({ segmentDuration: 2, keyRotation: 1 }), crowd]) {
    for (const [colorScheme, width] of [
      ['light', 1440],
      ['dark', 390],
    ] as const) {
      const context = await browser.newContext({
        colorScheme,
        viewport: { width, height: 900 },
        offline: true,
      });
      const page = await context.newPage();
      const [requests, complaints]: string[][] = [[], []];
      page.on('request', (request) => requests!.push(request.url()));
      page.on('console', (message) => complaints!.push(message.text()));
      await page.goto(`file://${file}`);
      assert.equal([requests!.length, complaints], [1, []]);
      const seen = await page.evaluate(`({
        over: document.documentElement.scrollWidth - innerWidth,
        paper: getComputedStyle(document.body).backgroundColor,
        unnamed: [...document.querySelectorAll('section, svg[role=img]')].filter((one) =>
          one.getAttribute('aria-labelledby').split(' ').some((id) => !document.getElementById(id)?.textContent)).length,
        landmarks: document.querySelectorAll('header, main').length,
        doubled: [...document.querySelectorAll('[id]')].length - new Set([...document.querySelectorAll('[id]')].map(({ id }) => id)).size,
      })`);
      const paper = colorScheme === 'light' ? 'rgb(245, 244, 240)' : 'rgb(18, 21, 24)';
      assert.equal(seen, { over: 0, paper, unnamed: 0, landmarks: 2, doubled: 0 });
      await context.close();
    }
  }
});

test('no chart and no row is cut by the end of a page', async () => {
  const page = await browser.newPage();
  await page.goto(`file://${await report({ modes: ['dash-cenc', 'hls-aes', 'hls-ncg'] })}`);
  await page.emulateMedia({ media: 'print' });
  const avoided = await page.evaluate(`[...document.querySelectorAll('figure, tr')].every((one) =>
    getComputedStyle(one).breakInside === 'avoid')`);
  assert.ok(avoided);
  for (const format of ['A4', 'Letter']) {
    const pdf = (await page.pdf({ format, printBackground: true })).toString('latin1');
    const [, pages] = /\/Type \/Pages\s[^>]*?\/Count (\d+)/.exec(pdf) ?? /\/Count (\d+)/.exec(pdf)!;
    assert.ok(Number(pages) >= 1 && Number(pages) <= 4, `${pages} pages`);
  }
  await page.close();
});

test.run();
