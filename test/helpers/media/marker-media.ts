import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';

/** Seconds at which the film of markers has key frames, beside those of every other second. */
export const KEY_FRAMES_AT = [5.2, 8.04] as const;

/** 12 s at 25 pictures a second with sound; key frames at 0, 2, 4 … and at `KEY_FRAMES_AT`. */
export const markerMedia = (height: 90 | 180): Promise<string> =>
  madeOnce(`markers-${height}.mp4`, async (path) => {
    const times = [...Array.from({ length: 6 }, (_, n) => 2 * n), ...KEY_FRAMES_AT].sort((a, b) => a - b);
    await ffmpeg([
      ...['-f', 'lavfi', '-i', `testsrc2=size=${(height * 16) / 9}x${height}:rate=25:duration=12`],
      ...['-f', 'lavfi', '-i', 'sine=duration=12', '-pix_fmt', 'yuv420p'],
      ...['-c:v', 'libx264', '-x264-params', 'keyint=300:scenecut=0:bframes=2'],
      ...['-force_key_frames', times.join(','), '-c:a', 'aac', path],
    ]);
  });
