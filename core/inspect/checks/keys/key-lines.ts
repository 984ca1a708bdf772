import { toHex } from '../../../base/bytes.ts';
import type { Finding } from '../../findings/finding.ts';
import { finding } from '../../findings/make.ts';
import type { ListedKey, ListedPackage } from '../../model/listed-package.ts';
import { type Check, inManifest, mainTrack, nameOf, ofEach, seconds } from '../check.ts';
import type { RenditionFacts } from '../package-facts.ts';
import { rowsOfSegments } from '../segments/rows-of-segments.ts';
import { listedKids, namesAssetsByKid } from './kids.ts';
import { FAIRPLAY_FORMAT } from './licence-data.ts';

/** What is protected is listed so, and what is listed so is protected: of all of a rendition. */
export const checkListedProtection = ofEach(function* (rendition) {
  const track = mainTrack(rendition);
  if (!track || track.samples === 0) return;
  const { listed } = rendition;
  const isListed = listed.protection.length > 0 || listed.segments.some(({ keys }) => keys.length > 0);
  if (isListed && track.protections.length === 0)
    yield finding(
      'LISTED_PROTECTED',
      inManifest(rendition),
      `${listed.manifest} says that ${nameOf(rendition)} is protected, and nothing in it is.`,
    );
  if (listed.protection.length > 0 && track.protections.length > 0 && !hasLicenceData(rendition))
    yield finding(
      'NO_LICENCE_DATA',
      inManifest(rendition),
      `${listed.manifest} names no DRM system for ${nameOf(rendition)}, and its file has no licence data.`,
    );
  const isHls = listed.manifest === listed.id;
  if (!isListed && track.protections.length > 0)
    yield isHls
      ? finding(
          'KEY_LINE_MISSING',
          inManifest(rendition),
          `${listed.manifest} has no key line, and its segments are protected.`,
        )
      : finding(
          'LISTED_CLEAR',
          inManifest(rendition),
          `${listed.manifest} says that ${nameOf(rendition)} is clear, and it is protected.`,
        );
});

/** Anything from which a player can ask for a licence: an element of a DRM system, or a box. */
const hasLicenceData = ({ listed, media }: RenditionFacts): boolean =>
  listed.protection.some(({ schemeIdUri }) => schemeIdUri.startsWith('urn:uuid:')) ||
  (media?.movie?.pssh.length ?? 0) > 0 ||
  (media?.fragments?.pssh.length ?? 0) > 0;

/** Each segment is under a key that its key lines name. */
export const checkKeyLines = ofEach(function* (rendition, facts) {
  const track = mainTrack(rendition);
  const { listed } = rendition;
  if (!track || !listed.segments.some(({ keys }) => keys.length > 0)) return;
  const byAsset = namesAssetsByKid(facts);
  const known = listedKids(rendition, byAsset);
  for (const [index, rows] of rowsOfSegments(rendition, track).entries()) {
    const segment = listed.segments[index]!;
    for (const row of rows) {
      const protection = track.protections[track.rows.at(row).protection];
      if (!protection) continue;
      const keys = byAsset
        ? segment.keys
        : segment.keys.filter(({ keyFormat }) => keyFormat !== FAIRPLAY_FORMAT);
      if (segment.keys.length === 0) yield missingLine(rendition, segment.start);
      // A key id that no key line names at all is for others to judge.
      else if (known.has(protection.kid ?? ''))
        yield* ofSegment(rendition, keys, protection.kid!, segment.start);
    }
  }
});

const missingLine = (rendition: RenditionFacts, time: number): Finding =>
  finding(
    'KEY_LINE_MISSING',
    { ...inManifest(rendition), time },
    `${rendition.listed.manifest} lists the segment at ${seconds(time)} as clear, and it is protected.`,
  );

function* ofSegment(
  rendition: RenditionFacts,
  keys: readonly ListedKey[],
  kid: string,
  time: number,
): Generator<Finding, void> {
  const said = keys.flatMap((key) => key.kid ?? []);
  const other = said.find((one) => one !== kid);
  if (other === undefined) return;
  const { manifest } = rendition.listed;
  yield finding(
    'KEY_OF_ANOTHER_PERIOD',
    { ...inManifest(rendition), time },
    `${manifest} names the key ${other} at ${seconds(time)}, where samples are under ${kid}.`,
    { expected: kid, found: other },
  );
}

/** Session keys are key lines of the media playlists, told early (RFC 8216, 4.3.4.5). */
export const checkSessionKeys: Check = function* ({ packages, renditions }) {
  for (const listed of packages) {
    if (listed.sessionKeys.length === 0) continue;
    const lines = new Set(
      renditions
        .filter((one) => listed.renditions.includes(one.listed))
        .flatMap((one) => one.listed.segments.flatMap(({ keys }) => keys.map(identity))),
    );
    yield* ofPackage(listed, lines);
  }
};

function* ofPackage(listed: ListedPackage, lines: ReadonlySet<string>): Generator<Finding, void> {
  for (const key of listed.sessionKeys)
    if (!lines.has(identity(key)))
      yield finding(
        'SESSION_KEY',
        { file: listed.manifest },
        `${listed.manifest} has a session key of ${key.keyFormat} that no media playlist has.`,
      );
}

const identity = ({ method, uri, keyFormat, iv }: ListedKey): string =>
  JSON.stringify([method, uri, keyFormat, iv && toHex(iv)]);
