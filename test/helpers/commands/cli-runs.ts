import type { RunEvent } from '../../../core/contract/events.ts';
import type { RenditionResult } from '../../../core/contract/rendition.ts';
import type { Report } from '../../../core/contract/report.ts';
import type { StageName } from '../../../core/contract/stages.ts';

export const stage = (name: StageName, state: 'start' | 'end', detail?: string): RunEvent =>
  detail === undefined
    ? { type: 'stage', stage: name, state }
    : { type: 'stage', stage: name, state, detail };

/** A plan of `video-1`, `video-2`, … of these sizes. */
export const plan = (...sizes: number[]): RunEvent => ({
  type: 'plan',
  contentId: 'movie',
  units: sizes.map((bytes, index) => ({ mode: 'dash-cenc', unit: `video-${index + 1}`, bytes })),
});

export const unit = (
  number: number,
  state: 'start' | 'progress' | 'end',
  done: number,
  total: number,
): RunEvent => ({ type: 'unit', mode: 'dash-cenc', unit: `video-${number}`, state, done, total });

export const KEY_ID = '0b5f6c1e-8f0a-4d5e-9a57-2f8a1b3c4d5e';

const rendition: RenditionResult = {
  unit: { id: 'video-1', input: 0, tracks: [{ input: 0, id: 1 }], bytes: 3_900_000 },
  tracks: [],
  files: [{ path: 'media-video-1.mp4', bytes: 3_976_000 }],
  timescale: 1000,
  segments: { paths: ['media-video-1.mp4'], offsets: [0], sizes: [10, 20], starts: [0], durations: [1] },
  iframes: { paths: [], offsets: [], sizes: [], starts: [], durations: [] },
};

/** A title of 20 s in two modes, one of which writes a folder and one two files. */
export const report: Report = {
  contentId: 'movie',
  inputs: [{ index: 0, path: '/videos/movie.mp4', name: 'movie.mp4', bytes: 4_000_000 }],
  output: '/videos/out',
  date: '2025-01-01T00:00:00.000Z',
  duration: 20,
  elapsedSeconds: 0.4,
  bytesRead: 8_000_000,
  modes: [
    {
      mode: 'dash-cenc',
      outputs: ['DASH_movie_mp4'],
      files: [
        { path: 'media-video-1.mp4', bytes: 3_976_000 },
        { path: 'stream.mpd', bytes: 4_000 },
      ],
      bytes: 3_980_000,
      keyId: KEY_ID,
      renditions: [rendition],
    },
    {
      mode: 'ncg',
      outputs: ['movie.mp4.ncg', 'movie-low.mp4.ncg'],
      files: [
        { path: 'movie.mp4.ncg', bytes: 4_000_500 },
        { path: 'movie-low.mp4.ncg', bytes: 500_500 },
      ],
      bytes: 4_501_000,
      keyId: KEY_ID,
      renditions: [],
    },
  ],
  warnings: [],
};

/** A clock that tests set. */
export class Clock {
  time = 0;
  readonly now = (): number => this.time;
}

/** Collects what is written. */
export class Sink {
  text = '';
  readonly write = (text: string): void => {
    this.text += text;
  };
  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }
}
