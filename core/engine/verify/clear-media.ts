import type { MediaFacts } from '../../inspect/checks/package-facts.ts';
import type { Finding } from '../../inspect/findings/finding.ts';
import { finding } from '../../inspect/findings/make.ts';
import type { ListedRendition } from '../../inspect/model/listed-package.ts';
import type { MediaTrack } from '../../inspect/model/media-track.ts';
import type { CodedKind } from '../../media/track.ts';
import type { OpenTitle } from '../open-title.ts';
import { protectsSamples } from '../plan.ts';

/** What a title says of protection, whatever mode a package is of. */
export interface WantedProtection {
  /** Tracks that every mode of the title encrypts. */
  readonly kinds: ReadonlySet<MediaTrack['kind']>;
  /** The title begins in the clear: a track may be over before anything is encrypted. */
  readonly hasLead: boolean;
}

export function wantedProtection({ title: { packager, run } }: OpenTitle): WantedProtection {
  const modes = [...packager.modes.values()];
  const isWanted = (kind: CodedKind): boolean =>
    modes.length > 0 &&
    modes.every((mode) => mode.protects === 'resources' || protectsSamples(mode, { kind }, run.title));
  return {
    kinds: new Set((['video', 'audio'] as const).filter(isWanted)),
    hasLead: (run.title.clearLead ?? 0) > 0,
  };
}

/** Tracks of a package in which nothing is protected though the title says so: whoever has their address can copy them. */
export function clearMedia(
  media: ReadonlyMap<ListedRendition, MediaFacts | undefined>,
  { kinds, hasLead }: WantedProtection,
): Finding[] {
  const tracks = [...media].flatMap(([listed, facts]) =>
    (facts?.tracks ?? []).filter(({ samples }) => samples > 0).map((track) => ({ listed, ...track })),
  );
  const isClear = ({ protections }: (typeof tracks)[number]): boolean => protections.length === 0;
  if (hasLead && !tracks.every(isClear)) return [];
  return tracks.filter(isClear).flatMap(({ listed, track }) => {
    if (!kinds.has(track.kind)) return [];
    const file = listed.segments[0]?.place.path ?? listed.manifest;
    const what = `${file}: nothing of its ${track.kind} is encrypted, and every mode of the title encrypts that.`;
    return [finding('MEDIA_CLEAR', { file, rendition: listed.id }, what)];
  });
}
