import type { RbspReader } from '../../base/bit-reader.ts';

/** payloadType of SEI messages, which H.264 and H.265 share (ITU-T H.264, D.1.1; H.265, D.2.1). */
export const SEI = { recoveryPoint: 6, alternativeTransferCharacteristics: 147 } as const;

/**
 * Read sei_rbsp() up to the payload of the first message of a type.
 * @param reader opened behind the NAL unit header
 * @throws BitstreamError when there is none
 */
export function seekSeiMessage(reader: RbspReader, type: number): void {
  for (;;) {
    const [found, size] = [readLength(reader), readLength(reader)];
    if (found === type) return;
    reader.skip(8 * size);
  }
}

/** payload_type and payload_size: bytes of 255, then one that is less, added up. */
function readLength(reader: RbspReader): number {
  let value = 0;
  for (;;) {
    const byte = reader.bits(8);
    value += byte;
    if (byte < 255) return value;
  }
}
