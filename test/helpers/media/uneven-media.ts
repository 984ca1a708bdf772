import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';

/** Seconds in which there is something, from and to. */
type Span = readonly [from: number, to: number];

/** A title whose pictures, 25 a second with a key frame every two, and sound do not start and end together. */
export const unevenTitle = (name: string, video: Span, ...audio: readonly Span[]): Promise<string> =>
  madeOnce(`uneven-${name}.mp4`, async (path) => {
    const late = ([from]: Span) => ['-itsoffset', String(from), '-f', 'lavfi'];
    const length = ([from, to]: Span) => to - from;
    await ffmpeg([
      ...[...late(video), '-i', `testsrc2=size=96x64:rate=25:duration=${length(video)}`],
      ...audio.flatMap((span) => [
        ...late(span),
        '-i',
        `sine=440:sample_rate=48000:duration=${length(span)}`,
      ]),
      ...[0, ...audio.keys()].flatMap((_, input) => ['-map', String(input)]),
      ...audio.flatMap((_, track) => [`-metadata:s:a:${track}`, `language=${['eng', 'fra', 'deu'][track]}`]),
      ...[
        '-fps_mode',
        'passthrough',
        '-c:v',
        'libx264',
        '-preset',
        'ultrafast',
        '-x264-params',
        'threads=1:keyint=50:min-keyint=50:scenecut=0',
      ],
      ...['-c:a', 'aac', '-b:a', '32k', path],
    ]);
  });
