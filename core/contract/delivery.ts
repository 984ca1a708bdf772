/** A manifest that a player reads. */
export type ManifestFormat = 'dash' | 'hls';

/** How media are encrypted, as players have to know it: a scheme of ISO/IEC 23001-7, or a METHOD of RFC 8216, 4.3.2.4. */
export type DeliveredEncryption = 'cenc' | 'cbcs' | 'sample-aes' | 'aes-128';

/** Bytes of the IV that each sample has (ISO/IEC 23001-7, 8.2: Per_Sample_IV_Size); or one for all samples under a key. */
export type DeliveredIv = 8 | 16 | 'constant';

/**
 * What a player has to be able to do to play what a mode writes: plain facts, on the mode's own word. A mode that writes several
 * manifests over its files has one of these for each.
 */
export interface Delivery {
  readonly manifest: ManifestFormat;
  readonly container: 'fmp4' | 'ts';
  readonly encryption: DeliveredEncryption;
  readonly iv: DeliveredIv;
  /** All segments of a rendition in one file, of which players fetch byte ranges; or each in a file of its own. */
  readonly files: 'single-file' | 'segments';
  /** Names of the DRM systems of which that manifest tells how to get the key. */
  readonly systems: readonly string[];
}
