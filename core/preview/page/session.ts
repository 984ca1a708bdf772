import type { PreviewFault, PreviewManifest } from '../api.ts';
import { addressFor, ask, mediaUrl } from './addresses.ts';
import type { Choices, Player, Problem } from './players/player.ts';
import { forgetKeys, noteKey, type SeenKey, seenKeys } from './watch-keys.ts';
import { forgetRequests, type SeenRequests, seenRequests } from './watch-requests.ts';

/** Seconds of media that are played without pause. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** All that is seen of a player at a moment. */
export interface Snapshot {
  readonly player: string | undefined;
  readonly time: number;
  /** Seconds; 0 until it is known. */
  readonly duration: number;
  readonly isPaused: boolean;
  readonly isMuted: boolean;
  readonly buffered: readonly Range[];
  /** Seconds of media ahead of what is shown. */
  readonly ahead: number;
  readonly decoded: number;
  readonly dropped: number;
  readonly width: number;
  readonly height: number;
  readonly renditions: Choices;
  readonly isAutomatic: boolean;
  readonly audio: Choices;
  readonly text: Choices;
  readonly keys: readonly SeenKey[];
  readonly requests: SeenRequests;
  readonly problems: readonly Problem[];
}

const NOTHING: Choices = { all: [], chosen: undefined };

/** Seconds that a player may stand with media ahead of it before that is a problem. */
const PATIENCE = 10;

/** One manifest in one player, from when it is chosen until another one is. */
export class Session {
  readonly #video: HTMLVideoElement;
  readonly #keyHint: string;
  readonly #problems: Problem[] = [];
  #player: Player | undefined;
  #isOver = false;
  /** When the position last changed, in milliseconds of the page, and what it was. */
  #moved = { at: performance.now(), time: -1 };

  /** @param keyHint what to do where keys are missing or wrong */
  constructor(video: HTMLVideoElement, keyHint: string) {
    this.#video = video;
    this.#keyHint = keyHint;
  }

  /** Load a manifest, and play it as far as the browser lets a page play by itself. Whatever plays elsewhere has ended. */
  async start(manifest: PreviewManifest, container: HTMLElement): Promise<void> {
    if (this.#isOver) return;
    this.#video.autoplay = true;
    forgetKeys();
    forgetRequests();
    const playable = {
      url: mediaUrl(manifest.path),
      addressFor: (url: string) => addressFor(url, manifest.path),
    };
    const events = {
      onProblem: (problem: Problem) => void this.#note(problem),
      onKey: noteKey,
    };
    const player =
      manifest.kind === 'mpd'
        ? await (await import('./players/shaka.ts')).startShaka(this.#video, container, playable, events)
        : (await import('./players/hls.ts')).startHls(this.#video, playable, events);
    if (this.#isOver) return player.destroy();
    this.#player = player;
  }

  get player(): Player | undefined {
    return this.#player;
  }

  async end(): Promise<void> {
    this.#isOver = true;
    const player = this.#player;
    this.#player = undefined;
    await player?.destroy();
  }

  snapshot(): Snapshot {
    const { currentTime, duration, paused, muted, videoWidth, videoHeight } = this.#video;
    const { totalVideoFrames, droppedVideoFrames } = this.#video.getVideoPlaybackQuality();
    const buffered = rangesOf(this.#video.buffered);
    const ahead =
      (buffered.find(({ start, end }) => start <= currentTime + 0.1 && currentTime < end)?.end ??
        currentTime) - currentTime;
    this.#lookForStanding(currentTime, paused, ahead);
    const player = this.#player;
    return {
      player: player?.name,
      time: currentTime,
      duration: Number.isFinite(duration) ? duration : 0,
      isPaused: paused,
      isMuted: muted,
      buffered,
      ahead,
      decoded: totalVideoFrames,
      dropped: droppedVideoFrames,
      width: videoWidth,
      height: videoHeight,
      renditions: player?.renditions() ?? NOTHING,
      isAutomatic: player?.isAutomatic() ?? true,
      audio: player?.audio() ?? NOTHING,
      text: player?.text() ?? NOTHING,
      keys: seenKeys(),
      requests: seenRequests(),
      problems: this.#problems,
    };
  }

  async #note(given: Problem): Promise<void> {
    // The server knows which key is missing, and who was asked for it, and which file, and why.
    const fault = { keys: 'key-fault', files: 'file-fault', decoding: undefined }[given.isOf ?? 'decoding'];
    const { message } = fault === undefined ? {} : await ask<PreviewFault>(fault);
    const problem = message === undefined ? given : { ...given, what: message };
    const told = withKeys(problem, seenKeys(), this.#keyHint);
    if (!this.#problems.some(({ what }) => what === told.what)) this.#problems.push(told);
  }

  #lookForStanding(time: number, isPaused: boolean, ahead: number): void {
    const now = performance.now();
    if (isPaused || ahead < 1 || time !== this.#moved.time) this.#moved = { at: now, time };
    if (now - this.#moved.at < PATIENCE * 1000) return;
    void this.#note({
      what: 'The player stands, though it has loaded what comes next.',
      code: 'stalled',
      isOf: 'decoding',
    });
  }
}

/** What cannot be decoded has most often been decrypted with another key than it was encrypted with. */
function withKeys(problem: Problem, keys: readonly SeenKey[], mend: string): Problem {
  if (problem.isOf === 'keys') return { ...problem, mend };
  const given = keys.filter(({ status }) => status === 'usable' || status === 'given').map(({ kid }) => kid);
  if (problem.isOf !== 'decoding' || given.length === 0) return problem;
  const what =
    given.length === 1
      ? `The key for key id ${given[0]} does not fit`
      : `One of the keys for the key ids ${given.join(', ')} does not fit`;
  return { ...problem, what: `${what}: what it decrypts is no picture and no sound.`, mend };
}

const rangesOf = (ranges: TimeRanges): Range[] =>
  Array.from({ length: ranges.length }, (_, index) => ({
    start: ranges.start(index),
    end: ranges.end(index),
  }));
