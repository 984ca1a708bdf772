import { type Box, box, fullBox, u8, u32 } from '../../../base/box.ts';
import { concat, view } from '../../../base/bytes.ts';
import { videoEntryChildren } from '../../../codecs/sample-entry.ts';
import type { CodedKind } from '../../../media/track.ts';
import { CBCS_PATTERN } from '../../../protection/cbcs.ts';

/** What `tenc` says of a track: the defaults of all its samples (ISO/IEC 23001-7, 8.2). */
export interface TrackEncryption {
  readonly scheme: 'cenc' | 'cbcs';
  /** default_KID, 16 bytes. */
  readonly keyId: Uint8Array;
  /** Bytes of the per-sample IV: 8 or 16; 0 with a constant IV. */
  readonly perSampleIvSize: 0 | 8 | 16;
  readonly constantIv?: Uint8Array;
  /** Encrypted and skipped blocks of the `cbcs` pattern. */
  readonly pattern?: readonly [crypt: number, skip: number];
}

/** What `tenc` says of a track that `createCencProtector` protects. */
export const cencEncryption = (keyId: Uint8Array): TrackEncryption => ({
  scheme: 'cenc',
  keyId,
  perSampleIvSize: 8,
});

/** What `tenc` says of a track that `createCbcsProtector` protects. */
export const cbcsEncryption = (kind: CodedKind, keyId: Uint8Array, iv: Uint8Array): TrackEncryption => ({
  scheme: 'cbcs',
  keyId,
  perSampleIvSize: 0,
  constantIv: iv,
  pattern: CBCS_PATTERN[kind],
});

/** SchemeVersion 1.0, as all schemes of ISO/IEC 23001-7 have it. */
const SCHEME_VERSION = 0x0001_0000;

/** Track Encryption box; version 1 where the scheme has a pattern. */
function tenc(encryption: TrackEncryption): Box {
  const version = encryption.scheme === 'cbcs' ? 1 : 0;
  return fullBox('tenc', version, 0, u8(0), encryptionFields(encryption));
}

/**
 * What `tenc` and the description of a sample group say in the same order (ISO/IEC 23001-7, 6 and 8.2), behind a first reserved
 * byte: pattern, whether it is protected, IV size, key id, constant IV.
 */
export function encryptionFields(encryption: TrackEncryption): Uint8Array {
  const { keyId, perSampleIvSize, constantIv, pattern = [0, 0] } = encryption;
  const constant = constantIv ? concat([u8(constantIv.length), constantIv]) : new Uint8Array();
  const [crypt, skip] = pattern;
  return concat([
    u8(crypt * 16 + skip), // reserved in a `tenc` of version 0
    u8(1), // isProtected
    u8(perSampleIvSize),
    keyId,
    constant,
  ]);
}

/** Configurations of other layers (ISO/IEC 14496-15): their slices are left out where samples are protected. */
const LAYER_CONFIGS: ReadonlySet<string> = new Set(['lhvC', 'mvcC', 'svcC', 'mvdC', 'a3dC']);
/** What goes with them: which eye each view is for. Without them it speaks of both views in one picture, and stays. */
const STEREO_VIEWS = 'vexu';

/**
 * The fields and children of a sample entry, without what speaks of other layers than the base layer: these are not in the
 * samples of a protected track (`baseLayerOf`), whichever of its segments stay clear.
 */
function baseLayerEntry(original: Uint8Array): Uint8Array {
  const { fields, children } = videoEntryChildren(original);
  const layers = children.filter(({ type }) => LAYER_CONFIGS.has(type));
  if (layers.length === 0) return original.subarray(8);
  const kept = children.filter((child) => !layers.includes(child) && child.type !== STEREO_VIEWS);
  return concat([fields, ...kept.map(({ start, end }) => original.subarray(start, end))]);
}

const fieldsAndChildren = (original: Uint8Array, kind: CodedKind): Uint8Array =>
  kind === 'video' ? baseLayerEntry(original) : original.subarray(8);

const typeOf = (entry: Uint8Array): string => view(entry).toString('latin1', 4, 8);

/** The sample entry for those segments of a protected track that stay clear: the original. */
export const clearSampleEntry = (original: Uint8Array, kind: CodedKind): Box =>
  box(typeOf(original), fieldsAndChildren(original, kind));

/**
 * The sample entry of a protected track (ISO/IEC 14496-12, 8.12): the original with `encv` or `enca` as its type, its
 * children in place, and one `sinf` appended.
 */
export function protectedSampleEntry(
  original: Uint8Array,
  kind: CodedKind,
  encryption: TrackEncryption,
): Box {
  const sinf = box(
    'sinf',
    box('frma', typeOf(original)),
    fullBox('schm', 0, 0, encryption.scheme, u32(SCHEME_VERSION)),
    box('schi', tenc(encryption)),
  );
  return box(kind === 'video' ? 'encv' : 'enca', fieldsAndChildren(original, kind), sinf);
}
