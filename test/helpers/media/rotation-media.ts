import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';

/** Seconds of each; a key frame a second. */
export const ROTATION_SECONDS = 43;

interface Recipe {
  readonly video: boolean;
  readonly audio: boolean;
  /** Seconds before its sound begins. */
  readonly late?: number;
}

/** Titles long enough for many segments: moving pictures with B-frames, sound that no two frames of are alike. */
const RECIPES = {
  film: { video: true, audio: true },
  sound: { video: false, audio: true },
  'late-sound': { video: true, audio: true, late: 9.3 },
} satisfies Record<string, Recipe>;

export type RotationMedia = keyof typeof RECIPES;

export function rotationMedia(name: RotationMedia): Promise<string> {
  const { video, audio, late = 0 }: Recipe = RECIPES[name];
  return madeOnce(`rotation-${name}.mp4`, (path) =>
    ffmpeg([
      ...(video ? ['-f', 'lavfi', '-t', `${ROTATION_SECONDS}`, '-i', 'testsrc2=size=192x108:rate=25'] : []),
      ...(audio
        ? [
            ...['-itsoffset', `${late}`, '-f', 'lavfi', '-t', `${ROTATION_SECONDS - late}`],
            ...['-i', 'anoisesrc=sample_rate=48000:seed=7:amplitude=0.3'],
          ]
        : []),
      ...(video ? ['-c:v', 'libx264', '-preset', 'fast', '-x264-params'] : []),
      ...(video ? ['threads=1:keyint=25:min-keyint=25:scenecut=0:bframes=3:b-adapt=0'] : []),
      ...['-c:a', 'aac', '-b:a', '48k', '-ac', '1', '-movflags', '+faststart', path],
    ]).then(() => undefined),
  );
}
