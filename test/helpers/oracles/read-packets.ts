import { Packager } from '../../../core/index.ts';
import { type CodedTrack, isCoded, openFile, type TrackChoice } from '../../../core/kit.ts';
import { demuxMkvTs, demuxMp4 } from '../../../plugins/index.ts';
import { testRun } from '../titles/ask.ts';

/** Work on the tracks of a file of any kind while it is open. */
export async function withPacketFile<T>(
  path: string,
  work: (tracks: readonly CodedTrack[]) => Promise<T>,
  choice?: TrackChoice,
  run = testRun(),
): Promise<T> {
  const source = await openFile(path);
  try {
    const input = { index: 0, path, name: path, bytes: source.size, ...(choice && { choice }) };
    const { demux } = new Packager([demuxMp4(), demuxMkvTs()]).hooks;
    const tracks = await demux.promise({ source, input }, run);
    if (!tracks) throw new Error(`nobody knows what ${path} is`);
    return await work(tracks.filter(isCoded));
  } finally {
    await source.close();
  }
}

/** The tracks of a file, to be looked at: it is closed again. */
export const demuxPacketFile = (path: string, choice?: TrackChoice): Promise<readonly CodedTrack[]> =>
  withPacketFile(path, async (tracks) => tracks, choice);

/** The same, and what a user is told. */
export async function demuxWithWarnings(
  path: string,
  choice?: TrackChoice,
): Promise<{ readonly tracks: readonly CodedTrack[]; readonly warnings: readonly string[] }> {
  const run = testRun();
  const tracks = await withPacketFile(path, async (found) => found, choice, run);
  return { tracks, warnings: run.warnings };
}
