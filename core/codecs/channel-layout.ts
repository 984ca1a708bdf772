/** How many channels a programme has at each side of the listener. */
export interface Loudspeakers {
  readonly front: number;
  readonly side: number;
  readonly back: number;
  readonly lowFrequency: number;
}

/**
 * ChannelConfiguration (ISO/IEC 23091-3, table 3) by loudspeakers: in front, beside and behind, low frequency. What is behind a
 * listener with nobody beside may as well be called beside.
 */
const BY_LOUDSPEAKERS: ReadonlyMap<string, number> = new Map([
  ...(['1/0.0', '2/0.0', '3/0.0', '3/1.0', '3/2.0', '3/2.1', '5/2.1'] as const).map(
    (name, index) => [name, index + 1] as const,
  ),
  ['2/1.0', 9],
  ['2/2.0', 10],
  ['3/3.1', 11],
  ['3/4.1', 12],
]);

/** The ChannelConfiguration of a layout; `undefined` where none stands for it. */
export const channelConfiguration = ({ front, side, back, lowFrequency }: Loudspeakers): number | undefined =>
  BY_LOUDSPEAKERS.get(`${front}/${side + back}.${lowFrequency}`);

/** By count: mono, stereo, 3.0, 4.0, 5.0, 5.1, 6.1, and 7.1 with two pairs around the listener. */
const USUAL: readonly (number | undefined)[] = [undefined, 1, 2, 3, 4, 5, 6, 11, 12];

/** The ChannelConfiguration that so many channels mostly are; `undefined` for more than eight. */
export const usualConfiguration = (channels: number): number | undefined => USUAL[channels];

/** Quadraphonic: two in front, two behind. */
const QUAD = 10;

/** Of FLAC (RFC 9639, 9.1.3): its four channels are not those of AAC. */
export const vorbisLayout = (channels: number): { layout?: number } =>
  channels === 4 ? { layout: QUAD } : {};

/** Of Opus by its channel mapping family: 0 and 1 are for loudspeakers, others say nothing of any (RFC 7845, 5.1.1). */
export const opusLayout = (channels: number, family: number): { layout?: number } =>
  family <= 1 ? vorbisLayout(channels) : { layout: 0 };
