import type { Finding } from '../../findings/finding.ts';
import { finding } from '../../findings/make.ts';
import { inFile, inManifest, mainTrack, nameOf, ofEach } from '../check.ts';
import type { RenditionFacts, TrackFacts } from '../package-facts.ts';
import { type LicenceData, licenceDataOfRendition, turnedKid } from './licence-data.ts';

const ZERO = '0'.repeat(32);

/** Key ids that manifest, licence data and media name must be the same; whichever stands alone is wrong. */
export const checkKids = ofEach(function* (rendition) {
  const track = mainTrack(rendition);
  if (!track) return;
  const used = new Set(track.protections.flatMap(({ kid }) => kid ?? []));
  if (used.has(ZERO))
    yield finding(
      'KID_ZERO',
      inFile(rendition, firstUnder(track, ZERO)),
      `${nameOf(rendition)} is under a key id of zeros.`,
    );
  const data = licenceDataOfRendition(rendition);
  yield* ofManifest(rendition, track, used, data);
  yield* ofLicenceData(rendition, used, data);
});

function* ofManifest(
  rendition: RenditionFacts,
  track: TrackFacts,
  used: ReadonlySet<string>,
  data: readonly LicenceData[],
): Generator<Finding, void> {
  const listed = listedKids(rendition);
  if (listed.size === 0) return;
  // Licence data of keys that change stands in fragments; the manifest names one of them.
  const offered = new Set(data.flatMap(({ kids }) => kids));
  const known = (kid: string): boolean =>
    listed.has(kid) || (listed.size > 0 && isRotated(track) && offered.has(kid));
  for (const kid of used) {
    if (known(kid) || kid === ZERO) continue;
    const [expected] = [...listed].filter((one) => !used.has(one));
    const place = firstUnder(track, kid);
    const difference = { expected: expected ?? [...listed].join(', '), found: kid };
    if (offered.size > 0 && !offered.has(kid))
      yield finding(
        'KID_IN_FILE',
        inFile(rendition, place),
        `${place.file} has samples under the key ${kid}, which neither its manifest nor its licence data names.`,
        difference,
      );
    else
      yield finding(
        'KID_IN_MANIFEST',
        inManifest(rendition),
        `${rendition.listed.manifest} names the key ${difference.expected} for ${nameOf(rendition)}, whose samples are under ${kid}.`,
        { expected: kid, found: difference.expected },
      );
  }
}

/** Key ids of a Representation, or of all key lines of a playlist. */
export const listedKids = ({ listed }: RenditionFacts): Set<string> =>
  new Set([
    ...listed.protection.flatMap(({ defaultKid, kids }) => kids ?? defaultKid ?? []),
    ...listed.segments.flatMap(({ keys }) => keys.flatMap(({ kid }) => kid ?? [])),
  ]);

const isRotated = ({ protections }: TrackFacts): boolean =>
  new Set(protections.map(({ kid }) => kid)).size > 1;

/** Where the first samples under a key are. */
export function firstUnder(track: TrackFacts, kid: string): { file: string; offset?: number } {
  for (const { file, position, protection } of track.rows)
    if (track.protections[protection]?.kid === kid) return { file, offset: position };
  return { file: track.rows.at(0).file };
}

function* ofLicenceData(
  rendition: RenditionFacts,
  used: ReadonlySet<string>,
  data: readonly LicenceData[],
): Generator<Finding, void> {
  if (used.size === 0) return;
  const right = new Set([...used, ...listedKids(rendition)]);
  for (const { kids, where, file, offset, keys } of data) {
    if (kids.length === 0 || kids.some((kid) => right.has(kid))) continue;
    const place = { ...inFile(rendition, { file }), ...(offset !== undefined && { offset }) };
    const difference = { expected: [...used].join(', '), found: kids.join(', ') };
    if (keys && kids.some((kid) => right.has(turnedKid(kid))))
      yield finding(
        'PLAYREADY_KID_ORDER',
        place,
        `${file}: ${where} has its key id in the order of "tenc", not in that of a GUID.`,
        difference,
      );
    else
      yield finding(
        'KID_IN_PSSH',
        place,
        `${file}: ${where} names ${difference.found}, but ${nameOf(rendition)} is under ${difference.expected}.`,
        difference,
      );
  }
}
