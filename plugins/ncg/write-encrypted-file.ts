import { fail } from '../../core/index.ts';
import { encryptInPieces, overlap, type RenditionResult, type SegmentJob, spoil } from '../../core/kit.ts';

/** Large enough for few system calls, each of which wakes another thread: in pieces of a quarter of it a tenth more time. */
const CHUNK = 2 ** 22;

/**
 * Write a unit's whole input to `path`, encrypted by the unit's resource protector: its header, then the ciphertext.
 * For modes that do not look into files. Reading, encryption and writing overlap.
 * @throws PackagerError NOT_PROTECTED when nothing encrypts the unit, INPUT_CHANGED when the input has changed since it
 * was planned
 */
export async function writeEncryptedFile(job: SegmentJob, path: string): Promise<RenditionResult> {
  const { mode, unit, output, resourceProtector } = job;
  const cipher = resourceProtector?.protectResource?.(0);
  if (!cipher) throw fail.notProtected(mode, unit.id);

  const source = await job.openInput();
  try {
    const { size } = source;
    const file = await output.create(path);
    if (cipher.header) await file.append([cipher.header]);
    const chunks = readBuffers(Math.min(CHUNK, size));
    await overlap(
      Math.ceil(size / CHUNK),
      async (index) => {
        const bytes = chunks[index % chunks.length]!.subarray(0, size - index * CHUNK);
        await source.read(index * CHUNK, [bytes]);
        return bytes;
      },
      (clear) => {
        const encrypted = encryptInPieces(cipher, clear);
        job.progress(clear.length);
        return {
          write: async () => {
            await file.append(encrypted);
            spoil(clear);
          },
        };
      },
    );
    await file.append([cipher.final()]);
    await file.close();
    return resultOf(unit, path, file.position);
  } finally {
    await source.close();
  }
}

/** One is being read into, one encrypted where it is, one written. */
const readBuffers = (size: number): readonly Uint8Array[] =>
  Array.from({ length: 3 }, () => Buffer.allocUnsafeSlow(size));

/** A file that is delivered whole has no tracks and no segments that anybody knows of. */
const resultOf = (unit: SegmentJob['unit'], path: string, bytes: number): RenditionResult => ({
  unit,
  tracks: [],
  files: [{ path, bytes }],
  timescale: 1,
  segments: { paths: [], offsets: [], sizes: [], starts: [], durations: [] },
});
