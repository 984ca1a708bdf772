import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StagedFile, TreeFile } from '../../core/kit.ts';
import { placeOf } from '../../plugins/store-s3/client/place.ts';
import type { S3Client } from '../../plugins/store-s3/client/types.ts';
import { S3Clients } from '../../plugins/store-s3/clients.ts';
import { clean } from '../../plugins/store-s3/store/clean.ts';
import { S3Run } from '../../plugins/store-s3/store/run.ts';
import { realSurroundings, type S3Surroundings } from '../../plugins/store-s3/store/surroundings.ts';
import { s3Tree } from '../../plugins/store-s3/store/tree.ts';
import { S3_USER, type S3Bucket, type S3Server, serveS3 } from '../helpers/servers/s3-server.ts';
import {
  asObjects,
  beginTitle,
  cleaned,
  failure,
  LOCATION,
  left,
  PART,
  publishTitle,
  storeOn,
  TITLE,
  visible,
  writeTitle,
} from '../helpers/servers/s3-world.ts';

const store = suite('store-s3');

let server: S3Server;
let bucket: S3Bucket;
let later = 0;

store.before(async () => {
  server = await serveS3();
  server.leastPart = PART;
});

store.before.each(() => {
  later = 0;
  // It stands still: how long a test takes is not to matter.
  const start = Date.now();
  server.now = () => start + later;
  server.turn = undefined;
  server.opaque = false;
  server.requests.length = 0;
  bucket = server.addBucket('films');
});

store.after(() => server.close());

const NEVER = new AbortController().signal;
const ROOT = 'night/film/master.m3u8';
const RECEIPT = '.sealpack.film.0123456789abcdef.json';
const MEDIA = Object.keys(asObjects(TITLE)).filter((key) => !key.endsWith('.m3u8'));

store('publishes media, then manifests in their order; before that nothing is visible', async () => {
  const steps: string[][] = [];
  server.turn = ({ what }) => {
    if (what === 'PutObject' || what === 'CompleteMultipartUpload') steps.push(Object.keys(visible(bucket)));
    return undefined;
  };
  await publishTitle(storeOn(server));
  steps.push(Object.keys(visible(bucket)));
  const appearing = steps.filter((keys) => keys.length > 0);
  for (const keys of appearing)
    if (keys.some((key) => key.endsWith('.m3u8'))) assert.equal(keys.slice(0, 2).sort(), [...MEDIA].sort());
  assert.equal(appearing.at(-1)?.slice(2), ['night/film/audio.m3u8', 'night/film/master.m3u8']);
  assert.equal(visible(bucket), asObjects(TITLE));
  assert.equal(left(bucket), []);
  const manifests = server.requests.filter(({ what, key }) => what === 'PutObject' && key.endsWith('.m3u8'));
  assert.equal(
    manifests.map(({ headers }) => headers['if-none-match']),
    ['*', '*'],
  );
});

store(
  'replaces what has the name and nothing beside it; manifests only if nobody else has written them',
  async () => {
    const nothing = { bytes: new Uint8Array(0), etag: '"e"', modified: 0, headers: {} };
    bucket.objects.set('night/film2/a.mp4', nothing);
    bucket.objects.set('night/film-a.mp4', nothing);
    await publishTitle(storeOn(server), { title: { ...TITLE, 'old.mp4': 'older', 'master.m3u8': 'old' } });
    assert.is((await failure(publishTitle(storeOn(server))))?.code, 'OUTPUT_EXISTS');
    const before = bucket.objects.get('night/film/master.m3u8')?.etag;
    server.requests.length = 0;
    await publishTitle(storeOn(server), { overwrite: true });
    assert.equal(visible(bucket), { ...asObjects(TITLE), 'night/film2/a.mp4': '', 'night/film-a.mp4': '' });
    assert.equal(left(bucket), []);
    const root = server.requests.find(({ what, key }) => what === 'PutObject' && key.endsWith('master.m3u8'));
    assert.is(root?.headers['if-match'], before);
  },
);

for (const overwrite of [false, true]) {
  store(
    `somebody else publishes meanwhile, overwrite ${overwrite}: the other's stays, ours goes`,
    async () => {
      if (overwrite) await publishTitle(storeOn(server), { title: { 'master.m3u8': 'first' } });
      const theirs = { bytes: Buffer.from('theirs'), etag: '"t"', modified: Date.now(), headers: {} };
      server.turn = ({ what }) => {
        if (what === 'CompleteMultipartUpload') bucket.objects.set('night/film/master.m3u8', theirs);
        return undefined;
      };
      const error = await failure(publishTitle(storeOn(server), { overwrite }));
      assert.is(error?.code, 'OUTPUT_EXISTS');
      assert.match(error?.hint ?? '', /Somebody else has published there meanwhile/);
      assert.equal(visible(bucket), { 'night/film/master.m3u8': 'theirs' });
      assert.equal(left(bucket), []);
    },
  );
}

store('of two runs at once one publishes, the other is told of it', async () => {
  const errors = await Promise.all(
    [1, 2].map((number) =>
      failure(publishTitle(storeOn(server), { title: { ...TITLE, '1.m4s': `of ${number}` } })),
    ),
  );
  const [told, ...others] = errors.filter((error) => error !== undefined);
  assert.equal(others, []);
  assert.match(told?.code ?? '', /^OUTPUT_(BUSY|EXISTS)$/);
  const own = errors[0] === undefined ? 'of 1' : 'of 2';
  assert.equal(visible(bucket), asObjects({ ...TITLE, '1.m4s': own }));
  assert.equal(left(bucket), []);
});

/** Another machine, whose processes cannot be seen from here; it has no heartbeat. */
function machine(host: string): S3Surroundings {
  const processes = { own: `process-of-${host}`, stateOf: () => 'elsewhere' as const };
  return { ...realSurroundings(), host, processes, running: new Set(), every: () => () => {} };
}

const clientOf = (): Promise<S3Client> =>
  new S3Clients('output', { endpoint: server.url, region: server.region, credentials: S3_USER }).of(
    'films',
    NEVER,
  );

async function runOn(
  host: string,
  { overwrite = false, names = ['film'], client, location = LOCATION }: RunChoices = {},
) {
  const options = { overwrite, names, signal: NEVER, warn: () => {}, location: placeOf(location) };
  return S3Run.begin({ ...options, partBytes: PART, client: client ?? (await clientOf()) }, machine(host));
}

interface RunChoices {
  readonly overwrite?: boolean;
  readonly names?: readonly string[];
  readonly client?: S3Client;
  readonly location?: string;
}

/** A run of another machine that has written everything. */
async function written(host: string, choices?: RunChoices): Promise<[S3Run, StagedFile[]]> {
  const run = await runOn(host, choices);
  return [run, await writeTitle(storeOn(server), run)];
}

store('a run on another machine is left alone, and taken for dead after two minutes of silence', async () => {
  const [first] = await written('one');
  later = 119_000;
  const busy = await failure(runOn('two'));
  assert.is(busy?.code, 'OUTPUT_BUSY');
  assert.match(busy?.message ?? '', /Another run \(on one, last heard of \d+ s ago\)/);
  const [{ state, names, host } = { state: '', names: [], host: '' }] = await cleaned(storeOn(server));
  assert.equal([state, names, host], ['live', ['film'], 'one']);
  later = 122_000;
  const [second, files] = await written('two');
  await second.commit(files);
  assert.equal(visible(bucket), asObjects(TITLE));
  const lost = await failure(first.commit([]));
  assert.is(lost?.code, 'OUTPUT_LOST');
  await first.discard();
  assert.equal(visible(bucket), asObjects(TITLE), 'what the other has published is not touched');
  assert.equal(left(bucket), []);
});

/** A client before whose first journal something happens. */
function beforeJournal(client: S3Client, work: () => Promise<unknown>): S3Client {
  let isDone = false;
  const watched = (one: S3Client): S3Client => new Proxy(one, { get });
  function get(target: S3Client, name: keyof S3Client) {
    const own = target[name];
    if (typeof own !== 'function') return own;
    if (name === 'withSignal')
      return (...args: Parameters<S3Client['withSignal']>) => watched(target.withSignal(...args));
    if (name !== 'put') return own.bind(target);
    return async (...args: Parameters<S3Client['put']>) => {
      if (args[0].includes('/runs/') && !isDone) {
        isDone = true;
        await work();
      }
      return target.put(...args);
    };
  }
  return watched(client);
}

for (const isSettling of [false, true]) {
  const when = isSettling ? 'is being settled' : 'has been replaced';
  store(`a run that slept on the brink of publishing, and ${when} since, publishes nothing`, async () => {
    let second: S3Run | undefined;
    const asleep = beforeJournal(await clientOf(), async () => {
      later = 200_000;
      if (isSettling) {
        // Whoever settles dies behind the fence.
        server.turn = ({ what }, count) => (count > 0 && what === 'ListMultipartUploads' ? 'cut' : undefined);
        await failure(runOn('two', { client: await impatient() }));
        server.turn = undefined;
      } else second = await runOn('two');
    });
    const [first, files] = await written('one', { client: asleep });
    assert.is((await failure(first.commit(files)))?.code, 'OUTPUT_LOST');
    await first.discard();
    assert.equal(visible(bucket), {});
    later = 400_000;
    await second?.discard();
    await cleaned(storeOn(server));
    assert.equal(left(bucket), []);
  });
}

const impatient = (): Promise<S3Client> =>
  new S3Clients('output', {
    endpoint: server.url,
    region: server.region,
    credentials: S3_USER,
    retries: 0,
  }).of('films', NEVER);

store('whoever settles a run may die as well: the next one brings the first to its end', async () => {
  for (let nth = 1; nth <= 14; nth++) {
    bucket = server.addBucket('films');
    server.turn = undefined;
    later = 0;
    const [first, files] = await written('one', { client: await impatient() });
    server.turn = ({ what }) => (what === 'CompleteMultipartUpload' ? 'cut' : undefined);
    await failure(first.commit(files));
    later += 200_000;
    server.requests.length = 0;
    server.turn = (_, count) => (count === nth ? 'lost' : count > nth ? 'cut' : undefined);
    await failure(runOn('two', { client: await impatient() }));
    later += 200_000;
    server.turn = undefined;
    const error = await failure(runOn('three'));
    assert.is(error?.code, 'OUTPUT_EXISTS', `request ${nth}: ${error?.message}`);
    assert.equal(visible(bucket), asObjects(TITLE), `request ${nth}`);
    assert.equal(left(bucket), [], `request ${nth}`);
  }
});

store('a dead run is settled whole, by whichever of its names it is found', async () => {
  await written('one', { names: ['film', 'sound'] });
  assert.is(left(bucket).length, 4);
  later = 200_000;
  const second = await runOn('two', { names: ['sound'] });
  assert.equal(left(bucket), ['night/.sealpack/claims/sound.json']);
  await second.discard();
  assert.equal(left(bucket), []);
});

store(
  'a journal that leads elsewhere, or is damaged, publishes nothing, and hinders no other run',
  async () => {
    const others = server.addBucket('others');
    const text = { bytes: 4, text: Buffer.from('ours').toString('base64'), headers: {}, isReceipt: true };
    const whole = { run: 'a', names: ['film'], overwrite: true, media: [] };
    const journals: unknown[] = [
      ...['../../others/k', '../../../others/k', 'other/k'].map((path) => ({
        ...whole,
        manifests: [{ ...text, path }],
      })),
      { ...whole, manifests: [{ path: 'film/k', bytes: 1, uploadId: 'u' }] },
      { ...whole, media: [null], manifests: [] },
      { ...whole, manifests: [{ ...text, path: 'film/k' }] },
      'no journal',
    ];
    for (const journal of journals) {
      bucket = server.addBucket('films');
      later = 0;
      const claim = { run: 'a', process: 'p', host: 'one', names: ['film'], beat: 1 };
      for (const [key, value] of [
        ['claims/film.json', claim],
        ['claims/../../../../others/x.json', claim],
        ['runs/a.json', journal],
      ] as const)
        bucket.objects.set(`night/.sealpack/${key}`, {
          ...{
            bytes: Buffer.from(JSON.stringify(value)),
            etag: `"${key}"`,
            modified: Date.now(),
            headers: {},
          },
        });
      await runOn('two', { names: ['sound'] });
      later = 200_000;
      const found = await cleaned(storeOn(server));
      const where = JSON.stringify(journal);
      assert.equal(
        found.map(({ state, names }) => [state, ...names]).sort(),
        [
          ['removed', 'sound'],
          ['stuck', 'film'],
        ],
        where,
      );
      assert.match(found.find(({ state }) => state === 'stuck')?.reason ?? '', /runs\/a\.json.*is damaged/);
      assert.equal(others.objects.size, 0, where);
      assert.equal(visible(bucket), {}, where);
      later = 400_000;
      assert.match((await failure(runOn('three')))?.message ?? '', /is damaged/);
      bucket.objects.delete('night/.sealpack/runs/a.json');
      later = 600_000;
      assert.equal(
        (await cleaned(storeOn(server))).map(({ state }) => state),
        ['removed'],
        where,
      );
    }
  },
);

store('a service that lists uploads by their whole keys alone, as MinIO does', async () => {
  server.turn = ({ what, query }) =>
    what === 'ListMultipartUploads' &&
    ![...bucket.uploads.values()].some(({ key }) => key === query['prefix'])
      ? { text: '<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>' }
      : undefined;
  await publishTitle(storeOn(server));
  assert.equal(visible(bucket), asObjects(TITLE));
  assert.equal(left(bucket), []);
});

store('clean finds journals and fences that no claim belongs to', async () => {
  const journal = { run: 'a', names: ['film'], overwrite: true, media: [], manifests: [] };
  const put = (key: string, value: unknown) =>
    bucket.objects.set(key, {
      bytes: Buffer.from(JSON.stringify(value)),
      etag: `"${key}"`,
      modified: Date.now(),
      headers: {},
    });
  put('night/.sealpack/runs/a.json', journal);
  put('night/.sealpack/runs/b.json', { fencedBy: 'c' });
  await publishTitle(storeOn(server));
  await cleaned(storeOn(server));
  assert.is(left(bucket).length, 2, 'they may be new');
  later = 200_000;
  assert.equal(await cleaned(storeOn(server)), [{ state: 'removed', names: ['film'] }]);
  assert.equal(left(bucket), []);
  assert.equal(visible(bucket), asObjects(TITLE), 'nothing of it is published');
});

store('clean of a bucket, or of a prefix, finds what runs have left anywhere below it', async () => {
  server.pageSize = 3;
  try {
    const nothing = { bytes: new Uint8Array(0), etag: '"e"', modified: 0, headers: {} };
    for (let number = 0; number < 20; number++) bucket.objects.set(`m/${number}.m4s`, nothing);
    for (const location of ['s3://films', 's3://films/z/a b%20', 's3://films/z.mp4/y', 's3://films/z'])
      await written('one', { location });
    later = 200_000;
    await written('two', { location: 's3://films/n' });
    const namesIn = async (location: string) =>
      (await cleaned(storeOn(server), location)).map(({ state, names }) => `${state} ${names}`).sort();
    assert.equal(await namesIn('s3://films/z'), ['removed a b%20/film', 'removed film']);
    assert.equal(await namesIn('s3://films'), ['live n/film', 'removed film', 'removed z.mp4/y/film']);
    assert.ok(left(bucket).length > 0);
    assert.ok(left(bucket).every((key) => /^(upload of )?n\//.test(key)));
    assert.is(Object.keys(visible(bucket)).length, 20);
  } finally {
    server.pageSize = 1000;
  }
});

store('an upload of which a part was not taken in publishes nothing', async () => {
  for (const lacking of [0, 1, 2]) {
    const run = await beginTitle(storeOn(server));
    const files = await writeTitle(storeOn(server), run);
    const media = files.find(({ path }) => path === 'film/media.mp4')!;
    const { etags } = media.receipt as { etags: string[] };
    if (lacking === etags.length - 1) etags.pop();
    else delete etags[lacking];
    const error = await failure(run.commit(files));
    assert.match(error?.message ?? '', /2 of 3 parts of its upload are there/);
    await run.discard();
    assert.equal([visible(bucket), left(bucket)], [{}, []]);
  }
});

store('clean leaves uploads alone that are not of a run', async () => {
  const upload = { key: 'night/master.mov', begun: 0, headers: {}, parts: new Map() };
  bucket.uploads.set('u', upload);
  await publishTitle(storeOn(server));
  later = 1e7;
  await cleaned(storeOn(server));
  assert.equal(left(bucket), ['upload of night/master.mov']);
});

store(
  'outputs that are written by another run, or by one that died, are told apart from finished ones',
  async () => {
    const outputs = storeOn(server);
    assert.is(await outputs.writtenAt?.(LOCATION, ['film']), undefined);
    const [first, files] = await written('one', { client: await impatient() });
    server.turn = ({ what, key }) => (what === 'PutObject' && key.endsWith('.m3u8') ? 'cut' : undefined);
    await failure(first.commit(files));
    server.turn = undefined;
    assert.is(await outputs.writtenAt?.(LOCATION, ['film']), undefined, 'it is being published');
    later = 200_000;
    const found = await outputs.writtenAt?.(LOCATION, ['film']);
    assert.ok(Math.abs((found ?? 0) - Date.now()) < 600_000);
    assert.equal(visible(bucket), asObjects(TITLE));
    assert.is(await outputs.writtenAt?.(LOCATION, ['film', 'other']), undefined);
  },
);

store('a service that takes no notice of conditions is refused', async () => {
  server.turn = ({ headers }) => {
    for (const name of ['if-none-match', 'if-match']) delete headers[name];
    return undefined;
  };
  const error = await failure(publishTitle(storeOn(server)));
  assert.match(error?.message ?? '', /takes no notice of If-None-Match/);
  assert.equal(visible(bucket), {});
});

store('one that knows the first condition alone is refused too', async () => {
  server.turn = ({ headers }) => {
    delete headers['if-match'];
    return undefined;
  };
  const error = await failure(publishTitle(storeOn(server)));
  assert.match(error?.message ?? '', /takes no notice of If-Match/);
  assert.equal([visible(bucket), left(bucket)], [{}, []]);
});

store('ETags that are no hashes: what is undone is what this run has written', async () => {
  server.opaque = true;
  const etag = `"${'0'.repeat(32)}"`;
  const bytes = Buffer.from(TITLE['master.m3u8']!.replace('all', 'ALL'));
  const theirs = { bytes, etag, modified: Date.now(), headers: { 'x-amz-meta-sealpack-run': 'other' } };
  server.turn = ({ what, key }) => {
    if (what === 'PutObject' && key.endsWith('audio.m3u8'))
      bucket.objects.set('night/film/master.m3u8', theirs);
    return undefined;
  };
  assert.is((await failure(publishTitle(storeOn(server))))?.code, 'OUTPUT_EXISTS');
  assert.equal(visible(bucket), { 'night/film/master.m3u8': String(bytes) });
  assert.equal(left(bucket), []);
});

store('a run whose journal is gone is published if all of it is there, and lost if not', async () => {
  for (const isUndone of [false, true]) {
    bucket = server.addBucket('films');
    server.turn = ({ what, key }) => {
      if (what !== 'HeadObject' || !key.includes('/runs/') || !(ROOT in visible(bucket))) return undefined;
      bucket.objects.delete(key);
      if (isUndone) bucket.objects.delete(ROOT);
      return undefined;
    };
    const error = await failure(publishTitle(storeOn(server)));
    assert.is(error?.code, isUndone ? 'OUTPUT_LOST' : undefined);
    assert.equal(left(bucket), []);
  }
});

store('a receipt replaces what was there when its run began to publish, and nothing newer', async () => {
  const key = `night/${RECEIPT}`;
  const put = (text: string) =>
    bucket.objects.set(key, {
      ...{ bytes: Buffer.from(text), etag: `"${text}"`, modified: Date.now(), headers: {} },
    });
  for (const isNewer of [false, true]) {
    bucket = server.addBucket('films');
    put('older');
    const outputs = storeOn(server);
    const run = await beginTitle(outputs);
    const files = await writeTitle(outputs, run);
    const tree = outputs.tree(run.place, undefined, NEVER);
    await tree.write(RECEIPT, 'ours');
    const { receipt } = tree.files[0]!;
    server.turn = ({ what }) => {
      if (isNewer && what === 'CompleteMultipartUpload') put('newer');
      return undefined;
    };
    const own = { path: RECEIPT, bytes: 4, isManifest: false, isReceipt: true as const, receipt };
    assert.is((await failure(run.commit([...files, own])))?.code, isNewer ? 'OUTPUT_EXISTS' : undefined);
    assert.is(visible(bucket)[key], isNewer ? 'newer' : 'ours');
    await run.discard();
  }
});

store('a long receipt, and a long manifest, are put whole under a condition as well', async () => {
  const outputs = storeOn(server);
  const run = await beginTitle(outputs);
  const text = (end: string) => `${'#EXTINF:6\n'.repeat(2 ** 19)}${end}`; // 5 MiB, of several parts
  const files = await writeTitle(outputs, run, { ...TITLE, 'audio.m3u8': text('sound') });
  const tree = outputs.tree(run.place, undefined, NEVER);
  await tree.write(RECEIPT, text('receipt'));
  const [{ receipt, position }] = tree.files as [TreeFile];
  assert.equal(
    server.requests.filter(
      ({ key, what }) => what !== 'PutObject' && /m3u8|json$/.test(key) && !/claims/.test(key),
    ),
    [],
  );
  await run.commit([
    ...files,
    { path: RECEIPT, bytes: position, isManifest: false, isReceipt: true, receipt },
  ]);
  for (const [key, end] of [
    ['night/film/audio.m3u8', 'sound'],
    [`night/${RECEIPT}`, 'receipt'],
  ] as const) {
    assert.ok(visible(bucket)[key] === text(end), key);
    const puts = server.requests.filter((asked) => asked.key === key && /^P/.test(asked.method));
    assert.equal(
      puts.map(({ what, headers }) => `${what} ${headers['if-none-match']}`),
      ['PutObject *'],
    );
  }
});

store('an input that would go with what is replaced is refused', async () => {
  const begin = (input: string) =>
    storeOn(server).begin(LOCATION, ['film'], {
      overwrite: true,
      inputs: [input],
      signal: NEVER,
      warn: () => {},
    });
  assert.is((await failure(begin('s3://films/night/film/in.mp4')))?.code, 'OUTPUT_IS_INPUT');
  await (await begin('s3://films/night/film.mp4')).discard();
  await (await begin('s3://other/night/film')).discard();
});

store('objects have their content types, and what the options say', async () => {
  const outputs = storeOn(server, {
    contentTypes: { '.m4s': 'video/mp4' },
    cacheControl: { '.m3u8': 'max-age=2', '*': 'max-age=31536000' },
    tags: { title: 'a & b', tenant: '7' },
    storageClass: 'STANDARD_IA',
    acl: 'public-read',
    sse: 'aws:kms',
    sseKmsKeyId: 'arn:key',
  });
  await publishTitle(outputs);
  await outputs.put?.(LOCATION, 'report.json', '{}');
  const headersOf = (key: string) => {
    const {
      'x-amz-meta-sealpack-write': _,
      'x-amz-meta-sealpack-run': __,
      ...headers
    } = bucket.objects.get(key)?.headers ?? {};
    return headers;
  };
  const all = {
    'x-amz-tagging': 'title=a+%26+b&tenant=7',
    'x-amz-storage-class': 'STANDARD_IA',
    'x-amz-acl': 'public-read',
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': 'arn:key',
  };
  const long = { 'cache-control': 'max-age=31536000' };
  const expected = {
    'media.mp4': { ...all, ...long, 'content-type': 'video/mp4' },
    '1.m4s': { ...all, ...long, 'content-type': 'video/mp4' },
    'master.m3u8': { ...all, 'cache-control': 'max-age=2', 'content-type': 'application/vnd.apple.mpegurl' },
  };
  for (const [name, headers] of Object.entries(expected))
    assert.equal(headersOf(`night/film/${name}`), headers, name);
  const hidden = server.requests.filter(({ what, key }) => what === 'PutObject' && key.includes('.sealpack'));
  assert.ok(hidden.every(({ headers }) => headers['x-amz-server-side-encryption'] === 'aws:kms'));
  assert.ok(hidden.every(({ headers }) => headers['x-amz-acl'] === undefined));
  assert.equal(headersOf('night/report.json'), { ...all, ...long, 'content-type': 'application/json' });
});

/** A client that takes parts when it is told to. */
function slowClient() {
  const waiting: (() => void)[] = [];
  const client = {
    beginUpload: async () => 'upload',
    uploadPart: (_key: string, _id: string, number: number) =>
      new Promise<{ etag: string }>((done) => waiting.push(() => done({ etag: `"${number}"` }))),
  } as unknown as S3Client;
  return { client, waiting };
}

const PLACE = { bucket: 'films', key: 'night', names: ['film'], run: 'r' };

store('holds two parts of a thread that are on their way, and no more', async () => {
  const { client, waiting } = slowClient();
  const tree = s3Tree(PLACE, 'film', { partBytes: 10 }, async () => client);
  const file = await tree.create('a.mp4');
  let appended = 0;
  const writing = (async () => {
    for (; appended < 5; appended++) await file.append([new Uint8Array(10)]);
    await file.close();
    await tree.settled?.();
  })();
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  assert.is(waiting.length, 2);
  assert.is(appended, 2, 'the third waits');
  for (let sent = 0; sent < 5; sent++) {
    while (waiting.length <= sent) await new Promise(setImmediate);
    waiting[sent]!();
  }
  await writing;
  const [{ receipt } = { receipt: undefined }] = tree.files;
  assert.equal(receipt, { bytes: 50, uploadId: 'upload', etags: ['"1"', '"2"', '"3"', '"4"', '"5"'] });
});

store('a file of more than 10,000 parts is refused with what to do', async () => {
  const client = { beginUpload: async () => 'u', uploadPart: async () => ({ etag: '"e"' }) };
  const tree = s3Tree(PLACE, 'film', { partBytes: 1 }, async () => client as unknown as S3Client);
  const file = await tree.create('a.mp4');
  const error = await failure(file.append([new Uint8Array(10_001)]));
  assert.match(error?.message ?? '', /more than 10,000 parts.*larger `partBytes`/);
  await tree.abandon();
});

store('a path that the mode had not announced is refused: nobody has claimed it', async () => {
  const tree = s3Tree(PLACE, undefined, {}, clientOf);
  assert.match((await failure(tree.create('other.mp4')))?.message ?? '', /had not said/);
});

store('clean as such tells whether somebody is at work', async () => {
  const tell = () => {};
  const client = await clientOf();
  const run = await beginTitle(storeOn(server));
  assert.is(await clean({ client, location: placeOf(LOCATION), tell }), true);
  await run.discard();
  assert.is(await clean({ client, location: placeOf(LOCATION), tell }), false);
});

store.run();
