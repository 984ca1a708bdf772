import * as assert from 'uvu/assert';
import type { Asked } from '../matrix/assert-verified.ts';
import type { RowStream } from '../matrix/row.ts';
import { sourceHashes } from '../matrix/source.ts';
import { findBoxes, parseBoxes } from '../oracles/mp4box-reader.ts';
import { md5 } from '../oracles/sample-aes-audio.ts';
import { type KeyStretch, type StretchedTrack, sampleHashesByShaka } from '../oracles/shaka-by-key.ts';
import { decryptSample } from '../verify/common-encryption.ts';
import { type ProtectedSample, readProtectedTrack } from '../verify/protected-samples.ts';
import { distinctKeys, type KeyedTitle, keysOf } from './keyed-title.ts';
import type { PlayedTrack } from './played.ts';
import { assertSegments, type ReadSample } from './prove-segments.ts';
import type { TitleKey } from './title-keys.ts';

/** Bytes; `cbcs` leaves what is no whole one clear (ISO/IEC 23001-7, 9.6). */
const BLOCK = 16;

/** How far a proof goes. */
export interface ProofOptions {
  /**
   * Ask Shaka Packager too. It takes 64 MiB of memory for each stretch of a key, which takes longer than all else.
   * @default true
   */
  readonly byShaka?: boolean;
  /** Which of our own commands are asked too. @default none */
  readonly asked?: readonly Asked[];
}

/** What of each stream a player fetches. */
export type PlayedStreams = ReadonlyMap<RowStream, PlayedTrack>;

/**
 * Assert that each segment is under the key of its label and period, by the readers of these tests and by Shaka Packager, and that
 * boxes name that key and no other.
 */
export async function proveFragments(
  title: KeyedTitle,
  streams: PlayedStreams,
  { byShaka: isAsked = true }: ProofOptions = {},
): Promise<void> {
  const all = distinctKeys(title, [...streams.keys()]);
  const forShaka: StretchedTrack[] = [];
  const sources: string[][] = [];
  for (const [stream, { init, segments }] of streams) {
    const source = await sourceHashes(title, stream, 'stored');
    const keys = keysOf(title, stream);
    const read = segments.map(({ bytes }) => readProtectedTrack(Buffer.concat([init, bytes])).samples);
    assertSegments({
      what: stream.unit,
      source,
      keys,
      all,
      segments: read.map((samples) => samples.map(sampleReader)),
    });
    const first = keys.find((key) => key !== undefined);
    assertNamed(init, distinctKeys(title, [stream]), stream.unit);
    for (const [n, { bytes }] of segments.entries()) {
      const what = `${stream.unit}, segment ${n + 1}`;
      for (const { encryption } of read[n]!) assert.is(encryption?.keyId, keys[n]?.keyId, what);
      assertBoxes(bytes, keys[n]?.keyId === first?.keyId ? undefined : keys[n], what);
    }
    if (first === undefined) continue;
    const parts = segments.map(({ bytes }) => bytes);
    forShaka.push({ kind: stream.kind, init, stretches: stretchesOf(parts, keys, first) });
    sources.push(source);
  }
  if (!isAsked) return;
  const byShaka = await sampleHashesByShaka(forShaka);
  for (const [index, source] of sources.entries())
    assert.equal(byShaka[index], source, `track ${index + 1} by Shaka Packager`);
}

const sampleReader = (sample: ProtectedSample): ReadSample => ({
  stored: md5(sample.bytes),
  isTooSmall: sample.encryption?.scheme === 'cbcs' && !sample.subsamples && sample.bytes.length < BLOCK,
  under: ({ key }: TitleKey) => md5(decryptSample(sample, Buffer.from(key, 'hex'))),
});

/** `tenc` of all sample entries has the first key of the track, and the common box lists all. */
function assertNamed(init: Buffer, keys: readonly TitleKey[], what: string): void {
  const boxes = parseBoxes(init);
  const ids = keys.map(({ keyId }) => keyId);
  const named = findBoxes(boxes, 'tenc').map((tenc) => tenc['default_KID']);
  assert.equal([...new Set(named)], ids.slice(0, 1), what);
  const boxed = findBoxes(boxes, 'pssh');
  if (boxed.length > 0)
    assert.equal(
      boxed.flatMap(({ kid }) => kid),
      ids,
      `${what}: pssh`,
    );
}

/** A fragment whose key is not that of the headers brings the boxes of its own; any other brings none. */
function assertBoxes(bytes: Buffer, own: TitleKey | undefined, what: string): void {
  for (const moof of findBoxes(parseBoxes(bytes), 'moof') as unknown as Parameters<typeof findBoxes>[0][]) {
    const listed = findBoxes(moof, 'pssh').flatMap(({ kid }) => kid as string[]);
    assert.equal(listed, own ? [own.keyId] : [], `${what}: pssh`);
  }
}

/** Segments of one key after the other; clear ones with those that follow them, or with the last. */
function stretchesOf(
  parts: readonly Buffer[],
  keys: readonly (TitleKey | undefined)[],
  first: TitleKey,
): KeyStretch[] {
  const stretches: { key: TitleKey; fragments: Buffer[] }[] = [];
  for (const [n, bytes] of parts.entries()) {
    const last = stretches.at(-1);
    const key = keys[n] ?? last?.key ?? first;
    if (last?.key.keyId === key.keyId) last.fragments.push(bytes);
    else stretches.push({ key, fragments: [bytes] });
  }
  return stretches;
}
