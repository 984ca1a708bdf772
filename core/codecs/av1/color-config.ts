import type { Av1BitReader } from './bit-reader.ts';

/** color_config() (AV1 specification, 5.5.2). */
export interface ColorConfig {
  /** 8, 10 or 12. */
  readonly bitDepth: number;
  readonly monochrome: boolean;
  /** ISO/IEC 23091-4 code points; `undefined` where the sequence header describes no colours. */
  readonly colors:
    | { readonly primaries: number; readonly transfer: number; readonly matrix: number }
    | undefined;
  readonly fullRange: boolean;
  /** 1: chroma has half the columns, half the rows. */
  readonly subsamplingX: number;
  readonly subsamplingY: number;
  /** chroma_sample_position; 0 (unknown) unless both subsamplings are 1. */
  readonly chromaSamplePosition: number;
  readonly separateUvDeltaQ: boolean;
}

const BT_709 = 1;
const SRGB = 13;
const IDENTITY = 0;

export function readColorConfig(reader: Av1BitReader, profile: number): ColorConfig {
  const high = reader.flag();
  const twelve = profile === 2 && high && reader.flag();
  const bitDepth = twelve ? 12 : high ? 10 : 8;
  const monochrome = profile !== 1 && reader.flag();
  const colors = reader.flag()
    ? { primaries: reader.read(8), transfer: reader.read(8), matrix: reader.read(8) }
    : undefined;
  const common = { bitDepth, monochrome, colors };
  if (monochrome) {
    const fullRange = reader.flag();
    const sampling = { subsamplingX: 1, subsamplingY: 1, chromaSamplePosition: 0 };
    return { ...common, fullRange, ...sampling, separateUvDeltaQ: false };
  }
  if (colors?.primaries === BT_709 && colors.transfer === SRGB && colors.matrix === IDENTITY) {
    const sampling = { subsamplingX: 0, subsamplingY: 0, chromaSamplePosition: 0 };
    return { ...common, fullRange: true, ...sampling, separateUvDeltaQ: reader.flag() };
  }
  const fullRange = reader.flag();
  const subsamplingX = profile === 0 ? 1 : profile === 1 ? 0 : twelve ? reader.read(1) : 1;
  const subsamplingY = profile === 0 ? 1 : twelve && subsamplingX === 1 ? reader.read(1) : 0;
  const chromaSamplePosition = subsamplingX === 1 && subsamplingY === 1 ? reader.read(2) : 0;
  const sampling = { subsamplingX, subsamplingY, chromaSamplePosition };
  return { ...common, fullRange, ...sampling, separateUvDeltaQ: reader.flag() };
}
