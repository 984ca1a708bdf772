import { BitstreamError } from '../../base/bit-reader.ts';
import { concat } from '../../base/bytes.ts';
import { Av1BitReader } from './bit-reader.ts';
import { OBU, readObu } from './obu.ts';
import { readSequenceHeader } from './sequence-header.ts';

/**
 * The payload of `av1C` (AV1 Codec ISO Media File Format Binding, 2.3) by the sequence header of a temporal unit that decoding
 * can start with.
 * @throws BitstreamError when there is none in it
 */
export function av1ConfigOf(temporalUnit: Uint8Array): Uint8Array {
  for (let at = 0; at < temporalUnit.length; ) {
    const { type, start, end } = readObu(temporalUnit, at, temporalUnit.length);
    if (type === OBU.sequenceHeader) return buildConfig(temporalUnit.subarray(start, end));
    at = end;
  }
  throw new BitstreamError('does not begin with a sequence header');
}

function buildConfig(payload: Uint8Array): Uint8Array {
  const header = readSequenceHeader(new Av1BitReader(payload, 0, payload.length));
  const { profile, level, highTier, bitDepth, monochrome } = header;
  const { subsamplingX, subsamplingY, chromaSamplePosition } = header;
  const flags = [highTier, bitDepth > 8, bitDepth === 12, monochrome, subsamplingX, subsamplingY];
  const format = flags.reduce<number>((bits, flag) => bits * 2 + Number(flag), 0) * 4 + chromaSamplePosition;
  // marker and version 1; no initial_presentation_delay; the OBU with its size
  const head = Uint8Array.of(0x81, (profile << 5) | level, format, 0, (OBU.sequenceHeader << 3) | 2);
  return concat([head, leb128(payload.length), payload]);
}

/** leb128() (AV1 specification, 4.10.5). */
function leb128(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
