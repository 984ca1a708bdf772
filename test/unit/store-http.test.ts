/** Outputs on web servers, request by request: whose file is whose, and what becomes of it when something fails. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Packager, PackagerError } from '../../core/index.ts';
import { removeTemporaryFolders } from '../../core/io/temporary-folder.ts';
import {
  receiptName,
  type StagedFile,
  type StagedOutput,
  type Store,
  seenProcesses,
} from '../../core/kit.ts';
import { type StoreHttpOptions, storeHttp } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { serveWeb, type WebServer, type WebTurn } from '../helpers/servers/web-server.ts';

const test = suite('store-http', { web: undefined as unknown as WebServer });

test.before.each(async (context) => {
  context.web = await serveWeb();
});
test.after.each(({ web }) => web.close());

const KINDS = ['put', 'dav'] as const;
const NEVER = new AbortController().signal;

/** What the plugin adds. */
function storeOf(options: StoreHttpOptions = {}): Store {
  let added: Store | undefined;
  storeHttp({ retries: 0, ...options }).apply({
    store: (store: Store) => {
      added = store;
    },
  } as unknown as Packager);
  return added!;
}

interface Choices {
  readonly overwrite?: boolean;
  readonly inputs?: readonly string[];
  /** Further tries of each request. */
  readonly retries?: number;
  /** Told what the store warns of. */
  readonly warnings?: string[];
  /** Between writing and publishing. */
  readonly meanwhile?: () => void;
}

const TITLE = { 'film/media.mp4': 'media', 'film/main.mpd': 'manifest' } as const;

/** Write and publish a title of two files as the engine does it. */
async function publish(
  { url }: WebServer,
  { overwrite = false, inputs = [], retries = 0, warnings = [], meanwhile }: Choices = {},
): Promise<void> {
  const store = storeOf({ retries });
  const warn = (words: string) => void warnings.push(words);
  const options = { overwrite, inputs, signal: NEVER, warn };
  const staged: StagedOutput = await store.begin(`${url}/a/`, ['film'], options);
  const tree = store.tree(staged.place, undefined, NEVER);
  try {
    for (const [path, text] of Object.entries(TITLE)) await tree.write(path, text);
    meanwhile?.();
    await staged.commit(
      tree.files.map(
        ({ path, position, receipt }): StagedFile => ({
          ...{ path, bytes: position, isManifest: path.endsWith('.mpd') },
          receipt: structuredClone(receipt),
        }),
      ),
    );
  } catch (cause) {
    await staged.discard();
    throw cause;
  } finally {
    await tree.abandon();
  }
}

const failing = (work: Promise<unknown>): Promise<PackagerError> =>
  work.then(
    () => {
      throw new Error('it did not fail');
    },
    (cause) => PackagerError.from(cause),
  );

/** What is there, as text. */
const seen = ({ objects }: WebServer): Record<string, string> =>
  Object.fromEntries([...objects].map(([path, { bytes }]) => [path, Buffer.from(bytes).toString()]));

const asSeen = (title: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(title).map(([path, text]) => [`/a/${path}`, text]));

const has = (web: WebServer, path: string, text: string, headers = {}): void =>
  void web.objects.set(path, { bytes: Buffer.from(text), headers });

/** This to requests of a method to addresses that end so, the rest as usual. */
const onceAt =
  (method: string, end: string, turn: WebTurn) =>
  (request: IncomingMessage): WebTurn | undefined =>
    request.method === method && request.url?.endsWith(end) ? turn : undefined;

for (const writes of KINDS)
  for (const path of Object.keys(TITLE))
    test(`${writes}: ${path} of somebody else is found when it is published, and stays`, async ({ web }) => {
      web.writes = writes;
      has(web, `/a/${path}`, 'theirs');
      const error = await failing(publish(web));
      assert.is(error.code, 'OUTPUT_EXISTS', error.stack);
      assert.equal(seen(web), { [`/a/${path}`]: 'theirs' });
    });

for (const writes of KINDS)
  test(`${writes}: a manifest whose answer was lost for good goes with the rest`, async ({ web }) => {
    web.writes = writes;
    web.turn = onceAt(writes === 'put' ? 'PUT' : 'MOVE', 'main.mpd', 'lost');
    assert.is((await failing(publish(web))).code, 'OUTPUT_NOT_WRITABLE');
    assert.equal(seen(web), {});
  });

/** The first try of a PUT of the media is answered so, and what it finds then was put there meanwhile. */
const firstTry =
  (web: WebServer, turn: WebTurn, theirs?: string): WebServer['turn'] =>
  (request) => {
    if (request.method !== 'PUT' || !request.url?.endsWith('media.mp4')) return undefined;
    web.turn = undefined;
    if (theirs !== undefined) has(web, '/a/film/media.mp4', theirs);
    return turn;
  };
const BUSY = { status: 503, headers: { 'retry-after': '0' } };

for (const [what, turn, retries] of [
  ['a try that failed', BUSY, 1],
  ['a folder that had to be made', { status: 409 }, 0],
] as const)
  test(`put: after ${what} a file of somebody else with as many bytes is theirs, and stays`, async ({
    web,
  }) => {
    web.writes = 'put';
    web.turn = firstTry(web, turn, 'MEDIA');
    const error = await failing(publish(web, { retries }));
    assert.is(error.code, 'OUTPUT_EXISTS', error.stack);
    assert.equal(seen(web), { '/a/film/media.mp4': 'MEDIA' });
  });

test('put: a file whose answer was lost is published, and not sent into the way of itself', async ({
  web,
}) => {
  web.writes = 'put';
  web.turn = firstTry(web, 'lost');
  await publish(web, { retries: 1 });
  assert.equal(seen(web), asSeen(TITLE));
});

test('put: a file with the same bytes may be of another run: one that fails leaves it, and says so', async ({
  web,
}) => {
  web.writes = 'put';
  web.turn = firstTry(web, BUSY, 'media');
  const warnings: string[] = [];
  const meanwhile = () => has(web, '/a/film/main.mpd', 'theirs');
  const error = await failing(publish(web, { retries: 1, warnings, meanwhile }));
  assert.is(error.code, 'OUTPUT_EXISTS', error.stack);
  assert.equal(seen(web), { '/a/film/media.mp4': 'media', '/a/film/main.mpd': 'theirs' });
  assert.match(warnings.join(), /^Left in place, .*\/a\/film\/media\.mp4\.$/);
});

for (const [what, failed, paths] of [
  ['what was sent', 'PUT', ['media.mp4']],
  ['what was published', 'MOVE', ['media.mp4']],
] as const)
  test(`${what} and is not removed, since its server refuses it, is named`, async ({ web }) => {
    web.writes = failed === 'PUT' ? 'put' : 'dav';
    web.turn = (request) =>
      onceAt('DELETE', '/film/media.mp4', { status: 403 })(request) ??
      onceAt(failed, 'main.mpd', { status: 507 })(request);
    const warnings: string[] = [];
    assert.is((await failing(publish(web, { warnings }))).code, 'OUTPUT_NOT_WRITABLE');
    assert.match(warnings.join(), /has not removed/);
    for (const path of paths) assert.ok(warnings.join().includes(`${web.url}/a/film/${path}`), path);
  });

test('what could not be removed hinders nothing that can be', async ({ web }) => {
  web.writes = 'put';
  web.turn = (request) =>
    onceAt('PUT', 'main.mpd', { status: 507 })(request) ??
    onceAt('DELETE', 'media.mp4', { status: 500 })(request);
  const store = storeOf();
  const options = { overwrite: false, inputs: [], signal: NEVER, warn: () => {} };
  const staged = await store.begin(`${web.url}/a/`, ['film'], options);
  const tree = store.tree(staged.place, 'film', NEVER);
  await tree.write('media.mp4', 'first');
  await tree.write('other.mp4', 'second');
  const error = await failing(staged.discard());
  assert.is(error.code, 'OUTPUT_NOT_WRITABLE');
  await tree.abandon();
  assert.equal(Object.keys(seen(web)), ['/a/film/media.mp4']);
});

test('outputs that are in place are no failure, though what was beside them cannot be removed', async ({
  web,
}) => {
  web.writes = 'dav';
  web.turn = (request) =>
    request.method === 'DELETE' && request.url?.endsWith('/') ? { status: 500 } : undefined;
  const warnings: string[] = [];
  await publish(web, { warnings });
  assert.equal(seen(web)['/a/film/main.mpd'], 'manifest');
  assert.match(warnings.join(), /The outputs are in place, but .*HTTP 500/);
});

test('where folders are not deleted, files are, that of the trial too', async ({ web }) => {
  web.writes = 'dav';
  web.turn = (request) =>
    request.method === 'DELETE' && request.url?.endsWith('/') ? { status: 405 } : undefined;
  await publish(web);
  assert.equal(seen(web), asSeen(TITLE));
});

for (const [writes, method] of [
  ['put', 'DELETE'],
  ['dav', 'MOVE'],
] as const)
  test(`${writes}: of a trial that fails with ${method} nothing is left`, async ({ web }) => {
    web.writes = writes;
    web.turn = (request) => {
      if (request.method !== method) return undefined;
      web.turn = undefined;
      return { status: 500 };
    };
    assert.is((await failing(publish(web))).code, 'OUTPUT_NOT_WRITABLE');
    assert.equal(seen(web), {});
  });

for (const [what, etag, before, after] of [
  ['is replaced', '"one"', 'old', 'manifest'],
  ['of somebody else, who came meanwhile, stays', '"two"', 'theirs', 'theirs'],
  ['without a strong ETag is replaced whoever came', 'W/"one"', 'theirs', 'manifest'],
] as const)
  test(`overwriting by PUT: a manifest ${what}`, async ({ web }) => {
    web.writes = 'put';
    has(web, '/a/film/main.mpd', 'old', { etag: etag.replace('two', 'one') });
    const meanwhile = () => has(web, '/a/film/main.mpd', before, { etag });
    const work = publish(web, { overwrite: true, meanwhile });
    if (after === 'theirs') {
      const error = await failing(work);
      assert.is(error.code, 'OUTPUT_EXISTS', error.stack);
      assert.match(error.hint ?? '', /Somebody else has published there meanwhile/);
    } else await work;
    assert.is(seen(web)['/a/film/main.mpd'], after);
    const put = web.requests.findLast(({ method, url }) => method === 'PUT' && url?.endsWith('main.mpd'));
    assert.is(put?.headers['if-match'], etag.startsWith('W/') ? undefined : '"one"');
  });

test('overwriting by PUT: where no manifest was, none of somebody else is replaced', async ({ web }) => {
  web.writes = 'put';
  const meanwhile = () => has(web, '/a/film/main.mpd', 'theirs');
  const error = await failing(publish(web, { overwrite: true, meanwhile }));
  assert.is(error.code, 'OUTPUT_EXISTS', error.stack);
  assert.equal(seen(web), { '/a/film/main.mpd': 'theirs' });
});

for (const [writes, refuses, left] of [
  ['put', false, undefined],
  ['dav', false, undefined],
  ['put', true, ''],
] as const)
  test(`overwriting by ${writes}${refuses ? ' without DELETE' : ''}: from the first byte that is replaced on nobody finds the receipt of before`, async ({
    web,
  }) => {
    web.writes = writes;
    const receipt = `/a/${receiptName('film')}`;
    const media = '/a/film/media.mp4';
    const seenWith = new Map<string, string | undefined>();
    web.turn = (request) => {
      const { [media]: bytes = '', [receipt]: text } = seen(web);
      seenWith.set(bytes, text);
      return refuses && request.method === 'DELETE' ? { status: 405 } : undefined;
    };
    has(web, media, 'before');
    has(web, receipt, 'of before');
    await publish(web, { overwrite: true });
    assert.is(seen(web)[media], 'media');
    assert.is(seenWith.get('media'), left);
    // One that may not replace anything meets what somebody else has published.
    has(web, receipt, 'of before');
    web.objects.delete(media);
    web.objects.delete('/a/film/main.mpd');
    const meanwhile = () => has(web, '/a/film/main.mpd', 'theirs');
    assert.is((await failing(publish(web, { meanwhile }))).code, 'OUTPUT_EXISTS');
    assert.is(seen(web)[receipt], 'of before');
  });

test('a server that takes no notice of conditions is told of, and no other', async ({ web }) => {
  web.writes = 'put';
  web.turn = ({ headers }) => {
    delete headers['if-none-match'];
    return undefined;
  };
  const warnings: string[] = [];
  await publish(web, { warnings });
  assert.match(warnings.join(), /^The server of the outputs takes no notice of If-None-Match: /);
  assert.equal(seen(web), asSeen(TITLE));
  web.turn = undefined;
  web.objects.clear();
  const heard: string[] = [];
  await publish(web, { warnings: heard });
  assert.equal(heard, []);
});

test('an output that is there already is named by its address', async ({ web }) => {
  web.writes = 'put';
  has(web, '/a/film', '');
  assert.is((await failing(publish(web))).message.split(' exists ')[0], `${web.url}/a/film`);
});

test('an input is not replaced while it is read', async ({ web }) => {
  web.writes = 'put';
  const inputs = ['/films/x.mp4', `${web.url.replace('://', '://me:pw@')}/a/fi%6Cm/in.mp4?token=hush`];
  const error = await failing(publish(web, { overwrite: true, inputs }));
  assert.is(error.code, 'OUTPUT_IS_INPUT', error.stack);
  assert.equal(web.requests.length, 0);
  await publish(web, { inputs: [`${web.url}/a/films/in.mp4`, `${web.url}/film/in.mp4`] });
});

/** Files in the temporary folder of a process of its own, which waits there: its path, and how it is killed. */
async function otherProcess(temporary: string): Promise<{ readonly path: string; kill(): Promise<void> }> {
  const module = new URL('../../core/io/temporary-folder.ts', import.meta.url);
  const script = `import { makeTemporaryFolder } from '${module}';
    import { mkdirSync, writeFileSync } from 'node:fs';
    const folder = await makeTemporaryFolder('upload');
    mkdirSync(folder + '/film');
    writeFileSync(folder + '/film/media.mp4', 'half');
    process.stdout.write(folder);
    process.stdin.resume();`;
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script];
  const child = spawn(process.execPath, args, { env: { ...process.env, TMPDIR: temporary } });
  const [path] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'close');
  };
  return { path, kill };
}

/** With another temporary folder of this process. */
async function within(temporary: string, work: () => Promise<void>): Promise<void> {
  const { TMPDIR: before } = process.env;
  process.env['TMPDIR'] = temporary;
  try {
    await work();
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}

test('what a killed run has left in the temporary folder goes with the next; that of a running one stays', async ({
  web,
}) => {
  web.writes = 'put';
  const temporary = temporaryFolder('uploads');
  const other = await otherProcess(temporary);
  const [marked] = other.path.split('/').slice(-1) as [string];
  const elsewhere = marked.replace(/upload-[0-9a-f]{12}/, 'upload-0123456789ab');
  mkdirSync(join(temporary, elsewhere));
  writeFileSync(join(temporary, 'sealpack-upload-mine.txt'), '');
  await within(temporary, async () => {
    try {
      await publish(web);
      assert.ok(existsSync(join(other.path, 'film/media.mp4')), 'it runs');
    } finally {
      await other.kill();
    }
    web.objects.clear();
    await publish(web);
    const left = readdirSync(temporary).filter((name) => name.startsWith('sealpack-'));
    assert.equal(left.sort(), [elsewhere, 'sealpack-upload-mine.txt'].sort());
    // Of another machine or container, or from before the machine was started anew.
    const week = 7 * 24 * 3_600_000;
    for (const [late, isThere] of [
      [week - 60_000, true],
      [week + 60_000, false],
    ] as const) {
      await removeTemporaryFolders('upload', seenProcesses(), Date.now() + late);
      assert.is(existsSync(join(temporary, elsewhere)), isThere);
    }
  });
});

test('too little room in the temporary folder is said before anything is written, and how to choose another', async ({
  web,
}) => {
  web.writes = 'put';
  const temporary = temporaryFolder('uploads');
  await within(temporary, async () => {
    const options = { overwrite: false, inputs: [], signal: NEVER, warn: () => {} };
    const staged = await storeOf().begin(`${web.url}/a/`, ['film'], options);
    await staged.requireRoom(1000);
    const full = await failing(staged.requireRoom(Number.MAX_SAFE_INTEGER));
    assert.is(full.code, 'DISK_FULL');
    assert.ok(full.message.startsWith(`Not enough disk space in ${temporary}: about `), full.message);
    assert.match(full.hint ?? '', /TMPDIR/);
    await staged.discard();
    assert.equal(readdirSync(temporary), []);
  });
  await within(join(temporary, 'none'), async () => {
    const missing = await failing(publish(web));
    assert.is(missing.code, 'OUTPUT_NOT_WRITABLE');
    assert.match(missing.hint ?? '', /TMPDIR/);
  });
});

test.run();
