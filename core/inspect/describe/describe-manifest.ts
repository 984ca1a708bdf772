import { readPsshBoxes } from '../drm/pssh-boxes.ts';
import { readPro, readPssh } from '../drm/system-data.ts';
import { systemOfFormat } from '../drm/systems.ts';
import type { ListedKey, ListedPackage, ListedProtection, ListedRendition } from '../model/listed-package.ts';
import type { KeyLineDescription, ManifestDescription, RenditionDescription } from './description.ts';
import { round } from './track-sums.ts';

/** What a manifest lists, in figures. */
export function describeManifest(listed: ListedPackage): ManifestDescription {
  const { manifest, kind, duration, renditions, variants, sessionKeys, faults = [] } = listed;
  return {
    path: manifest,
    kind: kind === 'mpd' ? 'mpd' : 'hls',
    ...(duration !== undefined && { duration: round(duration) }),
    renditions: renditions.map(describeRendition),
    variants: variants.map(({ line: _, ...variant }) => defined(variant)),
    keys: sessionKeys.map((key) => keyLine(key)),
    faults: faults.map(({ text }) => text),
  };
}

function describeRendition(rendition: ListedRendition): RenditionDescription {
  const { id, kind, set, codecs, bandwidth, averageBandwidth, width, height, frameRate } = rendition;
  const { channels, sampleRate, language, label, roles, characteristics, segments, protection } = rendition;
  const paths = new Set(segments.map(({ place }) => place.path));
  const [first] = segments;
  const last = segments.at(-1);
  const file = rendition.init?.path ?? first?.place.path;
  const said = {
    bandwidth,
    averageBandwidth,
    width,
    height,
    frameRate,
    channels,
    sampleRate,
    language,
    label,
  };
  return {
    id,
    kind,
    ...defined({ set, ...said, file }),
    codecs,
    roles,
    characteristics,
    segments: segments.length,
    duration: first && last ? round(last.start + last.duration - first.start) : 0,
    longest: round(segments.reduce((most, { duration }) => Math.max(most, duration), 0)),
    files: paths.size,
    keys: [...protection.map(protectionLine), ...keyLines(rendition)],
  };
}

/** Without what is not said. */
function defined<T extends object>(facts: T): { [name in keyof T]: Exclude<T[name], undefined> } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as {
    [name in keyof T]: Exclude<T[name], undefined>;
  };
}

/** Each key line of a playlist once, with the number of segments that it is in force for. */
function keyLines({ segments }: ListedRendition): KeyLineDescription[] {
  const found = new Map<string, { readonly key: ListedKey; segments: number }>();
  for (const { keys } of segments) {
    for (const key of keys) {
      const same = `${key.method} ${key.keyFormat} ${key.kid ?? key.uri}`;
      const known = found.get(same);
      if (known) known.segments += 1;
      else found.set(same, { key, segments: 1 });
    }
  }
  return [...found.values()].map(({ key, segments: count }) => keyLine(key, count));
}

function keyLine({ method, keyFormat, kid }: ListedKey, segments?: number): KeyLineDescription {
  const system = systemOfFormat(keyFormat);
  return {
    method,
    ...(system !== undefined && { system }),
    kids: kid === undefined ? [] : [kid],
    ...(segments !== undefined && { segments }),
  };
}

/** The ContentProtection that says the scheme (ISO/IEC 23009-1, 5.8.5.2). */
const MP4_PROTECTION = 'urn:mpeg:dash:mp4protection:2011';

function protectionLine(protection: ListedProtection): KeyLineDescription {
  const { schemeIdUri, value, defaultKid, kids = [], pssh, pro } = protection;
  const data = [
    ...pssh.flatMap((bytes) => readPsshBoxes(bytes).boxes.map(readPssh)),
    ...(pro ? [readPro(pro)] : []),
  ];
  const system = systemOfFormat(schemeIdUri);
  const all = [defaultKid, ...kids, ...data.flatMap((one) => one.kids)].filter((kid) => kid !== undefined);
  return {
    method: schemeIdUri === MP4_PROTECTION ? (value ?? 'cenc') : (system ?? schemeIdUri),
    ...(system !== undefined && { system }),
    kids: [...new Set(all)],
  };
}
