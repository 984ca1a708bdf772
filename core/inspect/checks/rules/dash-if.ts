import type { XmlNode } from '../../../base/xml/xml-node.ts';
import type { Finding } from '../../findings/finding.ts';
import { finding } from '../../findings/make.ts';
import type { ListedPackage, ListedRendition } from '../../model/listed-package.ts';
import type { Check } from '../check.ts';

const MP4_PROTECTION = 'urn:mpeg:dash:mp4protection:2011';

/** Rules of DASH-IF's interoperability points that an MPD alone can break. */
export const checkDashIfRules: Check = function* ({ packages }) {
  for (const listed of packages) {
    if (listed.kind !== 'mpd') continue;
    yield* ofSets(listed);
    yield* ofProtection(listed);
    if (listed.document) yield* ofDocument(listed.manifest, listed.document);
  }
};

function* ofSets({ manifest, renditions }: ListedPackage): Generator<Finding, void> {
  const sets = new Map<string, ListedRendition[]>();
  for (const one of renditions)
    if (one.set !== undefined) {
      const key = `${one.period ?? 0} ${one.set}`;
      sets.set(key, [...(sets.get(key) ?? []), one]);
    }
  for (const [first, ...others] of sets.values()) {
    const kidOf = ({ protection }: ListedRendition): string | undefined =>
      protection.find(({ defaultKid }) => defaultKid !== undefined)?.defaultKid;
    const place = { file: manifest, rendition: first!.id };
    const name = `the Adaptation Set of ${first!.id}`;
    if (others.some((one) => kidOf(one) !== kidOf(first!)))
      yield finding(
        'DASH_IF_ONE_KEY',
        place,
        `${manifest} has Representations under several keys in ${name}.`,
      );
    if (others.some(({ timescale }) => timescale !== first!.timescale))
      yield finding(
        'DASH_IF_TIMESCALE',
        place,
        `${manifest} has Representations of several timescales in ${name}.`,
      );
  }
}

function* ofProtection({ manifest, renditions }: ListedPackage): Generator<Finding, void> {
  for (const { id, protection } of renditions) {
    if (protection.length === 0 || protection.some(({ schemeIdUri }) => schemeIdUri === MP4_PROTECTION))
      continue;
    yield finding(
      'DASH_IF_MP4_PROTECTION',
      { file: manifest, rendition: id },
      `${manifest} has ContentProtection for Representation ${id}, none of which is of ${MP4_PROTECTION}.`,
    );
  }
  for (const { licenseUrl, schemeIdUri } of renditions.flatMap(({ protection }) => protection)) {
    if (!licenseUrl?.startsWith('http:') || /^http:\/\/(localhost|127\.|\[::1\])/.test(licenseUrl)) continue;
    yield finding(
      'DASH_IF_LICENCE_URL',
      { file: manifest },
      `${manifest} asks for licences of ${schemeIdUri} without TLS.`,
    );
  }
}

function* ofDocument(manifest: string, document: XmlNode): Generator<Finding, void> {
  for (const period of named(document, 'Period'))
    for (const set of named(period, 'AdaptationSet')) yield* ofSet(manifest, set);
}

function* ofSet(manifest: string, set: XmlNode): Generator<Finding, void> {
  const representations = named(set, 'Representation');
  const place = { file: manifest };
  const said = (...names: readonly string[]): boolean =>
    names.some(
      (name) =>
        set.attributes[name] !== undefined ||
        representations.every((one) => one.attributes[name] !== undefined),
    );
  const line = set.line === undefined ? '' : ` in line ${set.line}`;
  const type = String(
    set.attributes['contentType'] ??
      set.attributes['mimeType'] ??
      representations[0]?.attributes['mimeType'] ??
      '',
  );
  const isMedia = /^(video|audio)/.test(type);
  if (isMedia && representations.length > 1 && !said('segmentAlignment', 'subsegmentAlignment'))
    yield finding(
      'DASH_IF_ALIGNMENT',
      place,
      `${manifest} does not say that segments of the Adaptation Set${line} are aligned.`,
    );
  if (type.startsWith('video') && !said('startWithSAP', 'subsegmentStartsWithSAP'))
    yield finding(
      'DASH_IF_SAP',
      place,
      `${manifest} does not say how segments of the Adaptation Set${line} begin.`,
    );
  if (isMedia && !(said('mimeType') && said('codecs')))
    yield finding(
      'DASH_IF_MIME',
      place,
      `${manifest} does not say mimeType and codecs in the Adaptation Set${line}.`,
    );
  if (representations.some((one) => named(one, 'ContentProtection').length > 0))
    yield finding(
      'DASH_IF_PROTECTION_PLACE',
      place,
      `${manifest} has ContentProtection in a Representation of the Adaptation Set${line}.`,
    );
}

const named = ({ children }: XmlNode, name: string): XmlNode[] =>
  children.filter(
    (child): child is XmlNode => typeof child !== 'string' && child.name.split(':').at(-1) === name,
  );
