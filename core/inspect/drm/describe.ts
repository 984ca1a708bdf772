import type { SystemData } from './system-data.ts';

/** A line of what DRM data say, for people: `key id`, `0001…`. */
export interface DrmFact {
  readonly name: string;
  readonly value: string;
}

/** What a DRM system is told, line by line: key ids first, then what only that system knows. */
export function describeSystem({ kids, widevine, playready, marlin, size, faults }: SystemData): DrmFact[] {
  const facts = [...kids.map((kid) => ['key id', kid] as const), ...widevineFacts(widevine)];
  facts.push(...playreadyFacts(playready));
  facts.push(...(marlin?.contentIds ?? []).map((id) => ['content id', id] as const));
  const isKnown = widevine ?? playready ?? marlin ?? (size === 0 ? 'nothing more' : undefined);
  if (isKnown === undefined) facts.push(['data', `${size} ${size === 1 ? 'byte' : 'bytes'} of its own`]);
  facts.push(...faults.map((fault) => ['fault', `it ${fault}`] as const));
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value: String(value) }]));
}

type Fact = readonly [name: string, value: string | number | undefined];

const widevineFacts = (data: SystemData['widevine']): Fact[] =>
  data
    ? [
        ['provider', data.provider],
        ['content id', data.contentId],
        ['track type', data.trackType],
        ['policy', data.policy],
        ['protection scheme', data.protectionScheme],
        ['crypto period', data.cryptoPeriodIndex],
        ['seconds of a crypto period', data.cryptoPeriodSeconds],
        ['type', data.type],
        ...data.groupIds.map((id): Fact => ['group', id]),
      ]
    : [];

const playreadyFacts = (data: SystemData['playready']): Fact[] =>
  data
    ? [
        ['header', data.version],
        ...data.keys.map((key): Fact => ['algorithm', key.algorithm]),
        ...data.keys.map(
          (key): Fact => ['checksum', key.checksum && Buffer.from(key.checksum).toString('hex')],
        ),
        ['LA_URL', data.licenseUrl],
        ['LUI_URL', data.luiUrl],
        ['DS_ID', data.domainServiceId],
        ['DECRYPTORSETUP', data.decryptorSetup],
        ['CUSTOMATTRIBUTES', data.customAttributes.length > 0 ? data.customAttributes.join(', ') : undefined],
        ['licence store', data.hasLicenseStore ? 'embedded' : undefined],
      ]
    : [];
