/** `sealpack preview`: every kind of manifest plays, by ClearKey of the key source; what viewers choose is shown; faults are explained. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Locator, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sourceKeys } from '../../core/preview/source-keys.ts';
import { cmaf, dashCenc, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { TEST_KEY } from '../helpers/titles/package.ts';
import { closeBrowser } from './player-page.ts';
import {
  chooseManifest,
  KEY_HINT,
  openPreview,
  packageSample,
  preview,
  until,
  wrongKeys,
} from './preview-page.ts';

const test = suite('preview');

test.after(closeBrowser);

const all = packageSample([dashCenc(), cmaf(), hlsAes(), hlsNcg()]);
const fragmented = packageSample([hlsAes({ container: 'fmp4' })]);

const MANIFESTS = [
  { path: 'DASH_sample-270p_mp4/stream.mpd', title: all },
  { path: 'CMAF_sample-270p_mp4/stream.mpd', title: all },
  { path: 'CMAF_sample-270p_mp4/master.m3u8', title: all },
  { path: 'HLS_sample-270p_mp4/master.m3u8', title: all },
  { path: 'HLS-NCG_sample-270p_mp4/master.m3u8', title: all },
  { path: 'HLS_sample-270p_mp4/master.m3u8', title: fragmented, name: 'fragmented ' },
];

const PLAYS =
  "document.querySelector('video').currentTime > 3 && document.querySelector('video').videoWidth > 0";
const choiceOf = (page: Page, name: string): Locator =>
  page.locator('.field', { hasText: name }).locator('select');

const { signal } = new AbortController();

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

for (const { path, title, name = '' } of MANIFESTS) {
  test(`${name}${path} plays; rendition, sound and text are those that are chosen; all is asked of this server`, async () => {
    const packaged = await title;
    const server = await preview(packaged.root, sourceKeys([packaged], signal));
    const { page, asked, complaints } = await openPreview(server);
    try {
      await chooseManifest(page, path);
      await until(page, `${PLAYS} || document.querySelector('.problem')`);
      assert.is(await page.locator('.problem').count(), 0, await page.locator('.problems').innerText());
      await choiceOf(page, 'Rendition').selectOption({ index: 1 });
      const label = await choiceOf(page, 'Rendition').locator('option:checked').innerText();
      await until(page, `document.querySelector('video').videoWidth === ${Number.parseInt(label, 10)}`);
      await choiceOf(page, 'Audio').selectOption({ index: 1 });
      await choiceOf(page, 'Text').selectOption({ index: 1 });
      await until(page, SHOWS_TEXT);
      assert.match(await choiceOf(page, 'Audio').locator('option:checked').innerText(), /^German/);
      assert.match(await page.locator('section[aria-labelledby=keys]').innerText(), /usable|given/);
      assert.equal(
        asked.filter(
          (url) => !url.startsWith(server.url) && !url.startsWith('blob:') && !url.startsWith('data:'),
        ),
        [],
      );
      assert.equal(complaints, []);
    } finally {
      await page.close();
      await server.close();
    }
  });
}

/** Text of the browser, or of a player that draws it itself, at whatever time: looked for from where the first cue is. */
const SHOWS_TEXT = `(() => {
  const video = document.querySelector('video');
  const own = [...video.textTracks].some(({ mode, cues }) => mode === 'showing' && cues?.length > 0);
  return own || (document.querySelector('.shaka-text-container')?.textContent ?? '') !== '';
})()`;

for (const { path, title, name = '' } of MANIFESTS.filter(({ path }) => !path.includes('CMAF'))) {
  test(`${name}${path} with a wrong key: the page says which one does not fit`, async () => {
    const { root } = await title;
    const server = await preview(root, wrongKeys);
    const { page } = await openPreview(server);
    try {
      await chooseManifest(page, path);
      await page.waitForSelector('.problem');
      const text = await page.locator('.problems').innerText();
      assert.ok(/The key for key id [\da-f]{32} does not fit/.test(text), text);
      assert.ok(text.includes(KEY_HINT), text);
    } finally {
      await page.close();
      await server.close();
    }
  });
}

test('without the key the page says which is missing, and where to name who has it', async () => {
  const packaged = await all;
  const nobody = { ...packaged, plugins: packaged.plugins.filter(({ name }) => name !== 'key-manual') };
  const server = await preview(packaged.root, sourceKeys([nobody], signal));
  const { page } = await openPreview(server);
  try {
    for (const path of ['DASH_sample-270p_mp4/stream.mpd', 'HLS_sample-270p_mp4/master.m3u8']) {
      await chooseManifest(page, path);
      await page.waitForSelector('.problem');
      const text = await page.locator('.problems').innerText();
      assert.ok(text.includes(TEST_KEY.keyId) && text.includes(KEY_HINT), text);
    }
  } finally {
    await page.close();
    await server.close();
  }
});

test('nobody is kept out: axe finds nothing in either theme at either width, and the keyboard plays', async () => {
  const packaged = await all;
  const server = await preview(packaged.root, sourceKeys([packaged], signal));
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  try {
    for (const look of [
      { width: 1440, dark: false },
      { width: 390, dark: true },
    ]) {
      const { page } = await openPreview(server, look);
      await until(
        page,
        "document.querySelector('.plot') && document.querySelector('video').currentTime > 0.5",
      );
      await page.evaluate(axe);
      const { violations } = await page.evaluate<AxeResult>('axe.run()');
      const found = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html}`);
      assert.equal(found, []);
      const [needed, there] = await page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, innerWidth]',
      );
      assert.ok(needed <= there, `nothing is wider than the page: ${needed}`);
      await page.getByRole('button', { name: 'Pause' }).focus();
      await page.keyboard.press('Space');
      await until(page, "document.querySelector('video').paused");
      await page.close();
    }
  } finally {
    await server.close();
  }
});

test.run();
