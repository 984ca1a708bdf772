/** Resources that another thread encrypts: what is written must be what one thread writes, and what came back is judged. */
import { createSecretKey } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat } from '../../core/base/bytes.ts';
import { CipherThread, type EncryptApart } from '../../core/crypto/cipher-thread.ts';
import { type Plugin, packageTitle } from '../../core/index.ts';
import { createAes128Protector } from '../../core/protection/aes-128.ts';
import { hlsNcg } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { bucketOrigin, bucketPlugins, digestsBelow } from '../helpers/titles/bucket-titles.ts';
import { failureOf, testKey, titleOptions } from '../helpers/titles/package.ts';
import { periodKeys } from '../helpers/titles/period-keys.ts';
import { testKey as contentKey } from '../helpers/titles/renditions.ts';
import { unitsWritten } from '../helpers/titles/units-written.ts';

const test = suite('ciphers apart');

type Facts = Parameters<typeof titleOptions>[0];

const SAMPLE = join(import.meta.dirname, '../media/sample-360p.mp4');
type Layout = 'single-file' | 'segments';

/** @returns how often the other thread was asked */
async function sameAsHere(
  facts: Facts,
  { layout, keys = testKey }: { readonly layout?: Layout; readonly keys?: () => Plugin } = {},
): Promise<number> {
  const thread = new CipherThread();
  let asked = 0;
  const encryptApart: EncryptApart = (recipe, parts) => {
    asked += 1;
    return thread.encrypt(recipe, parts);
  };
  try {
    const plugins = [keys(), hlsNcg(layout && { layout })];
    const here = await unitsWritten(facts, plugins, { options: () => ({}) });
    const apart = await unitsWritten(facts, plugins, { options: () => ({ encryptApart }) });
    assert.equal(apart, here);
  } finally {
    await thread.close();
  }
  return asked;
}

for (const layout of ['single-file', 'segments'] as const)
  test(`${layout}: two threads write what one writes`, async () => {
    assert.is(await sameAsHere({ inputs: [SAMPLE], segmentDuration: 1 }, { layout }), 10);
  });

test('crypto periods, and a clear lead, whose segments stay here', async () => {
  const facts = { inputs: [SAMPLE], segmentDuration: 1, clearLead: 4, keyRotation: 4 };
  assert.is(await sameAsHere(facts, { keys: periodKeys }), 8);
});

test('two titles at once by one thread, and by one too many, which the system does not give', async () => {
  const facts = { inputs: [SAMPLE], segmentDuration: 1 };
  const [here, ...apart] = await Promise.all([
    unitsWritten(facts, [testKey(), hlsNcg()], { options: () => ({}) }),
    ...[1, 2].map(async () => {
      const [shared, refused] = [new CipherThread(), new CipherThread()];
      try {
        const encryptors = [shared, shared, refused];
        return await Promise.all(
          encryptors.map(({ encrypt }) =>
            unitsWritten(facts, [testKey(), hlsNcg()], { options: () => ({ encryptApart: encrypt }) }),
          ),
        );
      } finally {
        await Promise.all([shared.close(), refused.close()]);
      }
    }),
  ]);
  for (const written of apart.flat()) assert.equal(written, here);
});

test('a long title starts such a thread, and ends it; one that says how many threads it wants does not', async () => {
  const long = join(temporaryFolder('long'), 'long.mp4');
  const times = Math.ceil(52e6 / (await stat(SAMPLE)).size);
  await ffmpeg(['-stream_loop', `${times}`, '-i', SAMPLE, '-c', 'copy', long]);
  const names = ['hls-ncg'];
  let started = 0;
  let ended = 0;
  const count = (worker: Worker) => {
    started += 1;
    worker.on('exit', () => {
      ended += 1;
    });
  };
  process.on('worker', count);
  const written = async (workers: number | undefined): Promise<readonly string[]> => {
    const title = titleOptions({ inputs: [long], workers });
    await packageTitle({ title, plugins: bucketPlugins(names), origin: bucketOrigin(names) });
    return digestsBelow(title.output as string);
  };
  try {
    const here = await written(0);
    assert.is(started, 0);
    assert.equal(await written(undefined), here);
    assert.is(started, availableParallelism() > 1 ? 1 : 0);
    assert.is(ended, started);
  } finally {
    process.off('worker', count);
  }
});

test('a plugin that puts a cipher of its own in the place of another is asked', async () => {
  const { protectResource } = createAes128Protector({ key: contentKey(), iv: () => new Uint8Array(16) });
  const cipher = protectResource!(0);
  assert.ok(cipher.apart);
  assert.is({ ...cipher, update: (bytes: Uint8Array) => bytes }.apart, undefined);
  assert.not.match(JSON.stringify({ ...cipher.apart }), Buffer.from(contentKey().reveal()).toString('hex'));
});

test('a thread that fails tells who waits, and whoever comes later', async () => {
  const thread = new CipherThread();
  const recipe = {
    algorithm: 'aes-128-cbc',
    key: createSecretKey(Buffer.alloc(24, 1)),
    iv: bytesOf(16),
  } as const;
  try {
    const waiting = [1, 2].map(() => failureOf(thread.encrypt(recipe, [bytesOf(100)])!));
    for (const { code, message } of await Promise.all(waiting)) {
      assert.is(code, 'UNEXPECTED');
      assert.match(message, /the thread that encrypts: .*key length/i);
    }
    assert.match((await failureOf(thread.encrypt(recipe, [])!)).message, /the thread that encrypts/);
  } finally {
    await thread.close();
  }
});

test('pictures alone', async () => {
  assert.ok((await sameAsHere({ inputs: [await oddMedia('video-only')] })) > 0);
});

/** What writes with such a thread fails with. */
const failure = (encryptApart: EncryptApart) =>
  failureOf(
    unitsWritten({ inputs: [SAMPLE], segmentDuration: 1 }, [testKey(), hlsNcg()], {
      options: () => ({ encryptApart }),
    }),
  );

test('what comes back as it was, in whole or in part, or shorter, is refused', async () => {
  const memory: readonly ArrayBuffer[] = [];
  const faults: Readonly<Record<string, EncryptApart>> = {
    'as it was': async (_, parts) => ({ pieces: parts, memory }),
    'behind sixteen bytes': async (_, parts) => ({ pieces: [new Uint8Array(16), ...parts], memory }),
    'its last third as it was': async (_, [part]) => {
      part!.subarray(0, Math.floor((part!.length * 2) / 3)).fill(7);
      return { pieces: [part!], memory };
    },
    shorter: async (_, [part]) => ({ pieces: [part!.fill(7).subarray(16)], memory }),
    nothing: async () => ({ pieces: [], memory }),
  };
  for (const [name, fault] of Object.entries(faults)) {
    const { code, message } = await failure(fault);
    assert.is(code, 'LEFT_CLEAR', `${name}: ${message}`);
  }
});

test('a thread that ends takes the unit with it, whatever it had begun', async () => {
  const thread = new CipherThread();
  let asked = 0;
  try {
    const error = await failure((recipe, parts) => {
      const answer = thread.encrypt(recipe, parts);
      asked += 1;
      if (asked === 5) void thread.close();
      return answer;
    });
    assert.match(error.message, /the thread that encrypts was ended/);
  } finally {
    await thread.close();
  }
});

const bytesOf = (size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, index) => (index * 31) % 251);

test('the thread encrypts as the cipher does, whatever lies on its edges', async () => {
  const thread = new CipherThread();
  const protector = createAes128Protector({ key: contentKey(), iv: () => new Uint8Array(16).fill(9) });
  const sizes = [
    ...[[0], [1], [15], [16], [17], [65_535], [65_536], [65_537], [200_003]],
    ...[
      [5, 5],
      [5, 65_536, 3],
      [0, 7, 0],
      [16, 1, 15, 131_072],
      [65_541, 65_547, 9],
    ],
  ];
  try {
    const answers = sizes.map(async (lengths) => {
      const cipher = protector.protectResource!(0);
      const parts = lengths.map(bytesOf);
      const { pieces, memory } = (await thread.encrypt(cipher.apart!.recipe, parts))!;
      assert.ok(
        parts.every(({ length }) => length === 0),
        'the memory of the parts is not here any more',
      );
      assert.is(memory.length, lengths.length);
      const here = protector.protectResource!(0);
      const expected = [...lengths.map((length) => here.update(bytesOf(length))), here.final()];
      assert.equal(concat(pieces), concat(expected), lengths.join());
    });
    await Promise.all(answers);
  } finally {
    await thread.close();
  }
  const late = await failureOf(thread.encrypt(protector.protectResource!(0).apart!.recipe, [])!);
  assert.match(late.message, /was ended/);
});

test.run();
