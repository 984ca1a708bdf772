import { fail } from '../base/errors.ts';
import type { LabelledTrack } from '../keys/label-policy.ts';
import type { TrackFacts, UsageFilter, UsageRule } from './usage-rules.ts';

/** What rules may ask about a track that was read from an input. */
export function trackFacts({ kind, video, audio }: LabelledTrack, label: string): TrackFacts {
  return {
    kind: kind === 'video' || kind === 'audio' ? kind : 'text',
    ...(video && { pixels: video.width * video.height }),
    ...(video?.frameRate && { fps: video.frameRate.num / video.frameRate.den }),
    ...(audio && { channels: audio.channels }),
    labels: [label],
  };
}

/**
 * Rules that ask for what nobody knows of the track cannot be evaluated, and one such forbids the whole mapping.
 * @throws PackagerError KEY_DOCUMENT
 */
export function requireKnownFacts(rules: readonly UsageRule[], track: TrackFacts): void {
  for (const filter of rules.flatMap(({ filters }) => filters)) {
    const unknown = unknownIn(filter, track);
    if (unknown === undefined) continue;
    throw fail.keyDocument(
      `a usage rule asks for the ${unknown} of ${track.kind} tracks, which is not known when keys are fetched, so its tracks cannot be told.`,
      'Ask the key service for rules by pixels, frame rate, channels or label.',
    );
  }
}

function unknownIn(filter: UsageFilter, track: TrackFacts): string | undefined {
  const asks = (...bounds: readonly unknown[]) => bounds.some((bound) => bound !== undefined);
  switch (filter.type) {
    case 'video': {
      if (track.kind !== 'video') return undefined;
      if (asks(filter.minPixels, filter.maxPixels) && track.pixels === undefined) return 'picture size';
      if (asks(filter.minFps, filter.maxFps) && track.fps === undefined) return 'frame rate';
      if (asks(filter.hdr) && track.hdr === undefined) return 'dynamic range';
      return asks(filter.wcg) && track.wcg === undefined ? 'colour gamut' : undefined;
    }
    case 'audio': {
      const isAsked = track.kind === 'audio' && asks(filter.minChannels, filter.maxChannels);
      return isAsked && track.channels === undefined ? 'channels' : undefined;
    }
    case 'bitrate':
      return track.bitrate === undefined && asks(filter.minBitrate, filter.maxBitrate)
        ? 'bit rate'
        : undefined;
    default:
      return undefined;
  }
}
