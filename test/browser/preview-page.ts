/** The preview's page in Chromium, over titles of the sample. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { ContentKey, type PackageOptions, type Plugin, packageTitle } from '../../core/index.ts';
import { openPackage } from '../../core/inspect/files/open-package.ts';
import type { FindKeys } from '../../core/preview/known-keys.ts';
import { type PreviewOptions, type PreviewServer, servePreview } from '../../core/preview/server.ts';
import { demuxText } from '../../plugins/index.ts';
import { testPlugins, titleOptions } from '../helpers/titles/package.ts';
import { newPage, PATIENCE } from './player-page.ts';

const MEDIA = join(import.meta.dirname, '../media');

/** What the sample is packaged of: two sizes, sound in two languages, subtitles. */
const INPUTS = ['sample-270p.mp4', 'sample-180p.mp4', 'sample-de.m4a', 'sample-en.vtt'];
const CHOICES = ['en', 'en', 'de', 'en'].map((language) => ({ language }));

/** A packaged title, whose key sources know its keys. */
export interface PackagedSample extends PackageOptions {
  /** Its output folder. */
  readonly root: string;
}

/** The sample in these modes. @param beside as another title of a folder: called by another input, published at an address */
export async function packageSample(
  modes: readonly Plugin[],
  beside?: { readonly first: string; readonly other: PackagedSample; readonly baseUrl: string },
): Promise<PackagedSample> {
  const names = beside ? [beside.first, ...INPUTS.filter((name) => name !== beside.first)] : INPUTS;
  const title = titleOptions({
    inputs: names.map((name) => join(MEDIA, name)),
    choices: CHOICES,
    ...(beside && { output: beside.other.root, details: { baseUrls: [{ url: beside.baseUrl }] } }),
  });
  const plugins = [...testPlugins(), demuxText(), ...modes];
  await packageTitle({ title, plugins });
  return { title, plugins, root: title.output };
}

/** All keys are another one, under whatever id. */
export const wrongKeys: FindKeys =
  async () =>
  ({ kid = 'ab'.repeat(16) }) =>
    new ContentKey({ id: Buffer.from(kid, 'hex'), key: Buffer.alloc(16, 0x5a), iv: Buffer.alloc(16, 0xa5) });

export const KEY_HINT = 'Name the key source.';

/** Serve a folder. */
export async function preview(root: string, more: Partial<PreviewOptions> = {}): Promise<PreviewServer> {
  return servePreview({ files: await openPackage(root), root, name: 'sample', keyHint: KEY_HINT, ...more });
}

/** A page that is open, and what it asked for and complained of. */
export interface OpenPage {
  readonly page: Page;
  readonly asked: readonly string[];
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Serve a folder and open the page as a viewer does: on a small screen, since drawing is most of what a browser does here. */
export async function openPreview(root: string, more: Partial<PreviewOptions> = {}): Promise<OpenPage> {
  const server = await preview(root, more);
  const page = await newPage({ viewport: { width: 390, height: 480 }, bypassCSP: false });
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => void asked.push(request.url()));
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  page.on('pageerror', (error) => void complaints.push(error.message));
  await page.goto(server.url);
  await page.waitForSelector('.manifests label');
  const close = async () => {
    await page.close();
    await server.close();
  };
  return { page, asked, complaints, close };
}

/** Choose a manifest, by a part of its path, and wait until it is what the page is about. */
export async function chooseManifest(page: Page, part: string): Promise<void> {
  const label = page.locator('.manifests label', { hasText: part });
  if (await label.locator('input').isChecked()) return;
  await page.evaluate("document.querySelector('video').dataset.other = 'yes'");
  await label.click();
  await until(page, "!document.querySelector('video').dataset.other");
}

/** Wait until an expression of the page is true; the page itself may not evaluate texts. */
export async function until(page: Page, expression: string): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while (!(await page.evaluate(expression))) {
    if (performance.now() > deadline) throw new Error(`It never came about: ${expression}`);
    await wait(150);
  }
}
