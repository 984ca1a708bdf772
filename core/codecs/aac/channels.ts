import type { BitReader } from '../../base/plain-bit-reader.ts';
import { channelConfiguration } from '../channel-layout.ts';

/** What a configuration says of its channels. */
export interface AacChannels {
  readonly channels: number;
  /** ChannelConfiguration (ISO/IEC 23091-3); 0: none stands for the layout. */
  readonly layout: number;
}

/**
 * Read program_config_element(), which lists channels that no channelConfiguration stands for (ISO/IEC 14496-3, 4.4.1.1).
 * @param start bits that were left where the AudioSpecificConfig begins: its alignment counts from there
 * @returns the channels that it lists, low frequency ones among them; `undefined` when it lists none
 */
export function readProgramConfig(bits: BitReader, start: number): AacChannels | undefined {
  const channels = readProgramFields(bits);
  bits.skip((8 - ((start - bits.left) % 8)) % 8);
  bits.skip(8 * bits.read(8)); // comment_field_data
  return channels;
}

/** The same up to its byte_alignment(): what is behind that is a comment. */
export function readProgramFields(bits: BitReader): AacChannels | undefined {
  bits.read(10); // element_instance_tag, object_type, sampling_frequency_index
  const elements = [bits.read(4), bits.read(4), bits.read(4)]; // in front, at the sides, behind
  const lowFrequency = bits.read(2);
  const associated = bits.read(3);
  const coupled = bits.read(4);
  if (bits.read(1) === 1) bits.read(4); // mono_mixdown_element_number
  if (bits.read(1) === 1) bits.read(4); // stereo_mixdown_element_number
  if (bits.read(1) === 1) bits.read(3); // matrix_mixdown_idx, pseudo_surround_enable
  const [front = 0, side = 0, back = 0] = elements.map((count) => {
    let channels = 0;
    for (let element = 0; element < count; element += 1) {
      channels += 1 + bits.read(1); // a channel pair counts twice
      bits.read(4); // its tag
    }
    return channels;
  });
  bits.skip(4 * lowFrequency + 4 * associated + 5 * coupled);
  const channels = front + side + back + lowFrequency;
  // Nobody has one loudspeaker at one side: ffmpeg writes the low frequency channel like that.
  const [beside, low] = side === 1 && lowFrequency === 0 ? [0, 1] : [side, lowFrequency];
  const layout = channelConfiguration({ front, side: beside, back, lowFrequency: low }) ?? 0;
  return channels === 0 ? undefined : { channels, layout };
}

/** Channels by channelConfigurationIndex (ISO/IEC 23003-3, table 73); 0: a list of loudspeakers follows. */
const USAC_CHANNELS: readonly (number | undefined)[] = [undefined, 1, 2, 3, 4, 5, 6, 8, 2, 3, 4, 7, 8, 24];

/** Read UsacConfig() as far as its channels (ISO/IEC 23003-3, 5.2); `undefined` when they are a list of loudspeakers. */
export function readUsacChannels(bits: BitReader): AacChannels | undefined {
  const WRITTEN_OUT = 31;
  if (bits.read(5) === WRITTEN_OUT) bits.read(24); // usacSamplingFrequency
  bits.read(3); // coreSbrFrameLengthIndex
  const layout = bits.read(5); // the same numbers
  const channels = USAC_CHANNELS[layout];
  return channels === undefined ? undefined : { channels, layout };
}
