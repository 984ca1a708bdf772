import { copyBytes, toHex } from '../../../base/bytes.ts';
import type { MediaEntry } from '../../model/media-track.ts';
import { Bits } from './bits.ts';
import { hevcConfig, readHevcSequence } from './hevc-sets.ts';
import { rawBytes } from './start-codes.ts';
import type { UnitRole, VideoSyntax } from './video-splitter.ts';

const TYPE = { vps: 32, sps: 33, pps: 34, aud: 35 } as const;

const typeOf = (bytes: Buffer, start: number): number => (bytes[start]! >> 1) & 0x3f;
const layerOf = (bytes: Buffer, start: number): number =>
  ((bytes[start]! & 1) << 5) | (bytes[start + 1]! >> 3);

/** HEVC (ITU-T H.265, 7.4.2.4.4): which NAL units begin an access unit, and what it is. */
export class HevcSyntax implements VideoSyntax {
  readonly headerBytes = 3;
  /** By type and id. */
  readonly #sets = new Map<string, { readonly type: number; readonly bytes: Uint8Array }>();

  role(bytes: Buffer, start: number): UnitRole {
    const type = typeOf(bytes, start);
    if (layerOf(bytes, start) > 0) return 'within';
    if (type === TYPE.aud) return 'delimiter';
    // first_slice_segment_in_pic_flag
    if (type < 32) return (bytes[start + 2]! & 0x80) !== 0 ? 'picture' : 'within';
    const isBefore =
      type <= TYPE.pps || type === 39 || (type >= 41 && type <= 44) || (type >= 48 && type <= 55);
    return isBefore ? 'before' : 'within';
  }

  isSync(bytes: Buffer, start: number): boolean {
    const type = typeOf(bytes, start);
    return type >= 16 && type <= 23;
  }

  isSet(bytes: Buffer, start: number): boolean {
    const type = typeOf(bytes, start);
    return type >= TYPE.vps && type <= TYPE.pps && layerOf(bytes, start) === 0;
  }

  keep(bytes: Buffer, start: number, end: number): boolean {
    const type = typeOf(bytes, start);
    const raw = rawBytes(bytes, start, end);
    const id =
      type === TYPE.vps ? raw[2]! >> 4 : type === TYPE.sps ? readHevcSequence(raw).id : new Bits(raw, 2).ue();
    const name = `${type} ${id}`;
    const known = this.#sets.get(name)?.bytes;
    if (known && bytes.compare(known, 0, known.length, start, end) === 0) return false;
    this.#sets.set(name, { type, bytes: copyBytes(bytes, start, end) });
    return true;
  }

  get identity(): string {
    return [...this.#sets.values()].map(({ bytes }) => toHex(bytes)).join();
  }

  describe(): MediaEntry {
    const of = (wanted: number): Uint8Array[] =>
      [...this.#sets.values()].filter(({ type }) => type === wanted).map(({ bytes }) => bytes);
    const [sps] = of(TYPE.sps);
    if (!sps) return { format: 'hvc1', codecs: undefined, config: new Uint8Array(0) };
    const facts = readHevcSequence(rawBytes(sps, 0, sps.length));
    return {
      format: 'hvc1',
      codecs: facts.codecs,
      config: hevcConfig(facts, [of(TYPE.vps), of(TYPE.sps), of(TYPE.pps)]),
      width: facts.width,
      height: facts.height,
    };
  }
}
