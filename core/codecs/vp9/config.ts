import { viewOf } from '../../base/bytes.ts';
import { fail } from '../../base/errors.ts';

/** VPCodecConfigurationRecord: the payload of `vpcC` (VP Codec ISO Media File Format Binding). */
export interface Vp9Config {
  readonly profile: number;
  /** Ten times the level, as in 41 for 4.1; 0 in files of old muxers that did not know it. */
  readonly level: number;
  /** 8, 10 or 12. */
  readonly bitDepth: number;
  /** 0 and 1: 4:2:0, 2: 4:2:2, 3: 4:4:4. */
  readonly chromaSubsampling: number;
  readonly fullRange: boolean;
  /** ISO/IEC 23091-4 code points. */
  readonly colourPrimaries: number;
  readonly transferCharacteristics: number;
  readonly matrixCoefficients: number;
}

/** Up to codecInitializationDataSize. */
const LEAST_BYTES = 12;

/**
 * Parse the payload of a `vpcC` box.
 * @param name how messages name the file
 * @throws PackagerError NOT_MEDIA when it is cut short or of another version
 */
export function parseVp9Config(payload: Uint8Array, name: string): Vp9Config {
  const broken = (reason: string) =>
    fail.notMedia(name, `its VP9 configuration (vpcC) ${reason}.`, 'Make the file again with the encoder.');
  if (payload.length < LEAST_BYTES) throw broken('is cut short');
  const view = viewOf(payload);
  const version = view.getUint8(0);
  if (version !== 1) throw broken(`has version ${version} instead of 1`);
  const format = view.getUint8(6);
  return {
    profile: view.getUint8(4),
    level: view.getUint8(5),
    bitDepth: format >> 4,
    chromaSubsampling: (format >> 1) & 7,
    fullRange: (format & 1) === 1,
    colourPrimaries: view.getUint8(7),
    transferCharacteristics: view.getUint8(8),
    matrixCoefficients: view.getUint8(9),
  };
}
