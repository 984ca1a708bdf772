import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { distFolder } from '../base/dist-folder.ts';
import { PackagerError } from '../base/errors.ts';
import { kindOfFile } from '../inspect/files/manifest-kind.ts';
import type { PackageFiles } from '../inspect/model/places.ts';
import type { PreviewFault, PreviewManifest, PreviewTitle } from './api.ts';
import { BackgroundChecks, type TitleCheck } from './background-checks.ts';
import { Elsewhere } from './elsewhere.ts';
import { DATA_HEADERS, PAGE_HEADERS, pageType } from './headers.ts';
import { openInner } from './inner-file.ts';
import { type FindKeys, KnownKeys, NO_KEYS } from './known-keys.ts';
import { licenceOf, readLicenceRequest } from './licence.ts';
import { sendMedia } from './media.ts';
import { packageFacts } from './package-facts.ts';
import { admit } from './request-gate.ts';
import { redirect, refuse, sendFile, sendJson, sendText } from './send.ts';

/** What is previewed. */
export interface PreviewOptions {
  /** What is in it. */
  readonly files: PackageFiles;
  /** The folder that all paths in it begin at; absolute. */
  readonly root: string;
  /** How the page calls it. */
  readonly name: string;
  /** Finds its keys; absent: nobody has been named who could. */
  readonly findKeys?: FindKeys | undefined;
  /** Verify it while it plays, title by title; of manifests that are in none the page says nothing. @default none */
  readonly checks?: readonly TitleCheck[];
  /** What the page advises where keys are missing or wrong: a sentence. */
  readonly keyHint: string;
  /** Of the built page. @default where the build puts it */
  readonly page?: string;
}

export interface PreviewServer {
  /** What to open: it holds the token. */
  readonly url: string;
  close(): Promise<void>;
}

const LARGEST_LICENCE_REQUEST = 256 * 1024;
const CLEARKEY = 'application/json';

/**
 * Serve a package, the page that plays it, and its licences, on this machine alone: on a port that nobody knows before, to whoever
 * knows the token, which is in the address of the page and of all that it loads.
 */
export async function servePreview(options: PreviewOptions): Promise<PreviewServer> {
  const token = randomBytes(24).toString('base64url');
  const title = new TitleServer(options, token);
  const server = createServer((request, response) => {
    title.answer(request, response, port).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/${token}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers what is let through. */
class TitleServer {
  readonly #options: PreviewOptions;
  readonly #token: string;
  readonly #keys: KnownKeys;
  readonly #checks: BackgroundChecks;
  readonly #elsewhere: Elsewhere;
  readonly #page: string;

  constructor(options: PreviewOptions, token: string) {
    this.#options = options;
    this.#token = token;
    this.#keys = new KnownKeys(options.findKeys ?? NO_KEYS);
    this.#checks = new BackgroundChecks(options.checks ?? []);
    this.#elsewhere = new Elsewhere(options.files);
    this.#page = options.page ?? join(distFolder(), 'page');
  }

  async answer(request: IncomingMessage, response: ServerResponse, port: number): Promise<void> {
    const admitted = admit(request, { token: this.#token, port });
    if ('status' in admitted) return refuse(request, response, admitted.status, admitted.why);
    const [room = '', ...parts] = admitted.parts;
    if (request.method === 'POST' && room !== 'licence')
      return refuse(request, response, 405, 'Only licences are asked for with POST.');
    switch (room) {
      case '':
        return this.#sendPage(request, response, ['index.html']);
      case 'page':
        return this.#sendPage(request, response, parts);
      case 'media':
        return sendMedia(request, response, this.#options.root, parts, {
          keys: this.#keys,
          keyUrl: (kid) => `/${this.#token}/key/${kid ?? 'none'}`,
        });
      case 'elsewhere':
        return this.#sendToFile(request, response, admitted.query);
      case 'licence':
        return this.#sendLicence(request, response);
      case 'key':
        return this.#sendKey(request, response, parts);
      case 'api':
        return this.#sendFacts(request, response, parts, admitted.query);
      default:
        return refuse(request, response, 404, 'There is nothing here.');
    }
  }

  async #sendPage(
    request: IncomingMessage,
    response: ServerResponse,
    parts: readonly string[],
  ): Promise<void> {
    const file = await openInner(this.#page, parts);
    if (!file) return refuse(request, response, 404, 'The page has no such file.');
    return sendFile(request, response, file, {
      ...PAGE_HEADERS,
      'Content-Type': pageType(parts.at(-1) ?? ''),
    });
  }

  /** Lead to the file of the package that an address elsewhere means: relative references in it begin there. */
  #sendToFile(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    const manifest = query.get('manifest') ?? '';
    const path = this.#options.files.roots.includes(manifest)
      ? this.#elsewhere.pathOf(manifest, query.get('address') ?? '')
      : undefined;
    if (path === undefined) refuse(request, response, 404, 'The package has no file of this address.');
    else redirect(response, `/${this.#token}/media/${path.split('/').map(encodeURIComponent).join('/')}`);
  }

  /** The licence endpoint of EME ClearKey. */
  async #sendLicence(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') return refuse(request, response, 405, 'Licences are asked for with POST.');
    const asked = readLicenceRequest(await bodyOf(request));
    if (!asked) return refuse(request, response, 400, 'This is no licence request of ClearKey.');
    const keys = await this.#keys.ofIds(asked.kids);
    if (keys.length === 0) return refuse(request, response, 404, 'The key source has none of these keys.');
    sendText(request, response, licenceOf(keys, asked.type), { 'Content-Type': CLEARKEY });
  }

  /** The key that an `identity` key line asks for: its 16 bytes. */
  async #sendKey(
    request: IncomingMessage,
    response: ServerResponse,
    [kid = '']: readonly string[],
  ): Promise<void> {
    const [key] = /^[\da-f]{32}$/.test(kid) ? await this.#keys.ofIds([kid]) : [];
    if (!key) return refuse(request, response, 404, 'The key source has no such key.');
    sendText(request, response, key.reveal(), {
      ...DATA_HEADERS,
      'Content-Type': 'application/octet-stream',
    });
  }

  async #sendFacts(
    request: IncomingMessage,
    response: ServerResponse,
    [what]: readonly string[],
    query: URLSearchParams,
  ): Promise<void> {
    switch (what) {
      case 'title':
        return sendJson(request, response, await this.#title());
      case 'key-fault':
        return sendJson(request, response, faultOf(this.#keys.fault?.message));
      case 'file-fault':
        return sendJson(request, response, faultOf(this.#elsewhere.fault));
      case 'check':
        return sendJson(request, response, this.#checks.of(query.get('manifest') ?? ''));
      case 'facts':
        return this.#sendListed(request, response, query.get('manifest') ?? '');
      default:
        return refuse(request, response, 404, 'There is nothing here.');
    }
  }

  async #title(): Promise<PreviewTitle> {
    const { files, name, findKeys, keyHint } = this.#options;
    const manifests: PreviewManifest[] = [];
    for (const path of files.roots) {
      const kind = await kindOfFile(files, path);
      if (kind !== 'other') manifests.push({ path, kind: kind === 'mpd' ? 'mpd' : 'hls' });
    }
    return { name, manifests, hasKeySource: findKeys !== undefined, keyHint };
  }

  /** What the manifest lists, where it can be read: a player may play what is damaged. */
  async #sendListed(request: IncomingMessage, response: ServerResponse, manifest: string): Promise<void> {
    const { files } = this.#options;
    if (!files.roots.includes(manifest))
      return refuse(request, response, 404, 'The package has no such manifest.');
    const facts = await packageFacts(files, manifest).catch((cause: unknown) => PackagerError.from(cause));
    if (PackagerError.is(facts)) return refuse(request, response, 422, facts.message);
    sendJson(request, response, facts);
  }
}

const faultOf = (message: string | undefined): PreviewFault => (message === undefined ? {} : { message });

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_LICENCE_REQUEST) throw new RangeError('the licence request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
