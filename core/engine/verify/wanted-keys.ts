import type { ListedPackage, ListedRendition } from '../../inspect/model/listed-package.ts';
import type { WantedKey } from '../../inspect/model/track-reader.ts';
import type { Mp4Media } from '../../inspect/mp4/mp4-file.ts';

const SCHEMES: Readonly<Record<string, WantedKey['scheme']>> = {
  'AES-128': 'aes-128',
  'SAMPLE-AES': 'sample-aes',
  'SAMPLE-AES-CTR': 'cenc',
};

/** Keys that a package needs, each once. */
export class WantedKeys {
  readonly #all = new Map<string, WantedKey>();

  get all(): readonly WantedKey[] {
    return [...this.#all.values()];
  }

  add(wanted: WantedKey): void {
    const name = wanted.kid ?? `${wanted.scheme} ${wanted.uri}`;
    if (!this.#all.has(name)) this.#all.set(name, wanted);
  }

  /** What manifests say: of MPEG-TS nothing else does. */
  addListed({ renditions }: ListedPackage): void {
    for (const rendition of renditions) this.#addRendition(rendition);
  }

  #addRendition({ segments, protection, init, isIndexed }: ListedRendition): void {
    for (const { defaultKid, kids = [] } of protection)
      for (const kid of [...(defaultKid === undefined ? [] : [defaultKid]), ...kids])
        this.add({ kid, scheme: 'cenc' });
    this.addSegments(segments, { isMp4: isIndexed || (init ?? segments[0]?.init) !== undefined });
  }

  /** What key lines of a playlist say. @param isMp4 its files name their keys themselves, where they are not encrypted whole */
  addSegments(segments: ListedRendition['segments'], { isMp4 = false } = {}): void {
    for (const { keys } of segments) {
      const lines = keys.filter(({ method }) => method !== 'NONE');
      const [first] = lines;
      const scheme = SCHEMES[first?.method ?? ''];
      if (!first || !scheme) continue;
      // One key, in as many lines as there are DRM systems: one that names it is enough.
      const { kid, uri } = lines.find((line) => line.kid !== undefined) ?? first;
      if (isMp4 && kid === undefined && scheme !== 'aes-128') continue;
      this.add({ kid, scheme, ...(uri !== undefined && { uri }) });
    }
  }

  /** What sample entries and fragments say: keys that change are named there alone. */
  async addMp4(media: Mp4Media): Promise<void> {
    const add = (
      protection: { kid: string | undefined; scheme: WantedKey['scheme']; isProtected: boolean } | undefined,
    ) => {
      if (protection?.isProtected && protection.kid !== undefined)
        this.add({ kid: protection.kid, scheme: protection.scheme });
    };
    const { tracks } = media;
    for (const { track } of tracks) for (const { protection } of track.entries) add(protection);
    if (!tracks.some(({ track }) => track.entries.some(({ protection }) => protection))) return;
    for await (const fragment of media.fragments())
      for (const { groups } of fragment.tracks) for (const { protection } of groups) add(protection);
  }
}
