import type { BitReader } from './plain-bit-reader.ts';

/**
 * Read program_config_element(), which lists channels that no channelConfiguration stands for (ISO/IEC 14496-3, 4.4.1.1).
 * @param start bits that were left where the AudioSpecificConfig begins: its alignment counts from there
 * @returns how many channels it lists, low frequency ones among them
 */
export function readProgramConfig(bits: BitReader, start: number): number {
  bits.read(10); // element_instance_tag, object_type, sampling_frequency_index
  const speakers = bits.read(4) + bits.read(4) + bits.read(4); // in front, at the sides, behind
  const lowFrequency = bits.read(2);
  const associated = bits.read(3);
  const coupled = bits.read(4);
  if (bits.read(1) === 1) bits.read(4); // mono_mixdown_element_number
  if (bits.read(1) === 1) bits.read(4); // stereo_mixdown_element_number
  if (bits.read(1) === 1) bits.read(3); // matrix_mixdown_idx, pseudo_surround_enable
  let channels = lowFrequency;
  for (let element = 0; element < speakers; element += 1) {
    channels += 1 + bits.read(1); // a channel pair counts twice
    bits.read(4); // its tag
  }
  bits.skip(4 * lowFrequency + 4 * associated + 5 * coupled);
  bits.skip((8 - ((start - bits.left) % 8)) % 8);
  bits.skip(8 * bits.read(8)); // comment_field_data
  return channels;
}

/** Channels by channelConfigurationIndex (ISO/IEC 23003-3, table 73); 0: a list of loudspeakers follows. */
const USAC_CHANNELS: readonly (number | undefined)[] = [undefined, 1, 2, 3, 4, 5, 6, 8, 2, 3, 4, 7, 8, 24];

/** Read UsacConfig() as far as its channels (ISO/IEC 23003-3, 5.2); `undefined` when they are a list of loudspeakers. */
export function readUsacChannels(bits: BitReader): number | undefined {
  const WRITTEN_OUT = 31;
  if (bits.read(5) === WRITTEN_OUT) bits.read(24); // usacSamplingFrequency
  bits.read(3); // coreSbrFrameLengthIndex
  return USAC_CHANNELS[bits.read(5)];
}
