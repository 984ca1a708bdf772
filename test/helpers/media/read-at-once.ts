import { memorySource, type RecordedSource } from '../oracles/read-mp4.ts';

/** A file that can be read at once, and where it was. */
export function fileOf(bytes: Uint8Array): RecordedSource & { readonly positions: number[] } {
  const positions: number[] = [];
  return {
    ...memorySource(bytes),
    positions,
    readAtOnce(position, target) {
      positions.push(position);
      if (position + target.length > bytes.length) throw new Error('behind the end');
      target.set(bytes.subarray(position, position + target.length));
    },
  };
}
