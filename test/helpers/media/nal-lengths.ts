import { topLevelBoxes } from '../oracles/boxes.ts';

/**
 * Rewrite an MP4 with one video track, no fragments and 4-byte NAL unit lengths to another size of them (ISO/IEC
 * 14496-15, 5.3.3.1.2), which no encoder here can write. The `moov` must follow the `mdat`, so that only numbers change.
 */
export function withNalLengths(file: Buffer, lengthSize: 1 | 2): Buffer {
  const rewritten = withSamples(file, (sample) => shortened(sample, lengthSize));
  const configuration = rewritten.indexOf('avcC', 0, 'latin1') + 4;
  rewritten.writeUInt8(0xfc | (lengthSize - 1), configuration + 4);
  return rewritten;
}

/**
 * Put other samples into an MP4 with one track and no fragments. The `moov` must follow the `mdat`, so that only numbers
 * change.
 */
export function withSamples(file: Buffer, rewrite: (sample: Buffer, index: number) => Buffer): Buffer {
  const boxes = topLevelBoxes(file);
  const mdat = boxes.find(({ type }) => type === 'mdat');
  const last = boxes.at(-1);
  if (mdat === undefined || last?.type !== 'moov') throw new Error('moov must come last, behind an mdat');
  const [head, moov] = [Buffer.from(file.subarray(0, mdat.start + 8)), Buffer.from(last.bytes)];

  const sizes = moov.indexOf('stsz', 0, 'latin1') + 12; // version and flags, sample_size, sample_count
  const samples: Buffer[] = [];
  let at = mdat.start + 8;
  for (let index = 0; index < moov.readUInt32BE(sizes); index++) {
    const entry = sizes + 4 + 4 * index;
    const size = moov.readUInt32BE(entry);
    const sample = rewrite(file.subarray(at, at + size), index);
    moov.writeUInt32BE(sample.length, entry);
    samples.push(sample);
    at += size;
  }
  moveChunks(moov, head.length, samples);
  const media = Buffer.concat(samples);
  head.writeUInt32BE(8 + media.length, mdat.start);
  return Buffer.concat([head, media, moov]);
}

/** The NAL units of a sample with 4-byte lengths. */
export function nalUnitsOf(sample: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  const bytes = Buffer.from(sample.buffer, sample.byteOffset, sample.length);
  for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32BE(at))
    units.push(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at)));
  return units;
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

const shortened = (sample: Buffer, lengthSize: 1 | 2): Buffer =>
  Buffer.concat(
    // Fails when a NAL unit is too long for it.
    nalUnitsOf(sample).flatMap((unit) => {
      const prefix = Buffer.alloc(lengthSize);
      prefix.writeUIntBE(unit.length, 0, lengthSize);
      return [prefix, unit];
    }),
  );

/** Start codes of 4 bytes in place of the lengths of a file's NAL units, in their order: nothing moves. */
export function setStartCodes(file: Buffer, units: readonly Uint8Array[]): void {
  let at = 0;
  for (const unit of units) {
    const prefix = Buffer.alloc(4);
    prefix.writeUInt32BE(unit.length);
    at = file.indexOf(Buffer.concat([prefix, unit]), at);
    if (at < 0) throw new Error('a NAL unit is not where it was');
    file.set([0, 0, 0, 1], at);
    at += 4 + unit.length;
  }
}
