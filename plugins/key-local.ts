import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  ContentKey,
  ContentKeySet,
  fail,
  fromHex,
  type KeyRequest,
  PackagerError,
  type Plugin,
} from '../core/index.ts';
import {
  createSecretFile,
  findDistrust,
  isForeign,
  isTooManyFiles,
  type KeyPlace,
  makeFolder,
  safeName,
  systemReason,
  toHex,
} from '../core/kit.ts';

/** Options of `keyLocal`. */
export interface KeyLocalOptions {
  /** Where the keys are kept, relative to the working directory. @default '.sealpack/keys' */
  readonly folder?: string;
}

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: { folder: { type: 'string', minLength: 1, description: 'the path of a folder' } },
};

/**
 * The embedded key store. For each content id, scheme, label and period it makes a key id, a key and an IV the first
 * time (from the system's CSPRNG), keeps them in a file of their own that only its owner may read, and gives the same
 * ones ever after. Whoever has the files has the keys; whoever loses them cannot play the content again.
 */
export function keyLocal(options: KeyLocalOptions = {}): Plugin {
  const { folder = '.sealpack/keys' } = options;
  const name = 'key-local';
  return {
    name,
    options: { ...options },
    schema,
    apply(packager) {
      packager.hooks.acquireKey.tap(
        name,
        ({ contentId, scheme, isLookup }, run) =>
          new ContentKeySet((place) => {
            const owner = { contentId, scheme, ...place };
            return isLookup ? find(resolve(folder), owner) : findOrMake(resolve(folder), owner, run.time);
          }),
      );
      packager.keyFinder({ name: 'the local key store', find: (ids) => findByIds(resolve(folder), ids) });
    },
  };
}

/** Whose file is looked for. */
interface KeyOwner extends Pick<KeyRequest, 'contentId' | 'scheme'>, KeyPlace {}

function findOrMake(folder: string, owner: KeyOwner, now: Date): Promise<ContentKey> {
  const path = join(folder, fileName(owner));
  return inStore(path, async () => {
    await requireTrust(folder);
    const known = await read(path, owner);
    if (known) return known;
    await makeFolder(folder, 0o700);
    await requireTrust(folder);
    const record = makeRecord(owner, now);
    const text = `${JSON.stringify(record, undefined, 2)}\n`;
    if (await createSecretFile(path, text)) return toKey(record);
    // Another run was faster: its key counts.
    const theirs = await read(path, owner);
    if (theirs) return theirs;
    throw fail.keyStore(path, 'it vanished while it was read.');
  });
}

/** The same without making any: `undefined` where there is none. */
function find(folder: string, owner: KeyOwner): Promise<ContentKey | undefined> {
  const path = join(folder, fileName(owner));
  return inStore(path, async () => {
    await requireTrust(folder);
    return read(path, owner);
  });
}

/**
 * The keys of these ids: only what is in a file tells. One that cannot be used is told where a key is missing, which it may hold;
 * where none is, it is nobody's business.
 */
function findByIds(folder: string, ids: readonly string[]): Promise<ContentKey[]> {
  return inStore(folder, async () => {
    await requireTrust(folder);
    const found = new Map<string, ContentKey>();
    let fault: unknown;
    for (const name of await namesIn(folder)) {
      if (found.size === ids.length) break;
      const path = join(folder, name);
      try {
        const key = await inStore(path, () => read(path));
        if (key && ids.includes(key.hexId)) found.set(key.hexId, key);
      } catch (cause) {
        fault ??= cause;
      }
    }
    if (fault !== undefined && found.size < new Set(ids).size) throw fault;
    return [...found.values()];
  });
}

/** Files of keys by their names; none where there is no folder, since nothing was packaged yet. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => FILE_NAME.test(name)).sort();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw cause;
  }
}

/** @throws PackagerError KEY_STORE for what the system says */
async function inStore<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (PackagerError.is(cause)) throw cause;
    if (isTooManyFiles(cause)) throw fail.tooManyFiles(path, cause);
    throw fail.keyStore(path, systemReason(cause), OTHER_FOLDER, cause);
  }
}

/** What one file holds. */
interface KeyRecord {
  readonly format: typeof FORMAT;
  readonly contentId: string;
  readonly scheme: string;
  readonly label: string;
  readonly period: number;
  /** UUID. */
  readonly keyId: string;
  /** 16 bytes each, hexadecimal. */
  readonly key: string;
  readonly iv: string;
  /** ISO 8601. */
  readonly created: string;
}

const FORMAT = 'sealpack-key-1';

/** Names by which people find the file, and a hash that no other key shares: names alone could fall together. */
function fileName({ contentId, scheme, label, period }: KeyOwner): string {
  const whole = JSON.stringify([contentId, scheme, label, period]);
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 32);
  const names = [safeName(contentId, 100), safeName(scheme, 30), safeName(label, 30), String(period)];
  return `${names.join('.')}.${hash}.json`;
}

const FILE_NAME = /\.[0-9a-f]{32}\.json$/;

function makeRecord({ contentId, scheme, label, period }: KeyOwner, now: Date): KeyRecord {
  return {
    format: FORMAT,
    contentId,
    scheme,
    label,
    period,
    keyId: randomUUID(),
    key: toHex(randomBytes(16)),
    iv: toHex(randomBytes(16)),
    created: now.toISOString(),
  };
}

const toKey = ({ keyId, key, iv }: KeyRecord): ContentKey =>
  new ContentKey({ id: fromHex(keyId.replaceAll('-', '')), key: fromHex(key), iv: fromHex(iv) });

const LONGEST_FILE = 16 * 1024;

/**
 * @param owner whose key it has to be; absent: whose its name says
 * @returns `undefined` when there is no such file. A file that is there is never replaced, whatever is wrong with it.
 */
async function read(path: string, owner?: KeyOwner): Promise<ContentKey | undefined> {
  const file = await openIfThere(path);
  if (!file) return undefined;
  try {
    const status = await file.stat();
    if (!status.isFile() || status.size > LONGEST_FILE) throw notAKey(path);
    // Asked of the open file, not of its name: nothing can come in between.
    if (isForeign(status)) {
      throw fail.keyStore(path, `it belongs to another user (${status.uid}).`, MAKE_IT_YOURS);
    }
    if (isOpenTo(status, 0o077)) {
      throw fail.keyStore(path, 'other users may read it.', `Make it yours alone: chmod 600 '${path}'`);
    }
    return toKey(parse(await file.readFile('utf8'), path, owner));
  } finally {
    await file.close();
  }
}

async function openIfThere(path: string) {
  try {
    const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
    return await open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ELOOP') {
      throw fail.keyStore(path, 'it is a symbolic link.', 'Put the file itself there.');
    }
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

function parse(text: string, path: string, owner: KeyOwner | undefined): KeyRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notAKey(path); // without the cause: it quotes the text
  }
  if (!isRecord(value)) throw notAKey(path);
  const isOwn = owner ? isOf(value, owner) : fileName(value) === basename(path);
  if (!isOwn) throw fail.keyStore(path, 'it holds the key of other content.', MOVE_IT);
  return value;
}

const isOf = (record: KeyRecord, { contentId, scheme, label, period }: KeyOwner): boolean =>
  record.contentId === contentId &&
  record.scheme === scheme &&
  record.label === label &&
  record.period === period;

function isRecord(value: unknown): value is KeyRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { format, contentId, scheme, label, keyId, key, iv } = value as Readonly<Record<string, unknown>>;
  const isBytes = (text: unknown) => typeof text === 'string' && /^[0-9a-f]{32}$/.test(text);
  return (
    format === FORMAT &&
    [contentId, scheme, label].every((name) => typeof name === 'string') &&
    typeof keyId === 'string' &&
    isBytes(keyId.replaceAll('-', '')) &&
    isBytes(key) &&
    isBytes(iv)
  );
}

const OTHER_FOLDER =
  'Mend that, or keep the keys elsewhere: `folder` of keyLocal() or local(), where this user may write.';

const MOVE_IT = 'Restore it from a backup; if its key was never used, move it away and a new one is made.';

const notAKey = (path: string): PackagerError =>
  fail.keyStore(path, 'it is damaged or no key file.', MOVE_IT);

/** Refuse a folder where others could put keys of their own, at every use: its owner and its mode can change. */
async function requireTrust(folder: string): Promise<void> {
  const status = await stat(folder).catch(() => undefined); // what is wrong with it is told when it is used
  if (status && isOpenTo(status, 0o022)) {
    throw fail.keyStore(folder, 'other users may write to it.', `Make it yours alone: chmod 700 '${folder}'`);
  }
  const distrust = await findDistrust(folder);
  if (distrust) throw fail.keyStore(distrust.path, distrust.reason, MAKE_IT_YOURS);
}

const MAKE_IT_YOURS =
  "Look at whose keys these are; then run as the user who owns them, or make everything root's or yours with chown and chmod.";

/** Windows has no such bits: its access lists are the administrator's. */
const isOpenTo = ({ mode }: Stats, bits: number): boolean =>
  process.platform !== 'win32' && (mode & bits) !== 0;
