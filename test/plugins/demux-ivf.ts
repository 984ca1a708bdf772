import { fail, type Plugin, type Run } from '../../core/index.ts';
import {
  type AccessPointReader,
  type ByteSource,
  ByteWindow,
  type PacketColumns,
  videoTrack,
} from '../../core/kit.ts';

/** Sample entries by the four letters that IVF has for a codec. */
const ENTRIES: Readonly<Record<string, string>> = { VP90: 'vp09', AV01: 'av01' };
const [FILE_HEADER, FRAME_HEADER] = [32, 12];
/** As much of a frame as tells whether it is a key frame. */
const HEAD = 256;
/** The OBU in front of each temporal unit of AV1, which MP4 leaves out. */
const DELIMITER = Buffer.from([0x12, 0]);

/** Reads IVF, what encoders of VP9 and AV1 write: frames one after the other, each behind its size and time. */
export function demuxIvf(): Plugin {
  const name = 'demux-ivf';
  return {
    name,
    apply({ hooks, codecs }) {
      hooks.demux.tapPromise(name, async ({ source, input }, run) => {
        const header = Buffer.from(await new ByteWindow(source).at(0, FILE_HEADER));
        if (header.length < FILE_HEADER || header.toString('latin1', 0, 4) !== 'DKIF') return undefined;
        const letters = header.toString('latin1', 8, 12);
        const [codec] = codecs.withEntry(ENTRIES[letters] ?? '');
        if (!codec?.accessPoints)
          throw fail.unsupportedCodec(source.name, `its codec is "${letters}".`, 'Encode it as VP9 or AV1.');
        const accessPoint = codec.accessPoints(new Uint8Array(0));
        const tick = header.readUInt32LE(20);
        // Every thread asks; the frames are looked for once.
        const { start, ...samples } = await run.once(`${name}/${input.index}`, () =>
          findFrames(source, { at: header.readUInt16LE(6), tick, accessPoint, run }),
        );
        const [width, height] = [header.readUInt16LE(12), header.readUInt16LE(14)];
        const facts = { input: input.index, id: 1, timescale: header.readUInt32LE(16), width, height };
        return [await videoTrack({ ...facts, source, codec, samples, start })];
      });
    },
  };
}

interface Scan {
  readonly at: number;
  /** Units of the time scale in one of the file's. */
  readonly tick: number;
  readonly accessPoint: AccessPointReader;
  readonly run: Run;
}

/** The frames from the first key frame on; one that is cut off at the end is none. */
async function findFrames(
  source: ByteSource,
  { at: first, tick, accessPoint, run }: Scan,
): Promise<PacketColumns & { start: number }> {
  const [offsets, sizes, times, keys]: [number[], number[], number[], number[]] = [[], [], [], []];
  const window = new ByteWindow(source);
  for (let at = first; ; ) {
    const bytes = await window.at(at, FRAME_HEADER + HEAD);
    if (bytes.length < FRAME_HEADER) break;
    const size = bytes.readUInt32LE(0);
    const start = at + FRAME_HEADER;
    at = start + size;
    if (at > source.size) break;
    const frame = bytes.subarray(FRAME_HEADER, FRAME_HEADER + size);
    if (accessPoint(frame, size)?.[0] === 1) keys.push(sizes.length);
    if (keys.length === 0) continue;
    const time = Number(bytes.readBigUInt64LE(4)) * tick;
    const before = times.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (time <= before)
      throw fail.notMedia(source.name, `frame ${sizes.length + 1} is not later than the one before.`);
    const skipped = frame.subarray(0, 2).equals(DELIMITER) ? DELIMITER.length : 0;
    offsets.push(start + skipped);
    times.push(time);
    if (sizes.push(size - skipped) % 1000 === 0) run.throwIfCancelled();
  }
  const last = times.length > 1 ? times.at(-1)! - times.at(-2)! : tick;
  const durations = times.map((time, n) => (n + 1 < times.length ? times[n + 1]! - time : last));
  return {
    offsets: Float64Array.from(offsets),
    sizes: Uint32Array.from(sizes),
    durations: Uint32Array.from(durations),
    syncSamples: Uint32Array.from(keys),
    start: times[0] ?? 0,
  };
}
