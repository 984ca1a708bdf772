import { concat } from '../../../base/bytes.ts';
import { DamageError } from '../../model/damage-error.ts';
import { readTags, timestampTag } from '../id3.ts';
import { packedCodec } from '../packed-audio.ts';
import type { Piece } from '../segment-bytes.ts';
import { PROTECTABLE } from '../stream-types.ts';
import { type ClearKey, clearStream } from './clear-stream.ts';

/** Packed audio in the clear: its tag tells the time alone. @throws DamageError for what is none */
export function clearPacked(data: Buffer, { file, position }: Piece, key: ClearKey): Uint8Array {
  const codec = packedCodec(data, 0, data.length);
  if (!codec) throw new DamageError(file, position, 'there is neither a transport stream nor packed audio');
  if (!PROTECTABLE.has(codec)) return data;
  const { size, timestamp, setup } = readTags(data, 0, data.length);
  const { bytes } = clearStream(codec, data.subarray(size), Uint32Array.of(0), key);
  const tag = setup && timestamp !== undefined ? timestampTag(timestamp) : data.subarray(0, size);
  return concat([tag, bytes]);
}
