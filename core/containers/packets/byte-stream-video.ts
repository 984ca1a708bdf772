import { BitstreamError } from '../../base/bit-reader.ts';
import { view } from '../../base/bytes.ts';
import { sampleAspect } from '../../base/fraction.ts';
import type { NalByteStream, ParameterSetKind, ParameterSetLists } from '../../codecs/nal/byte-stream.ts';
import { videoSampleEntry } from '../mp4/write/new-sample-entry.ts';
import { nalSpans } from './annex-b.ts';
import type { Packet } from './packet.ts';
import type { PacketFormat, SampleFacts, VideoEntry } from './packet-format.ts';
import { SequenceFormats } from './sequence-formats.ts';

/** Bytes of the length in front of each NAL unit. */
const LENGTH = 4;
/** What avcC has room for: 31 SPS; more of anything is no film. */
const MOST_SETS = 31;
/** Decoder configurations have 16 bits for their lengths. */
const LARGEST_SET = 0xffff;
const SQUARE = { num: 1, den: 1 };

/**
 * H.264 or H.265 as MPEG-TS has it, and Matroska of some recorders: a byte stream with access unit delimiters and parameter sets in it. Samples get lengths
 * instead of start codes and lose the delimiters; parameter sets move to the configuration, unless they change.
 */
export class ByteStreamVideo implements PacketFormat {
  readonly kind = 'video';
  keepsParameterSets = false;
  readonly #codec: NalByteStream;
  readonly #isExact: boolean;
  readonly #notices: readonly string[];
  /** Parameter sets by kind and id: the first of each. */
  readonly #sets = new Map<string, { readonly kind: ParameterSetKind; readonly nal: Buffer }>();

  readonly #formats: SequenceFormats;

  /** A slice of the last picture, and of the one before. */
  #slice: Uint8Array | undefined;
  #sliceBefore: Uint8Array | undefined;

  /**
   * @param isExact false: packets without any start code are stepped over, as damage of a transmission
   * @param notices what users are told of the track
   */
  constructor(
    codec: NalByteStream,
    {
      isExact = false,
      notices = [],
    }: { readonly isExact?: boolean; readonly notices?: readonly string[] } = {},
  ) {
    this.#codec = codec;
    this.#isExact = isExact;
    this.#notices = notices;
    this.#formats = new SequenceFormats(codec);
  }

  /** Two fields of a frame have one time stamp. */
  joins([first]: readonly Packet[], { seconds }: Packet): boolean {
    return first?.seconds === seconds;
  }

  scan({ data }: Packet): SampleFacts {
    let [bytes, parameterSets, pictures] = [0, 0, 0];
    let isSync = false;
    const spans = nalSpans(data);
    if (this.#isExact && spans.length === 0 && data.length > 0)
      throw new BitstreamError('has neither a decoder configuration (CodecPrivate) nor start codes');
    for (let n = 0; n < spans.length; n += 2) {
      const nal = data.subarray(spans[n], spans[n + 1]);
      const found = this.#codec.roleOf(nal);
      if (found.role === 'delimiter') continue;
      if (found.role === 'set') {
        parameterSets += LENGTH + nal.length;
        this.#addSet(found.kind, nal);
        continue;
      }
      bytes += LENGTH + nal.length;
      if (found.role === 'recovery') isSync = true;
      if (found.role === 'slice') {
        isSync ||= found.isSync;
        if (pictures === 0 && found.starts) {
          this.#sliceBefore = this.#slice;
          this.#slice = nal;
        }
        pictures += Number(found.starts);
      }
    }
    if (pictures > 1 && !this.#formats.mayHaveFields) {
      throw new BitstreamError('has several pictures with one time stamp');
    }
    return { bytes, parameterSets, isSync, length: 0 };
  }

  follows(): boolean {
    const [before, slice] = [this.#sliceBefore, this.#slice];
    if (!before || !slice || !this.#codec.follows) return true;
    try {
      return this.#codec.follows(before, slice, this.#lists);
    } catch (cause) {
      if (cause instanceof BitstreamError) return false;
      throw cause;
    }
  }

  describe(): VideoEntry {
    const sets = this.#lists;
    const { picture, needs } = this.#formats;
    if (!picture || !needs || sets.pps.length === 0) throw new BitstreamError('has no parameter sets');
    const { width, height, sar: stated = SQUARE, colours } = picture;
    const sar = sampleAspect(stated);
    const entry = this.#codec.entries[this.keepsParameterSets ? 1 : 0];
    const config = this.#codec.config(sets, needs, !this.keepsParameterSets);
    const { configBox } = this.#codec;
    return {
      entry,
      codecs: this.#codec.codecString(entry, config),
      config,
      sampleEntry: videoSampleEntry({ type: entry, width, height, configBox, config, sar, colours }),
      video: { width, height, sar },
    };
  }

  get notices(): readonly string[] {
    const { notice } = this.#formats;
    return notice === undefined ? this.#notices : [...this.#notices, notice];
  }

  sample(packet: Uint8Array, keepsParameterSets: boolean): Uint8Array {
    const spans = nalSpans(packet);
    // As much as it can be: start codes have 3 bytes or more.
    const out = Buffer.allocUnsafe(packet.length + spans.length / 2);
    let at = 0;
    for (let n = 0; n < spans.length; n += 2) {
      const nal = packet.subarray(spans[n], spans[n + 1]);
      const { role } = this.#codec.roleOf(nal);
      if (role === 'delimiter' || (role === 'set' && !keepsParameterSets)) continue;
      out.writeUInt32BE(nal.length, at);
      out.set(nal, at + LENGTH);
      at += LENGTH + nal.length;
    }
    return out.subarray(0, at);
  }

  #addSet(kind: ParameterSetKind, nal: Uint8Array): void {
    if (nal.length > LARGEST_SET) throw new BitstreamError(`has a parameter set of ${nal.length} bytes`);
    const key = `${kind} ${this.#codec.setId(kind, nal)}`;
    const known = this.#sets.get(key);
    if (known) this.keepsParameterSets ||= !known.nal.equals(nal);
    else if (this.#list(kind).length < MOST_SETS) this.#sets.set(key, { kind, nal: Buffer.from(view(nal)) });
    else this.keepsParameterSets = true;
    if (kind === 'sps') this.#formats.add(nal);
  }

  get #lists(): ParameterSetLists {
    return { vps: this.#list('vps'), sps: this.#list('sps'), pps: this.#list('pps') };
  }

  #list(wanted: ParameterSetKind): Uint8Array[] {
    return [...this.#sets.values()].filter(({ kind }) => kind === wanted).map(({ nal }) => nal);
  }
}
