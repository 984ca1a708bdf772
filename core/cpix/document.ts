import type { HdcpLevel } from '../keys/signalling.ts';
import type { UsageRule } from './usage-rules.ts';

/** What a CPIX document says (DASH-IF CPIX 2.3, 5). Plain values, but for secrets: those hide in functions. */
export interface CpixDocument {
  /** What the keys are for (CPIX 2.3 and later). */
  readonly contentId: string | undefined;
  /** The document's own id; before CPIX 2.3, and in what was made of that, that of the content. */
  readonly id: string | undefined;
  readonly keys: readonly CpixKey[];
  readonly systems: readonly CpixDrmSystem[];
  readonly periods: readonly CpixPeriod[];
  readonly rules: readonly UsageRule[];
  /** For each recipient: how the content keys are encrypted. Empty: they are in the clear. */
  readonly delivery: readonly DeliveryData[];
}

/** A `ContentKey` element. */
export interface CpixKey {
  /** UUID in lower case. */
  readonly kid: string;
  /** `explicitIV`, 16 bytes. */
  readonly iv: Uint8Array | undefined;
  /** `commonEncryptionScheme`, in lower case. */
  readonly scheme: string | undefined;
  /** The root key that this one depends on, in lower case. */
  readonly dependsOn: string | undefined;
  /** `HDCPData@HLSHDCPLevel` (CPIX 2.4): what outputs need at least. */
  readonly hdcpLevel: HdcpLevel | undefined;
  /** The key's value as the document holds it; `undefined`: it has none. Secret. */
  readonly secret: (() => PlainSecret | EncryptedSecret) | undefined;
}

/** A content key as its bytes, in Base64. */
export interface PlainSecret {
  readonly type: 'plain';
  /** Base64. */
  readonly value: string;
}

/** A content key that is encrypted for the recipients of its document. */
export interface EncryptedSecret {
  readonly type: 'encrypted';
  /** An XML Encryption URI. */
  readonly algorithm: string | undefined;
  /** IV, then ciphertext. */
  readonly cipherValue: Uint8Array;
  readonly mac: Uint8Array | undefined;
}

/** A `DRMSystem` element: what one DRM system has to be told about one key. Base64 as the document has it. */
export interface CpixDrmSystem {
  /** UUID in lower case. */
  readonly systemId: string;
  /** UUID in lower case. */
  readonly kid: string;
  readonly pssh: string | undefined;
  readonly contentProtectionData: string | undefined;
  readonly hls: readonly HlsSignalling[];
  /** Text of `URIExtXKey`; with some systems that is the key itself, so it is kept out of sight. */
  readonly uriExtXKey: () => string | undefined;
  readonly keyFormat: string | undefined;
  readonly keyFormatVersions: string | undefined;
  /** `HLSAllowedCPC` (CPIX 2.4): labels of content protection configurations, separated by commas. */
  readonly allowedCpc: string | undefined;
}

/** Lines for playlists, as a key document gives them. */
export interface HlsSignalling {
  /** `undefined`: the document leaves it to the tag in the text. */
  readonly playlist: 'media' | 'master' | undefined;
  readonly text: string;
}

/** A crypto period of a key document (CPIX 2.3, ContentKeyPeriod): by its index, or by time. */
export interface CpixPeriod {
  readonly id: string;
  readonly index: number | undefined;
  /** Seconds from the start of the content; `end` is not part of it. */
  readonly time?: { readonly start: number; readonly end: number } | undefined;
  /** Why nobody can say which part of a title it is, though it may be valid elsewhere; `undefined`: one can. */
  readonly obstacle?: string | undefined;
}

/** A `DeliveryData` element: for one recipient, keys encrypted with that one's public key. */
export interface DeliveryData {
  /** DER. */
  readonly certificate: Uint8Array | undefined;
  readonly documentKeys: readonly DocumentKey[];
  /** The key of the MAC. */
  readonly mac: { readonly algorithm: string | undefined; readonly key: WrappedKey } | undefined;
}

/** The key that encrypts the content keys of a document, for one recipient. */
export interface DocumentKey {
  readonly algorithm: string | undefined;
  /** The content keys that it encrypts (CPIX 2.4); empty: all that no other names. */
  readonly kids: readonly string[];
  readonly key: WrappedKey;
}

/** A key encrypted with a public key. */
export interface WrappedKey {
  readonly algorithm: string | undefined;
  readonly cipherValue: Uint8Array;
}
