import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { lumas } from './luma.ts';
import { type PlayerRequest, withPlayer } from './player-page.ts';

/** What is to be played, and for how long. */
export interface PlayRequest extends PlayerRequest {
  /** Watch until the position has passed this many seconds. @default 3.2 */
  readonly seconds?: number;
  /** Give up after this many seconds of real time: many, since a busy machine plays late. @default 450 */
  readonly patience?: number;
}

/** How it went. */
export interface Playback {
  /** Position reached, in seconds. */
  readonly currentTime: number;
  /** Pixels a line of the picture that is shown last: which rendition plays. */
  readonly width: number;
  readonly decodedFrames: number;
  readonly screenshot: Buffer;
  /** Mean of the screenshot's luma, 0 black … 255 white. */
  readonly luma: number;
  /** Standard deviation of the luma: 0 for a plain area. */
  readonly contrast: number;
  /** What the player and the video element complained about. */
  readonly errors: readonly string[];
}

/**
 * Play in a page of its own, until the position is reached, an error is told, or patience ends.
 * @throws Error when there is no Chromium
 */
export const play = ({ seconds = 3.2, patience = 450, ...request }: PlayRequest): Promise<Playback> =>
  withPlayer(request, async (page, start) => {
    await page.evaluate(`void ${start}`);
    const deadline = performance.now() + patience * 1000;
    let state = await playback(page);
    while (state.currentTime < seconds && state.errors.length === 0 && performance.now() < deadline) {
      await wait(100);
      state = await playback(page);
    }
    const screenshot = await page.screenshot();
    return { ...state, screenshot, ...(await lightness(screenshot)) };
  });

const playback = (
  page: Page,
): Promise<Pick<Playback, 'currentTime' | 'width' | 'decodedFrames' | 'errors'>> =>
  page.evaluate('playback()');

/** Measured on the picture that a viewer sees, not on what the page says of it. */
async function lightness(screenshot: Buffer): Promise<Pick<Playback, 'luma' | 'contrast'>> {
  const [pixels = new Uint8Array(0)] = await lumas([screenshot]);
  let [sum, squares] = [0, 0];
  for (const value of pixels) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / pixels.length;
  return { luma: mean, contrast: Math.sqrt(Math.max(0, squares / pixels.length - mean * mean)) };
}
