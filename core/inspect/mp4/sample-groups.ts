import type { SampleProtection } from '../model/media-track.ts';
import type { Box } from './box.ts';
import type { GroupFacts } from './facts.ts';
import { readEncryption } from './protection.ts';

/** Descriptions of `seig` groups, and which one is for samples of none. */
export interface SeigDescriptions {
  readonly protections: readonly SampleProtection[];
  /** default_group_description_index, from 1; 0: there is none. */
  readonly byDefault: number;
}

export const NO_DESCRIPTIONS: SeigDescriptions = { protections: [], byDefault: 0 };

/** group_description_index of the first description in the `traf` itself (ISO/IEC 14496-12, 8.9.4). */
const FIRST_LOCAL = 0x1_0001;

/**
 * The `sgpd` of `seig` among the boxes of `stbl` or `traf` (ISO/IEC 14496-12, 8.9.3; 23001-7, 6).
 * @param scheme of the sample entry
 */
export function readSeigDescriptions(
  boxes: readonly Box[],
  scheme: SampleProtection['scheme'],
): SeigDescriptions {
  const box = boxes.find((child) => child.type === 'sgpd' && groupingType(child) === 'seig');
  if (!box) return NO_DESCRIPTIONS;
  const { version, fields } = box.fullFields();
  fields.skip(4);
  const defaultLength = version > 0 ? fields.u32() : 0;
  const byDefault = version > 1 ? fields.u32() : 0;
  const protections: SampleProtection[] = [];
  for (let left = fields.u32(); left > 0; left--) {
    const length = version > 0 && defaultLength === 0 ? fields.u32() : defaultLength;
    const start = fields.at;
    fields.skip(1);
    protections.push(readEncryption(fields, scheme, true));
    const read = fields.at - start;
    if (version === 0) continue;
    if (read > length)
      throw fields.damage(`has a description of ${length} bytes in "sgpd", which has ${read}`);
    fields.skip(length - read);
  }
  return { protections, byDefault };
}

/** More runs than there are samples in a day. */
const MOST_GROUPS = 2 ** 22;

/** The runs of the `sbgp` of `seig` (ISO/IEC 14496-12, 8.9.2). @param local those of the `traf` itself */
export function readGroups(
  boxes: readonly Box[],
  shared: SeigDescriptions,
  local: SeigDescriptions,
): GroupFacts[] {
  const box = boxes.find((child) => child.type === 'sbgp' && groupingType(child) === 'seig');
  if (!box) return [];
  const { version, fields } = box.fullFields();
  fields.skip(version === 1 ? 8 : 4);
  const count = fields.u32();
  if (fields.left < count * 8 || count > MOST_GROUPS) throw box.damage(`has a "sbgp" of ${count} rows`);
  const groups: GroupFacts[] = [];
  for (let row = 0; row < count; row++) {
    const samples = fields.u32();
    const description = fields.u32();
    groups.push({ samples, description, protection: described(description, shared, local) });
  }
  return groups;
}

function described(
  index: number,
  shared: SeigDescriptions,
  local: SeigDescriptions,
): SampleProtection | undefined {
  if (index >= FIRST_LOCAL) return local.protections[index - FIRST_LOCAL];
  return shared.protections[index - 1];
}

/** Of `sgpd` and `sbgp`. */
export const groupingType = (box: Box): string => box.fullFields().fields.fourCC();
