import { inTurns } from '../../base/in-turns.ts';
import type { MediaFacts, PackageFacts } from '../../inspect/checks/package-facts.ts';
import { runChecks } from '../../inspect/checks/run-checks.ts';
import { placesOf } from '../../inspect/checks/segments/files.ts';
import type { SourceImages } from '../../inspect/compare/compare-images.ts';
import type { PackageClock } from '../../inspect/compare/output-track.ts';
import { isInside } from '../../inspect/files/names.ts';
import type { Claim, Finding, Verification } from '../../inspect/findings/finding.ts';
import { verdictOf } from '../../inspect/findings/verdict.ts';
import { readImages } from '../../inspect/images/read-images.ts';
import type { ListedPackage, ListedRendition } from '../../inspect/model/listed-package.ts';
import type { PackageFiles } from '../../inspect/model/places.ts';
import type { SourceTitle, SourceTrack } from '../../inspect/model/source-title.ts';
import type { KeyLookup } from '../../inspect/model/track-reader.ts';
import type { Mp4Layout } from '../../inspect/mp4/mp4-file.ts';
import { clearMedia, type WantedProtection } from './clear-media.ts';
import { compareText } from './compare-text.ts';
import { layoutsOf } from './layouts.ts';
import { mediaKind } from './media-kind.ts';
import { kindsByFile, kindsElsewhere } from './open-rendition.ts';
import type { ReadMedia } from './read-media.ts';
import { findClock, type ReadRendition, type RenditionToRead, told } from './read-rendition.ts';
import { readCues } from './rendition-cues.ts';
import { summaryOf } from './summary.ts';
import { verifyImages } from './verify-images.ts';

/** What a package ought to hold. */
export interface PackageSource {
  readonly title: SourceTitle;
  /** Sets of images for seek bars. */
  readonly images: readonly SourceImages[];
  readonly protection: WantedProtection;
}

/** Keys of packages. */
export interface PackageLookup {
  readonly lookup: KeyLookup;
  /** Key sources were asked: a key that `lookup` does not have is one that nobody has. */
  readonly asksKeys: boolean;
}

export interface PackageToVerify extends PackageLookup {
  readonly files: PackageFiles;
  readonly listed: ListedPackage;
  /** Bytes of files. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Absent: nothing can be proved, and samples are looked at by their form. */
  readonly source?: PackageSource | undefined;
  /** Media that other manifests list too. */
  readonly media: ReadMedia;
  /** Reads a rendition through, in whatever thread. */
  read(work: RenditionToRead): Promise<ReadRendition>;
  /** So many renditions at a time. */
  readonly atOnce: number;
  /** Told that a rendition is done. */
  onRendition?(): void;
}

/** Verification of one package, with what of the source it holds. */
export interface PackageResult extends Verification {
  readonly found: ReadonlySet<SourceTrack>;
}

/** What manifests say has no source: it agrees with what was read. */
const manifestClaim = ({ manifest, renditions }: ListedPackage): Claim => ({
  rendition: manifest,
  what: 'manifest',
  assurance: 'form',
  count: renditions.length,
  why: 'it agrees with its media',
});

/** As the manifest lists what they are of, however fast each was read; of several in one the largest first. */
function inOrder(claims: readonly Claim[], { renditions }: ListedPackage): Claim[] {
  const ranks = new Map(renditions.map(({ id }, index) => [id, index]));
  const rankOf = ({ rendition }: Claim): number => ranks.get(rendition) ?? renditions.length;
  return [...claims].sort((one, other) => rankOf(one) - rankOf(other) || other.count - one.count);
}

/** A rendition with samples, and what will be known of it. */
interface CodedRendition {
  readonly listed: ListedRendition;
  readonly layouts: ReadonlyMap<string, Mp4Layout> | undefined;
  readonly result: Promise<ReadRendition>;
}

/**
 * The verification of a package as a whole: read all of its media once, compare that with the source or judge it by its form, and check
 * that its manifests, keys and places agree with each other and with the media. Open it before you verify it.
 */
export class PackageWork {
  readonly #options: PackageToVerify;
  readonly #findings: Finding[] = [];
  readonly #claims: Claim[] = [];
  readonly #found = new Set<SourceTrack>();
  readonly #clock: PackageClock;
  /** Seconds. */
  readonly #duration: number;
  readonly #coded: CodedRendition[] = [];
  readonly #facts = new Map<ListedRendition, MediaFacts | undefined>();
  /** What is read for this package, and for those that list the same. */
  readonly #own = new Map<RenditionToRead, (result: ReadRendition) => void>();
  readonly #texts: ListedRendition[] = [];
  readonly #images: ListedRendition[] = [];

  constructor(options: PackageToVerify) {
    const { listed, source } = options;
    this.#options = options;
    this.#clock = { offset: listed.kind === 'mpd' ? 0 : undefined };
    // What is shown when the title ends, ends with it: a manifest may be wrong about that.
    const [longest] = source?.title.tracks ?? [];
    this.#duration = longest?.duration ?? listed.duration ?? Number.POSITIVE_INFINITY;
  }

  /** See what there is. Of several packages that list the same media, the one that is opened first has it read. */
  async open(): Promise<void> {
    const { listed } = this.#options;
    const places = new Map<ListedRendition['kind'], number>();
    const kinds = kindsByFile(listed.renditions);
    for (const rendition of listed.renditions) {
      const place = places.get(rendition.kind) ?? 0;
      places.set(rendition.kind, place + 1);
      // An I-frame playlist points into another rendition, which is read.
      if (rendition.kind === 'trick' && listed.kind === 'hls') continue;
      // What leads out of the package is told of the manifest, and is not opened.
      if ([...placesOf(rendition)].some(({ path }) => !isInside(path))) continue;
      if (rendition.segments.length === 0) {
        await told(rendition.id, this.#findings, () => this.#tryIndex(rendition));
        continue;
      }
      await told(rendition.id, this.#findings, () => this.#open(rendition, place, kinds));
    }
  }

  /** Segments that only an index lists are unknown where its file cannot be opened: that is told of the file. */
  async #tryIndex({ index }: ListedRendition): Promise<void> {
    const source = index && (await this.#options.files.open(index.path));
    await source?.close();
  }

  async #open(listed: ListedRendition, place: number, kinds: ReturnType<typeof kindsByFile>): Promise<void> {
    const { files, media } = this.#options;
    const kind = await mediaKind(files, listed);
    if (kind === 'text') this.#texts.push(listed);
    else if (kind === 'image') this.#images.push(listed);
    else {
      const layouts = kind === 'mp4' ? await layoutsOf(files, listed) : undefined;
      const { result, settle } = media.claim(listed);
      this.#coded.push({ listed, layouts, result });
      if (!settle) return;
      const elsewhere = kindsElsewhere(listed, kinds);
      const timing = { clock: this.#clock, duration: this.#duration };
      this.#own.set({ listed, kind, place, elsewhere, ...timing }, settle);
    }
  }

  /** Read all of it, and check it. @throws PackagerError CANCELLED; as reading the source does */
  async verify(): Promise<PackageResult> {
    const { listed, lookup, sizes, asksKeys, source } = this.#options;
    await this.#readMedia();
    await this.#takeMedia();
    for (const one of source ? clearMedia(this.#facts, source.protection) : []) this.#findings.push(one);
    await this.#compareOthers();
    const facts: PackageFacts = {
      packages: [listed],
      renditions: listed.renditions.map((one) => ({ listed: one, media: this.#facts.get(one) })),
      sizes,
      files: undefined,
      keyOf: (kid) => lookup({ kid, scheme: 'cenc' }),
      asksKeys,
    };
    const findings = runChecks(facts, this.#findings);
    const verdict = verdictOf(findings, this.#claims);
    if (verdict !== 'faulty') this.#claims.push(manifestClaim(listed));
    return {
      verdict,
      summary: summaryOf(verdict, findings, this.#claims),
      findings,
      claims: inOrder(this.#claims, listed),
      found: this.#found,
    };
  }

  /** The clock first, for which the first rendition may have to be read to its end. */
  async #readMedia(): Promise<void> {
    const { files, lookup, source, read, atOnce, onRendition } = this.#options;
    const works = [...this.#own.keys()];
    const leader = works.find(({ listed }) => listed.kind === 'video') ?? works[0];
    if (!leader) return;
    const one = async (work: RenditionToRead): Promise<void> => {
      this.#own.get(work)!(await read(work));
      onRendition?.();
    };
    await findClock(leader, { files, lookup, source: source?.title });
    const isLed = source !== undefined && this.#clock.offset === undefined;
    if (isLed) await one(leader);
    const others = works.filter((work) => !(isLed && work === leader));
    await inTurns(others, one, atOnce);
  }

  /** Take over what was found out, here or for another manifest. */
  async #takeMedia(): Promise<void> {
    for (const { listed, layouts, result } of this.#coded) {
      const { media, findings, claims, found } = await result;
      this.#facts.set(listed, media && { ...media, ...(layouts && { layouts }) });
      for (const one of findings) this.#findings.push({ ...one, rendition: listed.id });
      for (const one of claims) this.#claims.push({ ...one, rendition: listed.id });
      for (const track of found) this.#found.add(track);
    }
  }

  /** Subtitles in files of their own, whose clock is that of the package, and images. */
  async #compareOthers(): Promise<void> {
    const { files, source } = this.#options;
    const zero = this.#clock.offset ?? this.#clock.guess;
    for (const listed of this.#texts) {
      await told(listed.id, this.#findings, async () => {
        const cues = await readCues.ofFiles(files, listed, zero, this.#duration);
        const text = compareText(listed.id, cues, source?.title);
        this.#take(text);
        if (text.found) this.#found.add(text.found);
      });
    }
    for (const listed of this.#images)
      await told(listed.id, this.#findings, async () => {
        this.#facts.set(listed, { tracks: [], images: await readImages(files, listed) });
        this.#take(await verifyImages(files, listed, source?.images));
      });
  }

  #take({ findings, claims }: Pick<Verification, 'findings' | 'claims'>): void {
    for (const one of findings) this.#findings.push(one);
    for (const one of claims) this.#claims.push(one);
  }
}
