import type { RenditionResult } from '../contract/rendition.ts';
import type { OutputTree } from '../io/output-tree.ts';
import { inFilesOfTheirOwn, inOneFile, type SegmentFiles, type SegmentFilesChoice } from './segment-files.ts';

/** Where a rendition goes, and what its files are called. */
export interface RenditionPlace {
  /**
   * `one`: `<path>.<extension>` holds everything. `many`: `<path>/init.<extension>`, where there is an initialisation section,
   * and `<path>/seg-1.<segmentExtension>`, …
   */
  readonly files: SegmentFilesChoice;
  /** Without extension, in the mode's folder: `media-1/media`. */
  readonly path: string;
  /** Without a dot: `mp4`. */
  readonly extension: string;
  /** Of a file that holds one segment: `m4s`. @default `extension` */
  readonly segmentExtension?: string;
}

/** What stands before the segments, when these are written: as long as was said. */
interface Head {
  readonly init: Uint8Array | undefined;
  readonly index: Uint8Array | undefined;
}

/** The files of a rendition. */
export interface RenditionFiles extends Pick<SegmentFiles, 'append'> {
  finish(head: Head): Promise<Pick<RenditionResult, 'files' | 'init' | 'index'>>;
}

/** Bytes of what stands before the segments; 0: there is none. */
export interface HeadSizes {
  readonly init: number;
  readonly index: number;
}

/** Begin the files of a rendition. Every byte is written once: room is left for what is only known when segments are written. */
export function renditionFiles(
  output: OutputTree,
  place: RenditionPlace,
  sizes: HeadSizes,
): Promise<RenditionFiles> {
  return place.files === 'one' ? oneFile(output, place, sizes) : folder(output, place, sizes);
}

/** One file: initialisation section, index, segments. */
async function oneFile(output: OutputTree, place: RenditionPlace, sizes: HeadSizes): Promise<RenditionFiles> {
  const path = `${place.path}.${place.extension}`;
  const { append, finish } = await inOneFile(output, path, sizes.init + sizes.index);
  return {
    append,
    finish: async ({ init, index }) => ({
      files: await finish([init, index].filter((bytes) => bytes !== undefined)),
      ...(init && { init: { path, offset: 0, size: init.length } }),
      ...(index && { index: { offset: sizes.init, size: index.length } }),
    }),
  };
}

/** A folder: the initialisation section in a file of its own, and each segment. */
async function folder(output: OutputTree, place: RenditionPlace, sizes: HeadSizes): Promise<RenditionFiles> {
  if (sizes.index > 0) throw new RangeError('an index is of the segments in one file');
  const { path: name, extension, segmentExtension = extension } = place;
  const { append, finish } = inFilesOfTheirOwn(output, (n) => `${name}/seg-${n}.${segmentExtension}`);
  return {
    append,
    async finish({ init }) {
      if (!init) return { files: await finish() };
      const path = `${name}/init.${extension}`;
      await output.write(path, init);
      return {
        files: [{ path, bytes: init.length }, ...(await finish())],
        init: { path, offset: 0, size: init.length },
      };
    },
  };
}
