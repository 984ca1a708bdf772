import { PackagerError } from '../../base/errors.ts';
import type { PackageFacts, RenditionFacts } from '../../inspect/checks/package-facts.ts';
import { runChecks } from '../../inspect/checks/run-checks.ts';
import { compareCues, type SourceText } from '../../inspect/compare/compare-cues.ts';
import { compareImages, type ImageSet } from '../../inspect/compare/compare-images.ts';
import { type Compared, compareTracks } from '../../inspect/compare/compare-title.ts';
import type { PackageClock } from '../../inspect/compare/output-track.ts';
import type { Claim, Finding, Verification } from '../../inspect/findings/finding.ts';
import { damageFinding, finding } from '../../inspect/findings/make.ts';
import { verdictOf } from '../../inspect/findings/verdict.ts';
import { DamageError } from '../../inspect/model/damage-error.ts';
import type { ListedPackage, ListedRendition } from '../../inspect/model/listed-package.ts';
import type { PackageFiles } from '../../inspect/model/places.ts';
import type { SourceTitle, SourceTrack } from '../../inspect/model/source-title.ts';
import type { KeyLookup } from '../../inspect/model/track-reader.ts';
import { judgeTracks } from './judge-tracks.ts';
import { mediaKind } from './media-kind.ts';
import { type OpenRendition, openRendition } from './open-rendition.ts';
import type { ReadMedia, ReadRendition } from './read-media.ts';
import { readCues } from './rendition-cues.ts';
import { summaryOf } from './summary.ts';

/** What a package ought to hold. */
export interface PackageSource {
  readonly title: SourceTitle;
  /** Sets of images for seek bars. */
  readonly images: readonly ImageSet[];
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
  readonly read: ReadMedia;
  /** Told that a rendition is done. */
  onRendition?(): void;
}

/** Verification of one package, with what of the source it holds. */
export interface PackageResult extends Verification {
  readonly found: ReadonlySet<SourceTrack>;
}

/**
 * Look at a package as a whole: read all of its media once, compare that with the source or judge it by its form, and check that its
 * manifests, keys and places agree with each other and with the media.
 */
export async function verifyPackage(options: PackageToVerify): Promise<PackageResult> {
  const { listed, sizes, lookup, asksKeys } = options;
  const work = new PackageWork(options);
  await work.open();
  await work.compare();
  const { findings, claims, found } = work;
  const facts: PackageFacts = {
    packages: [listed],
    renditions: work.renditions(),
    sizes,
    files: undefined,
    keyOf: (kid) => lookup({ kid, scheme: 'cenc' }),
    asksKeys,
  };
  const told = runChecks(facts, findings);
  const verdict = verdictOf(told, claims);
  if (verdict !== 'faulty') claims.push(manifestClaim(listed));
  return {
    verdict,
    summary: summaryOf(verdict, told, claims),
    findings: told,
    claims: inOrder(claims, listed),
    found,
  };
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

class PackageWork {
  readonly findings: Finding[] = [];
  readonly claims: Claim[] = [];
  readonly found = new Set<SourceTrack>();
  readonly #options: PackageToVerify;
  /** Times of MPEG-TS and of playlists count from wherever their first track begins, those of an MPD from 0. */
  readonly #clock: PackageClock;
  readonly #open = new Map<ListedRendition, OpenRendition | undefined>();
  readonly #known = new Map<ListedRendition, ReadRendition>();
  readonly #texts: ListedRendition[] = [];
  readonly #images: ListedRendition[] = [];

  constructor(options: PackageToVerify) {
    this.#options = options;
    this.#clock = { offset: options.listed.kind === 'mpd' ? 0 : undefined };
  }

  async open(): Promise<void> {
    const { files, lookup, listed } = this.#options;
    for (const rendition of listed.renditions) {
      // An I-frame playlist points into another rendition, which is read.
      if (rendition.segments.length === 0 || (rendition.kind === 'trick' && listed.kind === 'hls')) continue;
      const known = this.#options.read.get(rendition);
      if (known) {
        this.#known.set(rendition, known);
        continue;
      }
      await this.#tell(rendition, async () => {
        const kind = await mediaKind(files, rendition);
        if (kind === 'text') this.#texts.push(rendition);
        else if (kind === 'image') this.#images.push(rendition);
        else {
          const open = () => openRendition(rendition, kind, { files, lookup, clock: this.#clock });
          this.#open.set(
            rendition,
            await open().catch((error: unknown) => this.#openFailed(rendition, error)),
          );
        }
      });
    }
  }

  /** What is no media when all of it is decrypted tells of its key, as far as anybody can say. */
  #openFailed({ id, segments }: ListedRendition, error: unknown): undefined {
    const isWhole = segments[0]?.keys.some(({ method }) => method === 'AES-128');
    if (!isWhole || !(error instanceof DamageError)) throw error;
    const { file, offset } = error;
    const what = `${file}: a segment is no media when it is decrypted with the key that was found: the key or its IV is another one.`;
    this.findings.push(finding('TS_KEY_WRONG', { file, offset, rendition: id }, what));
    return undefined;
  }

  async compare(): Promise<void> {
    const { source, onRendition = () => undefined } = this.#options;
    const tracks = [...this.#open.values()].flatMap((open) => open?.tracks ?? []);
    const coded = tracks.filter(
      ({ reader }) => reader.track.kind === 'video' || reader.track.kind === 'audio',
    );
    const result = source
      ? await compareTracks(source.title, coded, onRendition)
      : await judgeTracks(coded, onRendition);
    this.#take(result);
    for (const track of result.found) this.found.add(track);
    this.#shareMedia(result);
    for (const { listed, missingKeys = [] } of [...this.#open.values()].filter(
      (open) => open !== undefined,
    )) {
      if (missingKeys.length === 0) continue;
      const why = `there is no key ${missingKeys.join(', ')}`;
      this.claims.push({ rendition: listed.id, what: 'samples', assurance: 'unchecked', count: 0, why });
    }
    const texts = tracks.filter(({ reader }) => reader.track.kind === 'text');
    const zero = this.#clock.offset ?? this.#clock.guess;
    // What is shown when the title ends, ends with it: a manifest may be wrong about that.
    const [longest] = source?.title.tracks ?? [];
    const duration = longest?.duration ?? this.#options.listed.duration ?? Number.POSITIVE_INFINITY;
    for (const track of texts)
      await this.#tell(track, () =>
        this.#compareText(track.rendition, () => readCues.ofTrack(track, duration)),
      );
    for (const rendition of this.#texts)
      await this.#tell(rendition, () =>
        this.#compareText(rendition.id, () =>
          readCues.ofFiles(this.#options.files, rendition, zero, duration),
        ),
      );
    for (const rendition of this.#images) await this.#tell(rendition, () => this.#compareImages(rendition));
  }

  renditions(): RenditionFacts[] {
    return this.#options.listed.renditions.map((listed) => ({
      listed,
      media: this.#known.get(listed)?.media ?? this.#open.get(listed)?.facts(),
    }));
  }

  /** Take over what was found out for another manifest, and keep what was found out here. */
  #shareMedia({ findings, claims, found }: Compared): void {
    for (const [{ id }, known] of this.#known) {
      for (const one of known.findings) this.findings.push({ ...one, rendition: id });
      for (const one of known.claims) this.claims.push({ ...one, rendition: id });
      for (const track of known.found) this.found.add(track);
    }
    for (const [listed, open] of this.#open) {
      if (!open) continue;
      const isOwn = ({ rendition }: { readonly rendition?: string }) => rendition === listed.id;
      const own = { findings: findings.filter(isOwn), claims: claims.filter(isOwn) };
      this.#options.read.keep(listed, { media: open.facts(), ...own, found });
    }
  }

  #take({ findings, claims }: Pick<Verification, 'findings' | 'claims'>): void {
    for (const one of findings) this.findings.push(one);
    for (const one of claims) this.claims.push(one);
  }

  /** What cannot be read is told, and the others are read. */
  async #tell(
    where: { readonly id: string } | { readonly rendition: string },
    work: () => Promise<void>,
  ): Promise<void> {
    const rendition = 'id' in where ? where.id : where.rendition;
    try {
      await work();
    } catch (error) {
      if (error instanceof DamageError) this.findings.push(damageFinding(error, rendition));
      // Of a file that is not there its absence is told.
      else if (!PackagerError.is(error) || error.code === 'CANCELLED') throw error;
      else if (error.code !== 'INPUT_NOT_FOUND') {
        this.findings.push(
          finding('DAMAGED', { file: rendition, rendition }, `${rendition}: ${error.message}`),
        );
      }
    }
  }

  async #compareText(rendition: string, read: () => ReturnType<typeof readCues.ofFiles>): Promise<void> {
    const output = await read();
    const { source } = this.#options;
    const claim = { rendition, what: 'cues' as const };
    if (!output) {
      this.claims.push({
        ...claim,
        assurance: 'unchecked',
        count: 0,
        why: 'its format is none that can be read',
      });
      return;
    }
    if (!source) {
      this.claims.push({
        ...claim,
        assurance: 'form',
        count: output.cues.length,
        why: 'there is no source to compare with',
      });
      return;
    }
    const texts = source.title.tracks.filter((track): track is SourceText => track.cues !== undefined);
    const result = compareCues(output, texts);
    this.#take(result);
    if (result.found) this.found.add(result.found);
  }

  async #compareImages(listed: ListedRendition): Promise<void> {
    const { files, source } = this.#options;
    const { id: rendition, segments } = listed;
    const places = segments.map(({ place }) => place);
    const read = async (index: number): Promise<Uint8Array> => {
      const { path, offset, length } = places[index]!;
      const file = await files.open(path);
      try {
        const bytes = new Uint8Array(length ?? file.size - offset);
        await file.read(offset, [bytes]);
        return bytes;
      } finally {
        await file.close();
      }
    };
    const output = { rendition, count: places.length, read, fileOf: (index: number) => places[index]!.path };
    if (!source) {
      const why = 'there is no source to compare with';
      this.claims.push({ rendition, what: 'images', assurance: 'form', count: output.count, why });
      return;
    }
    const result = await compareImages(output, source.images);
    this.#take(result);
  }
}
