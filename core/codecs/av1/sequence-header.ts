import { BitstreamError } from '../../base/bit-reader.ts';
import type { Av1BitReader } from './bit-reader.ts';
import { type ColorConfig, readColorConfig } from './color-config.ts';

/** What is read from a sequence header OBU (AV1 specification, 5.5.1): what frame headers and codec strings need. */
export interface SequenceHeader extends ColorConfig {
  readonly profile: number;
  /** seq_level_idx and seq_tier of the first operating point. */
  readonly level: number;
  readonly highTier: boolean;
  readonly reducedStillPicture: boolean;
  readonly timing: TimingFields;
  /** Bits of a frame's width and height where a frame states them. */
  readonly widthBits: number;
  readonly heightBits: number;
  /** Pixels, of frames that do not state theirs. */
  readonly maxWidth: number;
  readonly maxHeight: number;
  /** Bits of frame ids and of the differences between them; `undefined`: frames have none. */
  readonly frameIds: { readonly bits: number; readonly deltaBits: number } | undefined;
  readonly superblocks128: boolean;
  readonly warpedMotion: boolean;
  readonly refFrameMvs: boolean;
  /** `undefined`: each frame says it itself. */
  readonly screenContentTools: boolean | undefined;
  readonly integerMv: boolean | undefined;
  /** OrderHintBits; 0 without order hints. */
  readonly orderHintBits: number;
  readonly superres: boolean;
  readonly cdef: boolean;
  readonly restoration: boolean;
  readonly filmGrain: boolean;
}

/** What frame headers carry for the decoder model. */
export interface TimingFields {
  /** Bits of frame_presentation_time; 0: frames have none. */
  readonly presentationTimeBits: number;
  /** decoder_model_info_present_flag */
  readonly decoderModel: boolean;
  /** Bits of buffer_removal_time. */
  readonly removalTimeBits: number;
  /** operating_point_idc of the operating points with a decoder model: each may have a buffer_removal_time in a frame. */
  readonly modelledPoints: readonly number[];
}

interface OperatingPoints {
  readonly level: number;
  readonly highTier: boolean;
  readonly timing: TimingFields;
}

/** Read sequence_header_obu(). */
export function readSequenceHeader(reader: Av1BitReader): SequenceHeader {
  const profile = reader.read(3);
  if (profile > 2) throw new BitstreamError(`has the reserved profile ${profile}`);
  reader.skip(1); // still_picture
  const reducedStillPicture = reader.flag();
  const points = reducedStillPicture
    ? { level: reader.read(5), highTier: false, timing: NO_TIMING }
    : readOperatingPoints(reader);
  const widthBits = reader.read(4) + 1;
  const heightBits = reader.read(4) + 1;
  const maxWidth = reader.read(widthBits) + 1;
  const maxHeight = reader.read(heightBits) + 1;
  const frameIds = !reducedStillPicture && reader.flag() ? readFrameIdSizes(reader) : undefined;
  const superblocks128 = reader.flag();
  reader.skip(2); // enable_filter_intra, enable_intra_edge_filter
  const tools = reducedStillPicture ? STILL_TOOLS : readInterTools(reader);
  const superres = reader.flag();
  const cdef = reader.flag();
  const restoration = reader.flag();
  const color = readColorConfig(reader, profile);
  const filmGrain = reader.flag();
  return {
    profile,
    ...points,
    reducedStillPicture,
    ...{ widthBits, heightBits, maxWidth, maxHeight, frameIds, superblocks128 },
    ...tools,
    ...{ superres, cdef, restoration },
    ...color,
    filmGrain,
  };
}

const NO_TIMING: TimingFields = {
  presentationTimeBits: 0,
  decoderModel: false,
  removalTimeBits: 0,
  modelledPoints: [],
};

/** From timing_info_present_flag to the last operating point. */
function readOperatingPoints(reader: Av1BitReader): OperatingPoints {
  let equalPictureInterval = false;
  let model: { delayBits: number; removalTimeBits: number; presentationTimeBits: number } | undefined;
  if (reader.flag()) {
    reader.skip(64); // num_units_in_display_tick, time_scale
    equalPictureInterval = reader.flag();
    if (equalPictureInterval) reader.skipUvlc(); // num_ticks_per_picture_minus_1
    if (reader.flag()) model = readDecoderModel(reader);
  }
  const displayDelays = reader.flag();
  const count = reader.read(5) + 1;
  const modelledPoints: number[] = [];
  let [level, highTier] = [0, false];
  for (let point = 0; point < count; point += 1) {
    const idc = reader.read(12);
    const pointLevel = reader.read(5);
    const pointTier = pointLevel > 7 && reader.flag();
    if (point === 0) [level, highTier] = [pointLevel, pointTier];
    if (model && reader.flag()) {
      modelledPoints.push(idc);
      reader.skip(2 * model.delayBits + 1); // operating_parameters_info()
    }
    if (displayDelays && reader.flag()) reader.skip(4); // initial_display_delay_minus_1
  }
  return {
    level,
    highTier,
    timing: {
      presentationTimeBits: model && !equalPictureInterval ? model.presentationTimeBits : 0,
      decoderModel: model !== undefined,
      removalTimeBits: model?.removalTimeBits ?? 0,
      modelledPoints,
    },
  };
}

/** decoder_model_info() */
function readDecoderModel(reader: Av1BitReader) {
  const delayBits = reader.read(5) + 1;
  reader.skip(32); // num_units_in_decoding_tick
  const removalTimeBits = reader.read(5) + 1;
  const presentationTimeBits = reader.read(5) + 1;
  return { delayBits, removalTimeBits, presentationTimeBits };
}

function readFrameIdSizes(reader: Av1BitReader): { bits: number; deltaBits: number } {
  const deltaBits = reader.read(4) + 2;
  return { deltaBits, bits: deltaBits + reader.read(3) + 1 };
}

type InterTools = Pick<
  SequenceHeader,
  'warpedMotion' | 'refFrameMvs' | 'screenContentTools' | 'integerMv' | 'orderHintBits'
>;

const STILL_TOOLS: InterTools = {
  warpedMotion: false,
  refFrameMvs: false,
  screenContentTools: undefined,
  integerMv: undefined,
  orderHintBits: 0,
};

/** From enable_interintra_compound to order_hint_bits_minus_1. */
function readInterTools(reader: Av1BitReader): InterTools {
  reader.skip(2); // enable_interintra_compound, enable_masked_compound
  const warpedMotion = reader.flag();
  reader.skip(1); // enable_dual_filter
  const orderHints = reader.flag();
  if (orderHints) reader.skip(1); // enable_jnt_comp
  const refFrameMvs = orderHints && reader.flag();
  const screenContentTools = readChoice(reader);
  const integerMv = screenContentTools === false ? undefined : readChoice(reader);
  const orderHintBits = orderHints ? reader.read(3) + 1 : 0;
  return { warpedMotion, refFrameMvs, screenContentTools, integerMv, orderHintBits };
}

/** A tool that each frame chooses itself (`undefined`), or that the sequence forces on or off. */
const readChoice = (reader: Av1BitReader): boolean | undefined => (reader.flag() ? undefined : reader.flag());
