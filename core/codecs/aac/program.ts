import { BitstreamError } from '../../base/bit-reader.ts';
import { type BitField, packBits } from '../../base/pack-bits.ts';
import { BitReader } from '../../base/plain-bit-reader.ts';
import { readProgramFields } from './channels.ts';

/** id_syn_ele (ISO/IEC 14496-3, table 4.85) of what may be in front of the sound. */
const [DATA_STREAM, PROGRAM_CONFIG, FILL] = [4, 5, 6] as const;
/** A count of 15, or of 255, goes on in the next byte. */
const [LONG_FILL, LONG_DATA] = [15, 255] as const;

/**
 * The program config element of a raw_data_block(), which lists the channels where nothing else says them (ISO/IEC 14496-3,
 * 4.4.1.1): its fields up to the comment. `undefined` when the block begins with sound.
 * @throws BitstreamError when it is cut short, or lists no channels
 */
export function findProgramConfig(block: Uint8Array): BitField[] | undefined {
  const bits = new BitReader(block);
  for (;;) {
    const element = bits.read(3);
    if (element === PROGRAM_CONFIG) return readFields(bits, block);
    if (element === FILL) {
      const count = bits.read(4);
      bits.skip(8 * (count === LONG_FILL ? count + bits.read(8) - 1 : count));
    } else if (element === DATA_STREAM) skipDataStream(bits);
    else return undefined;
  }
}

function readFields(bits: BitReader, block: Uint8Array): BitField[] {
  const start = 8 * block.length - bits.left;
  if (readProgramFields(bits) === undefined)
    throw new BitstreamError('has a program config element without channels');
  const end = 8 * block.length - bits.left;
  const again = new BitReader(block);
  again.skip(start);
  return Array.from({ length: end - start }, () => [again.read(1), 1] as const);
}

/** data_stream_element(); its alignment counts from the start of the block. */
function skipDataStream(bits: BitReader): void {
  bits.read(4); // element_instance_tag
  const isAligned = bits.flag();
  const count = bits.read(8);
  const more = count === LONG_DATA ? bits.read(8) : 0;
  if (isAligned) bits.skip(bits.left % 8);
  bits.skip(8 * (count + more));
}

/** An AudioSpecificConfig with a program config element, without its comment. @param head its fields up to there, in whole bytes */
export function withProgramConfig(head: Uint8Array, fields: readonly BitField[]): Uint8Array {
  const start = Array.from(head, (byte) => [byte, 8] as const);
  const padding = (8 - (fields.length % 8)) % 8;
  return packBits([...start, ...fields, [0, padding], [0, 8]]); // comment_field_bytes
}
