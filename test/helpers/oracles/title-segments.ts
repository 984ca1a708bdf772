import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RenditionResult } from '../../../core/contract/rendition.ts';
import { readProtectedTrack } from '../verify/protected-samples.ts';

/** A segment as a player fetches it. */
export interface FetchedPart {
  /** Seconds; never before 0. */
  readonly start: number;
  readonly bytes: Buffer;
  readonly samples: ReturnType<typeof readProtectedTrack>['samples'];
}

/** The segments of a rendition of fragmented MP4, each read behind the initialisation section by a reader of its own. */
export async function titleSegments(
  folder: string,
  { init, segments, timescale }: RenditionResult,
): Promise<{ readonly init: Buffer; readonly parts: readonly FetchedPart[] }> {
  const files = new Map<string, Buffer>();
  const range = async (path: string, offset: number, size: number): Promise<Buffer> => {
    const file = files.get(path) ?? (await readFile(join(folder, path)));
    files.set(path, file);
    if (offset + size > file.length) throw new Error(`${path} ends before ${offset + size}`);
    return file.subarray(offset, offset + size);
  };
  if (!init) throw new Error('no initialisation section');
  const head = await range(init.path, init.offset, init.size);
  const parts: FetchedPart[] = [];
  for (const [n, path] of segments.paths.entries()) {
    const bytes = await range(path, segments.offsets[n]!, segments.sizes[n]!);
    const { samples } = readProtectedTrack(Buffer.concat([head, bytes]));
    parts.push({ start: Math.max(0, segments.starts[n]! / timescale), bytes, samples });
  }
  return { init: head, parts };
}
