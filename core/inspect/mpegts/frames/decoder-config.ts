import { concat } from '../../../base/bytes.ts';

const TAG = { es: 3, decoderConfig: 4, specificInfo: 5, slConfig: 6 } as const;
/** streamType audio, upStream 0, reserved 1. */
const AUDIO_STREAM = 0x15;

/** The payload of an `esds` box (ISO/IEC 14496-14, 5.6): what MP4 would say of a stream that says it in its frames. */
export function decoderConfig(objectType: number, specific: Uint8Array): Uint8Array {
  const info = specific.length > 0 ? descriptor(TAG.specificInfo, specific) : specific;
  // bufferSizeDB, maxBitrate and avgBitrate are not known.
  const config = descriptor(
    TAG.decoderConfig,
    concat([Uint8Array.of(objectType, AUDIO_STREAM), new Uint8Array(11), info]),
  );
  const sl = descriptor(TAG.slConfig, Uint8Array.of(2));
  return concat([new Uint8Array(4), descriptor(TAG.es, concat([new Uint8Array(3), config, sl]))]);
}

const descriptor = (tag: number, content: Uint8Array): Uint8Array =>
  concat([Uint8Array.of(tag, content.length), content]);
