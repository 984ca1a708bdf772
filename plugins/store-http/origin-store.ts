import { BroadcastChannel } from 'node:worker_threads';
import { type HttpClient, inTurns, openClient, readPem, type Store } from '../../core/kit.ts';
import type { Origin, OriginAccess } from './origin.ts';
import { channelName, type UploadPlace, uploadTree } from './upload-tree.ts';

/** Options of `storeHttp`. */
export interface StoreHttpOptions extends OriginAccess {
  /** Certificates to trust in place of the built-in ones: PEM, or the path of a PEM file. */
  readonly ca?: string;
  /** Whether files wait under hidden names and are moved (WebDAV `MOVE`). @default where the server does it */
  readonly move?: boolean;
}

/** Outputs on web servers. What asks them is loaded when one is needed. */
export function originStore({ ca, move, ...access }: StoreHttpOptions): Store<UploadPlace> {
  // Idle connections keep no process alive, and end with it.
  let client: Promise<HttpClient> | undefined;
  const originAt = async (location: string): Promise<Origin> => {
    client ??= clientTrusting(ca);
    const { Origin } = await import('./origin.ts');
    return new Origin(location, access, await client);
  };
  return {
    name: 'web servers',
    accepts: (location) => /^https?:/i.test(location),
    wantsReceipt: true,
    async begin(location, names, options) {
      const [origin, { StagedRun }] = await Promise.all([originAt(location), import('./staged-run.ts')]);
      return StagedRun.begin({ ...options, location, names, move, origin });
    },
    tree(place, folder, signal) {
      let channel: BroadcastChannel | undefined;
      const tree = uploadTree({
        place,
        folder,
        origin: async () => (await originAt(place.location)).under({ signal }),
        tell(sent) {
          channel ??= new BroadcastChannel(channelName(place.run));
          channel.postMessage(sent);
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
    async put(location, path, text) {
      await (await originAt(location)).put(path, text);
    },
    read: async (location, path) => (await originAt(location)).read(path),
    async sizesOf(location, paths) {
      const origin = await originAt(location);
      return inTurns(paths, (path) => origin.sizeOf(path));
    },
  };
}

/** @param ca certificates to trust in place of the built-in ones: PEM, or the path of a PEM file */
async function clientTrusting(ca: string | undefined): Promise<HttpClient> {
  return openClient(ca === undefined ? {} : { ca: await readPem('The `ca` of store-http', ca) });
}
