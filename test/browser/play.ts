import { setTimeout as wait } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumPath } from '../helpers/chromium-path.ts';
import { ffmpeg } from '../helpers/command.ts';
import { serve } from './server.ts';

/** What is to be played. Keys are hexadecimal: key id to key. */
export interface PlayRequest {
  readonly player: 'shaka' | 'dashjs' | 'hls';
  /** Folder that holds the presentation. */
  readonly folder: string;
  /** Manifest or playlist, relative to the folder. */
  readonly manifest: string;
  readonly clearKeys?: Readonly<Record<string, string>>;
  /** Watch until the position has passed this many seconds. @default 3.2 */
  readonly seconds?: number;
  /** Give up after this many seconds of real time. @default 45 */
  readonly patience?: number;
}

/** How it went. */
export interface Playback {
  /** Position reached, in seconds. */
  readonly currentTime: number;
  readonly decodedFrames: number;
  readonly screenshot: Buffer;
  /** Mean of the screenshot's luma, 0 black … 255 white. */
  readonly luma: number;
  /** Standard deviation of the luma: 0 for a plain area. */
  readonly contrast: number;
  /** What the player and the video element complained about. */
  readonly errors: readonly string[];
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

let browser: Promise<Browser> | undefined;

async function launch(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined)
    throw new Error('There is no Chromium. Install it: apt-get install chromium');
  return chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
}

/** To be called after the last test of a file that plays. */
export async function closeBrowser(): Promise<void> {
  const open = browser;
  browser = undefined;
  await (await open)?.close();
}

/**
 * Play in a page of its own, until the position is reached, an error is told, or patience ends. The first call starts
 * Chromium.
 * @throws Error when there is no Chromium
 */
export async function play(request: PlayRequest): Promise<Playback> {
  const { player, manifest, clearKeys = {}, seconds = 3.2, patience = 45 } = request;
  browser ??= launch();
  const page = await (await browser).newPage({ viewport: { width: 640, height: 360 } });
  const server = await serve(request.folder);
  try {
    await page.goto(`${server.origin}/page/player.html`);
    const start = JSON.stringify({ player, url: `${server.origin}/media/${manifest}`, clearKeys });
    await page.evaluate(`void start(${start})`);
    const deadline = performance.now() + patience * 1000;
    let state = await playback(page);
    while (state.currentTime < seconds && state.errors.length === 0 && performance.now() < deadline) {
      await wait(100);
      state = await playback(page);
    }
    const screenshot = await page.screenshot();
    return { ...state, screenshot, ...(await lightness(screenshot)) };
  } finally {
    await page.close();
    await server.close();
  }
}

const playback = (page: Page): Promise<Pick<Playback, 'currentTime' | 'decodedFrames' | 'errors'>> =>
  page.evaluate('playback()');

/** Measured on the picture that a viewer sees, not on what the page says of it. */
async function lightness(png: Buffer): Promise<Pick<Playback, 'luma' | 'contrast'>> {
  const pixels = await ffmpeg(['-i', 'pipe:0', '-vf', 'format=gray', '-f', 'rawvideo', '-'], { input: png });
  let [sum, squares] = [0, 0];
  for (const value of pixels) {
    sum += value;
    squares += value * value;
  }
  const luma = sum / pixels.length;
  return { luma, contrast: Math.sqrt(Math.max(0, squares / pixels.length - luma * luma)) };
}
