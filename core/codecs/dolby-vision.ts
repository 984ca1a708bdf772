import { fail } from '../errors.ts';

/** Boxes that hold a DOVIDecoderConfigurationRecord: of profiles up to 7, from 8 to 10, and later ones. */
const CONFIG_BOXES = ['dvcC', 'dvvC', 'dvwC'] as const;

/**
 * The codec string of a Dolby Vision sample entry (Dolby Vision Streams Within the ISO Base Media File Format): entry, profile, level,
 * `dvh1.05.06`. A stream that other decoders play too has a plain entry (`hvc1`) and that one's string.
 * @param boxes payloads of the boxes in the sample entry, by type
 * @param name how messages name the file
 * @throws PackagerError NOT_MEDIA when none of them is a Dolby Vision configuration
 */
export function dolbyVisionCodecString(
  entry: string,
  boxes: ReadonlyMap<string, Uint8Array>,
  name: string,
): string {
  const payload = CONFIG_BOXES.map((type) => boxes.get(type)).find((found) => found !== undefined);
  const [, , high, low] = payload ?? [];
  if (high === undefined || low === undefined) {
    throw fail.notMedia(
      name,
      `its Dolby Vision track ("${entry}") has no configuration (${CONFIG_BOXES.join(', ')}).`,
      'Make the file again with a muxer that knows Dolby Vision.',
    );
  }
  const profile = high >> 1;
  const level = ((high & 1) << 5) | (low >> 3);
  return [entry, twoDigits(profile), twoDigits(level)].join('.');
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');
