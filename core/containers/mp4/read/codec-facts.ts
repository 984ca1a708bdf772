import { copyBytes } from '../../../base/bytes.ts';
import { fail } from '../../../base/errors.ts';
import { parseAudioSpecificConfig } from '../../../codecs/aac/config.ts';
import { parseAudioConfig } from '../../../codecs/audio-config.ts';
import { av1CodecString } from '../../../codecs/av1/codec-string.ts';
import { parseAv1Config } from '../../../codecs/av1/config.ts';
import { parseAvcConfig } from '../../../codecs/avc/config.ts';
import { dolbyVisionCodecString } from '../../../codecs/dolby-vision.ts';
import { AAC, MPEG4_AUDIO, parseEsds } from '../../../codecs/esds.ts';
import { hevcCodecString } from '../../../codecs/hevc/codec-string.ts';
import { parseHevcConfig } from '../../../codecs/hevc/config.ts';
import type { SampleEntryParts } from '../../../codecs/sample-entry.ts';
import { vp9CodecString } from '../../../codecs/vp9/codec-string.ts';
import { parseVp9Config } from '../../../codecs/vp9/config.ts';
import type { AudioInfo } from '../../../media/track.ts';

/** What the codec's configuration says of a track. */
export interface CodecFacts {
  readonly codecs: string;
  readonly config: Uint8Array;
  readonly audio?: Partial<AudioInfo>;
}

/** Configuration boxes by sample entry, of codecs that need no more than a copy of theirs. */
const CONFIG_BOXES: Readonly<Record<string, string>> = {
  vvc1: 'vvcC',
  vvi1: 'vvcC',
  vp08: 'vpcC',
  'ac-3': 'dac3',
  'ec-3': 'dec3',
  'ac-4': 'dac4',
  Opus: 'dOps',
  fLaC: 'dfLa',
};

/**
 * Read a sample entry's decoder configuration.
 * @param id the track_ID, and `name` the file's, for messages
 * @param codecs the codec string where the configuration tells no better one
 * @throws PackagerError NOT_MEDIA when it has none, or a damaged one
 */
export function codecFacts(id: number, entry: SampleEntryParts, codecs: string, name: string): CodecFacts {
  const configBox = (type: string): Uint8Array => {
    const payload = entry.boxes.get(type);
    if (payload?.length) return copyBytes(payload); // what it is a view of is as large as all sample tables
    throw fail.notMedia(
      name,
      `track ${id} ("${entry.type}") has ${payload ? 'an empty' : 'no'} "${type}" box.`,
      'Export the file again.',
    );
  };
  switch (entry.type) {
    case 'avc1':
    case 'avc3': {
      const config = configBox('avcC');
      parseAvcConfig(config, name);
      return { codecs, config };
    }
    case 'dva1':
    case 'dvav': {
      const config = configBox('avcC');
      parseAvcConfig(config, name);
      return { codecs: dolbyVisionCodecString(entry.type, entry.boxes, name), config };
    }
    case 'hvc1':
    case 'hev1': {
      const config = configBox('hvcC');
      return { codecs: hevcCodecString(entry.type, parseHevcConfig(config, name)), config };
    }
    case 'dvh1':
    case 'dvhe': {
      const config = configBox('hvcC');
      parseHevcConfig(config, name);
      return { codecs: dolbyVisionCodecString(entry.type, entry.boxes, name), config };
    }
    case 'av01': {
      const config = configBox('av1C');
      return { codecs: av1CodecString(parseAv1Config(config, name), entry.boxes.get('colr')), config };
    }
    case 'vp09': {
      const config = configBox('vpcC');
      return { codecs: vp9CodecString(parseVp9Config(config, name)), config };
    }
    case 'mp4a':
      return mp4aFacts(configBox('esds'));
    default: {
      const type = CONFIG_BOXES[entry.type];
      const config = type === undefined ? new Uint8Array(0) : configBox(type);
      const audio = parseAudioConfig(entry.type, config);
      return audio ? { codecs: entry.type, config, audio } : { codecs, config };
    }
  }
}

/** `mp4a` is any audio that has an `esds`: AAC mostly, MP3 (`mp4a.6B`) now and then. */
function mp4aFacts(esds: Uint8Array): CodecFacts {
  const { objectType, decoderConfig } = parseEsds(esds);
  const codecs = `mp4a.${objectType.toString(16).toUpperCase()}`;
  if (!AAC.has(objectType)) return { codecs, config: decoderConfig };
  const { channels, sampleRate, layout, codecs: aac } = parseAudioSpecificConfig(decoderConfig);
  return {
    codecs: objectType === MPEG4_AUDIO ? aac : codecs,
    config: decoderConfig,
    audio: {
      ...(channels !== undefined && { channels }),
      sampleRate,
      ...(layout !== undefined && { layout }),
    },
  };
}
