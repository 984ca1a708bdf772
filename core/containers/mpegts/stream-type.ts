import { concat } from '../../base/bytes.ts';
import { fail } from '../../base/errors.ts';
import type { AacConfig } from '../../codecs/aac/config.ts';
import { type CodedTrack, describeTrack } from '../../media/track.ts';
import { descriptor, type PmtStream } from './write/psi.ts';

export type StreamSignalling = Omit<PmtStream, 'pid'>;

/** Descriptor tags (ISO/IEC 13818-1, table 2-45). */
const REGISTRATION = 0x05;
const PRIVATE_DATA_INDICATOR = 0x0f;

const NONE = new Uint8Array(0);
const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** How the Program Map Table announces H.264, clear or in SAMPLE-AES. */
export const avcSignalling = (encrypted: boolean): StreamSignalling =>
  encrypted
    ? { streamType: 0xdb, descriptors: descriptor(PRIVATE_DATA_INDICATOR, ascii('zavc')) }
    : { streamType: 0x1b, descriptors: NONE };

/**
 * How the Program Map Table announces AAC in ADTS, clear or in SAMPLE-AES.
 * @throws PackagerError UNSUPPORTED_CODEC when the decoder configuration is too long for a descriptor.
 */
export function aacSignalling(track: CodedTrack, config: AacConfig, encrypted: boolean): StreamSignalling {
  if (!encrypted) return { streamType: 0x0f, descriptors: NONE };
  // The codec string knows what the configuration does not say.
  const isPs = config.ps || track.codecs === 'mp4a.40.29';
  const isSbr = config.sbr || track.codecs === 'mp4a.40.5';
  const type = isPs ? 'zacp' : isSbr ? 'zach' : 'zaac';
  return sampleAesAudio(0xcf, 'aacd', audioSetupInformation(type, track.config, track));
}

/**
 * How the Program Map Table announces AC-3, clear or in SAMPLE-AES.
 * @param firstBytes the first 10 bytes of a syncframe, which SAMPLE-AES announces
 */
export const ac3Signalling = (
  track: CodedTrack,
  firstBytes: Uint8Array,
  encrypted: boolean,
): StreamSignalling =>
  encrypted
    ? sampleAesAudio(0xc1, 'ac3d', audioSetupInformation('zac3', firstBytes, track))
    : { streamType: 0x81, descriptors: descriptor(REGISTRATION, ascii('AC-3')) };

/**
 * How the Program Map Table announces E-AC-3, clear or in SAMPLE-AES.
 * @throws PackagerError UNSUPPORTED_CODEC when the payload of its `dec3` is too long for a descriptor.
 */
export const eac3Signalling = (track: CodedTrack, encrypted: boolean): StreamSignalling =>
  encrypted
    ? sampleAesAudio(0xc2, 'ec3d', audioSetupInformation('zec3', track.config, track))
    : { streamType: 0x87, descriptors: descriptor(REGISTRATION, ascii('EAC3')) };

/** objectTypeIndication of MPEG-2 audio: the low sampling rates. */
const MPEG2_MP3 = /^mp4a\.69$/i;

/** How the Program Map Table announces MP3: MPEG-1 or MPEG-2 audio. */
export const mp3Signalling = ({ codecs }: CodedTrack): StreamSignalling => ({
  streamType: MPEG2_MP3.test(codecs) ? 0x04 : 0x03,
  descriptors: NONE,
});

/** Audio in SAMPLE-AES has two descriptors (Apple, MPEG-2 Stream Encryption Format, 3.0). */
const sampleAesAudio = (streamType: number, indicator: string, setup: Uint8Array): StreamSignalling => ({
  streamType,
  descriptors: concat([
    descriptor(PRIVATE_DATA_INDICATOR, ascii(indicator)),
    descriptor(REGISTRATION, concat([ascii('apad'), setup])),
  ]),
});

/** A PMT must fit in one packet; a real configuration has 2 to 10 bytes, rarely a few more. */
const MAX_SETUP_DATA = 64;

/** audio_setup_information (Apple, MPEG-2 Stream Encryption Format, 2.3.2): decoders start before the first frame. */
function audioSetupInformation(type: string, data: Uint8Array, track: CodedTrack): Uint8Array {
  if (data.length > MAX_SETUP_DATA) {
    throw fail.unsupportedCodec(
      track.source.name,
      `the decoder configuration of ${describeTrack(track)} has ${data.length} bytes, too many for MPEG-TS.`,
      'Encode the sound again, as AAC-LC, HE-AAC, AC-3 or E-AC-3.',
    );
  }
  const priming = [0, 0];
  const version = 1;
  return concat([ascii(type), Uint8Array.from([...priming, version, data.length]), data]);
}
