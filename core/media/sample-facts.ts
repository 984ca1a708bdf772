import { preferredTransfer } from '../codecs/preferred-transfer.ts';
import { askHeads } from './sample-heads.ts';
import type { Track } from './track.ts';

/**
 * The track with what only its samples tell. The first few are looked at, whatever the length of the title.
 * @throws PackagerError 1202 when the input cannot be read
 */
export async function withSampleFacts(track: Track): Promise<Track> {
  if (track.samples.count === 0) return track;
  return track.kind === 'video' ? withPreferredTransfer(track) : track;
}

async function withPreferredTransfer(track: Track): Promise<Track> {
  const preferred = preferredTransfer(track);
  if (!preferred) return track;
  let found = preferred.configured;
  if (found === undefined)
    await askHeads(track, {
      count: 1,
      sample: () => 0,
      test: preferred.inSample,
      take(answer) {
        found = answer || undefined;
        return false;
      },
    });
  return found === undefined ? track : { ...track, preferredTransfer: found };
}
