import type { RenditionResult } from '../contract/rendition.ts';
import type { UnitPlan } from '../contract/unit-plan.ts';
import type { OutputFile, OutputTree } from '../io/output-tree.ts';

/** Where a rendition's segments are: one after the other in one file, or each in a file of its own. */
export type SegmentFilesChoice = 'one' | 'many';

/** How modes call that in their options. */
export type SegmentLayout = 'single-file' | 'segments';

/** Where a unit of an HLS mode goes: beside its playlists, `media-1/media.ts`, or `media-1/seg-1.ts`, … */
export const hlsPlace = (
  layout: SegmentLayout,
  { id }: Pick<UnitPlan, 'id'>,
): { files: SegmentFilesChoice; path: string } =>
  layout === 'single-file' ? { files: 'one', path: `${id}/media` } : { files: 'many', path: id };

/** Where bytes went, as a player fetches them. */
export interface WrittenSegment {
  readonly path: string;
  readonly offset: number;
  readonly size: number;
}

/** Takes the segments of a rendition, in their order. */
export interface SegmentFiles {
  /** Write the next segment; its pieces are not joined, and may be reused once this resolves. */
  append(pieces: readonly Uint8Array[]): Promise<WrittenSegment>;
  /**
   * Close what is open.
   * @param head fills the room at the start of the one file; without room there is none
   */
  finish(head?: readonly Uint8Array[]): Promise<RenditionResult['files']>;
}

const length = (pieces: readonly Uint8Array[]): number =>
  pieces.reduce((sum, piece) => sum + piece.length, 0);

/** All segments in one file. @param room bytes at its start that are filled in at the end */
export async function inOneFile(output: OutputTree, path: string, room = 0): Promise<SegmentFiles> {
  const file: OutputFile = await output.create(path);
  if (room > 0) file.reserve(room);
  return {
    async append(pieces) {
      const offset = file.position;
      await file.append(pieces);
      return { path, offset, size: file.position - offset };
    },
    async finish(head = []) {
      if (length(head) !== room) throw new RangeError(`${length(head)} bytes do not fill a room of ${room}`);
      let at = 0;
      for (const piece of head) {
        await file.writeAt(at, piece);
        at += piece.length;
      }
      const bytes = file.position;
      await file.close();
      return [{ path, bytes }];
    },
  };
}

/** A file for each segment. @param pathOf the path of the n-th, from 1 */
export function inFilesOfTheirOwn(output: OutputTree, pathOf: (n: number) => string): SegmentFiles {
  const files: { path: string; bytes: number }[] = [];
  return {
    async append(pieces) {
      const path = pathOf(files.length + 1);
      const file = await output.create(path);
      await file.append(pieces);
      const size = file.position;
      await file.close();
      files.push({ path, bytes: size });
      return { path, offset: 0, size };
    },
    finish: async () => files,
  };
}
