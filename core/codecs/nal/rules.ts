/** What a NAL unit is to who protects the samples that it is in. */
export type NalRole =
  /** A coded slice of the base layer: what decoders of the plain codec show. */
  | 'slice'
  /** A part of another layer: a second view, alpha, depth, a better quality. Decoders of the plain codec step over it. */
  | 'other-layer'
  /** A partition of a slice, which nobody knows how to cut. */
  | 'partition'
  /** It may hold whole NAL units of another layer or track, slices among them. */
  | 'wrapper'
  /** Everything else: it says how to decode, or is for nobody. */
  | 'clear';

/** What a NAL unit at `at` of `data` is. */
export type NalRoleReader = (data: Uint8Array, at: number) => NalRole;

/** What is different between codecs that are made of NAL units. */
export interface NalRules {
  /** Bytes of the header of a NAL unit. */
  readonly headerBytes: number;
  /** nal_unit_type. @param first the first byte of the header */
  typeOf(first: number): number;
  /** What a NAL unit is to who protects it. */
  readonly roleOf: NalRoleReader;
  /** Whether NAL units of this type are coded picture data: no parameter set and no message for the picture comes behind one. */
  isPicture(type: number): boolean;
  /** nal_unit_type of SEI messages in front of the picture. */
  readonly seiType: number;
  /** nal_unit_type of the parameter sets; a stream needs one of each. */
  readonly parameterSets: readonly number[];
  /** nal_unit_type of access unit delimiters. */
  readonly delimiterType: number;
  /** The byte of the configuration that ends in lengthSizeMinusOne. */
  readonly lengthSizeAt: number;
  /** The NAL units of the configuration, each alone. @throws PackagerError NOT_MEDIA when it is damaged, or holds pictures */
  configured(config: Uint8Array, name: string): readonly Uint8Array[];
  /** By the sample entries that allow parameter sets in the samples: those that promise that all are in the configuration. */
  readonly outOfBand: Readonly<Record<string, string>>;
}

/** Bytes of the length in front of each NAL unit. */
export const lengthSizeOf = ({ lengthSizeAt }: NalRules, config: Uint8Array): number =>
  ((config[lengthSizeAt] ?? 0) & 3) + 1;
