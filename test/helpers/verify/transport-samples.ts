import { createDecipheriv } from 'node:crypto';
import { decryptSlice } from '../oracles/sample-aes.ts';
import {
  adtsFrames,
  decryptAac,
  decryptAc3,
  decryptEac3,
  type SampleAesKey,
} from '../oracles/sample-aes-audio.ts';
import { readPackets, readPes, readSections } from '../oracles/transport-stream.ts';
import type { InputTrack } from './input-samples.ts';
import {
  avcType,
  byteStreamUnits,
  isOtherLayer,
  lengthPrefixedUnits,
  withoutStartCodes,
} from './nal-units.ts';

const PMT = 0x100;
const PIDS = { video: 0x101, audio: 0x102 } as const;

/** stream_type in the clear, and in SAMPLE-AES (ISO/IEC 13818-1, table 2-34; ETSI; Apple, 2.3). */
const STREAM_TYPES: Readonly<Record<string, readonly number[]>> = {
  avc: [0x1b, 0xdb],
  aac: [0x0f, 0xcf],
  'ac-3': [0x81, 0xc1],
  'ec-3': [0x87, 0xc2],
  mp3: [0x03, 0x04],
};

/** What a transport stream calls a codec. */
function codecOf({ kind, entry, codecs }: InputTrack): string {
  if (kind === 'video') return 'avc';
  if (entry !== 'mp4a') return entry;
  return /^mp4a\.6[9b]$/i.test(codecs) ? 'mp3' : 'aac';
}

/** The samples of one track of a transport stream, each as a list: the NAL units of a picture, or the frame. */
export type TransportSamples = readonly (readonly Buffer[])[];

/** Parameter sets and delimiters, which a muxer writes anew. */
const REWRITTEN: ReadonlySet<number> = new Set([7, 8, 9, 13]);
/** Aggregators and extractors, whose content SAMPLE-AES cannot protect. */
const WRAPPERS: ReadonlySet<number> = new Set([30, 31]);

/** Reads the tracks of a transport stream of ours, in SAMPLE-AES where there is a key. */
export class TransportReader {
  readonly #packets: ReturnType<typeof readPackets>;
  readonly #key: SampleAesKey | undefined;

  /** @throws Error for what no decoder would take */
  constructor(bytes: Buffer, key?: SampleAesKey) {
    this.#packets = readPackets(bytes);
    this.#key = key;
  }

  /** What the output has of a track. @throws Error when it is announced as something else */
  samplesOf(track: InputTrack): TransportSamples {
    const pid = PIDS[track.kind];
    const codec = codecOf(track);
    const types = STREAM_TYPES[codec] ?? [];
    const expected = codec === 'mp3' ? types : [types[this.#key ? 1 : 0]];
    const announced = this.#announced().get(pid);
    if (announced === undefined || !expected.includes(announced))
      throw new Error(`${codec} is announced as stream_type ${announced}`);
    const packets = readPes(this.#packets, pid);
    if (codec === 'avc') return packets.map(({ payload }) => this.#pictureOf(track, payload));
    if (codec === 'aac')
      return adtsFrames(packets).map((frame) => [
        this.#key ? decryptAac(frame, this.#key) : frame.subarray(frame[1]! & 1 ? 7 : 9),
      ]);
    const decrypt = codec === 'ac-3' ? decryptAc3 : decryptEac3;
    return packets.map(({ payload }) => [this.#key ? decrypt(payload, this.#key) : payload]);
  }

  #pictureOf(track: InputTrack, payload: Buffer): Buffer[] {
    const key = this.#key;
    const units = byteStreamUnits(payload);
    const isSlice = (unit: Buffer): boolean => avcType(unit) === 1 || avcType(unit) === 5;
    const clear = units.map((unit) => (key && isSlice(unit) ? decryptSlice(unit, key) : unit));
    return clear
      .flatMap((unit) => {
        // What looks like another layer inside a damaged slice was encrypted with it; of the input it is not expected.
        const [first, ...hidden] = withoutStartCodes([unit]);
        return [...(first ? [first] : []), ...hidden.filter((piece) => !isOtherLayer(track, piece))];
      })
      .filter((unit) => !REWRITTEN.has(avcType(unit)));
  }

  /** stream_type by PID, of the first Program Map Table; all others must be the same. */
  #announced(): Map<number, number> {
    const [first, ...others] = readSections(this.#packets, PMT);
    if (!first || others.some((other) => !other.equals(first))) throw new Error('there is not one PMT');
    const types = new Map<number, number>();
    for (let at = 12 + (first.readUInt16BE(10) & 0xfff); at < first.length - 4; ) {
      types.set(first.readUInt16BE(at + 1) & 0x1fff, first[at]!);
      at += 5 + (first.readUInt16BE(at + 3) & 0xfff);
    }
    return types;
  }
}

/** What a transport stream must have of a track of the input. @param encrypted in SAMPLE-AES */
export function expectedInTransport(track: InputTrack, encrypted: boolean): TransportSamples {
  if (track.kind === 'audio')
    return track.samples.filter(({ length }) => length > 0).map((sample) => [sample]);
  const isKept = (unit: Buffer): boolean => {
    if (REWRITTEN.has(avcType(unit))) return false;
    return !encrypted || !(isOtherLayer(track, unit) || WRAPPERS.has(avcType(unit)));
  };
  return track.samples.flatMap((sample) => {
    const units = withoutStartCodes(lengthPrefixedUnits(sample, track.lengthSize) ?? []).filter(isKept);
    return units.length > 0 ? [units] : [];
  });
}

/** A segment under AES-128 (RFC 8216, 4.3.2.4). @throws Error when its padding is wrong */
export function decryptSegment(bytes: Buffer, key: string, iv: string): Buffer {
  const decipher = createDecipheriv('aes-128-cbc', Buffer.from(key, 'hex'), Buffer.from(iv, 'hex'));
  return Buffer.concat([decipher.update(bytes), decipher.final()]);
}
