/** `sealpack preview`: every kind of manifest plays, by ClearKey of the key source; what viewers choose is shown; faults are explained. */
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sourceKeys } from '../../core/preview/source-keys.ts';
import { cmaf, dashCenc, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { TEST_KEY } from '../helpers/titles/package.ts';
import { usesBrowser } from './player-page.ts';
import {
  chooseManifest,
  KEY_HINT,
  type OpenPage,
  openPreview,
  type PackagedSample,
  packageSample,
  until,
  wrongKeys,
} from './preview-page.ts';

const test = suite('preview');

/** A playlist whose only rendition is on another server. */
const LOST = `#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=500000
https://gone.example/films/stream.m3u8
`;

/** Manifests of the second title name their files at an address elsewhere. */
const CDN = 'https://cdn.example/films/';

const MANIFESTS = [
  'DASH_sample-270p_mp4/stream.mpd',
  'HLS_sample-270p_mp4/master.m3u8',
  'HLS-NCG_sample-270p_mp4/master.m3u8',
  'HLS_sample-180p_mp4/master.m3u8',
  'CMAF_sample-180p_mp4/stream.mpd',
  'CMAF_sample-180p_mp4/master.m3u8',
];

const finding = (message: string, file: string) => ({
  code: 'TRACK_LEFT_OUT',
  severity: 'warning' as const,
  message,
  mend: 'Package it anew.',
  file,
});

/** What is found of a title whose first manifest has one fault, and its second another. */
function foundOf([first, second]: readonly [string, string]) {
  const common = { verdict: 'form' as const, claims: [] };
  const packages = [first, second].map((path) => ({
    ...common,
    path,
    summary: `nothing is wrong: of ${path}`,
    findings: [finding(`This is of ${path}.`, path)],
  }));
  const findings = packages.flatMap((one) => one.findings);
  return { ...common, summary: 'nothing is wrong: of both', findings, packages };
}

const checkOf = (name: string, roots: readonly [string, string]) => ({
  name,
  roots,
  verify: async () => foundOf(roots),
});

const { signal } = new AbortController();
let packaged: PackagedSample;
/** Of the right key: the tests of this file use one page after the other. */
let open: OpenPage;

test.before(async () => {
  packaged = await packageSample([dashCenc(), hlsAes(), hlsNcg()]);
  const beside = { first: 'sample-180p.mp4', other: packaged, baseUrl: CDN };
  await packageSample([cmaf(), hlsAes({ container: 'fmp4' })], beside);
  await writeFile(join(packaged.root, 'lost.m3u8'), LOST);
  open = await openPreview(packaged.root, {
    findKeys: sourceKeys([packaged], signal),
    checks: [
      checkOf('first film', [MANIFESTS[0]!, MANIFESTS[1]!]),
      checkOf('second film', [MANIFESTS[3]!, MANIFESTS[4]!]),
    ],
  });
});

test.after(() => open?.close());

usesBrowser(test);

/** Past the first segment. */
const PLAYS =
  "document.querySelector('video').currentTime > 2.2 && document.querySelector('video').videoWidth > 0";
const choiceOf = (page: Page, name: string): Locator =>
  page.locator('.field', { hasText: name }).locator('select');
const textOf = (page: Page, part: string): Promise<string> =>
  page.locator(`section[aria-labelledby=${part}]`).innerText();

/** Text of the browser, or of a player that draws it itself. */
const SHOWS_TEXT = `(() => {
  const video = document.querySelector('video');
  const own = [...video.textTracks].some(({ mode, activeCues }) => mode === 'showing' && activeCues?.length > 0);
  return own || (document.querySelector('.shaka-text-container')?.textContent ?? '') !== '';
})()`;

for (const path of MANIFESTS) {
  test(`${path} plays; rendition, sound and text are those that are chosen; all is asked of this server`, async () => {
    const { page, asked, complaints } = open;
    await chooseManifest(page, path);
    await until(page, `${PLAYS} || document.querySelector('.problem')`);
    assert.is(await page.locator('.problem').count(), 0, await page.locator('.problems').innerText());
    // One that does not play yet.
    const width = await page.evaluate<number>("document.querySelector('video').videoWidth");
    const labels = await choiceOf(page, 'Rendition').locator('option').allInnerTexts();
    const other = labels.findIndex((label) => /^\d/.test(label) && Number.parseInt(label, 10) !== width);
    await choiceOf(page, 'Rendition').selectOption({ index: other });
    await until(
      page,
      `document.querySelector('video').videoWidth === ${Number.parseInt(labels[other]!, 10)}`,
    );
    // While a cue is to be seen: where the machine is busy the title would be over before the text is there.
    await page.evaluate(
      "document.querySelector('video').pause(), document.querySelector('video').currentTime = 5",
    );
    await choiceOf(page, 'Text').selectOption({ index: 1 });
    // shaka-player draws nothing where its video is scrolled out of sight, as it may be behind a choice.
    await page.locator('video').scrollIntoViewIfNeeded();
    await until(page, SHOWS_TEXT);
    await choiceOf(page, 'Text').selectOption('none');
    await until(page, `!${SHOWS_TEXT}`);
    await choiceOf(page, 'Audio').selectOption({ index: 1 });
    assert.match(await choiceOf(page, 'Audio').locator('option:checked').innerText(), /^German/);
    assert.match(await textOf(page, 'keys'), /usable|given/);
    const segments = await textOf(page, 'segments');
    if (path.startsWith('HLS')) assert.match(segments, /\d+ × \d+ · H.264/);
    else assert.match(segments, /English · AAC[\s\S]*German \(?.*AAC/);
    const elsewhere = await page.locator('.note').allInnerTexts();
    assert.is(elsewhere.length, path.includes('180p') ? 1 : 0, 'it says where files are published');
    assert.equal(
      asked.filter((url) => !/^(blob|data):/.test(url) && !url.startsWith(page.url())),
      [],
    );
    assert.equal(complaints, []);
  });
}

test('what a manifest names elsewhere and the package does not have is told in words, not asked for', async () => {
  const { page, asked } = open;
  await chooseManifest(page, 'lost.m3u8');
  await page.waitForSelector('.problem');
  const text = await page.locator('.problems').innerText();
  assert.match(text, /gone\.example, and is not in the package\. The preview asks no other server/);
  assert.not(asked.some((url) => new URL(url).host === 'gone.example'));
});

test('each title is verified; what is found of the manifest that plays comes first', async () => {
  const { page } = open;
  const [dash, , , hls] = MANIFESTS;
  for (const [path, title] of [
    [hls!, 'second film'],
    [dash!, 'first film'],
  ] as const) {
    await chooseManifest(page, path);
    await page.waitForSelector('.whole-title .findings');
    const lists = await page.locator('section.findings').allInnerTexts();
    assert.match(await page.locator('#findings').innerText(), new RegExp(title));
    assert.match(lists[0]!, new RegExp(`This is of ${path}`));
    assert.is(lists.length, 2);
    assert.not.match(lists[1]!, new RegExp(path));
  }
});

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** What has the focus: its name, and whether that can be seen. */
const FOCUSED = `(() => {
  const one = document.activeElement;
  const name = one.getAttribute('aria-label') ?? one.closest('label')?.innerText.split('\\n')[0].trim();
  const seen = [one, one.closest('label')].some((each) => each && getComputedStyle(each).outlineStyle === 'solid');
  return one === document.body ? 'the end' : seen ? name : 'unseen: ' + name;
})()`;

/** By keyboard, in this order; what is chosen of several is one stop. */
const STOPS = [
  'As the system',
  'DASH',
  'Play',
  'Position',
  'Sound',
  'Full screen',
  'Segments',
  'Rendition',
  'Audio',
  'Text',
  'Requests, newest first',
  'Bit rate',
  'Segments of each rendition',
  'Findings',
  'Findings of other files',
];

test('nobody is kept out: axe finds nothing in any theme at any width; all of it goes by keyboard', async () => {
  const { page } = open;
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await chooseManifest(page, MANIFESTS[0]!);
  await until(page, "document.querySelector('.whole-title') && document.querySelector('.frames')");
  await until(page, "document.querySelector('video').currentTime > 0");
  await page.getByRole('button', { name: 'Pause' }).focus();
  await page.keyboard.press('Space');
  await until(page, "document.querySelector('[aria-label=Play]')");
  await page.evaluate(axe);
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const { violations } = await page.evaluate<AxeResult>('axe.run()');
      const found = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html}`);
      assert.equal(found, [], `${width} ${colorScheme}`);
    }
    const [needed, there, moving] = await page.evaluate<[number, number, string[]]>(
      `[document.documentElement.scrollWidth, innerWidth,
        [...document.querySelectorAll('*')].filter((one) => !/^(?:0s)?$/.test(getComputedStyle(one).transitionDuration)).map((one) => one.outerHTML)]`,
    );
    assert.ok(needed <= there, `nothing is wider than the page: ${needed}`);
    assert.equal(moving, [], 'who wants no motion has none');
  }
  while ((await page.evaluate(FOCUSED)) !== 'the end') await page.keyboard.press('Tab');
  const stops: string[] = [];
  for (const _ of STOPS) {
    await page.keyboard.press('Tab');
    stops.push(await page.evaluate<string>(FOCUSED));
  }
  assert.equal(stops, STOPS);
  const slider = page.getByRole('slider', { name: 'Segments' });
  await slider.press('Home');
  await slider.press('ArrowRight');
  await until(page, "document.querySelector('video').currentTime === 2");
  await until(page, "/Segment 2 of \\d+/.test(document.querySelector('.frames [role]').ariaValueText)");
});

test('with a wrong key the page says which one does not fit', async () => {
  const { page, close } = await openPreview(packaged.root, { findKeys: wrongKeys });
  for (const path of MANIFESTS.filter((path) => !path.includes('CMAF'))) {
    await chooseManifest(page, path);
    await page.waitForSelector('.problem');
    const text = await page.locator('.problems').innerText();
    assert.ok(/The key for key id [\da-f]{32} does not fit/.test(text), `${path}: ${text}`);
    assert.ok(text.includes(KEY_HINT), text);
  }
  await close();
});

test('without the key the page says which is missing, and where to name who has it', async () => {
  const nobody = { ...packaged, plugins: packaged.plugins.filter(({ name }) => name !== 'key-manual') };
  const { page, close } = await openPreview(packaged.root, { findKeys: sourceKeys([nobody], signal) });
  for (const path of MANIFESTS.slice(0, 2)) {
    await chooseManifest(page, path);
    await page.waitForSelector('.problem');
    const text = await page.locator('.problems').innerText();
    assert.ok(text.includes(TEST_KEY.keyId) && text.includes(KEY_HINT), text);
  }
  await close();
});

test.run();
