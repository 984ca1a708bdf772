import { ffmpeg } from '../commands/command.ts';

/** The payloads of the first video stream, one after the other. */
export const videoBytes = (path: string): Promise<Buffer> => {
  const demuxer = path.endsWith('.mp4') ? ['-ignore_editlist', '1'] : [];
  return ffmpeg([...demuxer, '-i', path, '-map', '0:v:0', '-c', 'copy', '-f', 'data', '-']);
};

/** Whether a NAL unit header is that of a slice. */
export const isSlice = (header = 0): boolean => (header & 0x1f) === 1 || (header & 0x1f) === 5;

/** Start and end of each slice in samples with 4-byte lengths (ISO/IEC 14496-15). */
export function lengthPrefixedSlices(bytes: Buffer): [start: number, end: number][] {
  const slices: [number, number][] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = at + 4;
    at = start + bytes.readUInt32BE(at);
    if (isSlice(bytes[start])) slices.push([start, at]);
  }
  return slices;
}

/** The slices of an Annex B byte stream. */
export const startCodeSlices = (bytes: Buffer): Buffer[] =>
  startCodeUnits(bytes).filter((unit) => isSlice(unit[0]));

/** The NAL units of an Annex B byte stream. */
export function startCodeUnits(bytes: Buffer): Buffer[] {
  const startCode = Buffer.from([0, 0, 1]);
  const units: Buffer[] = [];
  for (let code = bytes.indexOf(startCode); code >= 0; ) {
    const next = bytes.indexOf(startCode, code + 3);
    let end = next < 0 ? bytes.length : next;
    while (bytes[end - 1] === 0) end--; // the first byte of a 4-byte start code; a NAL unit never ends in 0
    units.push(bytes.subarray(code + 3, end));
    code = next;
  }
  return units;
}

/** Take out the 03 of each 00 00 03. */
export function withoutEmulationPrevention(unit: Buffer): Buffer {
  const plain = Buffer.alloc(unit.length);
  let [length, zeros] = [0, 0];
  for (const byte of unit) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    plain[length++] = byte;
  }
  return plain.subarray(0, length);
}
