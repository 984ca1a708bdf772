import { toHex, viewOf } from '../../../base/bytes.ts';
import { av1String } from './av1.ts';
import { soundString } from './sound.ts';

/** What a codec string is made of. */
export interface CodecSource {
  /** Payload of the configuration box. */
  readonly config: Uint8Array;
  /** Payload of `dvcC`, `dvvC` or `dvwC`. */
  readonly vision: Uint8Array | undefined;
  /** Payload of `colr`. */
  readonly colour: Uint8Array | undefined;
}

/**
 * The `codecs` parameter of RFC 6381 for a sample entry; `undefined` where its format is unknown, or its configuration too short.
 * @param format four characters of the clear format
 */
export function codecString(format: string, { config, vision, colour }: CodecSource): string | undefined {
  switch (format) {
    case 'avc1':
    case 'avc2':
    case 'avc3':
    case 'avc4':
      return config.length < 4 ? undefined : `${format}.${toHex(config.subarray(1, 4)).toUpperCase()}`;
    case 'hvc1':
    case 'hev1':
      return hevcString(format, config);
    case 'dvh1':
    case 'dvhe':
    case 'dva1':
    case 'dvav':
    case 'dav1':
      return visionString(format, vision);
    case 'av01':
      return av1String(config, colour);
    case 'vp08':
    case 'vp09':
      return vpString(format, config);
    case 'mp4v':
    case 'mp4a':
    case 'ac-4':
    case 'mha1':
    case 'mha2':
    case 'mhm1':
    case 'mhm2':
      return soundString(format, config);
    case 'ac-3':
    case 'ec-3':
    case 'Opus':
    case 'fLaC':
    case 'alac':
    case 'dtsc':
    case 'dtse':
    case 'dtsh':
    case 'dtsl':
    case 'dtsx':
    case 'wvtt':
    case 'stpp':
    case 'tx3g':
      return format;
    case '.mp3':
      return 'mp4a.6B';
    default:
      return undefined;
  }
}

/** ISO/IEC 14496-15, E.3: profile space and profile, compatibility with its bits reversed, tier and level, constraints. */
function hevcString(format: string, config: Uint8Array): string | undefined {
  if (config.length < 13) return undefined;
  const view = viewOf(config);
  const profile = config[1]!;
  const space = ['', 'A', 'B', 'C'][profile >> 6]!;
  let compatibility = 0;
  for (let bit = 0, flags = view.getUint32(2); bit < 32; bit++, flags >>>= 1)
    compatibility = (compatibility << 1) | (flags & 1);
  const constraints = [...config.subarray(6, 12)];
  while (constraints.at(-1) === 0) constraints.pop();
  const hex = (value: number): string => value.toString(16).toUpperCase();
  return [
    format,
    `${space}${profile & 31}`,
    hex(compatibility >>> 0),
    `${profile & 32 ? 'H' : 'L'}${config[12]}`,
    ...constraints.map(hex),
  ].join('.');
}

/** Dolby Vision Streams Within the ISO Base Media File Format, 4: profile and level. */
function visionString(format: string, record: Uint8Array | undefined): string | undefined {
  if (!record || record.length < 4) return undefined;
  const level = ((record[2]! & 1) << 5) | (record[3]! >> 3);
  return [format, ...[record[2]! >> 1, level].map(twoDigits)].join('.');
}

/** Chroma on the luma samples, BT.709 in its limited range: what a string without its tail means. */
const VP_DEFAULTS = '01.01.01.01.00';

/** VP Codec ISO Media File Format Binding, "Codecs Parameter String". */
function vpString(format: string, config: Uint8Array): string | undefined {
  const [, , , , profile, level, packed, primaries, transfer, matrix] = config;
  if (matrix === undefined || packed === undefined) return undefined;
  const head = [format, ...[profile!, level!, packed >> 4].map(twoDigits)].join('.');
  const tail = [(packed >> 1) & 7, primaries!, transfer!, matrix, packed & 1].map(twoDigits).join('.');
  return tail === VP_DEFAULTS ? head : `${head}.${tail}`;
}

export const twoDigits = (value: number): string => `${value}`.padStart(2, '0');
