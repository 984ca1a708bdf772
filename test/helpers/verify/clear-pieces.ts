import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { readPackets } from '../oracles/transport-stream.ts';
import { filesBelow } from '../titles/package.ts';
import type { InputSamples } from './input-samples.ts';
import { isBaseSlice, isOtherLayer, lengthPrefixedUnits, withoutStartCodes } from './nal-units.ts';

/** Shorter slices may be clear by the rules of a scheme. */
const LONG = 200;
/** A piece that ends so far from a slice's end has a block that is encrypted: one of ten, and the last is none of them. */
const [PIECE, TAIL] = [160, 16];

/** A piece of each slice of some length, whatever its layer, near its end: none of them may be in an output. */
export function piecesOfSlices({ tracks }: InputSamples): Buffer[] {
  return tracks.flatMap((track) =>
    (track.lengthSize > 0 ? track.samples : []).flatMap((sample) =>
      withoutStartCodes(lengthPrefixedUnits(sample, track.lengthSize) ?? [])
        .filter((unit) => unit.length > LONG && (isBaseSlice(track, unit) || isOtherLayer(track, unit)))
        .map((unit) => unit.subarray(unit.length - TAIL - PIECE, unit.length - TAIL)),
    ),
  );
}

/** How many of the pieces are in the files of a folder as they are; of transport streams in what their packets carry. */
export async function piecesIn(folder: string, pieces: readonly Buffer[]): Promise<number> {
  let found = 0;
  for (const name of await filesBelow(folder)) {
    const bytes = await readFile(join(folder, name));
    const carried = [bytes, ...(extname(name) === '.ts' ? payloadsOf(bytes) : [])];
    found += pieces.filter((piece) => carried.some((part) => part.includes(piece))).length;
  }
  return found;
}

/** The payloads of each PID, one behind the other; none where the file is encrypted as a whole. */
function payloadsOf(stream: Buffer): Buffer[] {
  if (stream[0] !== 0x47 || stream.length % 188 !== 0) return [];
  const packets = readPackets(stream);
  return [...new Set(packets.map(({ pid }) => pid))].map((pid) =>
    Buffer.concat(packets.filter((packet) => packet.pid === pid).map(({ payload }) => payload)),
  );
}
