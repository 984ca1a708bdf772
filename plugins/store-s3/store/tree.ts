import { fail } from '../../../core/index.ts';
import { bytesFigure, isReceiptName, type PartUpload, partTree, type StagedTree } from '../../../core/kit.ts';
import { RUN_HEADER } from '../client/run-header.ts';
import type { S3Client, S3Headers } from '../client/types.ts';
import { Lanes } from './lanes.ts';
import { isUnder, Layout } from './layout.ts';
import { objectHeaders, type S3ObjectOptions } from './object-options.ts';
import { MOST_BYTES, type S3Receipt } from './records.ts';
import { packText } from './texts.ts';

/** Where a run writes: what its threads are told. */
export interface S3RunPlace {
  readonly bucket: string;
  /** What stands before all keys. */
  readonly key: string;
  /** What the run has claimed. */
  readonly names: readonly string[];
  /** Its id. */
  readonly run: string;
}

/** Bytes of a part. */
export const PART_BYTES = 16 * 1024 * 1024;

/** Parts of a thread that are on their way while the next are filled. */
const PARTS_AT_ONCE = 2;

/** Of S3. */
const MOST_PARTS = 10_000;

/** What is put whole at the end, under a condition: uploads know none. */
const PUT_WHOLE = /\.(mpd|m3u8)$/i;

/**
 * The files of a unit: multipart uploads at their final keys, which nobody sees until they are completed, and manifests, which stay
 * in memory. They go away behind their writer.
 */
export function s3Tree(
  place: S3RunPlace,
  folder: string | undefined,
  options: S3ObjectOptions,
  open: () => Promise<S3Client>,
): StagedTree {
  const { partBytes = PART_BYTES } = options;
  const layout = new Layout(place);
  const lanes = new Lanes(partBytes * PARTS_AT_ONCE);
  const tree = partTree({
    folder,
    partBytes,
    async begin(path) {
      const isReceipt = isReceiptName(path);
      if (!isReceipt && !place.names.some((name) => isUnder(path, name)))
        throw fail.outputNotWritable(layout.shown(path), 'its mode had not said that it would write it.');
      const headers = { ...objectHeaders(path, options), [RUN_HEADER]: place.run };
      if (isReceipt || PUT_WHOLE.test(path)) return new WholeFile(layout.shown(path), headers);
      return new Upload({ client: await open(), layout, path, lanes, headers, partBytes });
    },
  });
  return {
    get files() {
      return tree.files;
    },
    create: (path) => tree.create(path),
    write: (path, content) => tree.write(path, content),
    settled: () => lanes.end(),
    abandon: () => lanes.idle(),
  };
}

interface UploadOptions {
  readonly client: S3Client;
  readonly layout: Layout;
  readonly path: string;
  readonly lanes: Lanes;
  readonly headers: S3Headers;
  readonly partBytes: number;
}

class Upload implements PartUpload {
  readonly #by: UploadOptions;
  /** Filled in as answers come: whole when the tree has settled. */
  readonly #receipt = { bytes: 0, uploadId: '', etags: [] as string[] };
  #begun: Promise<string> | undefined;

  constructor(by: UploadOptions) {
    this.#by = by;
  }

  async send(number: number, bytes: Uint8Array): Promise<void> {
    const { lanes, layout, path, partBytes } = this.#by;
    if (number > MOST_PARTS) {
      const most = bytesFigure(partBytes * MOST_PARTS);
      throw fail.outputNotWritable(
        layout.shown(path),
        `it has more than ${MOST_PARTS.toLocaleString('en')} parts of ${bytesFigure(partBytes)} (${most}), which is all that S3 takes. Set a larger \`partBytes\` in storeS3.`,
      );
    }
    this.#receipt.bytes += bytes.length;
    await lanes.begin(bytes.length, () => this.#upload(number, bytes));
  }

  end(): Promise<S3Receipt> {
    return Promise.resolve(this.#receipt);
  }

  async #upload(number: number, bytes: Uint8Array): Promise<void> {
    const { client, layout, path } = this.#by;
    const key = layout.keyOf(path);
    this.#begun ??= this.#begin(key);
    const part = await client.uploadPart(key, await this.#begun, number, bytes);
    // Nobody but a run that took this one for dead does that.
    if (part === 'gone') throw fail.outputLost(layout.shown(''));
    this.#receipt.etags[number - 1] = part.etag;
  }

  async #begin(key: string): Promise<string> {
    const { client, headers } = this.#by;
    this.#receipt.uploadId = await client.beginUpload(key, headers);
    return this.#receipt.uploadId;
  }
}

/** A manifest or a receipt, however long: one request writes up to 5 GiB. */
class WholeFile implements PartUpload {
  readonly #shown: string;
  readonly #headers: S3Headers;
  readonly #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(shown: string, headers: S3Headers) {
    this.#shown = shown;
    this.#headers = headers;
  }

  /** In any order. */
  async send(number: number, bytes: Uint8Array): Promise<void> {
    this.#bytes += bytes.length;
    if (this.#bytes > MOST_BYTES)
      throw fail.outputNotWritable(
        this.#shown,
        `it is a manifest or a receipt of more than ${bytesFigure(MOST_BYTES)}, which is not published at once.`,
        undefined,
        'Make longer segments, or fewer renditions of a title.',
      );
    this.#parts[number - 1] = bytes;
  }

  async end(): Promise<S3Receipt> {
    const text = await packText(Buffer.concat(this.#parts));
    return { bytes: this.#bytes, text, headers: this.#headers };
  }
}
