import { Worker } from 'node:worker_threads';

/** Between two touches. */
const BEAT_MS = 5000;

/**
 * Without a sign of life for so long, a run that cannot be asked counts as dead: 24 missed beats. Attributes on NFS may be
 * cached for a minute, and a disk or a network may hang for another; for longer nobody should wait to repeat a title after
 * a crash of another machine or container. A run that was only asleep finds its folder gone, and fails before it publishes.
 */
export const SILENCE_MS = 120_000;

/**
 * Before a silent run is declared dead it is watched for three beats: the clocks of two machines may differ by more than
 * `SILENCE_MS`, and a machine that wakes up has missed many beats at once.
 */
export const WATCH_MS = 3 * BEAT_MS;

/** In a thread of its own, which beats while the main one is busy; synchronous, because the pool of threads can be, too. */
const THREAD = `
const { futimesSync, openSync } = require('node:fs');
const { path, interval } = require('node:worker_threads').workerData;
try {
  const file = openSync(path, 'r+');
  const touch = () => {
    const now = new Date();
    try {
      futimesSync(file, now, now);
    } catch {} // the disk may be gone for a while
  };
  touch();
  setInterval(touch, interval);
} catch {} // the run is over already
`;

/**
 * Touch a file every few seconds. The thread for that starts when the first touch is due: it takes as much time as the packaging
 * of a short title, which ends before.
 * @param interval milliseconds between two touches
 * @returns ends it, and resolves when the file is not held any more
 */
export function startHeartbeat(path: string, interval = BEAT_MS): () => Promise<void> {
  let thread: Worker | undefined;
  const timer = setTimeout(() => {
    thread = startThread(path, interval);
  }, interval).unref();
  return async () => {
    clearTimeout(timer);
    await thread?.terminate();
  };
}

/** `undefined` where the system gives no more threads: a run without a heart can still finish, for it looks before it publishes. */
function startThread(path: string, interval: number): Worker | undefined {
  try {
    const thread = new Worker(THREAD, {
      eval: true,
      workerData: { path, interval },
      execArgv: [], // no loaders of the main thread
      resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 8 },
    });
    thread.unref();
    thread.on('error', () => {});
    return thread;
  } catch {
    return undefined;
  }
}
