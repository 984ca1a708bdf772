import type { MediaFacts } from '../../inspect/checks/package-facts.ts';
import { compareTracks, findClocks } from '../../inspect/compare/compare-title.ts';
import type { PackageClock } from '../../inspect/compare/output-track.ts';
import type { Claim, Finding } from '../../inspect/findings/finding.ts';
import { damageFinding, finding } from '../../inspect/findings/make.ts';
import { DamageError } from '../../inspect/model/damage-error.ts';
import type { ListedRendition } from '../../inspect/model/listed-package.ts';
import type { PackageFiles } from '../../inspect/model/places.ts';
import type { SourceTitle, SourceTrack } from '../../inspect/model/source-title.ts';
import type { KeyLookup } from '../../inspect/model/track-reader.ts';
import { compareText } from './compare-text.ts';
import { judgeTracks } from './judge-tracks.ts';
import type { CodedKind } from './media-kind.ts';
import { type OpenRendition, openRendition } from './open-rendition.ts';
import { readCues } from './rendition-cues.ts';
import { unlessDamaged } from './unless-damaged.ts';

/** A rendition that has samples, to be read through once. Plain data: any thread may do it. */
export interface RenditionToRead {
  readonly listed: ListedRendition;
  readonly kind: CodedKind;
  /** Among the renditions of its kind in its package, from 0. */
  readonly place: number;
  /** Kinds of tracks in its files that other renditions list. */
  readonly elsewhere: readonly ListedRendition['kind'][];
  /** Times of MPEG-TS and of playlists count from wherever their first track begins, those of an MPD from 0. */
  readonly clock: PackageClock;
  /** Seconds of the title. */
  readonly duration: number;
}

/** What was found out about the media of a rendition. */
export interface ReadRendition {
  /** Absent: nothing of it could be read. */
  readonly media: MediaFacts | undefined;
  readonly findings: readonly Finding[];
  readonly claims: readonly Claim[];
  /** Tracks of the source that it holds. */
  readonly found: ReadonlySet<SourceTrack>;
}

/** Where renditions are read from. */
export interface Reading {
  readonly files: Pick<PackageFiles, 'open'>;
  readonly lookup: KeyLookup;
  /** Absent: nothing can be proved, and samples are looked at by their form. */
  readonly source: SourceTitle | undefined;
}

/**
 * Read all samples of a rendition once: compare them with the source, or judge them by their form, and keep the facts that checks
 * need. What cannot be read is a finding.
 * @throws PackagerError CANCELLED; as reading the source does
 */
export async function readRendition(work: RenditionToRead, reading: Reading): Promise<ReadRendition> {
  const findings: Finding[] = [];
  const open = await opened(work, reading, findings);
  if (!open) return { media: undefined, findings, claims: [], found: new Set() };
  try {
    return await readThrough(open, work, reading.source, findings);
  } finally {
    await open.close?.();
  }
}

async function readThrough(
  open: OpenRendition,
  { listed, duration }: RenditionToRead,
  source: SourceTitle | undefined,
  findings: Finding[],
): Promise<ReadRendition> {
  const claims: Claim[] = [];
  const { tracks, missingKeys = [] } = open;
  const coded = tracks.filter(({ reader: { track } }) => track.kind === 'video' || track.kind === 'audio');
  const compared = await (source ? compareTracks(source, coded) : judgeTracks(coded));
  const found = new Set(compared.found);
  for (const one of compared.findings) findings.push(one);
  for (const one of compared.claims) claims.push(one);
  if (missingKeys.length > 0) {
    const why = `there is no key ${missingKeys.join(', ')}`;
    claims.push({ rendition: listed.id, what: 'samples', assurance: 'unchecked', count: 0, why });
  }
  for (const track of tracks.filter(({ reader }) => reader.track.kind === 'text')) {
    await told(listed.id, findings, async () => {
      const text = compareText(listed.id, await readCues.ofTrack(track, duration), source);
      for (const one of text.findings) findings.push(one);
      for (const one of text.claims) claims.push(one);
      if (text.found) found.add(text.found);
    });
  }
  return { media: open.facts(), findings, claims, found };
}

/**
 * Find out by the first samples of a rendition what time it is in its package, where nothing else says that. What cannot be read is
 * told by whoever reads it in earnest.
 */
export async function findClock(work: RenditionToRead, reading: Reading): Promise<void> {
  const { source } = reading;
  if (work.clock.offset !== undefined || !source) return;
  await unlessDamaged(async () => {
    const open = await opened(work, reading, []);
    if (!open) return;
    try {
      await findClocks(source, open.tracks);
    } finally {
      await open.close?.();
    }
  });
}

async function opened(
  { listed, kind, ...opening }: RenditionToRead,
  { files, lookup }: Reading,
  findings: Finding[],
): Promise<OpenRendition | undefined> {
  return told(listed.id, findings, async () => {
    try {
      return await openRendition(listed, kind, { files, lookup, ...opening });
    } catch (error) {
      findings.push(wrongKey(listed, error));
      return undefined;
    }
  });
}

/** What is no media when all of it is decrypted tells of its key, as far as anybody can say. @throws anything else */
function wrongKey({ id, segments }: ListedRendition, error: unknown): Finding {
  const isWhole = segments[0]?.keys.some(({ method }) => method === 'AES-128');
  if (!isWhole || !(error instanceof DamageError)) throw error;
  const { file, offset } = error;
  const what = `${file}: a segment is no media when it is decrypted with the key that was found: the key or its IV is another one.`;
  return finding('TS_KEY_WRONG', { file, offset, rendition: id }, what);
}

/** Do something with files of a rendition. What cannot be read is a finding; of a file that is not there its absence is told elsewhere. */
export const told = <T>(
  rendition: string,
  findings: Finding[],
  work: () => Promise<T>,
): Promise<T | undefined> =>
  unlessDamaged(work, (error) => {
    if (error instanceof DamageError) findings.push(damageFinding(error, rendition));
    else if (error.code !== 'INPUT_NOT_FOUND')
      findings.push(finding('DAMAGED', { file: rendition, rendition }, `${rendition}: ${error.message}`));
  });
