import { readFile } from 'node:fs/promises';
import { topLevelBoxes } from './boxes.ts';

/** Of one sample: clear bytes and protected bytes, and so on. */
export type SubsamplePairs = readonly (readonly [clear: number, encrypted: number])[];

const HAS_SUBSAMPLES = 2;

/**
 * The subsamples of every sample of a protected file with one track, from its `senc` boxes (ISO/IEC 23001-7, 7.2).
 * @param ivSize bytes of the IV in front of each sample's subsamples
 */
export async function sencPairs(path: string, ivSize: number): Promise<SubsamplePairs[]> {
  const all: SubsamplePairs[] = [];
  for (const { type, bytes } of topLevelBoxes(await readFile(path))) {
    if (type !== 'moof') continue;
    const senc = bytes.indexOf('senc', 0, 'latin1') + 4;
    if (senc < 4 || (bytes.readUInt32BE(senc) & HAS_SUBSAMPLES) === 0)
      throw new Error(`${path}: a moof without subsamples`);
    let at = senc + 8;
    for (let sample = bytes.readUInt32BE(senc + 4); sample > 0; sample--) {
      const pairs: (readonly [number, number])[] = [];
      const count = bytes.readUInt16BE(at + ivSize);
      at += ivSize + 2;
      for (const end = at + 6 * count; at < end; at += 6) {
        pairs.push([bytes.readUInt16BE(at), bytes.readUInt32BE(at + 2)]);
      }
      all.push(pairs);
    }
  }
  return all;
}
