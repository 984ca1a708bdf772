import type { XmlNode } from '../../../base/xml/xml-node.ts';
import { isInside } from '../../files/names.ts';
import { finding } from '../../findings/make.ts';
import type { ListedPackage, ListedRendition } from '../../model/listed-package.ts';
import type { PlaceOfBytes } from '../../model/places.ts';
import { type Check, inManifest, ofEach } from '../check.ts';
import type { RenditionFacts } from '../package-facts.ts';

/** Files that a manifest names are there, as long as it says. */
export const checkFiles = ofEach(function* (rendition, { sizes }) {
  const { isIndexed } = rendition.listed;
  const missing = new Set<string>();
  for (const place of placesOf(rendition.listed)) {
    const size = sizes.get(place.path);
    // What leads out of the package was told of the manifest.
    if (size === undefined && !missing.has(place.path) && isInside(place.path)) {
      missing.add(place.path);
      yield finding(
        'FILE_MISSING',
        { file: place.path, rendition: rendition.listed.id },
        `${place.path} is not there, and ${rendition.listed.manifest} names it.`,
      );
    }
    const end = place.offset + (place.length ?? 0);
    if (
      size === undefined ||
      Number.isNaN(size) ||
      end <= size ||
      (isIndexed && isWhole(rendition, place.path, size))
    )
      continue;
    yield finding(
      'FILE_TRUNCATED',
      { file: place.path, offset: size, rendition: rendition.listed.id },
      `${place.path} has ${size} bytes, and ${rendition.listed.manifest} lists it up to byte ${end}.`,
      { expected: end, found: size },
    );
    return;
  }
});

/** Does the last box of a file end where it ends? Then what leads behind it is wrong, and nothing is missing. */
function isWhole({ media }: RenditionFacts, path: string, size: number): boolean {
  const boxes = media?.layouts?.get(path)?.boxes;
  if (!boxes || boxes.count === 0) return false;
  return boxes.position(boxes.count - 1) + boxes.size(boxes.count - 1) === size;
}

/** All that a rendition names, in order. */
export function* placesOf({ init, index, segments }: ListedRendition): Generator<PlaceOfBytes, void> {
  if (init) yield init;
  if (index) yield index;
  for (const { place, init: own, isGap } of segments) {
    if (own && own !== init) yield own;
    if (!isGap) yield place;
  }
}

/** Files that are there and nobody names. */
export const checkUnlisted: Check = function* ({ packages, files }) {
  if (!files || packages.length === 0) return;
  const named = new Set(packages.flatMap((listed) => [...namesIn(listed)]));
  const words = packages.flatMap((listed) => [...wordsIn(listed)]);
  for (const { path } of files) {
    const name = path.substring(path.lastIndexOf('/') + 1);
    if (named.has(path) || name.startsWith('.') || words.some((word) => word.includes(name))) continue;
    yield finding('FILE_UNLISTED', { file: path }, `${path} is there, and no manifest names it.`);
  }
};

function* namesIn(listed: ListedPackage): Generator<string, void> {
  yield listed.manifest;
  for (const { path } of listed.playlists ?? []) yield path;
  for (const { playlist } of listed.variants) yield playlist;
  for (const rendition of listed.renditions) {
    yield rendition.manifest;
    for (const { path } of placesOf(rendition)) yield path;
  }
}

/** Attributes and texts in which a file may be named that is no rendition: chapters, keys, steering. */
function* wordsIn(listed: ListedPackage): Generator<string, void> {
  for (const { tags } of listed.playlists ?? [])
    for (const { value } of tags) if (value !== '') yield safe(value);
  for (const { uri } of listed.sessionKeys) if (uri !== undefined) yield safe(uri);
  for (const { segments } of listed.renditions) {
    let last: unknown;
    for (const { keys } of segments) {
      if (keys === last) continue;
      last = keys;
      for (const { uri } of keys) if (uri !== undefined) yield safe(uri);
    }
  }
  if (listed.document) yield* wordsOf(listed.document);
}

function* wordsOf({ attributes, children }: XmlNode): Generator<string, void> {
  for (const value of Object.values(attributes)) if (typeof value === 'string') yield safe(value);
  for (const child of children) {
    if (typeof child === 'string') yield safe(child);
    else yield* wordsOf(child);
  }
}

/** As a path is spelled. */
function safe(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An initialisation section is named where segments need one, and is their own. */
export const checkInit = ofEach(function* (rendition, { renditions }) {
  const { listed } = rendition;
  const [first] = listed.segments;
  if (!first || listed.kind === 'image') return;
  const init = listed.init ?? first.init;
  if (!init) {
    const isWhole = first.place.offset === 0 && listed.segments.length === 1;
    if (!isWhole && /\.(mp4|m4s|m4a|m4v|cmf[vat])$/.test(first.place.path))
      yield finding(
        'INIT_MISSING',
        inManifest(rendition),
        `${listed.manifest} names no initialisation section for ${listed.id}, and its segments are fragmented MP4.`,
      );
    return;
  }
  const other = renditions.find(
    (one) =>
      one.listed.manifest.length > 0 &&
      one.listed.id !== listed.id &&
      one.listed.init?.path === init.path &&
      one.listed.init.offset === init.offset &&
      !sharesFile(one.listed, listed),
  );
  const theirs = other?.listed.segments[0]?.place.path;
  if (theirs !== undefined && alike(init.path, first.place.path) < alike(init.path, theirs))
    yield finding(
      'INIT_OF_ANOTHER',
      inManifest(rendition),
      `${listed.manifest} names ${init.path} for ${listed.id}, which is the initialisation section of ${other!.listed.id}.`,
    );
});

const sharesFile = (one: ListedRendition, other: ListedRendition): boolean => {
  const paths = new Set(one.segments.map(({ place }) => place.path));
  return other.segments.some(({ place }) => paths.has(place.path));
};

/** How many characters two paths have in common from their start. */
function alike(one: string, other: string): number {
  let count = 0;
  while (count < one.length && one[count] === other[count]) count++;
  return count;
}
