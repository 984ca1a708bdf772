import { copyBytes, toHex } from '../../../base/bytes.ts';
import type { MediaEntry } from '../../model/media-track.ts';
import { type AvcSequence, avcConfig, readAvcSequence } from './avc-sets.ts';
import { Bits } from './bits.ts';
import { rawBytes } from './start-codes.ts';
import type { UnitRole, VideoSyntax } from './video-splitter.ts';

const TYPE = { slice: 1, idr: 5, sps: 7, pps: 8, aud: 9 } as const;
/** Bytes that hold the start of a slice header up to the field flags. */
const SLICE_START = 24;

/** H.264 (ITU-T H.264, 7.4.1.2.3 and 7.4.1.2.4): which NAL units begin an access unit, and what it is. */
export class AvcSyntax implements VideoSyntax {
  readonly headerBytes = 1;
  readonly #sequences = new Map<number, { readonly bytes: Uint8Array; readonly facts: AvcSequence }>();
  readonly #pictures = new Map<number, { readonly bytes: Uint8Array; readonly sequence: number }>();
  /** frame_num and bottom_field_flag of a field whose other one may follow. */
  #field: { readonly frame: number; readonly isBottom: boolean } | undefined;
  /** The picture parameter set of the last picture: -1 before the first. */
  #picture = -1;

  role(bytes: Buffer, start: number, end: number): UnitRole {
    const type = bytes[start]! & 0x1f;
    if (type === TYPE.aud) return 'delimiter';
    if (type === TYPE.slice || type === TYPE.idr) return this.#slice(bytes, start, end);
    if (type === TYPE.sps || type === TYPE.pps || type === 6 || (type >= 14 && type <= 18)) return 'before';
    return 'within';
  }

  isSync(bytes: Buffer, start: number): boolean {
    return (bytes[start]! & 0x1f) === TYPE.idr;
  }

  isSet(bytes: Buffer, start: number): boolean {
    const type = bytes[start]! & 0x1f;
    return type === TYPE.sps || type === TYPE.pps;
  }

  keep(bytes: Buffer, start: number, end: number): boolean {
    const isSequence = (bytes[start]! & 0x1f) === TYPE.sps;
    const raw = rawBytes(bytes, start, end);
    const id = new Bits(raw, isSequence ? 4 : 1).ue();
    const sets = isSequence ? this.#sequences : this.#pictures;
    const known = sets.get(id)?.bytes;
    if (known && bytes.compare(known, 0, known.length, start, end) === 0) return false;
    const copy = copyBytes(bytes, start, end);
    if (isSequence) this.#sequences.set(id, { bytes: copy, facts: readAvcSequence(raw) });
    else {
      const bits = new Bits(raw, 1);
      bits.ue();
      this.#pictures.set(id, { bytes: copy, sequence: bits.ue() });
    }
    return true;
  }

  get identity(): string {
    const { sequence, pictures } = this.#active();
    return [sequence, ...pictures].map((set) => (set ? toHex(set) : '')).join();
  }

  describe(): MediaEntry {
    const { sequence, pictures, facts } = this.#active();
    return {
      format: 'avc1',
      codecs: sequence && `avc1.${toHex(sequence.subarray(1, 4))}`,
      config: sequence ? avcConfig([sequence], pictures) : new Uint8Array(0),
      ...(facts ? { width: facts.width, height: facts.height } : {}),
    };
  }

  /** Parameter sets of the last picture. */
  #active(): { sequence: Uint8Array | undefined; pictures: Uint8Array[]; facts: AvcSequence | undefined } {
    const id = this.#pictures.get(this.#picture)?.sequence ?? [...this.#sequences.keys()][0] ?? 0;
    const sequence = this.#sequences.get(id);
    const pictures = [...this.#pictures.values()].filter((set) => set.sequence === id);
    return { sequence: sequence?.bytes, pictures: pictures.map((set) => set.bytes), facts: sequence?.facts };
  }

  #slice(bytes: Buffer, start: number, end: number): UnitRole {
    // first_mb_in_slice is 0: a picture begins, in the order of slices that all profiles for players have.
    if ((bytes[start + 1]! & 0x80) === 0) return 'within';
    const bits = new Bits(rawBytes(bytes, start, end, SLICE_START), 1);
    bits.ue();
    bits.ue();
    this.#picture = bits.ue();
    const facts = this.#sequences.get(this.#pictures.get(this.#picture)?.sequence ?? 0)?.facts;
    if (!facts || facts.framesOnly) return 'picture';
    if (facts.separatePlanes) bits.skip(2);
    const frame = bits.u(facts.frameNumBits);
    const isField = bits.flag();
    const isBottom = isField && bits.flag();
    const first = this.#field;
    if (isField && first && first.frame === frame && first.isBottom !== isBottom) {
      this.#field = undefined;
      return 'second-field';
    }
    this.#field = isField ? { frame, isBottom } : undefined;
    return 'picture';
  }
}
