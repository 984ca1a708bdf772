import { topLevelBoxes } from './boxes.ts';

/**
 * Rewrite an MP4 with one video track, no fragments and 4-byte NAL unit lengths to another size of them (ISO/IEC
 * 14496-15, 5.3.3.1.2), which no encoder here can write. The `moov` must follow the `mdat`, so that only numbers change.
 */
export function withNalLengths(file: Buffer, lengthSize: 1 | 2): Buffer {
  const boxes = topLevelBoxes(file);
  const mdat = boxes.find(({ type }) => type === 'mdat');
  const last = boxes.at(-1);
  if (mdat === undefined || last?.type !== 'moov') throw new Error('moov must come last, behind an mdat');
  const [head, moov] = [Buffer.from(file.subarray(0, mdat.start + 8)), Buffer.from(last.bytes)];

  const configuration = moov.indexOf('avcC', 0, 'latin1') + 4;
  moov.writeUInt8(0xfc | (lengthSize - 1), configuration + 4);
  const sizes = moov.indexOf('stsz', 0, 'latin1') + 12; // version and flags, sample_size, sample_count
  const samples: Buffer[] = [];
  let at = mdat.start + 8;
  for (let index = 0; index < moov.readUInt32BE(sizes); index++) {
    const entry = sizes + 4 + 4 * index;
    const size = moov.readUInt32BE(entry);
    const sample = shortened(file.subarray(at, at + size), lengthSize);
    moov.writeUInt32BE(sample.length, entry);
    samples.push(sample);
    at += size;
  }
  moveChunks(moov, head.length, samples);
  const media = Buffer.concat(samples);
  head.writeUInt32BE(8 + media.length, mdat.start);
  return Buffer.concat([head, media, moov]);
}

/** Write `stco` anew: the chunks follow each other, as `stsc` says how many samples each has. */
function moveChunks(moov: Buffer, start: number, samples: readonly Buffer[]): void {
  const runs = moov.indexOf('stsc', 0, 'latin1') + 8;
  const offsets = moov.indexOf('stco', 0, 'latin1') + 8;
  let [at, sample, run] = [start, 0, 0];
  for (let chunk = 1; chunk <= moov.readUInt32BE(offsets); chunk++) {
    const next = runs + 4 + 12 * (run + 1);
    if (run + 1 < moov.readUInt32BE(runs) && moov.readUInt32BE(next) === chunk) run++;
    moov.writeUInt32BE(at, offsets + 4 * chunk);
    const end = sample + moov.readUInt32BE(runs + 4 + 12 * run + 4);
    while (sample < end) at += samples[sample++]?.length ?? 0;
  }
}

function shortened(sample: Buffer, lengthSize: 1 | 2): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < sample.length; ) {
    const length = sample.readUInt32BE(at);
    const prefix = Buffer.alloc(lengthSize);
    prefix.writeUIntBE(length, 0, lengthSize); // throws when the NAL unit is too long for it
    parts.push(prefix, sample.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return Buffer.concat(parts);
}
