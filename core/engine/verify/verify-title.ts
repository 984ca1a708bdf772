import type { Finding } from '../../inspect/findings/finding.ts';
import { finding } from '../../inspect/findings/make.ts';
import { verdictOf } from '../../inspect/findings/verdict.ts';
import type { ListedPackage } from '../../inspect/model/listed-package.ts';
import type { PackageFiles } from '../../inspect/model/places.ts';
import type { SourceTrack } from '../../inspect/model/source-title.ts';
import type { PackageOptions } from '../api.ts';
import { type OpenTitle, openTitle } from '../open-title.ts';
import { checkReceipts } from './check-receipts.ts';
import { checkKeyFiles } from './key-files.ts';
import { listPackages } from './list-packages.ts';
import { packageLookup } from './package-lookup.ts';
import { ReadMedia } from './read-media.ts';
import { type ReadRendition, type RenditionToRead, readRendition } from './read-rendition.ts';
import { ReadingThreads } from './reading-threads.ts';
import { SizedFiles } from './sized-files.ts';
import { packageSource } from './source-title.ts';
import { summaryOf } from './summary.ts';
import { checkUnlistedFiles } from './unlisted-files.ts';
import type { PackageVerification, TitleVerification } from './verification.ts';
import { FilesToVerify } from './verify-files.ts';
import { type PackageResult, type PackageSource, PackageWork } from './verify-package.ts';

export interface VerifyOptions {
  /** Where the outputs are. */
  readonly files: PackageFiles;
  /** What they were made of, and who knows their keys. Without inputs nothing can be proved; absent: nobody knows any key. */
  readonly title?: PackageOptions | undefined;
  /** The same, opened with its keys. */
  readonly opened?: OpenTitle | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal;
  /** Told when another of its tracks was read. */
  onProgress?(): void;
}

/**
 * Verify the outputs of a title: that every coded sample decrypts to what the inputs have, that nothing is lost, doubled or out of
 * order, and that manifests, keys and media agree. Without inputs the media is judged by its form.
 * @throws PackagerError NO_KEY where a key source does not have a key, INPUT_NOT_READABLE for what is no package; as opening the
 * inputs does
 */
export async function verifyTitle(options: VerifyOptions): Promise<TitleVerification> {
  const { title, opened } = options;
  if (opened) return verifyOutputs(options, opened);
  if (!title || title.title.inputs.length === 0) return verifyOutputs(options, undefined);
  const source = await openTitle(title, { writes: false, asksKeys: false });
  try {
    return await verifyOutputs(options, source);
  } finally {
    await source.title.close();
  }
}

async function verifyOutputs(
  { files: given, title, opened, signal, onProgress }: VerifyOptions,
  source: OpenTitle | undefined,
): Promise<TitleVerification> {
  const files = await SizedFiles.of(given, signal);
  const listing = await listPackages(files);
  const alone = await FilesToVerify.find(listing, files, { source, title });
  const wanted = await alone.wanted();
  const known = await packageLookup(listing, wanted, { files, title, opened, source });
  const keys = { lookup: known.lookup, asksKeys: title !== undefined || opened !== undefined };
  const expected = source && (await packageSource(source));
  const onRendition = () => onProgress?.();
  const threads = ReadingThreads.start({ files, listing, title, opened, source });
  try {
    const reading = { files, lookup: known.lookup, source: expected?.title };
    const read = (work: RenditionToRead): Promise<ReadRendition> =>
      threads ? threads.read(work, files, known, expected?.title) : readRendition(work, reading);
    const common = { files, media: new ReadMedia(), ...keys, sizes: files.sizes, source: expected };
    const atOnce = threads ? Number.POSITIVE_INFINITY : AT_ONCE;
    const works = listing.packages.map(
      (listed) => new PackageWork({ ...common, listed, read, atOnce, onRendition }),
    );
    // In this order, which says what is read for which of them.
    for (const work of works) await work.open();
    const packages = await inTurn(threads !== undefined, [
      ...works.map((work, index) => async () => [
        verificationOf(listing.packages[index]!, await work.verify(), expected),
      ]),
      async () => listing.unread,
      () => alone.verify(keys, expected, onRendition),
    ]);
    const others = [
      ...(await checkKeyFiles(listing.packages, alone.wrappers, files, keys.lookup)),
      ...(await checkUnlistedFiles(listing, files)),
      ...(await checkReceipts(files)),
    ];
    return together(packages.flat(), others);
  } finally {
    await threads?.close();
  }
}

/** Renditions at a time in one thread: one is read while another is compared. */
const AT_ONCE = 3;

/** All at once where others do the work, else one after the other: memory is that of one. */
async function inTurn<T>(isShared: boolean, works: readonly (() => Promise<T>)[]): Promise<T[]> {
  if (isShared) return Promise.all(works.map((work) => work()));
  const done: T[] = [];
  for (const work of works) done.push(await work());
  return done;
}

function verificationOf(
  listed: ListedPackage,
  { found, ...verified }: PackageResult,
  source: PackageSource | undefined,
): PackageVerification {
  const one = { ...verified, path: listed.manifest, kind: listed.kind };
  return withNotices(one, leftOut(listed, found, source));
}

/** Tracks of the source that a package does not have, which a mode may leave out; not so all sound, or all pictures. */
function leftOut(
  { manifest, kind, variants }: ListedPackage,
  found: ReadonlySet<SourceTrack>,
  source: PackageSource | undefined,
): Finding[] {
  // A media playlist by itself is a part of a package, a file too.
  if (kind !== 'mpd' && variants.length === 0) return [];
  const missing = source?.title.tracks.filter((track) => !found.has(track)) ?? [];
  const kinds = new Set([...found].map((track) => track.kind));
  return missing.map((track) => {
    const isOfMany = track.kind === 'text' || kinds.has(track.kind);
    const what = `${manifest}: the package does not have the ${track.name}`;
    return isOfMany
      ? finding('TRACK_LEFT_OUT', { file: manifest }, `${what}.`)
      : finding('KIND_LEFT_OUT', { file: manifest }, `${what}, nor any other ${track.kind} track.`);
  });
}

function withNotices(one: PackageVerification, notices: readonly Finding[]): PackageVerification {
  if (notices.length === 0 || one.verdict === 'faulty') return one;
  return { ...one, findings: [...one.findings, ...notices] };
}

function together(packages: readonly PackageVerification[], others: readonly Finding[]): TitleVerification {
  const findings = [...packages.flatMap((one) => one.findings), ...others];
  const claims = packages.flatMap((one) => one.claims);
  const verdict = verdictOf(findings, claims);
  return { verdict, summary: summaryOf(verdict, findings, claims), findings, claims, packages };
}
