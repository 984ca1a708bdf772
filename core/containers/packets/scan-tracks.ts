import type { PacketTrack } from './packet-track.ts';

/** Packets between two looks at whether the run was cancelled. */
const STRIDE = 256;

/**
 * Look at all packets of all tracks, in the order of the file.
 * @param spare tracks that nobody wants: what is wrong with them is no reason to fail
 */
export async function scanTracks(
  tracks: readonly PacketTrack[],
  checkCancelled: () => void,
  spare: ReadonlySet<PacketTrack> = new Set(),
): Promise<void> {
  const places = new Map(tracks.map((track) => [track, Number.NEGATIVE_INFINITY]));
  for (let count = 0; places.size > 0; count++) {
    if (count % STRIDE === 0) checkCancelled();
    let [behind, least] = [undefined as PacketTrack | undefined, Number.POSITIVE_INFINITY];
    for (const [track, place] of places) if (place < least) [behind, least] = [track, place];
    if (!behind) return;
    const scanned = spare.has(behind) ? scanSpare(behind) : behind.scan();
    const place = scanned instanceof Promise ? await scanned : scanned;
    if (place === undefined) places.delete(behind);
    else places.set(behind, place);
  }
}

async function scanSpare(track: PacketTrack): Promise<number | undefined> {
  try {
    return await track.scan();
  } catch {
    return undefined;
  }
}

/** Look at a track as far as it takes to know when it starts; one that is too damaged for that tells nothing. */
export async function findStart(track: PacketTrack): Promise<void> {
  while (!track.isStartKnown && (await scanSpare(track)) !== undefined);
}
