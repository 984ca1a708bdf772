import { BitstreamError } from '../../base/bit-reader.ts';
import { box } from '../../base/box.ts';
import {
  buildDac3,
  buildDec3,
  DOLBY_BLOCK,
  dolbyBlocks,
  dolbyFrames,
} from '../../codecs/ac3/build-config.ts';
import { parseDac3, parseDec3 } from '../../codecs/ac3/config.ts';
import { type DolbyFrame, parseDolbyFrame } from '../../codecs/ac3/frames.ts';
import type { AudioInfo } from '../../media/track.ts';
import { audioSampleEntry } from '../mp4/write/new-sample-entry.ts';
import type { Packet } from './packet.ts';
import type { AudioEntry, PacketFormat, SampleFacts } from './packet-format.ts';
import { changingChannels, frame, same } from './sound.ts';

/** Audio blocks of a sample of E-AC-3. */
const BLOCKS = 6;

/** What the syncframes of a sample say. */
interface DolbySample {
  readonly layout: string;
  readonly config: Uint8Array;
  readonly audio: AudioInfo;
}

/**
 * AC-3 and E-AC-3: a sample of E-AC-3 is six audio blocks with all their substreams. Decoders follow where the channels change, as
 * broadcasts do between programmes; the track is described by the most.
 */
export class Dolby implements PacketFormat {
  readonly kind = 'audio';
  readonly sample = same;
  #first: DolbyFrame | undefined;
  #most: DolbySample | undefined;
  /** The last layout that was compared. */
  #layout = '';
  #changesChannels = false;

  joins(sample: readonly Packet[], { data }: Packet): boolean {
    try {
      const next = parseDolbyFrame(data);
      const blocks = dolbyBlocks(sample.flatMap((packet) => dolbyFrames(packet.data)));
      return next.isEac3 && (next.isDependent || next.substream > 0 || blocks < BLOCKS);
    } catch (cause) {
      if (cause instanceof BitstreamError) return false; // whoever scans it says what is wrong
      throw cause;
    }
  }

  scan({ data }: Packet): SampleFacts {
    const frames = dolbyFrames(data);
    const [head] = frames as [DolbyFrame, ...DolbyFrame[]];
    this.#first ??= head;
    if (head.isEac3 !== this.#first.isEac3 || head.sampleRate !== this.#first.sampleRate)
      throw new BitstreamError('changes its codec or sampling rate on the way');
    const layout = layoutOf(frames);
    // What begins with a dependent substream has lost the one that says the most.
    if (layout !== this.#layout && (!head.isDependent || !this.#most))
      this.#compare(describe(frames, layout));
    return frame(data.length, dolbyBlocks(frames) * DOLBY_BLOCK);
  }

  get notices(): readonly string[] {
    return this.#changesChannels && this.#most ? [changingChannels(this.#most.audio.channels)] : [];
  }

  get sampleRate(): number {
    return this.#frame.sampleRate;
  }

  describe(): AudioEntry {
    if (!this.#most) throw new BitstreamError('has no frames');
    const { config, audio } = this.#most;
    const isEac3 = this.#frame.isEac3;
    const entry = isEac3 ? 'ec-3' : 'ac-3';
    const configBox = box(isEac3 ? 'dec3' : 'dac3', config);
    return {
      ...{ entry, codecs: entry, config, audio },
      sampleEntry: audioSampleEntry({ type: entry, ...audio, config: configBox }),
    };
  }

  #compare(found: DolbySample): void {
    this.#layout = found.layout;
    this.#most ??= found;
    const [{ channels, dolby }, other] = [this.#most.audio, found.audio];
    const objects = (other.dolby?.jocComplexity ?? 0) - (dolby?.jocComplexity ?? 0);
    this.#changesChannels ||= other.dolby?.speakers !== dolby?.speakers || objects !== 0;
    if (other.channels > channels || (other.channels === channels && objects > 0)) this.#most = found;
  }

  get #frame(): DolbyFrame {
    if (!this.#first) throw new BitstreamError('has no frames');
    return this.#first;
  }
}

/** The same for samples with the same channels and objects. */
const layoutOf = (frames: readonly DolbyFrame[]): string =>
  frames
    .map(({ acmod, lfe, isDependent, substream, channelMap, jocComplexity }) =>
      [acmod, lfe, isDependent, substream, channelMap, jocComplexity].join(),
    )
    .join(' ');

function describe(frames: readonly DolbyFrame[], layout: string): DolbySample {
  const [{ isEac3, sampleRate }] = frames as [DolbyFrame, ...DolbyFrame[]];
  const config = isEac3 ? buildDec3(frames) : buildDac3(frames[0]!);
  const audio = { channels: 0, sampleRate, ...(isEac3 ? parseDec3 : parseDac3)(config) };
  return { layout, config, audio };
}
