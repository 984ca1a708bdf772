import { box } from '../../base/box.ts';
import type { AudioInfo } from '../../media/track.ts';
import { parseEsds, streamIdOf } from '../esds.ts';
import { audioEntryParts } from '../sample-entry.ts';
import { esds } from '../write-esds.ts';

/** An `mp4a` entry whose ES_ID is 0, as a file has it (ISO/IEC 14496-14, 3.1.2); in streams of MPEG-4 it is the track's number. */
export function withoutStreamId(sampleEntry: Uint8Array): Uint8Array {
  const copy = new Uint8Array(sampleEntry);
  const esds = audioEntryParts(copy).boxes.get('esds');
  if (esds) streamIdOf(esds)?.fill(0);
  return copy;
}

/** Offsets in an AudioSampleEntry's fields (ISO/IEC 14496-12, 12.2.3). */
const CHANNEL_COUNT = 16;
const SAMPLE_RATE = 24;

/** An `mp4a` entry with another AudioSpecificConfig, and what that says in its fields. */
export function withAacConfig(
  sampleEntry: Uint8Array,
  config: Uint8Array,
  { channels, sampleRate }: AudioInfo,
): Uint8Array {
  const parts = audioEntryParts(sampleEntry);
  const fields = Buffer.from(parts.fields);
  fields.writeUInt16BE(channels, CHANNEL_COUNT);
  fields.writeUInt32BE(sampleRate > 0xffff ? 0 : sampleRate * 0x1_0000, SAMPLE_RATE);
  const boxes = [...parts.boxes].map(([type, payload]) => {
    if (type !== 'esds') return box(type, payload);
    const { objectType, rates } = parseEsds(payload);
    return esds(objectType, config, rates);
  });
  return box(parts.type, fields, boxes);
}
