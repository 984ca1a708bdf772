import type { InputTrack } from './input-samples.ts';

const AVC = /^(avc[1-4]|dva1|dvav)$/;
const HEVC = /^(hvc1|hev1|dvh1|dvhe)$/;

export const isAvc = ({ entry }: Pick<InputTrack, 'entry'>): boolean => AVC.test(entry);
export const isHevc = ({ entry }: Pick<InputTrack, 'entry'>): boolean => HEVC.test(entry);

/** The NAL units of a sample with lengths (ISO/IEC 14496-15, 5.3.4.2); `undefined` when they do not fill it. */
export function lengthPrefixedUnits(sample: Buffer, lengthSize: number): Buffer[] | undefined {
  const units: Buffer[] = [];
  for (let at = 0; at < sample.length; ) {
    if (at + lengthSize > sample.length) return undefined;
    const start = at + lengthSize;
    at = start + sample.readUIntBE(at, lengthSize);
    if (at > sample.length) return undefined;
    units.push(sample.subarray(start, at));
  }
  return units;
}

const START_CODE = Buffer.from([0, 0, 1]);

/** What a decoder that looks for start codes finds in NAL units: the pieces between those, without zeros at their ends. */
export function withoutStartCodes(units: readonly Buffer[]): Buffer[] {
  return units.flatMap((unit) => {
    const pieces: Buffer[] = [];
    for (let from = 0; from <= unit.length; ) {
      const code = unit.indexOf(START_CODE, from);
      let to = code < 0 ? unit.length : code;
      const next = code < 0 ? unit.length + 1 : code + 3;
      while (to > from && unit[to - 1] === 0) to--;
      if (to > from) pieces.push(unit.subarray(from, to));
      from = next;
    }
    return pieces;
  });
}

/** The NAL units between start codes of four bytes, each with all of its bytes. */
export function byteStreamUnits(accessUnit: Buffer): Buffer[] {
  const code = Buffer.from([0, 0, 0, 1]);
  const units: Buffer[] = [];
  for (let at = accessUnit.indexOf(code); at >= 0; ) {
    const next = accessUnit.indexOf(code, at + 4);
    units.push(accessUnit.subarray(at + 4, next < 0 ? accessUnit.length : next));
    at = next;
  }
  return units;
}

/** nal_unit_type of H.264. */
export const avcType = ([header = 0]: Buffer): number => header & 31;

/** Auxiliary pictures, scalable layers and further views (ITU-T H.264, table 7-1). */
const AVC_OTHER_LAYERS: ReadonlySet<number> = new Set([19, 20, 21]);

/** Whether a NAL unit is a part of a picture that decoders of the plain codec do not show. */
export function isOtherLayer(track: InputTrack, unit: Buffer): boolean {
  if (isAvc(track)) return AVC_OTHER_LAYERS.has(avcType(unit));
  const layer = (((unit[0] ?? 0) & 1) << 5) | ((unit[1] ?? 0) >> 3); // nuh_layer_id
  return layer > 0;
}

/** Whether a NAL unit is a slice of the base layer. */
export function isBaseSlice(track: InputTrack, unit: Buffer): boolean {
  if (isAvc(track)) return avcType(unit) === 1 || avcType(unit) === 5;
  return !isOtherLayer(track, unit) && (((unit[0] ?? 0) >> 1) & 63) < 32;
}
