import { type BoxAt, boxBelow, boxesBetween, childrenOf } from './boxes.ts';
import { groupEncryption, type TrackEncryption, trackEncryptions, trackIdOf } from './track-encryption.ts';

/** A sample as it is stored, with what decrypts it. */
export interface ProtectedSample {
  readonly bytes: Buffer;
  /** `undefined`: it is clear. */
  readonly encryption: TrackEncryption | undefined;
  /** `undefined`: the constant one. */
  readonly iv: Buffer | undefined;
  /** Bytes, clear and protected in turn; `undefined`: all of it is protected. */
  readonly subsamples: readonly number[] | undefined;
}

/** A sample that is protected. */
export type EncryptedSample = ProtectedSample & { readonly encryption: TrackEncryption };

/** The samples of a protected fragmented MP4 of one track, in the order of the file. */
export interface ProtectedTrackFile {
  /** By sample entry; `undefined` for one of clear samples. */
  readonly encryptions: readonly (TrackEncryption | undefined)[];
  readonly samples: readonly ProtectedSample[];
  /** Where fragments begin, those in the same order. */
  readonly moofs: readonly number[];
}

/**
 * Read all of `init` and `segments`, by ISO/IEC 14496-12, 8.8, and 23001-7, 7: what is not said exactly is an error.
 * @throws Error
 */
export function readProtectedTrack(bytes: Buffer): ProtectedTrackFile {
  const boxes = boxesBetween(bytes, 0, bytes.length);
  const [moov, another] = boxes.filter(({ type }) => type === 'moov');
  if (!moov || another) throw new Error(`it has ${moov ? 'several "moov"' : 'no "moov"'}`);
  const encryptions = trackEncryptions(bytes, moov);
  const track = trackIdOf(bytes, moov);
  const samples: ProtectedSample[] = [];
  const moofs: number[] = [];
  for (const [index, moof] of boxes.entries()) {
    if (moof.type !== 'moof') continue;
    const mdat = boxes[index + 1];
    if (mdat?.type !== 'mdat') throw new Error(`no "mdat" behind the "moof" at ${moof.start}`);
    moofs.push(moof.start);
    const traf = boxBelow(bytes, moof, 'traf');
    for (const sample of new Fragment(bytes, moof, mdat, traf, { track, encryptions }).samples())
      samples.push(sample);
  }
  const media = boxes.filter(({ type }) => type === 'mdat').length;
  if (media !== moofs.length) throw new Error(`${media} "mdat" boxes and ${moofs.length} "moof" boxes`);
  return { encryptions, samples, moofs };
}

const TFHD = { base: 0x1, description: 0x2, duration: 0x8, size: 0x10, flags: 0x20, baseIsMoof: 0x2_0000 };
const TRUN = { offset: 0x1, firstFlags: 0x4, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 };
const SUBSAMPLES = 0x2;

interface TrackFacts {
  readonly track: number;
  readonly encryptions: readonly (TrackEncryption | undefined)[];
}

class Fragment {
  readonly #bytes: Buffer;
  readonly #moof: BoxAt;
  readonly #mdat: BoxAt;
  readonly #traf: BoxAt;
  readonly #ofEntry: TrackEncryption | undefined;
  readonly #defaultSize: number | undefined;

  constructor(bytes: Buffer, moof: BoxAt, mdat: BoxAt, traf: BoxAt, { track, encryptions }: TrackFacts) {
    this.#bytes = bytes;
    this.#moof = moof;
    this.#mdat = mdat;
    this.#traf = traf;
    const { body } = boxBelow(bytes, traf, 'tfhd');
    const flags = bytes.readUInt32BE(body) & 0xff_ffff;
    if (bytes.readUInt32BE(body + 4) !== track) throw new Error('"tfhd" names another track');
    if ((flags & TFHD.baseIsMoof) === 0 || flags & TFHD.base)
      throw new Error('offsets do not count from "moof"');
    let at = body + 8;
    const field = (flag: number): number | undefined => {
      if ((flags & flag) === 0) return undefined;
      at += 4;
      return bytes.readUInt32BE(at - 4);
    };
    const description = field(TFHD.description) ?? 1;
    field(TFHD.duration);
    this.#defaultSize = field(TFHD.size);
    if (description < 1 || description > encryptions.length)
      throw new Error(`"tfhd" names sample entry ${description} of ${encryptions.length}`);
    this.#ofEntry = encryptions[description - 1];
  }

  samples(): ProtectedSample[] {
    const pieces = childrenOf(this.#bytes, this.#traf, 'trun').flatMap((trun) => this.#run(trun));
    const taken = pieces.reduce((sum, { length }) => sum + length, 0);
    if (taken !== this.#mdat.end - this.#mdat.body)
      throw new Error(`samples do not fill the "mdat" at ${this.#mdat.start}`);
    const group = groupEncryption(this.#bytes, this.#traf, pieces.length);
    if (group && !this.#ofEntry) throw new Error('a sample group of encryption in a clear fragment');
    const encryption = this.#ofEntry && { ...this.#ofEntry, ...group };
    const information = this.#information(pieces.length, encryption?.ivSize);
    return pieces.map((bytes, index) => ({ bytes, encryption, ...information[index]! }));
  }

  /** The samples of a `trun`. */
  #run({ body }: BoxAt): Buffer[] {
    const bytes = this.#bytes;
    const flags = bytes.readUInt32BE(body) & 0xff_ffff;
    const count = bytes.readUInt32BE(body + 4);
    if ((flags & TRUN.offset) === 0) throw new Error('"trun" says no offset');
    let from = this.#moof.start + bytes.readInt32BE(body + 8);
    const isSet = (flag: number): number => (flags & flag ? 4 : 0);
    const before = isSet(TRUN.duration);
    const row = before + isSet(TRUN.size) + isSet(TRUN.flags) + isSet(TRUN.composition);
    let at = body + 12 + isSet(TRUN.firstFlags) + before;
    const pieces: Buffer[] = [];
    for (let sample = 0; sample < count; sample++, at += row) {
      const size = flags & TRUN.size ? bytes.readUInt32BE(at) : this.#defaultSize;
      if (size === undefined) throw new Error('nothing says how large samples are');
      if (from < this.#mdat.body || from + size > this.#mdat.end)
        throw new Error(`a sample at ${from} is not in its "mdat"`);
      pieces.push(bytes.subarray(from, from + size));
      from += size;
    }
    return pieces;
  }

  /**
   * What `senc` says of each sample, and `saiz` and `saio` of where that is; all three or none.
   * @param ivSize of each sample; `undefined`: they are clear
   */
  #information(count: number, ivSize: number | undefined): Pick<ProtectedSample, 'iv' | 'subsamples'>[] {
    const [bytes, traf] = [this.#bytes, this.#traf];
    const about = ['senc', 'saiz', 'saio'].flatMap((type) => childrenOf(bytes, traf, type));
    if (ivSize === undefined && about.length > 0) throw new Error('a clear fragment speaks of encryption');
    if (ivSize === undefined || about.length === 0) {
      if (ivSize) throw new Error('no "senc", and samples have IVs of their own');
      return Array.from({ length: count }, () => ({ iv: undefined, subsamples: undefined }));
    }
    const senc = boxBelow(bytes, traf, 'senc');
    const hasSubsamples = (bytes.readUInt32BE(senc.body) & SUBSAMPLES) !== 0;
    if (bytes.readUInt32BE(senc.body + 4) !== count) throw new Error('"senc" miscounts the samples');
    const [saiz, saio] = [boxBelow(bytes, traf, 'saiz'), boxBelow(bytes, traf, 'saio')];
    if (this.#moof.start + bytes.readUInt32BE(saio.body + 8) !== senc.body + 8)
      throw new Error('"saio" does not lead to what "senc" holds');
    if (bytes.readUInt32BE(saio.body) !== 0 || bytes.readUInt32BE(saio.body + 4) !== 1)
      throw new Error('"saio" is not one place');
    const shared = bytes.readUInt8(saiz.body + 4);
    if (bytes.readUInt32BE(saiz.body + 5) !== count) throw new Error('"saiz" miscounts the samples');
    let at = senc.body + 8;
    const all = Array.from({ length: count }, (_, sample) => {
      const start = at;
      const iv = ivSize > 0 ? bytes.subarray(at, at + ivSize) : undefined;
      at += ivSize;
      const subsamples: number[] | undefined = hasSubsamples ? [] : undefined;
      if (subsamples) {
        const end = at + 2 + 6 * bytes.readUInt16BE(at);
        for (at += 2; at < end; at += 6) subsamples.push(bytes.readUInt16BE(at), bytes.readUInt32BE(at + 2));
      }
      const told = shared || bytes.readUInt8(saiz.body + 9 + sample);
      if (told !== at - start)
        throw new Error(`"saiz" says ${told} bytes of a sample that has ${at - start}`);
      return { iv, subsamples };
    });
    if (at !== senc.end) throw new Error('"senc" has another size');
    return all;
  }
}
