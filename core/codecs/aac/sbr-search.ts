import { type AacConfig, mayHideSbr, parseAudioSpecificConfig } from './config.ts';
import { hasSbr } from './frame.ts';

/** Encoders begin with spectral band replication in the first frame, or behind a few of silence. */
const FRAMES = 16;

/**
 * Looks for spectral band replication in the first frames of AAC: HE-AAC may be signalled by nothing else, in MP4 as in ADTS (ISO/IEC
 * 14496-3, 1.6.5.3). Files in which it only begins later are AAC LC to decoders too, which decide by the first frames.
 */
export class SbrSearch {
  /** Frames that are still worth a look. */
  frames: number;
  isFound = false;
  readonly #config: AacConfig;

  /** @param config an AudioSpecificConfig. @throws BitstreamError when it is damaged */
  constructor(config: Uint8Array) {
    this.#config = parseAudioSpecificConfig(config);
    this.frames = mayHideSbr(config) ? FRAMES : 0;
  }

  /** Look at the next frame. */
  look(frame: Uint8Array): void {
    if (this.frames === 0) return;
    this.frames -= 1;
    if (!hasSbr(frame, this.#config.samplingFrequencyIndex)) return;
    this.isFound = true;
    this.frames = 0;
  }

  /**
   * What the sound is, where it was found. Mono is taken for parametric stereo, as decoders do: they give out two channels, since
   * stereo may begin in any frame.
   */
  get facts(): Pick<AacConfig, 'channels' | 'sampleRate' | 'codecs'> {
    const { samplingFrequency, channels } = this.#config;
    const isMono = channels === 1;
    return {
      channels: isMono ? 2 : channels,
      sampleRate: 2 * samplingFrequency,
      codecs: isMono ? 'mp4a.40.29' : 'mp4a.40.5',
    };
  }
}
