import { type BoxSpan, childBoxes, payloadOf } from '../../../base/box-walk.ts';
import { kindsOfRole, ROLES, type Role } from '../../../media/roles.ts';
import { type SoundUse, soundUse } from '../../../media/sound-use.ts';
import { type TextUse, textUse } from '../../../media/text-use.ts';

const DASH_ROLES = 'urn:mpeg:dash:role:2011';
/** ETSI TS 103 285, 6.1.2: 1 is for who does not see, 2 for who does not hear well. */
const PURPOSES: Readonly<Record<string, string>> = {
  'urn:tva:metadata:cs:AudioPurposeCS:2007 1': 'description',
  'urn:tva:metadata:cs:AudioPurposeCS:2007 2': 'enhanced-audio-intelligibility',
};
/** Version and flags of a FullBox. */
const FULL = 4;

/**
 * What a track is for: values of `urn:mpeg:dash:role:2011` in the `kind` boxes of its `udta` (ISO/IEC 14496-12, 8.10.4). What other
 * schemes say is left to those who know them.
 * @param udta of the track
 */
export function readTrackKinds(bytes: Uint8Array, udta: BoxSpan | undefined): string[] {
  if (!udta) return [];
  return userData(bytes, udta).flatMap((child) => {
    if (child.type !== 'kind') return [];
    const [scheme = '', value = ''] = Buffer.from(payloadOf(bytes, child).subarray(FULL))
      .toString('utf8')
      .split('\0');
    const purpose = PURPOSES[`${scheme} ${value}`];
    return scheme === DASH_ROLES ? [value] : purpose === undefined ? [] : [purpose];
  });
}

/** QuickTime ends a list of user data with a zero of 32 bits, and what is wrong with what users say is no reason to refuse a film. */
function userData(bytes: Uint8Array, { payload, end }: BoxSpan): readonly BoxSpan[] {
  const hasZero = end - payload >= 4 && bytes.subarray(end - 4, end).every((byte) => byte === 0);
  for (const to of hasZero ? [end, end - 4] : [end]) {
    try {
      return childBoxes(bytes, payload, to);
    } catch {
      // Not boxes throughout.
    }
  }
  return [];
}

/** Which of two like tracks players start with is the title's to say. */
const SAID_BY_TITLE: ReadonlySet<string> = new Set(['main', 'subtitle']);

const rolesFor = (kind: 'audio' | 'text', kinds: readonly string[]): string[] =>
  kinds.filter((role) => isRole(role) && kindsOfRole(role).includes(kind) && !SAID_BY_TITLE.has(role));

const isRole = (role: string): role is Role => Object.hasOwn(ROLES, role);

/** What sound is for. Of sound for who does not hear well some say that it is a `caption`. */
export const soundUseOf = (kinds: readonly string[]): SoundUse =>
  soundUse({
    roles: rolesFor('audio', kinds),
    isForHearing: kinds.includes('enhanced-audio-intelligibility') || kinds.includes('caption'),
  });

/** What text is for. @param isForced its samples say so */
export const textUseOf = (kinds: readonly string[], isForced: boolean): TextUse =>
  textUse({ roles: rolesFor('text', kinds), isForced, isSdh: kinds.includes('caption') });
