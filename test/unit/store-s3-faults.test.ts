import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type S3Asked, type S3Server, type S3Turn, serveS3 } from '../helpers/servers/s3-server.ts';
import {
  asObjects,
  cleaned,
  failure,
  left,
  PART,
  publishTitle,
  type S3TestStore,
  storeOn,
  TITLE,
  visible,
} from '../helpers/servers/s3-world.ts';

const faults = suite('store-s3 faults');

let server: S3Server;
let store: S3TestStore;

faults.before(async () => {
  server = await serveS3();
  server.leastPart = PART;
  store = storeOn(server);
});

faults.after(() => server.close());

/** An empty bucket, or one with an earlier title. */
async function bucketWith(title?: Readonly<Record<string, string>>) {
  server.turn = undefined;
  const bucket = server.addBucket('films');
  if (title) await publishTitle(store, { title });
  server.requests.length = 0;
  return bucket;
}

/** How many requests a run makes. */
async function requestsOfRun(before?: Readonly<Record<string, string>>): Promise<number> {
  await bucketWith(before);
  await publishTitle(store, { overwrite: before !== undefined });
  return server.requests.length;
}

const OTHERS = {
  ...TITLE,
  'media.mp4': 'o'.repeat(2500),
  '2.m4s': 'only here',
  'master.m3u8': '#EXTM3U before',
};

const ROOT = 'night/film/master.m3u8';

/** Whoever sees the manifest finds everything that it names, as it was written with it. */
function assertWhole(seen: Record<string, string>, where: string): void {
  if (ROOT in seen && seen[ROOT] === TITLE['master.m3u8']) {
    const own = Object.fromEntries(Object.keys(asObjects(TITLE)).map((key) => [key, seen[key]]));
    assert.equal(own, asObjects(TITLE), `${where}: what its manifest names`);
  }
}

const SLOW: S3Turn = { status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' };
const BROKEN: S3Turn = { status: 500, code: 'InternalError' };

const ONCE: readonly S3Turn[] = ['cut', { cutAfter: 0 }, SLOW, BROKEN, 'lost'];

/** What happens to the n-th request, and to those after it. */
const KINDS: Readonly<Record<string, (nth: number) => NonNullable<S3Server['turn']>>> = {
  'the process ends before request': (nth) => (_, count) => (count >= nth ? 'cut' : undefined),
  'the process ends after request': (nth) => (_, count) =>
    count === nth ? 'lost' : count > nth ? 'cut' : undefined,
  'one fault at request': (nth) => (_, count) => (count === nth ? ONCE[nth % ONCE.length] : undefined),
};

/** Each request of a run is the last of a process once; every third has a fault alone. */
const EVERY: Readonly<Record<string, number>> = { 'one fault at request': 3 };

for (const [kind, turnAt] of Object.entries(KINDS)) {
  faults(`${kind} …: nothing is visible half, and clean leaves nothing behind`, async () => {
    const count = await requestsOfRun();
    assert.ok(count > 20, 'a run makes that many requests');
    const ends = new Set<string>();
    for (let nth = 1; nth <= count; nth += EVERY[kind] ?? 1) {
      const bucket = await bucketWith();
      server.turn = turnAt(nth);
      const error = await failure(publishTitle(store));
      const where = `${kind} ${nth}`;
      if (error) assert.is(error.code, 'OUTPUT_NOT_WRITABLE', `${where}: ${error.message}`);
      assertWhole(visible(bucket), where);

      server.turn = undefined;
      await cleaned(store);
      assert.equal(left(bucket), [], `${where}: what is left`);
      const seen = visible(bucket);
      const isPublished = Object.keys(seen).length > 0;
      assert.equal(seen, isPublished ? asObjects(TITLE) : {}, `${where}: what is there in the end`);
      if (!error) assert.ok(isPublished, `${where}: a run that succeeds has published`);
      ends.add(isPublished ? 'published' : 'removed');
    }
    assert.equal([...ends].sort(), ['published', 'removed'], 'both ends were seen');
  });
}

faults(
  'a run that replaces another and is killed anywhere: the next run or clean ends with one of the two',
  async () => {
    const count = await requestsOfRun(OTHERS);
    for (let nth = 1; nth <= count; nth += 2) {
      const bucket = await bucketWith(OTHERS);
      server.turn = KINDS['the process ends after request']!(nth);
      await failure(publishTitle(store, { overwrite: true }));
      assertWhole(visible(bucket), `after ${nth}`);
      server.turn = undefined;
      const isCleaned = nth % 4 === 1;
      if (isCleaned) await cleaned(store);
      else await publishTitle(store, { overwrite: true });
      assert.equal(left(bucket), [], `after ${nth}: what is left`);
      const seen = visible(bucket);
      const isNew = seen[ROOT] === TITLE['master.m3u8'];
      assert.equal(seen, asObjects(isNew ? TITLE : OTHERS), `after ${nth}: what is there in the end`);
      if (!isCleaned) assert.ok(isNew, 'the second run has published');
    }
  },
);

faults(
  'tries again what is overloaded, broken, cut or lost, and a lost answer does not count as another run',
  async () => {
    const turns = [SLOW, 'cut', 'lost', { cutAfter: 0 }] as const;
    const bucket = await bucketWith();
    const seen = new Set<string>();
    // The first request of each kind fails once, each in another way.
    server.turn = ({ what, key }) => {
      const kind = `${what} ${/\.sealpack\/\w+|\.\w+$/.exec(key)?.[0]}`;
      if (seen.has(kind)) return undefined;
      seen.add(kind);
      return turns[seen.size % turns.length];
    };
    await publishTitle(storeOn(server, { retries: 3 }));
    assert.equal(visible(bucket), asObjects(TITLE));
    assert.equal(left(bucket), []);
  },
);

/** What a service answers for good, and what the run says. */
const REFUSALS: readonly (readonly [
  name: string,
  turn: (asked: S3Asked) => S3Turn | undefined,
  words: RegExp,
])[] = [
  [
    'wrong credentials',
    () => ({ status: 403, code: 'SignatureDoesNotMatch' }),
    /secret access key is not the one/,
  ],
  ['an expired token', () => ({ status: 400, code: 'ExpiredToken' }), /credentials have run out/],
  ['a bucket that is missing', () => ({ status: 404, code: 'NoSuchBucket' }), /there is no bucket films/],
  [
    'a token that expires while parts are sent',
    ({ what }) => (what === 'UploadPart' ? { status: 400, code: 'ExpiredToken' } : undefined),
    /film\/.*credentials have run out/,
  ],
  [
    'a part that is lost before it is published',
    ({ what }) => (what === 'CompleteMultipartUpload' ? { late: 'InvalidPart' } : undefined),
    /should have \d+ bytes, but its upload is gone, or a part of it/,
  ],
  [
    'no right to list uploads',
    ({ what }) => (what === 'ListMultipartUploads' ? { status: 403, code: 'AccessDenied' } : undefined),
    /does not allow it/,
  ],
];

for (const [name, turn, words] of REFUSALS) {
  faults(`${name}: said in a sentence, and nothing is left after clean`, async () => {
    const bucket = await bucketWith();
    server.turn = turn;
    const error = await failure(publishTitle(store));
    assert.match(error?.message ?? '', words);
    assert.match(error?.code ?? '', /^OUTPUT_(NOT_WRITABLE|INCOMPLETE)$/);
    assert.equal(visible(bucket), {});
    server.turn = undefined;
    await cleaned(store);
    assert.equal(left(bucket), []);
  });
}

faults('an upload that somebody has aborted is found before anything appears', async () => {
  const bucket = await bucketWith();
  server.turn = ({ what }) => {
    if (what === 'ListMultipartUploads') bucket.uploads.delete([...bucket.uploads.keys()][0]!);
    return undefined;
  };
  const error = await failure(publishTitle(store));
  assert.is(error?.code, 'OUTPUT_INCOMPLETE');
  assert.equal(visible(bucket), {});
  assert.equal(left(bucket), []);
});

faults('a clock that is wrong by an hour does not matter', async () => {
  const bucket = await bucketWith();
  server.now = () => Date.now() + 3_600_000;
  try {
    await publishTitle(store);
  } finally {
    server.now = Date.now;
  }
  assert.equal(visible(bucket), asObjects(TITLE));
  assert.equal(left(bucket), []);
});

faults.run();
