import { concat } from '../bytes.ts';
import type { AacConfig } from '../codecs/aac.ts';
import { fail } from '../errors.ts';
import { describeTrack, type Track } from '../media/track.ts';
import { descriptor, type PmtStream } from './psi.ts';

type StreamSignalling = Omit<PmtStream, 'pid'>;

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
 * @throws PackagerError 1202 when the decoder configuration is too long for a descriptor.
 */
export function aacSignalling(track: Track, config: AacConfig, encrypted: boolean): StreamSignalling {
  if (!encrypted) return { streamType: 0x0f, descriptors: NONE };
  const setup = audioSetupInformation(config, track);
  return {
    streamType: 0xcf,
    descriptors: concat([
      descriptor(PRIVATE_DATA_INDICATOR, ascii('aacd')),
      descriptor(REGISTRATION, concat([ascii('apad'), setup])),
    ]),
  };
}

/** A PMT must fit in one packet; a real AudioSpecificConfig has 2 to 7 bytes, rarely a few more. */
const MAX_SETUP_DATA = 64;

/** audio_setup_information (Apple, MPEG-2 Stream Encryption Format, 2.3.2): decoders start before the first frame. */
function audioSetupInformation({ sbr, ps }: AacConfig, track: Track): Uint8Array {
  const { config } = track;
  if (config.length > MAX_SETUP_DATA) {
    throw fail.unsupportedCodec(
      track.source.name,
      `the decoder configuration of ${describeTrack(track)} has ${config.length} bytes, too many for MPEG-TS.`,
      'Encode the sound as AAC-LC or HE-AAC.',
    );
  }
  const type = ps ? 'zacp' : sbr ? 'zach' : 'zaac';
  const priming = [0, 0];
  const version = 1;
  return concat([ascii(type), Uint8Array.of(...priming, version, config.length), config]);
}
