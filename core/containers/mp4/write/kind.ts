import { type Box, box, fullBox } from '../../../base/box.ts';

/**
 * The roles of a track in `kind` boxes in its `udta` (ISO/IEC 14496-12, 8.10.4; CTA-5005, 4.7.2), for players that meet a file without
 * its manifest. None where nothing says what it is for: manifests say then what it is among its like.
 */
export const kindBoxes = (roles: readonly string[] = []): Box | Box[] =>
  roles.length === 0
    ? []
    : box(
        'udta',
        roles.map((role) => fullBox('kind', 0, 0, 'urn:mpeg:dash:role:2011\0', `${role}\0`)),
      );
