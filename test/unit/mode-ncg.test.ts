import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  ContentKey,
  PackagerError,
  type Plugin,
  packageTitle,
  type Report,
  type RunEvent,
} from '../../core/index.ts';
import { createNcgDecryptor } from '../../plugins/ncg/cipher.ts';
import { parseNcgHeader } from '../../plugins/ncg/header.ts';
import { type NcgOptions, ncg } from '../../plugins/ncg/mode-ncg.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';

const test = suite('mode-ncg');

const bytes = (length: number, first: number): Uint8Array => Uint8Array.from({ length }, (_, i) => first + i);
const key = new ContentKey({ id: bytes(16, 1), key: bytes(16, 0x10), iv: bytes(16, 0x20) });

const keySource = (answer: ContentKey | undefined): Plugin => ({
  name: 'key-test',
  apply: ({ hooks }) => hooks.acquireKey.tap('key-test', () => answer),
});

/** Files of any content: the mode does not look into them. */
async function inputs(...files: readonly (readonly [path: string, size: number])[]): Promise<string[]> {
  const folder = temporaryFolder('inputs');
  return Promise.all(
    files.map(async ([path, size]) => {
      const full = join(folder, path);
      await mkdir(join(full, '..'), { recursive: true });
      await writeFile(
        full,
        new Uint8Array(size).map((_, i) => i ^ (i >> 11)),
      );
      return full;
    }),
  );
}

interface Packaged {
  readonly report: Report;
  readonly output: string;
  readonly events: readonly RunEvent[];
}

interface Setup {
  readonly output?: string;
  readonly options?: NcgOptions;
  readonly answer?: ContentKey | undefined;
  readonly plugins?: readonly Plugin[];
  readonly signal?: AbortSignal;
}

async function run(files: readonly string[], setup: Setup = {}): Promise<Packaged> {
  const {
    output = join(temporaryFolder('output'), 'out'),
    options = {},
    answer = key,
    plugins = [],
    signal,
  } = setup;
  const title = {
    contentId: 'movie',
    inputs: files,
    output,
    modes: undefined,
    segmentDuration: 6,
    clear: [],
    overwrite: false,
    workers: 0,
    reproducible: { seed: '5a'.repeat(32), time: '2010-01-01T12:34:56Z' },
  };
  const events: RunEvent[] = [];
  const report = await packageTitle({
    title,
    plugins: [ncg(options), keySource(answer), ...plugins],
    onEvent: (event) => events.push(event),
    ...(signal && { signal }),
  });
  return { report, output, events };
}

async function refusal(files: readonly string[], setup: Setup = {}): Promise<PackagerError> {
  try {
    await run(files, setup);
  } catch (error) {
    if (PackagerError.is(error)) return error;
    throw error;
  }
  throw new Error('this was accepted');
}

async function decrypt(path: string): Promise<Buffer> {
  const file = await readFile(path);
  const header = parseNcgHeader(file, path);
  const payload = file.subarray(header.headerBytes);
  return Buffer.from(createNcgDecryptor(header, key).decryptRange(0, payload));
}

test('writes every input as <file name>.ncg, which decrypts to the input', async () => {
  const files = await inputs(['a.mp4', 2 ** 20 * 2 + 77], ['b.mov', 100], ['c', 2 ** 20]);
  const { output, report } = await run(files);
  assert.equal(readdirSync(output).sort(), ['a.mp4.ncg', 'b.mov.ncg', 'c.ncg']);
  for (const [i, name] of ['a.mp4.ncg', 'b.mov.ncg', 'c.ncg'].entries()) {
    const input = await readFile(files[i]!);
    assert.ok((await decrypt(join(output, name))).equals(input), name);
    assert.not.ok((await readFile(join(output, name))).includes(input.subarray(0, 64)), name);
  }
  assert.equal(report.modes[0]?.outputs, ['a.mp4.ncg', 'b.mov.ncg', 'c.ncg']);
});

test('refuses an empty file, which is a copy that failed', async () => {
  const { message } = await refusal(await inputs(['empty.mp4', 0]));
  assert.match(message, 'empty.mp4 cannot be read: it is empty.');
});

test('gives files of one title and one key keystreams of their own', async () => {
  const { output } = await run(await inputs(['a.mp4', 4096], ['b.mp4', 4096]));
  const [a, b] = await Promise.all(
    ['a', 'b'].map(async (name) => (await readFile(join(output, `${name}.mp4.ncg`))).subarray(-4096)),
  );
  assert.not.equal(a, b); // the inputs are the same
});

test('is reproducible', async () => {
  const files = await inputs(['a.mp4', 5000]);
  const [one, two] = await Promise.all([run(files), run(files)]);
  const read = ({ output }: Packaged) => readFile(join(output, 'a.mp4.ncg'));
  assert.equal(await read(one), await read(two));
});

test('puts its options into the header', async () => {
  const options = {
    siteId: 'DEMO',
    licenseUrl: 'https://example.com/?a=1&b=2',
    source: 'studio',
    level: 2,
    range: 9,
  };
  const { output } = await run(await inputs(['a.mp4', 10]), { options });
  const { fields } = parseNcgHeader(await readFile(join(output, 'a.mp4.ncg')), 'a');
  assert.equal(fields, {
    ...options,
    contentId: 'movie',
    keyId: key.uuid,
    packageDate: '2010-01-01T12:34:56Z',
  });
});

test('counts all input bytes as progress', async () => {
  const { events } = await run(await inputs(['a.mp4', 2 ** 20 * 3 + 1]));
  const done = events.flatMap((event) => (event.type === 'unit' ? [event.done] : []));
  assert.is(Math.max(...done), 2 ** 20 * 3 + 1);
});

test('refuses two inputs of one name, and writes nothing', async () => {
  const output = join(temporaryFolder('output'), 'out');
  const { message, code } = await refusal(await inputs(['x/a.mp4', 10], ['y/a.mp4', 10]), { output });
  assert.is(code, 'INVALID_OPTION');
  assert.match(message, 'Two inputs would both be written to a.mp4.ncg.');
  assert.not.ok(existsSync(output));
});

test('refuses a key without an IV, and leaves nothing behind', async () => {
  const output = join(temporaryFolder('output'), 'out');
  const answer = new ContentKey({ id: key.id, key: key.reveal() });
  const error = await refusal(await inputs(['a.mp4', 10]), { output, answer });
  assert.is(error.code, 'KEY_SIZE');
  assert.is(error.plugin, 'mode-ncg');
  assert.not.ok(existsSync(output));
});

test('notices an input that changes while it is packaged', async () => {
  const [path = ''] = await inputs(['a.mp4', 10]);
  const growing: Plugin = {
    name: 'key-late',
    apply: ({ hooks }) =>
      hooks.acquireKey.tapPromise({ name: 'key-late', stage: -1 }, async () => {
        await writeFile(path, new Uint8Array(11));
        return undefined;
      }),
  };
  const { message } = await refusal([path], { plugins: [growing] });
  assert.match(message, 'changed while it was being packaged: it had 10 bytes, and now has 11');
});

test('stops when it is cancelled', async () => {
  const output = join(temporaryFolder('output'), 'out');
  const stop = new AbortController();
  const stopping: Plugin = {
    name: 'stop',
    apply: ({ hooks }) =>
      hooks.segment.for('ncg').tap({ name: 'stop', stage: -1 }, () => {
        stop.abort();
        return undefined;
      }),
  };
  const files = await inputs(['a.mp4', 2 ** 20 * 3]);
  assert.is((await refusal(files, { output, plugins: [stopping], signal: stop.signal })).code, 'CANCELLED');
  assert.not.ok(existsSync(output));
});

test.run();
