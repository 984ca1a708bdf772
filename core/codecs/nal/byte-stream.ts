import { RbspReader } from '../../base/bit-reader.ts';
import type { PictureFormat } from '../picture-format.ts';

export type ParameterSetKind = 'vps' | 'sps' | 'pps';
export type ParameterSetLists = Readonly<Record<ParameterSetKind, readonly Uint8Array[]>>;

/** What a NAL unit is to a muxer. */
export type NalPurpose =
  | { readonly role: 'delimiter' | 'other' }
  | { readonly role: 'set'; readonly kind: ParameterSetKind }
  /** `starts`: the first slice of a picture, by all it says. */
  | { readonly role: 'slice'; readonly starts: boolean; readonly isSync: boolean }
  /** Decoding can start at the picture that follows, though it is no IDR picture. */
  | { readonly role: 'recovery' };

/** What the decoder of a stream must be able to do: its SPS may differ. */
export interface DecoderNeeds {
  /** The SPS of the largest pictures. */
  readonly sps: Uint8Array;
  /** To what all of them conform, see {@link NalByteStream.conformance}. */
  readonly conformance: Uint8Array;
}

/** What codecs of NAL units do differently in byte streams (start codes in place of lengths), which carry their parameter sets in band. */
export interface NalByteStream {
  /** Sample entries with all parameter sets in the configuration, and with some in the samples. */
  readonly entries: readonly [outOfBand: string, inBand: string];
  readonly configBox: string;
  roleOf(nal: Uint8Array): NalPurpose;
  /** The id of a parameter set: a later one replaces an earlier one of the same id. */
  setId(kind: ParameterSetKind, nal: Uint8Array): number;
  picture(sps: Uint8Array): PictureFormat;
  /**
   * To what an SPS says that its pictures conform, as decoder configurations repeat it: a byte of the profile, flags that may only be set if all
   * SPS have them, a byte of the level (ISO/IEC 14496-15, 5.3.3.1.2 and 8.3.3.1.2).
   */
  conformance(sps: Uint8Array): Uint8Array;
  /** Pictures may be pairs of fields that share a sample. */
  mayHaveFields(sps: Uint8Array): boolean;
  /** Whether nothing that others refer to is missing between two slices of pictures; absent where the bitstream does not tell. */
  follows?(before: Uint8Array, slice: Uint8Array, sets: ParameterSetLists): boolean;
  config(sets: ParameterSetLists, needs: DecoderNeeds, isComplete: boolean): Uint8Array;
  codecString(entry: string, config: Uint8Array): string;
}

export const DELIMITER: NalPurpose = { role: 'delimiter' };
export const OTHER: NalPurpose = { role: 'other' };
export const RECOVERY: NalPurpose = { role: 'recovery' };

/** Open a NAL unit behind its header of so many bytes. */
export const openNal = (nal: Uint8Array, header: number): RbspReader =>
  new RbspReader().open(nal, header, nal.length);

/** The top bit of a slice: first_mb_in_slice is 0, or first_slice_segment_in_pic_flag is set. */
export const startsPicture = (nal: Uint8Array, header: number): boolean => ((nal[header] ?? 0) & 0x80) !== 0;
