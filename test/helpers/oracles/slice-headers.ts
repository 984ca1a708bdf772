import { ffmpegLog } from '../commands/command.ts';

/** A slice header as ffmpeg's bitstream filter `trace_headers` reads it. */
export interface TracedSlice {
  /** Bits of the NAL unit header and the slice header. */
  readonly bits: number;
  /** What was read: `slice_type=2`, without the index of what there are several of. */
  readonly fields: readonly string[];
}

/** The slice headers of a stream of H.264 or HEVC, in decode order. */
export async function traceSlices(path: string, demuxer: readonly string[] = []): Promise<TracedSlice[]> {
  const options = [...demuxer, '-i', path, '-map', '0:v:0', '-c', 'copy'];
  const trace = [...options, '-bsf:v', 'trace_headers', '-f', 'null', '-'];
  const log = await ffmpegLog(trace);
  const slices: { bits: number; fields: string[] }[] = [];
  let slice: (typeof slices)[number] | undefined;
  for (const line of log.split(/[\r\n]+/)) {
    const [, text = ''] = /\[trace_headers @ [^\]]+\] (.*)$/.exec(line) ?? [];
    const [, position, name = '', code = '', value] = /^(\d+) +(\S+) +([01]+) = (-?\d+)$/.exec(text) ?? [];
    if (name === 'cabac_alignment_one_bit') continue; // the first of the slice data
    if (position !== undefined) {
      if (slice) slice.bits = Number(position) + code.length;
      slice?.fields.push(`${name.replace(/\[.*/, '')}=${value}`);
    } else if (text !== '') {
      slice = /^Slice (Segment )?Header$/.test(text) ? { bits: 0, fields: [] } : undefined;
      if (slice) slices.push(slice);
    }
  }
  return slices;
}

/** Bits of each slice header of a stream, the NAL unit header included. */
export const tracedSliceHeaders = async (path: string): Promise<number[]> =>
  (await traceSlices(path)).map(({ bits }) => bits);

/** Bytes of an escaped NAL unit that hold its first `bits` bits: the emulation prevention bytes among them count. */
export function escapedBytes(nal: Uint8Array, bits: number): number {
  let wanted = Math.ceil(bits / 8);
  let zeros = 0;
  for (let at = 0; at < nal.length; at += 1) {
    const byte = nal[at]!;
    const isEscape = zeros >= 2 && byte === 3;
    zeros = byte === 0 ? zeros + 1 : 0;
    if (isEscape) continue;
    wanted -= 1;
    if (wanted === 0) return at + 1;
  }
  throw new Error(`a NAL unit of ${nal.length} bytes has no ${bits} bits`);
}
