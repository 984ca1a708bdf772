import type { PacketTrack } from './packet-track.ts';

/** Packets between two looks at whether the run was cancelled. */
const STRIDE = 256;

/** Look at all packets of all tracks, always of the one that is behind: they lie side by side in the file. */
export async function scanTracks(tracks: readonly PacketTrack[], checkCancelled: () => void): Promise<void> {
  const times = new Map(tracks.map((track) => [track, Number.NEGATIVE_INFINITY]));
  for (let count = 0; times.size > 0; count++) {
    if (count % STRIDE === 0) checkCancelled();
    let [behind, least] = [undefined as PacketTrack | undefined, Number.POSITIVE_INFINITY];
    for (const [track, time] of times) if (time <= least) [behind, least] = [track, time];
    if (!behind) return;
    const time = await behind.scan();
    if (time === undefined) times.delete(behind);
    else times.set(behind, time);
  }
}

/** Look at a track as far as it takes to know when it starts; one that is too damaged for that tells nothing. */
export async function findStart(track: PacketTrack): Promise<void> {
  try {
    while (!track.isStartKnown && (await track.scan()) !== undefined);
  } catch {
    // Nobody wants this track: what is wrong with it is no reason to fail.
  }
}
