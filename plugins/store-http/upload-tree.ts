import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PackagerError } from '../../core/index.ts';
import {
  fileTree,
  inTemporaryFolder,
  isReceiptName,
  type OutputFile,
  type StagedTree,
  type TreeFile,
} from '../../core/kit.ts';
import type { Origin, PutCondition } from './origin.ts';
import { removeReceipts } from './remove-receipts.ts';

/** Where the files of a run go: plain data that crosses threads. */
export interface UploadPlace {
  /** It may hold credentials. */
  readonly location: string;
  readonly run: string;
  /** Files wait under hidden names, and are moved; else media has its final names at once, and manifests wait here. */
  readonly moves: boolean;
  /** What is there may be replaced. */
  readonly overwrite: boolean;
  /** A folder of this machine in which files are made. */
  readonly spool: string;
  /** What the run writes directly in the location. */
  readonly names: readonly string[];
}

/** What `commit` is told of a file that waits. */
export interface Waiting {
  /** Its text: it was not sent yet. Absent: it waits under its hidden name, or has its name already. */
  readonly text?: string;
  /** Under which it is put there. */
  readonly condition?: PutCondition;
}

/** What threads tell the run that they send: before they do. */
export interface Sending {
  readonly path: string;
  /** `theirs`: it was not sent, somebody else's is there; `either`: what is there has its bytes, whoever has put it there. */
  readonly whose?: 'theirs' | 'either';
}

/** The name of the channel on which they do. */
export const channelName = (run: string): string => `sealpack store-http ${run}`;

/** Files whose names players are given, and those in them. */
const MANIFEST = /\.(?:mpd|m3u8)$|(?:^|\/)\.sealpack\.[^/]*\.json$/;

/** The name under which a file waits. */
export const hiddenName = ({ run }: Pick<UploadPlace, 'run'>, path: string): string =>
  `.sealpack-${run}/${path}`;

export interface UploadTreeOptions {
  readonly place: UploadPlace;
  readonly folder: string | undefined;
  readonly origin: () => Promise<Origin>;
  tell(sending: Sending): void;
}

/** A tree whose files are made on this machine and sent when they are closed: heads are filled by then, and a try that fails is repeated. */
export function uploadTree({ place, folder = '', origin, tell }: UploadTreeOptions): StagedTree {
  const spooled = fileTree(place.spool, folder);
  const files: UploadFile[] = [];
  let cleared: Promise<void> | undefined;
  const withoutReceipts = (): Promise<void> => {
    cleared ??= origin().then((server) => removeReceipts(server, place.names));
    return cleared;
  };
  const send = async (path: string, bytes: number): Promise<Sent> => {
    const whole = folder === '' ? path : `${folder}/${path}`;
    const file = join(place.spool, whole);
    try {
      const sha256 = await digestOf(file);
      const checksum = { algorithm: 'sha256', value: sha256 } as const;
      if (!place.moves && MANIFEST.test(path)) {
        const condition = await conditionOf(path, place, async () => (await origin()).conditionAt(whole));
        return { receipt: { text: await readFile(file, 'utf8'), condition }, checksum };
      }
      const name = place.moves ? hiddenName(place, whole) : whole;
      if (place.overwrite && !place.moves) await withoutReceipts();
      tell({ path: name });
      const condition = { isNew: !place.moves && !place.overwrite };
      const sent = await (await origin()).put(name, { file, bytes, sha256 }, condition);
      if (sent === 'same') tell({ path: name, whose: 'either' });
      return { receipt: {}, checksum };
    } catch (cause) {
      if (PackagerError.is(cause) && cause.code === 'OUTPUT_EXISTS') tell({ path: whole, whose: 'theirs' });
      throw cause;
    } finally {
      await rm(file, { force: true });
    }
  };
  const create = async (path: string): Promise<UploadFile> => {
    if (files.some((file) => file.path === path)) throw new RangeError(`${path} is written already`);
    const file = new UploadFile(await inTemporaryFolder(() => spooled.create(path)), send);
    files.push(file);
    return file;
  };
  return {
    files,
    create,
    async write(path, content) {
      const file = await create(path);
      await file.append([typeof content === 'string' ? Buffer.from(content) : content]);
      await file.close();
    },
    abandon: () => spooled.abandon(),
  };
}

/** A receipt replaces an earlier one; a manifest what was there when it was made, if it may. */
async function conditionOf(
  path: string,
  { overwrite }: UploadPlace,
  look: () => Promise<PutCondition>,
): Promise<PutCondition> {
  if (isReceiptName(path)) return {};
  return overwrite ? look() : { isNew: true };
}

interface Sent {
  readonly receipt: Waiting;
  readonly checksum: NonNullable<TreeFile['checksum']>;
}

class UploadFile implements OutputFile, TreeFile {
  readonly path: string;
  receipt: unknown;
  checksum: TreeFile['checksum'];
  readonly #made: OutputFile;
  readonly #send: (path: string, bytes: number) => Promise<Sent>;

  constructor(made: OutputFile, send: (path: string, bytes: number) => Promise<Sent>) {
    this.path = made.path;
    this.#made = made;
    this.#send = send;
  }

  get position(): number {
    return this.#made.position;
  }

  reserve(bytes: number): void {
    this.#made.reserve(bytes);
  }

  append(parts: readonly Uint8Array[]): Promise<void> {
    return inTemporaryFolder(() => this.#made.append(parts));
  }

  writeAt(position: number, bytes: Uint8Array): Promise<void> {
    return inTemporaryFolder(() => this.#made.writeAt(position, bytes));
  }

  async close(): Promise<void> {
    await inTemporaryFolder(() => this.#made.close());
    const { receipt, checksum } = await this.#send(this.path, this.position);
    this.receipt = receipt;
    this.checksum = checksum;
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file) as AsyncIterable<Uint8Array>) hash.update(chunk);
  return hash.digest('hex');
}
