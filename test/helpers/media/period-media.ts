import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';

/** Seconds of each title: long enough for many crypto periods. */
export const LASTS = 44;

/** Closed GOPs of exactly a second with B-frames; AAC in English, and AC-3 in Korean. */
export const filmOfPeriods = (): Promise<string> =>
  madeOnce('periods.mp4', (path) =>
    make([
      ...['-f', 'lavfi', '-t', `${LASTS}`, '-i', 'testsrc2=size=320x180:rate=25,hue=s=0.4'],
      ...['-f', 'lavfi', '-t', `${LASTS}`, '-i', 'sine=330:sample_rate=48000'],
      ...['-f', 'lavfi', '-t', `${LASTS}`, '-i', 'sine=660:sample_rate=48000'],
      ...['-map', '0:v', '-c:v', 'libx264', '-preset', 'fast', '-b:v', '700k'],
      // With several threads x264 makes another stream each time.
      ...['-x264-params', 'threads=1:keyint=25:min-keyint=25:scenecut=0:bframes=3'],
      ...['-map', '1:a', '-c:a:0', 'aac', '-b:a:0', '64k', '-metadata:s:a:0', 'language=eng'],
      ...['-map', '2:a', '-c:a:1', 'ac3', '-b:a:1', '96k', '-metadata:s:a:1', 'language=kor'],
      ...['-ac', '2', '-movflags', '+faststart', path],
    ]),
  );

/** The same film with English alone: browsers know no AC-3. */
export const plainFilmOfPeriods = (): Promise<string> =>
  madeOnce('periods-plain.mp4', async (path) => {
    const film = await filmOfPeriods();
    await make(['-i', film, '-map', '0:v', '-map', '0:a:0', '-c', 'copy', '-movflags', '+faststart', path]);
  });

/** Sound alone. */
export const soundOfPeriods = (): Promise<string> =>
  madeOnce('periods-sound.mp4', (path) =>
    make([
      ...['-f', 'lavfi', '-t', `${LASTS}`, '-i', 'sine=440:sample_rate=44100'],
      ...['-c:a', 'aac', '-b:a', '64k', '-ac', '2', path],
    ]),
  );

const make = async (options: readonly string[]): Promise<void> => void (await ffmpeg(options));
