import type { Finding } from '../../findings/finding.ts';
import { finding } from '../../findings/make.ts';
import { inFile, inManifest, mainTrack, nameOf, ofEach } from '../check.ts';
import type { PackageFacts, RenditionFacts, TrackFacts } from '../package-facts.ts';
import { FAIRPLAY_FORMAT, type LicenceData, licenceDataOfRendition, turnedKid } from './licence-data.ts';

const MP4_PROTECTION = 'urn:mpeg:dash:mp4protection:2011';
const ZERO = '0'.repeat(32);

/** What names key ids for a rendition. */
interface Named {
  /** What its samples are under. */
  readonly used: ReadonlySet<string>;
  /** What its manifest says. */
  readonly listed: ReadonlySet<string>;
  readonly data: readonly LicenceData[];
}

/** Key ids that manifest, licence data and media name must be the same; whichever stands alone is wrong. */
export const checkKids = ofEach(function* (rendition, facts) {
  const track = mainTrack(rendition);
  if (!track) return;
  const used = new Set(track.protections.flatMap(({ kid }) => kid ?? []));
  if (used.has(ZERO))
    yield finding(
      'KID_ZERO',
      inFile(rendition, firstUnder(track, ZERO)),
      `${nameOf(rendition)} is under a key id of zeros.`,
    );
  const listed = listedKids(rendition, namesAssetsByKid(facts));
  const named = { used, listed, data: licenceDataOfRendition(rendition) };
  yield* ofManifest(rendition, track, named, facts);
  yield* ofLicenceData(rendition, named);
});

function* ofManifest(
  rendition: RenditionFacts,
  track: TrackFacts,
  { used, listed, data }: Named,
  { keyOf }: PackageFacts,
): Generator<Finding, void> {
  if (listed.size === 0) return;
  yield* ofElements(rendition, used);
  const offered = new Set(data.flatMap(({ kids }) => kids));
  // Licence data of keys that change stands in fragments; an MPD names one of them.
  const isRotated = used.size > 1;
  const unused = [...listed].filter((kid) => !used.has(kid));
  for (const kid of used) {
    if (listed.has(kid) || kid === ZERO || (isRotated && offered.has(kid))) continue;
    const said = unused[0] ?? [...listed].join(', ');
    const isForeign = offered.size > 0 ? !offered.has(kid) : !keyOf?.(kid) && keyOf?.(said) !== undefined;
    const place = firstUnder(track, kid);
    yield isForeign
      ? finding(
          'KID_IN_FILE',
          inFile(rendition, place),
          `${place.file} has samples under the key ${kid}, which nothing else in the package names.`,
          { expected: said, found: kid },
        )
      : finding(
          'KID_IN_MANIFEST',
          inManifest(rendition),
          `${rendition.listed.manifest} names the key ${said} for ${nameOf(rendition)}, whose samples are under ${kid}.`,
          { expected: kid, found: said },
        );
  }
}

/** Where an Adaptation Set and its Representation both say a key, both are to be right. */
function* ofElements(rendition: RenditionFacts, used: ReadonlySet<string>): Generator<Finding, void> {
  const { listed } = rendition;
  const elements = listed.protection.flatMap(({ schemeIdUri, defaultKid, kids }) =>
    schemeIdUri === MP4_PROTECTION && defaultKid !== undefined ? [kids ?? [defaultKid]] : [],
  );
  const wrong = elements.find((kids) => !kids.some((kid) => used.has(kid)));
  if (!wrong || used.size === 0 || !elements.some((kids) => kids.some((kid) => used.has(kid)))) return;
  yield finding(
    'KID_IN_MANIFEST',
    inManifest(rendition),
    `${listed.manifest} names the key ${wrong[0]} for ${nameOf(rendition)} beside its own: nothing in it is under that.`,
    { expected: [...used].join(', '), found: wrong.join(', ') },
  );
}

/**
 * Key ids of a Representation, or of all key lines of a playlist.
 * @param byAsset take the names of assets that FairPlay has for them
 */
export const listedKids = ({ listed }: RenditionFacts, byAsset: boolean): Set<string> =>
  new Set([
    ...listed.protection.flatMap(({ defaultKid, kids }) => kids ?? defaultKid ?? []),
    ...listed.segments.flatMap(({ keys }) =>
      keys.flatMap(({ kid, keyFormat }) => (kid && (byAsset || keyFormat !== FAIRPLAY_FORMAT) ? kid : [])),
    ),
  ]);

/** FairPlay's URIs name assets as their owner likes: as key ids only where some of them are those of the media. */
export const namesAssetsByKid = ({ renditions }: PackageFacts): boolean =>
  renditions.some((rendition) => {
    const used = new Set(mainTrack(rendition)?.protections.map(({ kid }) => kid));
    const [first] = rendition.listed.segments.filter(({ keys }) => keys.length > 0);
    return first?.keys.some(({ kid, keyFormat }) => keyFormat === FAIRPLAY_FORMAT && kid && used.has(kid));
  });

/** Where the first samples under a key are. */
function firstUnder(track: TrackFacts, kid: string): { file: string; offset?: number } {
  for (const { file, position, protection } of track.rows)
    if (track.protections[protection]?.kid === kid) return { file, offset: position };
  return { file: track.rows.at(0).file };
}

function* ofLicenceData(rendition: RenditionFacts, { used, listed, data }: Named): Generator<Finding, void> {
  if (used.size === 0) return;
  const right = new Set([...used, ...listed]);
  for (const { kids, where, file, offset, keys } of data) {
    if (kids.length === 0 || kids.some((kid) => right.has(kid))) continue;
    const place = inFile(rendition, { file, ...(offset !== undefined && { offset }) });
    const difference = { expected: [...used].join(', '), found: kids.join(', ') };
    yield keys && kids.some((kid) => right.has(turnedKid(kid)))
      ? finding(
          'PLAYREADY_KID_ORDER',
          place,
          `${file}: ${where} has its key id in the order of "tenc", not in that of a GUID.`,
          difference,
        )
      : finding(
          'KID_IN_PSSH',
          place,
          `${file}: ${where} names ${difference.found}, but ${nameOf(rendition)} is under ${difference.expected}.`,
          difference,
        );
  }
}
