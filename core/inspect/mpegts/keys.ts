import { toHex } from '../../base/bytes.ts';
import type { ContentKey } from '../../keys/content-key.ts';
import type { ListedKey, ListedSegment } from '../model/listed-package.ts';
import type { SampleProtection } from '../model/media-track.ts';
import type { KeyLookup } from '../model/track-reader.ts';
import { sequenceIv } from './aes-128.ts';

/** What protects a listed segment. */
export interface SegmentKey {
  readonly scheme: 'sample-aes' | 'aes-128';
  readonly kid: string | undefined;
  /** `undefined`: nobody had the key, or said its IV. */
  readonly key: { readonly bytes: Uint8Array; readonly iv: Uint8Array } | undefined;
  /** How messages name it: its id, or the URI of its key line without what may be secret in it. */
  readonly name: string;
  /** Segments of one key and IV have the same. */
  readonly identity: string;
}

const SCHEMES: Readonly<Record<string, SegmentKey['scheme']>> = {
  'AES-128': 'aes-128',
  'SAMPLE-AES': 'sample-aes',
};

/** The key in force at a segment: of its key lines, one for each DRM system, the first that somebody has the key of. */
export class SegmentKeys {
  readonly #lookup: KeyLookup;
  readonly #missing = new Set<string>();

  constructor(lookup: KeyLookup) {
    this.#lookup = lookup;
  }

  /** Names of keys that nobody had. */
  get missing(): string[] {
    return [...this.#missing];
  }

  /** `undefined`: the segment is clear. */
  of({ keys, number }: ListedSegment): SegmentKey | undefined {
    const lines = keys.filter(({ method }) => method !== 'NONE');
    let first: SegmentKey | undefined;
    for (const line of lines) {
      const scheme = SCHEMES[line.method];
      if (!scheme) continue;
      const found = this.#keyOf(line, scheme, number);
      if (found.key) return found;
      first ??= found;
    }
    if (first) this.#missing.add(first.name);
    return first;
  }

  #keyOf(line: ListedKey, scheme: SegmentKey['scheme'], number: number): SegmentKey {
    const { kid, uri } = line;
    const key = this.#lookup({ kid, scheme, ...(uri === undefined ? {} : { uri }) });
    const iv = key && ivOf(line, key, number);
    const id = kid ?? key?.hexId;
    const name = id ?? uri ?? line.method;
    return {
      scheme,
      kid: id,
      key: key && iv && { bytes: key.reveal(), iv },
      name,
      identity: `${scheme} ${name} ${iv ? toHex(iv) : ''}`,
    };
  }
}

/** Of the key line; of the key where its system delivers both (FairPlay); else the media sequence number (RFC 8216, 5.2). */
function ivOf({ iv, keyFormat, method }: ListedKey, key: ContentKey, number: number): Uint8Array | undefined {
  if (iv) return iv;
  const isIdentity = keyFormat === 'identity' || method === 'AES-128';
  return isIdentity ? sequenceIv(number) : key.iv;
}

const PATTERN = { video: [1, 9], audio: [0, 0] } as const;

/** How columns of segments name it. */
export function protectionOf(key: SegmentKey, kind: 'video' | 'audio'): SampleProtection {
  const [cryptBlocks, skipBlocks] = key.scheme === 'sample-aes' ? PATTERN[kind] : [0, 0];
  return {
    scheme: key.scheme,
    kid: key.kid,
    isProtected: true,
    perSampleIvSize: 0,
    ...(key.key ? { constantIv: key.key.iv } : {}),
    cryptBlocks,
    skipBlocks,
  };
}
