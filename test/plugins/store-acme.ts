import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail, type Plugin } from '../../core/index.ts';
import { isReceiptName, partTree, type StagedTree, type Store } from '../../core/kit.ts';

/** What its threads are told of a run. */
interface Upload {
  readonly folder: string;
  readonly id: string;
  /** What goes wrong: `part-3`, `receipt` (behind its writer), `commit-2`, `room`, `discard`; in the query of the location. */
  readonly fault: string;
}

/** `vault:///folder?key=…&fault=…` is a bucket that is a folder: objects by name, uploads in parts until they are joined. */
const bucketOf = (location: string): Omit<Upload, 'id'> => {
  const { pathname, searchParams } = new URL(location);
  return { folder: pathname, fault: searchParams.get('fault') ?? '' };
};

const uploads = ({ folder, id }: Upload): string => join(folder, '.uploads', id);

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

function treeOf(upload: Upload, folder: string | undefined): StagedTree {
  let sent = 0;
  let hasLost = false;
  const tree = partTree({
    folder,
    partBytes: 10_000,
    async begin(path) {
      const name = `${encodeURIComponent(path)}.${randomUUID()}`;
      let count = 0;
      hasLost ||= upload.fault === 'receipt' && isReceiptName(path);
      return {
        async send(number, bytes) {
          if (`part-${++sent}` === upload.fault) throw new Error(`the key ${KEY} may not put ${path}`);
          count++;
          await writeFile(join(uploads(upload), `${name}.${number}`), bytes, { flag: 'wx' });
        },
        end: async () => ({ name, count }),
      };
    },
  });
  const settled = async () => {
    if (hasLost) throw new Error(`the key ${KEY} may not put the receipt`);
  };
  return Object.assign(tree, { settled });
}

/** In the query of all locations: never to be told. */
export const KEY = 'vault-secret-key/of+ours=';

/** @param takesFiles whether it takes files beside the outputs */
const vault = (takesFiles: boolean): Store<Upload> => ({
  name: 'Acme vaults',
  accepts: (location) => location.startsWith('vault:'),
  async begin(location, names, { overwrite }) {
    const upload = { ...bucketOf(location), id: randomUUID() };
    const { folder, fault } = upload;
    for (const name of names)
      if (!overwrite && (await isThere(join(folder, name)))) throw fail.outputExists(`${location} ${name}`);
    await mkdir(uploads(upload), { recursive: true });
    const discard = async () => {
      await rm(uploads(upload), { recursive: true });
      if (fault === 'discard') throw new Error(`${location} does not answer`);
    };
    return {
      place: upload,
      async requireRoom() {
        if (fault === 'room') throw fail.diskFull(location, 'the quota is used up.');
      },
      async commit(files) {
        const put: string[] = [];
        try {
          for (const { path, receipt } of files) {
            const { name, count } = receipt as { name: string; count: number };
            if (`commit-${put.length + 1}` === fault) throw new Error(`${location} does not answer`);
            const parts = Array.from({ length: count }, (_, i) => join(uploads(upload), `${name}.${i + 1}`));
            const object = join(uploads(upload), name);
            await writeFile(object, Buffer.concat(await Promise.all(parts.map((part) => readFile(part)))));
            await mkdir(dirname(join(folder, path)), { recursive: true });
            await rename(object, join(folder, path));
            put.push(join(folder, path));
            await appendFile(join(folder, '.log'), `${path}\n`);
          }
        } catch (cause) {
          await Promise.all(put.map((path) => rm(path)));
          throw cause;
        }
        await rm(uploads(upload), { recursive: true });
      },
      discard,
    };
  },
  tree: treeOf,
  ...(takesFiles && {
    put: (location, path, text) => writeFile(join(bucketOf(location).folder, path), text),
  }),
  async writtenAt(location, names) {
    const found = names.map((name) => stat(join(bucketOf(location).folder, name)).catch(() => undefined));
    const times = (await Promise.all(found)).map((each) => each?.mtimeMs ?? Number.NaN);
    return times.some(Number.isNaN) ? undefined : Math.min(...times);
  },
});

/** Outputs into the vaults of a service that nobody has heard of. */
export const acmeStore = ({ takesFiles = true } = {}): Plugin => ({
  name: 'store-acme',
  apply: (packager) => packager.store(vault(takesFiles)),
});
