import type { MediaFacts } from '../../inspect/checks/package-facts.ts';
import type { Claim, Finding } from '../../inspect/findings/finding.ts';
import type { ListedRendition } from '../../inspect/model/listed-package.ts';
import type { SourceTrack } from '../../inspect/model/source-title.ts';

/** What was found out about the media of a rendition. */
export interface ReadRendition {
  readonly media: MediaFacts;
  readonly findings: readonly Finding[];
  readonly claims: readonly Claim[];
  /** Tracks of the source that its package holds. */
  readonly found: ReadonlySet<SourceTrack>;
}

/** Pictures and sound that were read for one manifest and are listed by another: they are read once. */
export class ReadMedia {
  readonly #known = new Map<string, ReadRendition>();

  get(listed: ListedRendition): ReadRendition | undefined {
    return this.#known.get(nameOf(listed));
  }

  keep(listed: ListedRendition, read: ReadRendition): void {
    if (listed.kind === 'video' || listed.kind === 'audio') this.#known.set(nameOf(listed), read);
  }
}

/** The same files, listed as the same: where in them segments are, the checks of each manifest look at. */
function nameOf({ kind, init, segments }: ListedRendition): string {
  const paths = new Set(segments.map(({ place }) => place.path));
  return JSON.stringify([kind, init?.path, ...paths]);
}
