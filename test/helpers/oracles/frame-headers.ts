import { ffmpegLog } from '../commands/command.ts';

/** A field of a header: where its bits are, from the start of the unit, and what they say. Inferred ones have none. */
export interface TracedField {
  readonly name: string;
  readonly at: number;
  readonly bits: number;
  readonly value: number;
}

/** An OBU of AV1; a frame or a superframe index of VP9. */
export interface TracedUnit {
  readonly what: string;
  readonly fields: readonly TracedField[];
}

export interface TracedPacket {
  readonly bytes: number;
  readonly units: readonly TracedUnit[];
}

/** What ffmpeg's bitstream filter `trace_headers` reads in a stream of AV1 or VP9, packet by packet. */
export async function traceFrameHeaders(path: string): Promise<TracedPacket[]> {
  const input = ['-probesize', '4000', '-i', path, '-map', '0:v:0', '-c', 'copy'];
  const trace = [...input, '-bsf:v', 'trace_headers', '-f', 'null', '-'];
  const log = await ffmpegLog(trace);
  const packets: { bytes: number; units: { what: string; fields: TracedField[] }[] }[] = [];
  for (const line of log.split(/[\r\n]+/)) {
    const [, text = ''] = /\[trace_headers @ [^\]]+\] (.*)$/.exec(line) ?? [];
    const [, bytes] = /^Packet: (\d+) bytes/.exec(text) ?? [];
    const [, at, name = '', bits = '', value] = /^(\d+) +(\S+) +([01]*) += (-?\d+)$/.exec(text) ?? [];
    const units = packets.at(-1)?.units;
    if (bytes !== undefined) packets.push({ bytes: Number(bytes), units: [] });
    else if (/^(OBU header|Frame|Superframe Index)$/.test(text)) units?.push({ what: text, fields: [] });
    else if (at !== undefined) {
      units?.at(-1)?.fields.push({ name, at: Number(at), bits: bits.length, value: Number(value) });
    }
  }
  return packets;
}

/** The value of a unit's field, the last one of that name. */
export const fieldOf = (unit: TracedUnit, name: string): number | undefined =>
  unit.fields.findLast((field) => field.name === name)?.value;

/** Bytes of a unit up to the last bit that was read. */
export const headerBytes = ({ fields }: TracedUnit): number =>
  Math.ceil(Math.max(...fields.map(({ at, bits }) => at + bits)) / 8);

/** obu_type */
const TILE_GROUP = 4;
const FRAME = 6;

/**
 * The tiles in a stream of AV1: to the first one of a group ffmpeg has counted, from there the sizes of the tiles lead.
 * @param stream its samples, one after the other
 * @param tiles of each frame
 * @returns start and end of each tile in `stream`, sample by sample
 */
export function tilesOf(packets: readonly TracedPacket[], stream: Buffer, tiles: number): number[][][] {
  let at = 0;
  let sizeBytes = 0;
  return packets.map(({ units }) =>
    units.flatMap((unit) => {
      const start = at;
      const size = unit.fields.findLast(({ name }) => name.startsWith('leb128_byte'));
      if (size === undefined) throw new Error('an OBU has no size');
      at += (size.at + size.bits) / 8 + (fieldOf(unit, 'obu_size') ?? 0);
      const sizeField = fieldOf(unit, 'tile_size_bytes_minus1');
      if (sizeField !== undefined) sizeBytes = sizeField + 1;
      const type = fieldOf(unit, 'obu_type');
      if (type !== FRAME && type !== TILE_GROUP) return [];
      const count = (fieldOf(unit, 'tg_end') ?? tiles - 1) - (fieldOf(unit, 'tg_start') ?? 0) + 1;
      return walkTiles(stream, start + headerBytes(unit), at, { count, sizeBytes });
    }),
  );
}

function walkTiles(
  stream: Buffer,
  start: number,
  end: number,
  { count, sizeBytes }: { count: number; sizeBytes: number },
): number[][] {
  const found: number[][] = [];
  let at = start;
  for (let tile = 1; tile < count; tile += 1) {
    const size = stream.readUIntLE(at, sizeBytes) + 1;
    at += sizeBytes + size;
    found.push([at - size, at]);
  }
  return [...found, [at, end]];
}

/**
 * What is behind the uncompressed headers in a stream of VP9.
 * @returns start and end of the rest of each frame that has one, in the stream, sample by sample
 */
export function frameDataOf(packets: readonly TracedPacket[]): number[][][] {
  let start = 0;
  return packets.map(({ bytes, units }) => {
    let at = start;
    start += bytes;
    const index = units.find(({ what }) => what === 'Superframe Index');
    const sizes = index?.fields.filter(({ name }) => name.startsWith('frame_sizes')) ?? [];
    const frames = units.filter(({ what }) => what === 'Frame');
    return frames.flatMap((frame, number) => {
      const from = at + headerBytes(frame);
      at += sizes[number]?.value ?? bytes;
      return fieldOf(frame, 'show_existing_frame') === 1 ? [] : [[from, at]];
    });
  });
}
