import type { AccessPoint, AccessPointReader } from '../access-point.ts';
import { nalUnitsOfHead } from './units.ts';

/** By the first slice of the sample. @param pictureOf what the first byte of a NAL unit says; `undefined`: no slice */
export const nalAccessPoints =
  (lengthSize: number, pictureOf: (header: number) => AccessPoint | undefined): AccessPointReader =>
  (head) => {
    for (const unit of nalUnitsOfHead(head, lengthSize)) {
      const picture = pictureOf(unit[0]!);
      if (picture) return picture;
    }
    return undefined;
  };
