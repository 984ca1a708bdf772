/** A field of a protocol buffer: a number, or bytes. */
export interface ProtobufField {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/**
 * The fields of a message, in their order (Protocol Buffers, Encoding).
 * @throws RangeError where the bytes are none, as the end of a sentence
 */
export function readProtobuf(bytes: Uint8Array): ProtobufField[] {
  const fields: ProtobufField[] = [];
  let at = 0;
  /** Base 128, least significant group first. Above 2⁵³ it is not exact; no field that is read has that many. */
  const varint = (): number => {
    let value = 0;
    for (let group = 0; group < 10; group++) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('ends in the middle of a field');
      value += (byte & 0x7f) * 2 ** (7 * group);
      if (byte < 0x80) return value;
    }
    throw new RangeError('has a number of more than 64 bits');
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new RangeError('ends in the middle of a field');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    if (number === 0) throw new RangeError('has a field without a number');
    switch (tag % 8) {
      case 0:
        fields.push({ number, value: varint() });
        break;
      case 1:
        fields.push({ number, value: take(8) });
        break;
      case 2:
        fields.push({ number, value: take(varint()) });
        break;
      case 5:
        fields.push({ number, value: take(4) });
        break;
      default:
        throw new RangeError('has a field of a type that is none');
    }
  }
  return fields;
}
