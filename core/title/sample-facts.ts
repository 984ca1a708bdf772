import { BitstreamError } from '../base/bit-reader.ts';
import { withSbr } from '../codecs/aac/adts-header.ts';
import { withAacConfig } from '../codecs/aac/entry.ts';
import { SbrSearch } from '../codecs/aac/sbr-search.ts';
import { preferredTransfer } from '../codecs/nal/preferred-transfer.ts';
import { askHeads } from '../media/sample-heads.ts';
import { type AudioTrack, isAac, type Track, type VideoTrack } from '../media/track.ts';

/**
 * The track with what only its samples tell. The first few are looked at, whatever the length of the title.
 * @throws PackagerError INPUT_NOT_READABLE when the input cannot be read
 */
export async function withSampleFacts(track: Track): Promise<Track> {
  switch (track.kind) {
    case 'video':
      return track.samples.count === 0 ? track : withPreferredTransfer(track);
    case 'audio':
      return track.samples.count === 0 ? track : withHiddenSbr(track);
    case 'text':
    case 'image':
      return track;
  }
}

/** `undefined` for a configuration that nobody can read: who carries the track says what is wrong with it. */
function searchOf(config: Uint8Array): SbrSearch | undefined {
  try {
    return new SbrSearch(config);
  } catch (cause) {
    if (cause instanceof BitstreamError) return undefined;
    throw cause;
  }
}

/** HE-AAC whose configuration says AAC LC. */
async function withHiddenSbr(track: AudioTrack): Promise<AudioTrack> {
  if (track.entry !== 'mp4a' || !isAac(track)) return track;
  const search = searchOf(track.config);
  if (!search || search.frames === 0) return track;
  await askHeads<true>(track, {
    count: Math.min(search.frames, track.samples.count),
    sample: (n) => n,
    test(head, size) {
      if (head.length < size) return undefined;
      search.look(head);
      return true;
    },
    take: () => !search.isFound,
  });
  if (!search.isFound) return track;
  const { channels, sampleRate, codecs } = search.facts;
  const audio = { ...track.audio, sampleRate, ...(channels !== undefined && { channels }) };
  // What MPEG-2 calls AAC LC has no other name, and no configuration that could say it.
  if (!track.codecs.startsWith('mp4a.40')) return { ...track, audio };
  if (track.formats) return { ...track, codecs, audio };
  const config = withSbr(track.config);
  return { ...track, codecs, audio, config, sampleEntry: withAacConfig(track.sampleEntry, config, audio) };
}

async function withPreferredTransfer(track: VideoTrack): Promise<VideoTrack> {
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
