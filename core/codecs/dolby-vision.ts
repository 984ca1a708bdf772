import { fail } from '../base/errors.ts';
import { UNSPECIFIED } from './picture-format.ts';

/** Boxes that hold a DOVIDecoderConfigurationRecord: of profiles up to 7, from 8 to 10, and later ones. */
export const CONFIG_BOXES = ['dvcC', 'dvvC', 'dvwC'] as const;

interface DolbyVisionConfig {
  readonly profile: number;
  readonly level: number;
  /** dv_bl_signal_compatibility_id: what the base layer is for other decoders; 0: nothing. */
  readonly compatibility: number;
}

/** @param boxes payloads of the boxes in the sample entry, by type */
function parseConfig(boxes: ReadonlyMap<string, Uint8Array>): DolbyVisionConfig | undefined {
  const payload = CONFIG_BOXES.map((type) => boxes.get(type)).find((found) => found !== undefined);
  const [, , high, low, compatibility = 0] = payload ?? [];
  if (high === undefined || low === undefined) return undefined;
  return {
    profile: high >> 1,
    level: ((high & 1) << 5) | (low >> 3),
    compatibility: compatibility >> 4,
  };
}

/** What of a Dolby Vision configuration decides how a stream is described to others. */
export interface DolbyVisionUse {
  readonly profile: number;
  /** The base layer is made for decoders of Dolby Vision alone: any other shows it in wrong colours. */
  readonly isAlone: boolean;
}

/**
 * @param boxes payloads of the boxes in the sample entry, by type
 * @returns `undefined` without a configuration that can be read
 */
export function dolbyVisionUse(boxes: ReadonlyMap<string, Uint8Array>): DolbyVisionUse | undefined {
  const config = parseConfig(boxes);
  return config && { profile: config.profile, isAlone: config.compatibility === 0 };
}

const codecString = (entry: string, { profile, level }: DolbyVisionConfig): string =>
  [entry, twoDigits(profile), twoDigits(level)].join('.');

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
  const config = parseConfig(boxes);
  if (config) return codecString(entry, config);
  throw fail.notMedia(
    name,
    `its Dolby Vision track ("${entry}") has no configuration (${CONFIG_BOXES.join(', ')}).`,
    'Make the file again with a muxer that knows Dolby Vision.',
  );
}

/** TransferCharacteristics (ISO/IEC 23091-2, 8.2) of BT.709. */
const SDR = 1;

/** What a base layer is, by dv_bl_signal_compatibility_id: HDR10, SDR, HLG. Its brand in playlists, and its TransferCharacteristics. */
const BASE_LAYERS: Readonly<Record<number, { readonly brand: string; readonly transfer: number }>> = {
  1: { brand: 'db1p', transfer: 16 },
  2: { brand: 'db2g', transfer: SDR },
  4: { brand: 'db4h', transfer: 18 },
};

/** HLG whose transfer characteristics are written as those of BT.2020, which decoders without HLG take for SDR. */
const HLG_AS_SDR = { compatibility: 4, transfer: 14, brand: 'db4g' } as const;

/**
 * TransferCharacteristics of the base layer by the configuration of Dolby Vision, for a stream that does not say them itself.
 * @param boxes payloads of the boxes in the sample entry, by type
 */
export const dolbyVisionTransfer = (boxes: ReadonlyMap<string, Uint8Array>): number | undefined =>
  BASE_LAYERS[parseConfig(boxes)?.compatibility ?? 0]?.transfer;

/**
 * What a stream under a plain entry is for decoders of Dolby Vision, as SUPPLEMENTAL-CODECS of playlists puts it
 * (rfc8216bis, 4.4.6.2): `dvh1.08.07/db4h`. `undefined` for a stream without Dolby Vision, and where that is in the entry; for one
 * whose base layer is said to be HDR10 or HLG, and is not by its own code points: Apple's devices take `db1p` with PQ and `db4h` with
 * HLG alone.
 * @param own the sample entry of Dolby Vision that its plain one stands for
 * @param boxes payloads of the boxes in the sample entry, by type
 * @param transfer TransferCharacteristics (ISO/IEC 23091-2) of the base layer, where they are known
 */
export function dolbyVisionSupplement(
  own: string | undefined,
  boxes: ReadonlyMap<string, Uint8Array>,
  transfer = UNSPECIFIED,
): string | undefined {
  const config = parseConfig(boxes);
  const base = config && BASE_LAYERS[config.compatibility];
  if (!own || !config || !base) return undefined;
  const isAsSdr = config.compatibility === HLG_AS_SDR.compatibility && transfer === HLG_AS_SDR.transfer;
  const isSaid = transfer !== UNSPECIFIED && base.transfer !== SDR;
  if (!isAsSdr && isSaid && transfer !== base.transfer) return undefined;
  return `${codecString(own, config)}/${isAsSdr ? HLG_AS_SDR.brand : base.brand}`;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');
