/** The preview's page in Chromium, over titles of the sample. */
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { ContentKey, type PackageOptions, type Plugin, packageTitle } from '../../core/index.ts';
import { openPackage } from '../../core/inspect/files/open-package.ts';
import type { FindKeys } from '../../core/preview/known-keys.ts';
import { type PreviewServer, servePreview } from '../../core/preview/server.ts';
import { demuxText } from '../../plugins/index.ts';
import { testPlugins, titleOptions } from '../helpers/titles/package.ts';
import { newPage, PATIENCE } from './player-page.ts';

const MEDIA = join(import.meta.dirname, '../media');

/** What the sample is packaged of: two sizes, sound in two languages, subtitles. */
const INPUTS = ['sample-270p.mp4', 'sample-180p.mp4', 'sample-de.m4a', 'sample-en.vtt'];
const CHOICES = ['en', 'en', 'de', 'en'].map((language) => ({ language }));

/** The sample in these modes; answers the title, whose key sources know its keys, and its output folder. */
export async function packageSample(modes: readonly Plugin[]): Promise<PackageOptions & { root: string }> {
  const title = titleOptions({ inputs: INPUTS.map((name) => join(MEDIA, name)), choices: CHOICES });
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

/** Serve a package. @param path a folder, or a manifest */
export async function preview(path: string, findKeys?: FindKeys): Promise<PreviewServer> {
  const root = /\.(mpd|m3u8)$/.test(path) ? dirname(path) : path;
  const files = await openPackage(path);
  return servePreview({ files, root, name: 'sample', keyHint: KEY_HINT, findKeys });
}

/** A page that is open, and what it asked for and complained of. */
export interface OpenPage {
  readonly page: Page;
  readonly asked: readonly string[];
  readonly complaints: readonly string[];
}

/** Open the preview as a viewer does. */
export async function openPreview(
  { url }: PreviewServer,
  { width = 1440, dark = false } = {},
): Promise<OpenPage> {
  const page = await newPage({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
    bypassCSP: false,
  });
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => void asked.push(request.url()));
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  page.on('pageerror', (error) => void complaints.push(error.message));
  await page.goto(url);
  await page.waitForSelector('.manifests label');
  return { page, asked, complaints };
}

/** Choose a manifest, by a part of its path. */
export async function chooseManifest(page: Page, part: string): Promise<void> {
  await page.locator('.manifests label', { hasText: part }).click();
}

/** Wait until an expression of the page is true; the page itself may not evaluate texts. */
export async function until(page: Page, expression: string): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while (!(await page.evaluate(expression))) {
    if (performance.now() > deadline) throw new Error(`It never came about: ${expression}`);
    await wait(150);
  }
}
