import type { Page } from 'playwright-core';
import { lumas } from './luma.ts';
import { type PlayerRequest, withPlayer } from './player-page.ts';
import { type Picture, type Shot, seen } from './watch.ts';

/** Places of a title to look at, by seeking, and then a part of it to play. */
export interface TourRequest extends Omit<PlayerRequest, 'paused'> {
  /** Media times in seconds, in this order. */
  readonly looks: readonly number[];
  /** Media times in seconds: from one to the other. */
  readonly plays: readonly [from: number, to: number];
}

export interface Tour {
  readonly pictures: readonly Picture[];
  /** Media time that was reached, in seconds. */
  readonly currentTime: number;
  /** Pixels a line of the last picture. */
  readonly width: number;
  readonly errors: readonly string[];
}

/**
 * Look at pictures of a title across seeks, then play at six times its speed.
 * @throws Error when the player complains, or stands each time
 */
export const tour = ({ looks, plays: [from, to], ...request }: TourRequest): Promise<Tour> =>
  withPlayer({ ...request, paused: true }, async (page: Page, start) => {
    const shots: Shot[] = [];
    await page.evaluate(`void ${start}, firstPicture()`);
    for (const time of looks) shots.push(await seen(page, `pictureAt(${time})`));
    await page.evaluate(`playThrough(${from}, ${to})`);
    const state = await page.evaluate<Omit<Tour, 'pictures'>>('playback()');
    const shown = await lumas(shots.map(({ screenshot }) => screenshot));
    return { ...state, pictures: shots.map(({ mediaTime }, n) => ({ mediaTime, luma: shown[n]! })) };
  });
