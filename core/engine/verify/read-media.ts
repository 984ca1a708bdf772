import type { ListedRendition } from '../../inspect/model/listed-package.ts';
import type { ReadRendition } from './read-rendition.ts';

/** What will be known of a rendition. */
export interface Claimed {
  readonly result: Promise<ReadRendition>;
  /** To be called with it; absent: somebody else does that. */
  readonly settle?: (result: ReadRendition) => void;
}

/** Pictures and sound that several manifests list: they are read once. */
export class ReadMedia {
  readonly #known = new Map<string, Promise<ReadRendition>>();

  /** The first to ask has it read. */
  claim(listed: ListedRendition): Claimed {
    const known = this.#known.get(nameOf(listed));
    if (known) return { result: known };
    let settle: (result: ReadRendition) => void = () => undefined;
    const result = new Promise<ReadRendition>((resolve) => {
      settle = resolve;
    });
    if (listed.kind === 'video' || listed.kind === 'audio') this.#known.set(nameOf(listed), result);
    return { result, settle };
  }
}

/** The same files, listed as the same: where in them segments are, the checks of each manifest look at. */
function nameOf({ kind, init, segments }: ListedRendition): string {
  const paths = new Set(segments.map(({ place }) => place.path));
  return JSON.stringify([kind, init?.path, ...paths]);
}
