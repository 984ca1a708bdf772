import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import type { Test } from 'uvu';
import { chromiumPath } from '../helpers/oracles/chromium-path.ts';
import { serve } from './server.ts';

/** A player and what it is to load. Keys are hexadecimal: key id to key. */
export interface PlayerRequest {
  readonly player: 'shaka' | 'dashjs' | 'hls';
  /** Folder that holds the presentation. */
  readonly folder: string;
  /** Manifest or playlist, relative to the folder. */
  readonly manifest: string;
  readonly clearKeys?: Readonly<Record<string, string>>;
  /** How dash.js gets licences of ClearKey. @default by the `default_KID` of each set, which is all that it does by itself */
  readonly asks?: 'listed-keys' | 'boxes' | undefined;
  /** Show subtitles of this language, in shaka-player; in the others `choose` does, once they are loaded. @default none */
  readonly text?: string;
  /** Load, but do not play. @default false */
  readonly paused?: boolean;
}

const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

/** For one step of the browser, in milliseconds: ten times what a busy machine was seen to need. */
export const PATIENCE = 300_000;

/**
 * The same for steps of pages that are opened anew when a player stands: on a busy machine dash.js may stop to load for good after a seek,
 * with all that it needs at hand.
 */
const PATIENCE_AT_FIRST = [30_000, 60_000, 60_000, 120_000];

/** As the page says of a player that stands. */
const STANDS = ': never:';

let browser: Promise<Browser> | undefined;

async function launch(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined)
    throw new Error('There is no Chromium. Install it: apt-get install chromium');
  return chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS, timeout: PATIENCE });
}

/** Contexts that no page of a test is open in, by their options. What pages keep is by their origins, which are others each time. */
const idle = new Map<string, BrowserContext[]>();

/** A blank page stays open in it, as its window does then. */
async function openContext(options: BrowserContextOptions): Promise<BrowserContext> {
  browser ??= launch();
  const context = await (await browser).newContext(options);
  await context.newPage();
  return context;
}

/**
 * A page of its own, in a window that shows no other: what is behind another is not painted. The first call starts Chromium. Windows are
 * used again: their own pages take more of a processor to start than those of most tests.
 * @throws Error when there is none
 */
export async function newPage(options: BrowserContextOptions): Promise<Page> {
  const name = JSON.stringify(options);
  const context = idle.get(name)?.pop() ?? (await openContext(options));
  const page = await context.newPage();
  page.once('close', () => idle.set(name, [...(idle.get(name) ?? []), context]));
  page.setDefaultTimeout(PATIENCE);
  return page;
}

let users = 0;

/** Of each file that plays, before its tests. The files of a process share Chromium, which ends with the last of them. */
export function usesBrowser(test: Test): void {
  users++;
  test.after(async () => {
    users--;
    if (users > 0) return;
    const open = browser;
    browser = undefined;
    idle.clear();
    await (await open)?.close();
  });
}

/**
 * Open the player's page for a folder, which is served as long as `use` takes. `start` is the expression that loads the
 * presentation, to be evaluated in the page. The first call starts Chromium. Where a player stands all is done again, in a new page.
 * @throws Error when there is no Chromium, or a player stands each time
 */
export async function withPlayer<T>(
  request: PlayerRequest,
  use: (page: Page, start: string) => Promise<T>,
): Promise<T> {
  for (const patience of PATIENCE_AT_FIRST) {
    try {
      return await inNewPage(request, patience, use);
    } catch (error) {
      if (!(error instanceof Error && error.message.includes(STANDS))) throw error;
    }
  }
  return inNewPage(request, PATIENCE, use);
}

async function inNewPage<T>(
  { player, folder, manifest, clearKeys = {}, asks, text, paused = false }: PlayerRequest,
  patience: number,
  use: (page: Page, start: string) => Promise<T>,
): Promise<T> {
  const page = await newPage({ viewport: { width: 640, height: 360 } });
  const server = await serve(folder);
  try {
    await page.goto(`${server.origin}/page/player.html`);
    await page.evaluate(`patience = ${patience}`);
    const url = `${server.origin}/media/${manifest}`;
    return await use(page, `start(${JSON.stringify({ player, url, clearKeys, asks, text, paused })})`);
  } finally {
    await page.close();
    await server.close();
  }
}
