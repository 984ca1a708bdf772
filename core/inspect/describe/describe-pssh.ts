import { readPsshBoxes } from '../drm/pssh-boxes.ts';
import { readPssh, type SystemData } from '../drm/system-data.ts';
import type { PsshFacts } from '../mp4/facts.ts';
import type { NamedValue, PsshDescription } from './description.ts';

/** More in one file are counted, and not looked into. */
const MOST = 1000;

/** Collects the `pssh` boxes of a file, each once however often it is repeated. */
export class PsshList {
  readonly #found = new Map<string, { readonly facts: PsshFacts; count: number }>();

  add(boxes: readonly PsshFacts[]): void {
    for (const facts of boxes) {
      const same = Buffer.from(facts.bytes).toString('latin1');
      const known = this.#found.get(same);
      if (known) known.count += 1;
      else if (this.#found.size < MOST) this.#found.set(same, { facts, count: 1 });
    }
  }

  all(): PsshDescription[] {
    return [...this.#found.values()].map(({ facts, count }) => describePssh(facts, count));
  }
}

function describePssh({ bytes, version, position, kids }: PsshFacts, count: number): PsshDescription {
  const { boxes, fault } = readPsshBoxes(bytes);
  const [box] = boxes;
  const place = { version, offset: position, count };
  if (!box) return { ...place, systemId: '', kids, facts: [], faults: fault === undefined ? [] : [fault] };
  const data = readPssh(box);
  return {
    ...place,
    systemId: box.systemId,
    ...(data.system !== undefined && { system: data.system }),
    kids: data.kids,
    facts: factsOf(data),
    faults: data.faults,
  };
}

function factsOf({ widevine, playready, size }: SystemData): NamedValue[] {
  const given = (
    pairs: readonly (readonly [name: string, value: string | number | undefined])[],
  ): NamedValue[] =>
    pairs.flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, String(value)] as const],
    );
  if (widevine)
    return given([
      ['provider', widevine.provider],
      ['content id', widevine.contentId],
      ['track type', widevine.trackType],
      ['policy', widevine.policy],
      ['scheme', widevine.protectionScheme],
      ['type', widevine.type],
      ['crypto period', widevine.cryptoPeriodIndex],
      ['crypto period seconds', widevine.cryptoPeriodSeconds],
      ['groups', widevine.groupIds.join(', ')],
      ['other fields', widevine.otherFields.join(', ')],
    ]);
  if (playready)
    return given([
      ['header version', playready.version],
      ['LA_URL', playready.licenseUrl],
      ['LUI_URL', playready.luiUrl],
      ['DS_ID', playready.domainServiceId],
      ['DECRYPTORSETUP', playready.decryptorSetup],
      ['algorithms', [...new Set(playready.keys.flatMap(({ algorithm }) => algorithm ?? []))].join(', ')],
      ['custom attributes', playready.customAttributes.join(', ')],
      ['licence store', playready.hasLicenseStore ? 'embedded' : undefined],
    ]);
  return size > 0 ? [['data', `${size} bytes`]] : [];
}
