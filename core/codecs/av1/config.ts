import { BitstreamError } from '../../base/bit-reader.ts';
import { fail } from '../../base/errors.ts';
import { Av1BitReader } from './bit-reader.ts';
import { OBU, readObu } from './obu.ts';
import { readSequenceHeader, type SequenceHeader } from './sequence-header.ts';

/** AV1CodecConfigurationRecord: the payload of `av1C` (AV1 Codec ISO Media File Format Binding, 2.3). */
export interface Av1Config {
  readonly profile: number;
  /** seq_level_idx and seq_tier of the first operating point. */
  readonly level: number;
  readonly highTier: boolean;
  /** 8, 10 or 12. */
  readonly bitDepth: number;
  readonly monochrome: boolean;
  readonly subsamplingX: number;
  readonly subsamplingY: number;
  readonly chromaSamplePosition: number;
  /** Of its OBUs the sequence header, if it has one: else it is in the samples alone. */
  readonly sequenceHeader: SequenceHeader | undefined;
}

/** Marker bit and version 1. */
const MARKER_AND_VERSION = 0x81;
/** Bytes in front of the OBUs. */
const HEAD_BYTES = 4;

/**
 * Parse the payload of an `av1C` box.
 * @param name how messages name the file
 * @throws PackagerError NOT_MEDIA when it is cut short, of another version, or has a damaged sequence header
 */
export function parseAv1Config(payload: Uint8Array, name: string): Av1Config {
  const broken = (reason: string) =>
    fail.notMedia(name, `its AV1 configuration (av1C) ${reason}.`, 'Make the file again with the encoder.');
  if (payload.length < HEAD_BYTES) throw broken('is cut short');
  if (payload[0] !== MARKER_AND_VERSION) throw broken('has an unknown version');
  try {
    const bits = new Av1BitReader(payload, 1);
    const profile = bits.read(3);
    const level = bits.read(5);
    const highTier = bits.flag();
    const highBitDepth = bits.flag();
    const twelveBit = bits.flag();
    return {
      profile,
      level,
      highTier,
      bitDepth: twelveBit ? 12 : highBitDepth ? 10 : 8,
      monochrome: bits.flag(),
      subsamplingX: bits.read(1),
      subsamplingY: bits.read(1),
      chromaSamplePosition: bits.read(2),
      sequenceHeader: findSequenceHeader(payload),
    };
  } catch (cause) {
    if (cause instanceof BitstreamError) throw broken(`has an OBU that ${cause.message}`);
    throw cause;
  }
}

function findSequenceHeader(payload: Uint8Array): SequenceHeader | undefined {
  for (let at = HEAD_BYTES; at < payload.length; ) {
    const { type, start, end } = readObu(payload, at, payload.length);
    if (type === OBU.sequenceHeader) return readSequenceHeader(new Av1BitReader(payload, start, end));
    at = end;
  }
  return undefined;
}
