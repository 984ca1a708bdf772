import type { RbspReader } from '../../base/bit-reader.ts';

/** payloadType of SEI messages, which H.264 and H.265 share (ITU-T H.264, D.1.1; H.265, D.2.1). */
export const SEI = {
  registeredUserData: 4,
  recoveryPoint: 6,
  alternativeTransferCharacteristics: 147,
} as const;

/**
 * Read sei_rbsp() up to the payload of the first message of a type.
 * @param reader opened behind the NAL unit header
 * @returns false when there is none with a payload: nothing is thrown, as nearly every unit is one of others
 */
export function seekSeiMessage(reader: RbspReader, type: number): boolean {
  while (!reader.isOver) {
    const [found, size] = [readLength(reader), readLength(reader)];
    if (found === type) return !reader.isOver;
    for (let n = 0; n < size && !reader.isOver; n++) reader.skip(8);
  }
  return false;
}

/**
 * The payloads of all messages of a type in sei_rbsp(), without emulation prevention; one that is cut short is none.
 * @param reader opened behind the NAL unit header
 */
export function* seiPayloads(reader: RbspReader, type: number): Generator<Uint8Array> {
  while (!reader.isOver) {
    const [found, size] = [readLength(reader), readLength(reader)];
    const payload: number[] = [];
    for (let n = 0; n < size && !reader.isOver; n++) {
      const byte = reader.bits(8);
      if (found === type) payload.push(byte);
    }
    if (found === type && payload.length === size) yield Uint8Array.from(payload);
  }
}

/** payload_type and payload_size: bytes of 255, then one that is less, added up. */
function readLength(reader: RbspReader): number {
  let value = 0;
  while (!reader.isOver) {
    const byte = reader.bits(8);
    value += byte;
    if (byte < 255) break;
  }
  return value;
}
