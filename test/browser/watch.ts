import type { Page } from 'playwright-core';
import { lumas } from './luma.ts';
import { type PlayerRequest, withPlayer } from './player-page.ts';

/** A picture as it was shown. */
export interface Picture {
  /** Presentation time of the frame, in seconds, as the browser says. */
  readonly mediaTime: number;
  /** A byte a pixel, full range. */
  readonly luma: Uint8Array;
}

/** What is to be looked at and listened to, in this order, at media times in seconds. */
export interface WatchRequest extends Omit<PlayerRequest, 'paused'> {
  /** Width and height of the video, so that a pixel of it is one of the screen. */
  readonly size: { readonly width: number; readonly height: number };
  /** Look at the pictures of these times: each is a seek. */
  readonly looks: readonly number[];
  /** Seek to the first number and listen to so many seconds from there. */
  readonly listens: readonly (readonly [time: number, seconds: number])[];
}

/** What the media source holds of one media type. */
export interface BufferedTrack {
  /** MIME type with codecs. */
  readonly type: string;
  /** Start and end in seconds. */
  readonly ranges: readonly (readonly [start: number, end: number])[];
}

export interface Watched {
  /** Shown before anything was played or sought. */
  readonly first: Picture;
  readonly pictures: readonly Picture[];
  /** 48,000 samples a second of the first channel; nothing that is exactly silent. */
  readonly sounds: readonly Float32Array[];
  readonly duration: number;
  readonly tracks: readonly BufferedTrack[];
  readonly errors: readonly string[];
}

/**
 * Load a title, look at pictures and listen to sound. All answers are in media time.
 * @throws Error when one of them does not come
 */
export const watch = ({ size, looks, listens, ...request }: WatchRequest): Promise<Watched> =>
  withPlayer({ ...request, paused: true }, async (page, start) => {
    await page.setViewportSize(size);
    const shots = [await seen(page, `void ${start}, firstPicture()`)];
    for (const time of looks) shots.push(await seen(page, `pictureAt(${time})`));
    const sounds: Float32Array[] = [];
    for (const [time, seconds] of listens) sounds.push(await heard(page, `soundFrom(${time}, ${seconds})`));
    const state = await page.evaluate<Pick<Watched, 'duration' | 'tracks'>>('buffered()');
    const { errors } = await page.evaluate<Pick<Watched, 'errors'>>('playback()');
    const shown = await lumas(shots.map(({ screenshot }) => screenshot));
    const [first, ...pictures] = shots.map(({ mediaTime }, index) => ({ mediaTime, luma: shown[index]! }));
    return { first: first!, pictures, sounds, ...state, errors };
  });

/** A picture on the screen, not yet looked at. */
export interface Shot {
  readonly mediaTime: number;
  readonly screenshot: Buffer;
}

/** Take the picture that an expression waits for in the page: it answers the media time. */
export async function seen(page: Page, expression: string): Promise<Shot> {
  const mediaTime = await page.evaluate<number>(expression);
  return { mediaTime, screenshot: await settled(page) };
}

/** Screenshots until nothing changes any more. */
const MOST_SHOTS = 20;

/**
 * What stands on the screen. Not through a canvas: Chromium hands no picture of a decrypted title to scripts. On a busy machine a large
 * picture is drawn some time after it was handed over.
 */
async function settled(page: Page): Promise<Buffer> {
  let last = await page.screenshot();
  for (let shots = 1; shots < MOST_SHOTS; shots++) {
    const next = await page.screenshot();
    if (next.equals(last)) return next;
    last = next;
  }
  return last;
}

/** The sound that an expression waits for in the page. */
export async function heard(page: Page, expression: string): Promise<Float32Array> {
  const bytes = Buffer.from(await page.evaluate<string>(expression), 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}
