import type { Claim, Finding } from '../findings/finding.ts';
import { finding } from '../findings/make.ts';

/** Images for seek bars, of the source or of a package: each is read as a whole, when it is asked for. */
export interface ImageSet {
  readonly count: number;
  read(index: number): Promise<Uint8Array>;
}

export interface OutputImages extends ImageSet {
  readonly rendition: string;
  fileOf(index: number): string;
}

/**
 * Compare images bit for bit with the set of the source that has as many and begins with the same one; else with the first that has as
 * many.
 */
export async function compareImages(
  output: OutputImages,
  sources: readonly ImageSet[],
): Promise<{ readonly findings: readonly Finding[]; readonly claims: readonly Claim[] }> {
  const { rendition, count, fileOf } = output;
  const source = await sourceOf(output, sources);
  if (!source) {
    const place = { file: rendition, rendition };
    const what = `${rendition}: the source has no set of ${count} images that these could be.`;
    return { findings: [finding('TRACK_UNKNOWN', place, what)], claims: [] };
  }
  let first: number | undefined;
  let differing = 0;
  for (let index = 0; index < count; index++) {
    if (Buffer.compare(await output.read(index), await source.read(index)) === 0) continue;
    first ??= index;
    differing += 1;
  }
  if (first === undefined)
    return { findings: [], claims: [{ rendition, what: 'images', assurance: 'proved', count }] };
  const what = `${rendition}: image ${first + 1}, ${fileOf(first)}, is not that of the source.`;
  const one = finding('IMAGE_DIFFERS', { file: fileOf(first), rendition }, what);
  return { findings: [differing > 1 ? { ...one, count: differing } : one], claims: [] };
}

async function sourceOf(output: OutputImages, sources: readonly ImageSet[]): Promise<ImageSet | undefined> {
  const own = sources.filter(({ count }) => count === output.count);
  if (own.length < 2) return own[0];
  const image = await output.read(0);
  for (const source of own) if (Buffer.compare(image, await source.read(0)) === 0) return source;
  return own[0];
}
