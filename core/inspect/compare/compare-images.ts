import type { Claim, Finding } from '../findings/finding.ts';
import { finding } from '../findings/make.ts';
import type { ListedRendition } from '../model/listed-package.ts';

/** Images for seek bars, of the source or of a package: each is read as a whole, when it is asked for. */
export interface ImageSet {
  readonly count: number;
  read(index: number): Promise<Uint8Array>;
}

/** Of the source: what the images show, and when. */
export interface SourceImages extends ImageSet {
  readonly columns: number;
  readonly rows: number;
  /** Seconds from one tile to the next. */
  readonly interval: number;
}

export interface OutputImages extends ImageSet, Pick<ListedRendition, 'manifest' | 'tiles' | 'segments'> {
  readonly rendition: string;
  fileOf(index: number): string;
}

/**
 * Compare images bit for bit with the set of the source that has as many and begins with the same one; else with the first that has as
 * many.
 */
export async function compareImages(
  output: OutputImages,
  sources: readonly SourceImages[],
): Promise<{ readonly findings: readonly Finding[]; readonly claims: readonly Claim[] }> {
  const { rendition, count, fileOf } = output;
  const source = await sourceOf(output, sources);
  if (!source) {
    const place = { file: rendition, rendition };
    const what = `${rendition}: the source has no set of ${count} images that these could be.`;
    return { findings: [finding('TRACK_UNKNOWN', place, what)], claims: [] };
  }
  const findings = tileFindings(output, source);
  let first: number | undefined;
  let differing = 0;
  for (let index = 0; index < count; index++) {
    if (Buffer.compare(await output.read(index), await source.read(index)) === 0) continue;
    first ??= index;
    differing += 1;
  }
  if (first === undefined) {
    const claim: Claim = { rendition, what: 'images', assurance: 'proved', count };
    return { findings, claims: findings.length === 0 ? [claim] : [] };
  }
  const what = `${rendition}: image ${first + 1}, ${fileOf(first)}, is not that of the source.`;
  const one = finding('IMAGE_DIFFERS', { file: fileOf(first), rendition }, what);
  return { findings: [...findings, differing > 1 ? { ...one, count: differing } : one], claims: [] };
}

/** Seconds that an interval may be off by rounding. */
const ROUNDED = 0.001;

/** The grid and its times are what the source says. */
function tileFindings(
  { rendition, manifest, tiles, segments }: OutputImages,
  source: SourceImages,
): Finding[] {
  if (!tiles) return [];
  const place = { file: manifest, rendition };
  const [said, is] = [tiles, source].map(({ columns, rows }) => `${columns}x${rows}`);
  if (said !== is) {
    const what = `${rendition}: the images are listed with ${said} tiles, and have ${is} in the source.`;
    return [finding('TILE_GRID', place, what, { expected: is!, found: said! })];
  }
  // The last image may be listed up to the end of the title.
  const whole = segments.length > 1 ? segments[0] : undefined;
  const interval = tiles.seconds ?? (whole && whole.duration / (tiles.columns * tiles.rows));
  if (interval === undefined || Math.abs(interval - source.interval) <= ROUNDED) return [];
  const what = `${rendition}: a tile is listed for ${interval} s, and is one for ${source.interval} s in the source.`;
  return [finding('TILE_TIMES', place, what, { expected: `${source.interval} s`, found: `${interval} s` })];
}

async function sourceOf(
  output: OutputImages,
  sources: readonly SourceImages[],
): Promise<SourceImages | undefined> {
  const own = sources.filter(({ count }) => count === output.count);
  if (own.length < 2) return own[0];
  const image = await output.read(0);
  for (const source of own) if (Buffer.compare(image, await source.read(0)) === 0) return source;
  return own[0];
}
