import { ffmpeg } from './command.ts';
import { gathered } from './gather.ts';

/** A file whose streams are put into another one as they are. */
export interface Copy {
  readonly from: string;
  /** Its name says the container. */
  readonly to: string;
  /** Which streams. @default all */
  readonly streams?: 'v' | 'a';
  /** ffmpeg's options before `-i`. */
  readonly demuxer?: readonly string[];
}

/** Files that one start of ffmpeg writes. */
const MOST_COPIES = 50;

/** Copy streams from container to container; one start of ffmpeg writes all that was asked for while the last one ran. */
export const copyStreams = gathered<Copy, string>(
  async (copies) => {
    const inputs = copies.flatMap(({ from, demuxer = [] }) => [...demuxer, '-i', from]);
    const outputs = copies.flatMap(({ to, streams }, index) => [
      ...['-map', streams === undefined ? `${index}` : `${index}:${streams}`],
      ...['-c', 'copy', to],
    ]);
    await ffmpeg([...inputs, ...outputs]);
    return copies.map(({ to }) => to);
  },
  { most: MOST_COPIES, sizeOf: () => 1 },
);
