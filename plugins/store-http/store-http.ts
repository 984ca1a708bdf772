import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BroadcastChannel } from 'node:worker_threads';
import { fail, type Plugin } from '../../core/index.ts';
import { type HttpClient, inTurns, type Store } from '../../core/kit.ts';
import { Origin, type OriginAccess } from './origin.ts';
import { channelName, StagedRun } from './staged-run.ts';
import { hiddenName, type UploadPlace, uploadTree } from './upload-tree.ts';
import { clientTrusting, WEB_PROPERTIES } from './web-client.ts';

/** Options of `storeHttp`. */
export interface StoreHttpOptions extends OriginAccess {
  /** Certificates to trust in place of the built-in ones: PEM, or the path of a PEM file. */
  readonly ca?: string;
  /** Whether files wait under hidden names and are moved (WebDAV `MOVE`). @default where the server does it */
  readonly move?: boolean;
}

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...WEB_PROPERTIES,
    move: { type: 'boolean' },
  },
};

/**
 * Outputs to web servers that take `PUT` and `DELETE`: `https://origin/path/`. On a WebDAV server everything waits under hidden names
 * and is moved to its place at the end; elsewhere media has its names at once, and manifests follow when all of it is there.
 * @throws PackagerError INVALID_OPTION when an option is not as described; later: OUTPUT_EXISTS, OUTPUT_NOT_WRITABLE
 */
export function storeHttp(options: StoreHttpOptions = {}): Plugin {
  return {
    name: 'store-http',
    options: { ...options },
    schema,
    apply: (packager) => packager.store(originStore(options)),
  };
}

function originStore({ ca, move, ...access }: StoreHttpOptions): Store<UploadPlace> {
  // Idle connections keep no process alive, and end with it.
  let client: Promise<HttpClient> | undefined;
  const originAt = async (location: string): Promise<Origin> => {
    client ??= clientTrusting(ca);
    return new Origin(location, access, await client);
  };
  return {
    name: 'web servers',
    accepts: (location) => /^https?:/i.test(location),
    wantsReceipt: true,
    async begin(location, names, { overwrite, warn }) {
      const origin = await originAt(location);
      for (const name of overwrite ? [] : names) {
        if ((await origin.sizeOf(name)) !== undefined)
          throw fail.outputExists(`${location.split('?')[0]} ${name}`);
      }
      const run = randomUUID();
      const moves = move ?? (await canMove(origin, run));
      if (overwrite && !moves)
        warn(
          'The server of the outputs moves no files: while it replaces media, players of the old manifests get a mixture.',
        );
      const spool = await mkdtemp(join(tmpdir(), 'sealpack-upload-'));
      return new StagedRun({ location, run, moves, overwrite, spool }, origin);
    },
    tree(place, folder) {
      let channel: BroadcastChannel | undefined;
      const tree = uploadTree({
        place,
        folder,
        origin: () => originAt(place.location),
        onName(path) {
          channel ??= new BroadcastChannel(channelName(place.run));
          channel.postMessage(path);
        },
      });
      return {
        get files() {
          return tree.files;
        },
        create: (path) => tree.create(path),
        write: (path, content) => tree.write(path, content),
        async abandon() {
          await tree.abandon();
          channel?.close();
          channel = undefined;
        },
      };
    },
    put: async (location, path, text) => (await originAt(location)).put(path, text),
    read: async (location, path) => (await originAt(location)).read(path),
    async sizesOf(location, paths) {
      const origin = await originAt(location);
      return inTurns(paths, (path) => origin.sizeOf(path));
    },
  };
}

/** Servers do not say it (nginx), or say it of all places: what happens to a small file tells. */
async function canMove(origin: Origin, run: string): Promise<boolean> {
  const [from, to] = [hiddenName({ run }, 'run'), hiddenName({ run }, 'moved')];
  await origin.put(from, '');
  const isMoved = await origin.move(from, to);
  if (!isMoved) {
    await origin.remove(from);
    await origin.remove(hiddenName({ run }, ''));
  }
  return isMoved;
}
