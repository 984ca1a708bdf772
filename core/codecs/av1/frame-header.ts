import type { Av1BitReader } from './bit-reader.ts';
import { skipFilmGrain } from './film-grain.ts';
import { skipCdef, skipLoopFilter, skipRestoration } from './filters.ts';
import { type FrameSize, readFrameSize, readFrameSizeWithRefs } from './frame-size.ts';
import { skipGlobalMotion } from './global-motion.ts';
import type { Obu } from './obu.ts';
import { readQuantization } from './quantization.ts';
import {
  FRAME_TYPE,
  REFS_PER_FRAME,
  type ReferenceSlots,
  relativeDistance,
  SLOTS,
  setFrameRefs,
  skipModeAllowed,
} from './references.ts';
import type { SequenceHeader } from './sequence-header.ts';
import { readTileInfo, type TileInfo } from './tile-info.ts';

const ALL_SLOTS = 2 ** SLOTS - 1;
const PRIMARY_REF_NONE = 7;

/** The fields of an uncompressed_header() that decide how it goes on. */
interface Start {
  readonly frameType: number;
  readonly intra: boolean;
  readonly shown: boolean;
  /** Shown now, or by a later show_existing_frame. */
  readonly showable: boolean;
  readonly errorResilient: boolean;
}

/**
 * Read uncompressed_header() (AV1 specification, 5.9.2), to the bit, and store the frame where later ones look for it.
 * @param slots the frames decoded so far
 * @returns how the frame is cut into tiles; `undefined` when an earlier frame is shown and no tiles follow
 */
export function readFrameHeader(
  reader: Av1BitReader,
  sequence: SequenceHeader,
  layer: Pick<Obu, 'temporalId' | 'spatialId'>,
  slots: ReferenceSlots,
): TileInfo | undefined {
  if (!sequence.reducedStillPicture && reader.flag()) {
    showExistingFrame(reader, sequence, slots);
    return undefined;
  }
  const start = readStart(reader, sequence);
  const { frameType, intra, errorResilient } = start;
  if (frameType === FRAME_TYPE.key && start.shown) slots.forgetOrderHints();

  const staticCdfs = reader.flag(); // disable_cdf_update
  const screenContent = sequence.screenContentTools ?? reader.flag();
  const stated = screenContent && (sequence.integerMv ?? reader.flag());
  const integerMv = intra || stated;
  if (sequence.frameIds) reader.skip(sequence.frameIds.bits); // current_frame_id
  const sizeOverride = frameType === FRAME_TYPE.switch || (!sequence.reducedStillPicture && reader.flag());
  const orderHint = reader.read(sequence.orderHintBits);
  const primary = intra || errorResilient ? PRIMARY_REF_NONE : reader.read(3);
  skipRemovalTimes(reader, sequence, layer);
  const refresh = readRefreshFlags(reader, sequence, start, slots);

  let size: FrameSize;
  let refs: readonly number[] = [];
  let intraBlockCopy = false;
  let highPrecisionMv = false;
  if (intra) {
    size = readFrameSize(reader, sequence, sizeOverride);
    intraBlockCopy = screenContent && size.upscaledWidth === size.width && reader.flag();
  } else {
    refs = readRefs(reader, sequence, orderHint, slots);
    size =
      sizeOverride && !errorResilient
        ? readFrameSizeWithRefs(reader, sequence, slots, refs)
        : readFrameSize(reader, sequence, sizeOverride);
    highPrecisionMv = !integerMv && reader.flag();
    if (!reader.flag()) reader.skip(2); // is_filter_switchable: interpolation_filter
    reader.skip(1); // is_motion_mode_switchable
    if (!errorResilient && sequence.refFrameMvs) reader.skip(1); // use_ref_frame_mvs
  }
  if (!sequence.reducedStillPicture && !staticCdfs) reader.skip(1); // disable_frame_end_update_cdf

  const previous = primary === PRIMARY_REF_NONE ? undefined : slots.frame(refs[primary]!).segmentQuantizers;
  const tiles = readTileInfo(reader, size, sequence.superblocks128);
  const { segmentQuantizers, lossless } = readQuantization(reader, sequence, previous, intraBlockCopy);
  const filtered = !lossless && !intraBlockCopy;
  if (filtered) skipLoopFilter(reader, sequence);
  if (filtered && sequence.cdef) skipCdef(reader, sequence);
  const restorable = !intraBlockCopy && !(lossless && size.width === size.upscaledWidth);
  if (restorable && sequence.restoration) skipRestoration(reader, sequence);
  if (!lossless) reader.skip(1); // tx_mode_select
  if (!intra) skipPrediction(reader, sequence, start, orderHint, refs, slots);
  reader.skip(1); // reduced_tx_set
  if (!intra) skipGlobalMotion(reader, highPrecisionMv);
  if (sequence.filmGrain && start.showable) skipFilmGrain(reader, sequence, frameType);

  const { upscaledWidth, height } = size;
  slots.refresh(refresh, { frameType, upscaledWidth, height, orderHint, segmentQuantizers });
  return tiles;
}

/** The rest of a header with show_existing_frame; a key frame that is shown so takes all slots (7.21). */
function showExistingFrame(reader: Av1BitReader, sequence: SequenceHeader, slots: ReferenceSlots): void {
  const frame = slots.frame(reader.read(3)); // frame_to_show_map_idx
  reader.skip(sequence.timing.presentationTimeBits);
  if (sequence.frameIds) reader.skip(sequence.frameIds.bits); // display_frame_id
  if (frame.frameType === FRAME_TYPE.key) slots.refresh(ALL_SLOTS, frame);
}

/** From frame_type to error_resilient_mode. */
function readStart(reader: Av1BitReader, sequence: SequenceHeader): Start {
  if (sequence.reducedStillPicture) {
    return { frameType: FRAME_TYPE.key, intra: true, shown: true, showable: true, errorResilient: true };
  }
  const frameType = reader.read(2);
  const intra = frameType === FRAME_TYPE.key || frameType === FRAME_TYPE.intraOnly;
  const shown = reader.flag();
  if (shown) reader.skip(sequence.timing.presentationTimeBits);
  const showable = shown || reader.flag();
  const fresh = frameType === FRAME_TYPE.switch || (frameType === FRAME_TYPE.key && shown);
  return { frameType, intra, shown, showable, errorResilient: fresh || reader.flag() };
}

/** buffer_removal_time of the operating points that the frame belongs to. */
function skipRemovalTimes(
  reader: Av1BitReader,
  { timing }: SequenceHeader,
  { temporalId, spatialId }: Pick<Obu, 'temporalId' | 'spatialId'>,
): void {
  if (!timing.decoderModel || !reader.flag()) return; // buffer_removal_time_present_flag
  for (const idc of timing.modelledPoints) {
    const inside = ((idc >> temporalId) & 1) === 1 && ((idc >> (spatialId + 8)) & 1) === 1;
    if (idc === 0 || inside) reader.skip(timing.removalTimeBits);
  }
}

/** refresh_frame_flags and ref_order_hint. */
function readRefreshFlags(
  reader: Av1BitReader,
  { orderHintBits }: SequenceHeader,
  { frameType, intra, shown, errorResilient }: Start,
  slots: ReferenceSlots,
): number {
  const all = frameType === FRAME_TYPE.switch || (frameType === FRAME_TYPE.key && shown);
  const flags = all ? ALL_SLOTS : reader.read(8);
  if ((!intra || flags !== ALL_SLOTS) && errorResilient && orderHintBits > 0) {
    for (let slot = 0; slot < SLOTS; slot += 1) slots.expectOrderHint(slot, reader.read(orderHintBits));
  }
  return flags;
}

/** The slots of an inter frame's references. */
function readRefs(
  reader: Av1BitReader,
  { orderHintBits, frameIds }: SequenceHeader,
  orderHint: number,
  slots: ReferenceSlots,
): number[] {
  let refs: number[] | undefined;
  if (orderHintBits > 0 && reader.flag()) {
    const last = reader.read(3);
    const golden = reader.read(3);
    const distances = Array.from({ length: SLOTS }, (_, slot) =>
      relativeDistance(orderHintBits, slots.orderHint(slot), orderHint),
    );
    refs = setFrameRefs(distances, last, golden);
  }
  return Array.from({ length: REFS_PER_FRAME }, (_, index) => {
    const slot = refs?.[index] ?? reader.read(3);
    if (frameIds) reader.skip(frameIds.deltaBits); // delta_frame_id_minus_1
    return slot;
  });
}

/** reference_select, skip_mode_present and allow_warped_motion. */
function skipPrediction(
  reader: Av1BitReader,
  { orderHintBits, warpedMotion }: SequenceHeader,
  { errorResilient }: Start,
  orderHint: number,
  refs: readonly number[],
  slots: ReferenceSlots,
): void {
  const compound = reader.flag(); // reference_select
  const hints = refs.map((slot) => slots.orderHint(slot));
  if (compound && orderHintBits > 0 && skipModeAllowed(orderHintBits, orderHint, hints)) reader.skip(1);
  if (!errorResilient && warpedMotion) reader.skip(1);
}
