import { command } from './command.ts';

/** Bits of each slice header of a stream, the NAL unit header included, as ffmpeg's bitstream filter `trace_headers` reads them. */
export async function tracedSliceHeaders(path: string, demuxer: readonly string[] = []): Promise<number[]> {
  const options = ['-hide_banner', '-nostdin', ...demuxer, '-i', path, '-map', '0:v:0', '-c', 'copy'];
  const trace = [...options, '-bsf:v', 'trace_headers', '-f', 'null', '-'];
  // The filter has nowhere to write but the log, which is standard error.
  const log = (await command('sh', ['-c', 'exec ffmpeg "$@" 2>&1', 'sh', ...trace])).toString('latin1');
  const bits: number[] = [];
  let inSlice = false;
  for (const line of log.split(/[\r\n]+/)) {
    const [, text = ''] = /\[trace_headers @ [^\]]+\] (.*)$/.exec(line) ?? [];
    const [, position, value] = /^(\d+) +\S+ +([01]+) = -?\d+$/.exec(text) ?? [];
    if (position !== undefined && value !== undefined) {
      if (inSlice) bits[bits.length - 1] = Number(position) + value.length;
    } else if (text !== '') {
      inSlice = /^Slice (Segment )?Header$/.test(text);
      if (inSlice) bits.push(0);
    }
  }
  return bits;
}

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
