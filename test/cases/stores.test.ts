/** Outputs in a place that a plugin brings: `test/plugins/store-acme.ts`, made of the public doors alone. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { finishedTitle } from '../../core/engine/finished.ts';
import { previewTitle } from '../../core/engine/preview.ts';
import {
  openTitle,
  type Plugin,
  packageTitle,
  planTitle,
  type RunEvent,
  type TitleOptions,
  type WorkerPool,
} from '../../core/index.ts';
import { reportJson } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import {
  BUCKET_MODES,
  bucketOrigin,
  bucketPlugins,
  bucketPool,
  digestsBelow,
} from '../helpers/titles/bucket-titles.ts';
import { modeNamed } from '../helpers/titles/modes.ts';
import { failureOf, filesBelow, testPlugins, titleOptions } from '../helpers/titles/package.ts';
import { acmeStore, KEY } from '../plugins/store-acme.ts';

const test = suite('stores', { input: '', pool: undefined as unknown as WorkerPool });
test.before(async (context) => {
  context.input = await oddMedia('ctts-v0');
  context.pool = bucketPool(BUCKET_MODES);
});
test.after(({ pool }) => pool.close());

interface Vault {
  readonly folder: string;
  readonly output: string;
}

function newVault(fault = ''): Vault {
  const folder = join(temporaryFolder('vault'), 'objects');
  return { folder, output: `vault://${folder}?key=${encodeURIComponent(KEY)}&fault=${fault}` };
}

/** What everybody sees of a vault. */
const visible = async (folder: string): Promise<readonly string[]> =>
  (await filesBelow(folder)).filter((name) => !name.startsWith('.'));

async function uploadsLeft(folder: string): Promise<number> {
  const runs = await readdir(join(folder, '.uploads')).catch(() => []);
  return runs.length;
}

function assertNoSecret(told: unknown): void {
  const text = JSON.stringify(told);
  for (const secret of [KEY, encodeURIComponent(KEY)])
    assert.not.ok(text.includes(secret), `${secret} is in ${text}`);
}

const digests = async (folder: string): Promise<readonly string[]> =>
  (await digestsBelow(folder)).filter((line) => !line.startsWith('.'));

test('all modes, with threads and without: the bytes of a local run, media first, then manifests', async ({
  input,
  pool,
}) => {
  const plugins = bucketPlugins(BUCKET_MODES);
  const local = titleOptions({ inputs: [input] });
  await packageTitle({ title: local, plugins });
  const expected = await digestsBelow(local.output);
  for (const workers of [0, 2]) {
    const { folder, output } = newVault();
    const events: RunEvent[] = [];
    const onEvent = (event: RunEvent) => void events.push(event);
    const title = titleOptions({ inputs: [input], output, workers });
    const report = await packageTitle({ title, plugins, origin: bucketOrigin(BUCKET_MODES), pool, onEvent });
    assert.equal(await digests(folder), expected, `${workers} threads`);
    assert.is(await uploadsLeft(folder), 0);
    assert.is(report.output, `vault://${folder}?…`);
    assertNoSecret([report, events]);
    const log = (await readFile(join(folder, '.log'), 'utf8')).trim().split('\n');
    assert.equal([...log].sort(), await visible(folder));
    const isMedia = (name: string) => /\.(mp4|m4s|ts|ncg)$/.test(name) && !/key\.ncg$/.test(name);
    const lastMedia = log.findLastIndex(isMedia);
    const firstManifest = log.findIndex((name) => /\.(mpd|m3u8)$/.test(name));
    assert.ok(lastMedia < firstManifest, log.join('\n'));
  }
});

test('one part for each of several sizes: what is filled in at the end is held back', async ({ input }) => {
  for (const name of ['cmaf-cbcs', 'dash-segments', 'hls-aes-fmp4']) {
    const plugins = [...testPlugins(), acmeStore(), modeNamed(name).plugin()];
    const local = titleOptions({ inputs: [input] });
    const { folder, output } = newVault();
    await packageTitle({ title: local, plugins });
    await packageTitle({ title: { ...local, output }, plugins });
    assert.equal(await digests(folder), await digestsBelow(local.output), name);
  }
});

const FAULTS: readonly (readonly [fault: string, code: string, says: RegExp])[] = [
  ['room', 'DISK_FULL', /^Not enough disk space in vault:\/\/\/[^?]*\?…: the quota is used up\.$/],
  ['part-1', 'OUTPUT_NOT_WRITABLE', /^Cannot write to vault:.*\?…: Acme vaults: the key … may not put/],
  ['part-3', 'OUTPUT_NOT_WRITABLE', /^Cannot write to vault:.*\?…: Acme vaults: the key … may not put/],
  ['receipt', 'OUTPUT_NOT_WRITABLE', /^Cannot write to vault:.*\?…: Acme vaults: the key … may not put the/],
  [
    'commit-1',
    'OUTPUT_NOT_WRITABLE',
    /^Cannot write to vault:.*\?…: Acme vaults: vault:.*\?… does not answer/,
  ],
  [
    'commit-9',
    'OUTPUT_NOT_WRITABLE',
    /^Cannot write to vault:.*\?…: Acme vaults: vault:.*\?… does not answer/,
  ],
];

for (const [fault, code, says] of FAULTS) {
  test(`${fault} fails: one sentence, and nothing is visible or left`, async ({ input, pool }) => {
    for (const workers of [0, 2]) {
      const { folder, output } = newVault(fault);
      const events: RunEvent[] = [];
      const onEvent = (event: RunEvent) => void events.push(event);
      const title = titleOptions({ inputs: [input], output, workers, receipt: fault === 'receipt' });
      const plugins = bucketPlugins(BUCKET_MODES);
      const error = await failureOf(
        packageTitle({ title, plugins, origin: bucketOrigin(BUCKET_MODES), pool, onEvent }),
      );
      assert.is(error.code, code, error.message);
      assert.match(error.message, says);
      assertNoSecret([error.toJSON(), error.stack, String(error.cause), events]);
      assert.equal(await visible(folder), []);
      assert.is(await uploadsLeft(folder), 0);
    }
  });
}

test('cancelled in the middle: nothing is left; what cannot be removed is told without secrets', async ({
  input,
}) => {
  for (const fault of ['', 'discard']) {
    const { folder, output } = newVault(fault);
    const controller = new AbortController();
    const onEvent = (event: RunEvent) => {
      if (event.type === 'unit' && event.state === 'progress') controller.abort();
    };
    const { signal } = controller;
    const title = titleOptions({ inputs: [input], output });
    const options = { title, plugins: bucketPlugins(BUCKET_MODES), signal, onEvent };
    const error = await failureOf(packageTitle(options));
    assert.is(error.code, 'CANCELLED');
    assert.match(
      error.message,
      fault === '' ? /nothing was left/ : /could not be removed: .*\?… does not answer/,
    );
    assertNoSecret(error.toJSON());
    assert.equal(await visible(folder), []);
    assert.is(await uploadsLeft(folder), 0);
  }
});

test('what is there is left as it is, or replaced; a title that is there is known', async ({ input }) => {
  const { folder, output } = newVault();
  const title: TitleOptions = titleOptions({ inputs: [input], output });
  const plugins = bucketPlugins(['dash-cenc']);
  assert.is(await finishedTitle({ title, plugins }), undefined);
  await packageTitle({ title, plugins });
  const before = await digests(folder);
  const error = await failureOf(packageTitle({ title, plugins }));
  assert.is(error.code, 'OUTPUT_EXISTS');
  assertNoSecret(error.toJSON());
  const finished = await finishedTitle({ title, plugins });
  assert.equal(finished, { outputs: [`vault://${folder}/DASH_ctts-v0_mp4?…`], isCurrent: true });
  await packageTitle({ title: { ...title, overwrite: true }, plugins });
  assert.equal(await digests(folder), before);
});

test('whoever cancels waits for no input whose server does not answer', async ({ input }) => {
  const { output } = newVault();
  const controller = new AbortController();
  const mute: Plugin = {
    name: 'source-mute',
    apply: (packager) =>
      packager.source({
        name: 'mute servers',
        accepts: (reference) => reference.startsWith('mute:'),
        look: (_, { signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(new Error('an answer that was cut')));
            controller.abort();
          }),
        open: () => Promise.reject(new Error('it is only looked at')),
      }),
  };
  const plugins = [...bucketPlugins(['dash-cenc']), mute];
  const title = titleOptions({ inputs: [input], output });
  await packageTitle({ title, plugins });
  const inputs = [`mute://server/${basename(input)}`];
  const { signal } = controller;
  const error = await failureOf(finishedTitle({ title: { ...title, inputs }, plugins, signal }));
  assert.is(error.code, 'CANCELLED');
});

test('reports lie beside the outputs, or are refused before anything runs', async ({ input }) => {
  const { folder, output } = newVault();
  const title = titleOptions({ inputs: [input], output });
  const mode = modeNamed('dash-cenc').plugin();
  const plugins = (store: ReturnType<typeof acmeStore>, file: string) => [
    ...testPlugins(),
    store,
    mode,
    reportJson({ file }),
  ];
  const refusing = acmeStore({ takesFiles: false });
  const error = await failureOf(packageTitle({ title, plugins: plugins(refusing, '[name].json') }));
  assert.is(error.code, 'INVALID_OPTION');
  assert.is(
    error.message,
    'Plugin report-json would write [name].json beside the outputs, where no such files can be written: Acme vaults.',
  );
  const { mistakes } = await previewTitle({ title, plugins: plugins(refusing, '[name].json') });
  assert.equal(
    mistakes.map(({ error: { message } }) => message),
    [error.message],
  );
  const leaving = await failureOf(packageTitle({ title, plugins: plugins(acmeStore(), '../x.json') }));
  assert.is(leaving.code, 'INVALID_OPTION');
  assert.equal(await visible(folder), []);

  const elsewhere = join(temporaryFolder('reports'), 'deep', 'report.json');
  await packageTitle({ title, plugins: plugins(refusing, elsewhere) });
  const told = JSON.parse(await readFile(elsewhere, 'utf8')) as { exit: number };
  assert.is(told.exit, 0);
  await packageTitle({ title: { ...title, overwrite: true }, plugins: plugins(acmeStore(), '[name].json') });
  const beside = await readFile(join(folder, 'ctts-v0.json'), 'utf8');
  assert.is(JSON.parse(beside).exit, 0);
  assertNoSecret([told, beside]);
});

test('a plan of outputs in a store touches nothing', async ({ input }) => {
  const { folder, output } = newVault();
  const title = titleOptions({ inputs: [input], output });
  const opened = await openTitle({ title, plugins: bucketPlugins(['dash-cenc']) }, { writes: false });
  const plan = await planTitle(opened).finally(() => opened.title.close());
  assert.is(plan.output, `vault://${folder}?…`);
  assertNoSecret(plan);
  assert.equal(await filesBelow(folder), []);
});

test('what no store takes is refused before anything runs; nothing of it is told but the scheme', async ({
  input,
}) => {
  const title = titleOptions({ inputs: [input], output: 'gs://me:secret@bucket/secret?secret' });
  const error = await failureOf(packageTitle({ title, plugins: bucketPlugins(['ncg']) }));
  assert.is(error.code, 'INVALID_OPTION');
  assert.is(
    error.message,
    'No store takes gs: outputs: there are Acme vaults, S3 buckets and the local disk.',
  );
  assert.not.match(`${error.hint}`, /secret/);
});

test.run();
