/**
 * Bytes between two pieces that are read with them rather than stepped over. Measured on Node 20: a read of its own
 * costs as much as copying 64 KiB, and more where the disk is slow.
 */
export const LARGEST_GAP = 65_536;

/**
 * Random access to the bytes of one input, on a disk or far away.
 * Reads may overlap; each gives exactly the bytes asked for or throws.
 */
export interface ByteSource {
  /** How messages name it: the path as the user gave it. */
  readonly name: string;
  /** Its length in bytes. */
  readonly size: number;
  /**
   * Fill `targets`, one after the other, with the contiguous bytes that start at `position`.
   * @throws PackagerError INPUT_NOT_READABLE when the input ends before the last target is full.
   */
  read(position: number, targets: readonly Uint8Array[]): Promise<void>;
  /**
   * Fill `target` with the bytes that start at `position`, before anything else is done: nothing else happens in this thread while a
   * disk, or whoever stands for one, takes its time. Only files of this machine have it, and what a demuxer makes of such; tables that
   * are large are then read where they are, a few blocks at a time, and not kept in memory.
   * @throws PackagerError as `read` does
   */
  readAtOnce?(position: number, target: Uint8Array): void;
  close(): Promise<void>;
}
