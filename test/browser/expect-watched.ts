import * as assert from 'uvu/assert';
import { pictures, RATE, SECONDS } from '../helpers/media/flash-and-beep.ts';
import { type Picture, type Watched, type WatchRequest, watch } from './watch.ts';

/**
 * How much a picture on the screen has to be like its source, in decibels of PSNR. Right ones have 30 to 33: the rest is lost
 * where colours are turned into RGB.
 */
const LIKENESS = 27;

/** Loud is what only a beep can be. */
const LOUD = 0.15;
const SAMPLE_RATE = 48_000;

/**
 * Less than half a frame of any codec, in seconds. Chromium itself drops the 6.5 ms of priming of Opus once more than it
 * should, whoever packaged it; shaka-player adds 1 ms to negative timestamp offsets.
 */
const TOLERANCE = 0.009;

/** A clip as it is presented. */
export interface Source {
  readonly path: string;
  /** When its first picture is presented, in seconds. */
  readonly start: number;
}

/** Each picture is the one of the source that belongs to its time, and the first is there before anything is played. */
export async function assertPictures(
  { first, pictures: shown }: Watched,
  looks: WatchRequest['looks'],
  { path, start }: Source,
): Promise<void> {
  const frames = await pictures(path);
  assert.is(frames.length, RATE * SECONDS);
  for (const [index, picture] of [first, ...shown].entries()) {
    const sought = [start, ...looks][index]!;
    // A time on the edge between two frames belongs to the second.
    const frame = Math.floor((sought - start) * RATE + 1e-6);
    const expected = start + frame / RATE;
    assert.ok(Math.abs(picture.mediaTime - expected) < 0.001, `${sought} shows ${picture.mediaTime}`);
    const likenesses = frames.map((luma) => likeness(luma, picture));
    const best = Math.max(...likenesses);
    assert.is(likenesses.indexOf(best), frame, `the picture of ${sought} is the one of the source`);
    assert.ok(best > LIKENESS, `${sought} is like the source: ${best} dB`);
  }
}

/** PSNR of two pictures of the same size. */
function likeness(source: Uint8Array, { luma }: Picture): number {
  assert.is(luma.length, source.length, 'a pixel of the screen is a pixel of the video');
  let squares = 0;
  for (let at = 0; at < luma.length; at++) squares += (luma[at]! - source[at]!) ** 2;
  return 10 * Math.log10((255 ** 2 * luma.length) / squares);
}

/** On a busy machine samples are lost on their way to the ear, elsewhere each time: what is wrong with a title is wrong each time. */
const MORE_LISTENING = 2;

/** Watch a title of beeps, and again where something else is heard. */
export async function watchBeeps(request: WatchRequest): Promise<Watched> {
  let watched = await watch(request);
  for (let more = MORE_LISTENING; more > 0 && misheard(watched, request.listens).length > 0; more--)
    watched = await watch(request);
  return watched;
}

/**
 * A beep begins on each full second of media time and nowhere else: where the flash begins, and counted in samples, so that
 * it is the same on any machine.
 */
export function assertBeeps(watched: Watched, listens: WatchRequest['listens']): void {
  const wrong = misheard(watched, listens);
  assert.is(wrong.length, 0, wrong.join('; '));
}

/** What is heard of beeps elsewhere than where they are. */
function misheard({ sounds }: Watched, listens: WatchRequest['listens']): string[] {
  return listens.flatMap(([time, seconds], index) => {
    const expected = [0, 1].filter((second) => second >= time && second < time + seconds);
    const heard = beeps(sounds[index]!).map((beep) => time + beep);
    const isRight =
      heard.length === expected.length && heard.every((beep, i) => Math.abs(beep - expected[i]!) < TOLERANCE);
    return isRight ? [] : [`from ${time}, beeps begin at ${heard.join(', ')}`];
  });
}

/** Where beeps begin, in seconds: a loud sample after a tenth of a second without any. */
function beeps(sound: Float32Array): number[] {
  const starts: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const [at, sample] of sound.entries()) {
    if (Math.abs(sample) < LOUD) continue;
    if (at - last > SAMPLE_RATE / 10) starts.push(at / SAMPLE_RATE);
    last = at;
  }
  return starts;
}

/** Both media types are there from the start to the end, without a gap; the title has its length in seconds. */
export function assertWhole({ duration, tracks }: Watched, length: number): void {
  const isNear = (seconds: number, other: number): boolean => Math.abs(seconds - other) < TOLERANCE;
  assert.ok(isNear(duration, length), `the title lasts ${duration}`);
  assert.equal(tracks.map(({ type }) => type.split('/')[0]).sort(), ['audio', 'video']);
  for (const { type, ranges } of tracks) {
    const told = `${type} is there in ${ranges.join('; ')}`;
    assert.is(ranges.length, 1, told);
    const [from, to] = ranges[0]!;
    assert.ok(isNear(from, 0) && isNear(to, length), told);
  }
}
