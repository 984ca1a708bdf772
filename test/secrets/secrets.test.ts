/** Every failure of the table, with secrets in it: nothing that is written holds one, in any usual spelling. */
import { spawn } from 'node:child_process';
import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { IS_LONG, oneIn } from '../helpers/commands/extent.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { pallyconPackager, runCommand, sealpack } from '../helpers/commands/run-command.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { Writings } from '../helpers/oracles/secret-search.ts';
import { runSealpack } from '../kills/command.ts';
import { serve } from '../servers/serve.ts';
import { FAILURES, type Failure } from './failures.ts';
import { BOTH, IN_FILES, IN_WORDS, KEY_ID } from './values.ts';

const test = suite('secrets');

const DIST = join(import.meta.dirname, '../../dist');
const COMMANDS = {
  sealpack: { main: sealpack, bin: join(DIST, 'core/cli/bin.js') },
  PallyConPackager: { main: pallyconPackager, bin: join(DIST, 'plugins/pallycon/bin.js') },
};

type Env = Readonly<Record<string, string>>;

/** The built command; what it prints, and what `ps` shows of it on the way. */
async function runProcess(bin: string, args: readonly string[], cwd: string, env: Env) {
  const child = spawn(process.execPath, [bin, ...args], { cwd, env: { ...process.env, ...env } });
  const chunks: Buffer[] = [];
  const listed = new Set<string>();
  const look = setInterval(async () => {
    const line = await readFile(`/proc/${child.pid}/cmdline`, 'utf8').catch(() => '');
    if (child.exitCode === null) listed.add(line);
  }, 20);
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(look);
  return { status, text: Buffer.concat(chunks).toString(), listed: [...listed] };
}

async function prepare(
  failure: Failure,
  server: string,
): Promise<{ cwd: string; given: string[]; env: Env }> {
  const cwd = temporaryFolder('secrets');
  const fill = (text: string) => text.replaceAll('{server}', server).replaceAll('{host}', server.slice(7));
  const { config, files = {}, env = {} } = failure;
  const texts: Record<string, string> = { ...files };
  if (typeof config === 'string') texts['packager.config.ts'] = config;
  else if (config) texts['packager.config.json'] = JSON.stringify(config);
  for (const [path, text] of Object.entries(texts)) {
    await mkdir(dirname(join(cwd, path)), { recursive: true });
    await writeFile(join(cwd, path), fill(text));
  }
  await copyFile(await oddMedia('ctts-v0'), join(cwd, 'film.mp4'));
  const filled = Object.fromEntries(Object.entries(env).map(([name, text]) => [name, fill(text)]));
  return { cwd, given: ['film.mp4', ...Object.keys(texts)], env: { ...filled, SEALPACK_DEBUG: '1' } };
}

async function attempt(failure: Failure, flags: readonly string[]): Promise<void> {
  const { command = 'sealpack', args = [], answer = () => ({ status: 404, body: '' }) } = failure;
  const server = await serve({}, answer);
  try {
    const { cwd, given, env } = await prepare(failure, server.url);
    const { main, bin } = COMMANDS[command];
    const all = [...args, ...flags];
    const words = new Writings();
    let said: { readonly status: number | null; readonly text: string };
    if (failure.isProcess) {
      const { listed, ...rest } = await runProcess(bin, all, cwd, env);
      // Node shows all arguments until the first line of ours runs.
      if (command === 'PallyConPackager') words.add('ps', listed.at(-1));
      said = rest;
    } else {
      const { status, stdout, stderr } = await runCommand(main, all, cwd, env);
      said = { status, text: stdout + stderr };
    }
    assert.is(said.status === 0, failure.succeeds === true, said.text);
    if (failure.says) assert.match(said.text, failure.says);
    words.add('terminal', said.text);
    assert.equal(words.holding(IN_WORDS), [], said.text);
    const files = new Writings();
    await files.addFiles(cwd);
    assert.equal(
      files.holding(IN_FILES).filter((path) => !given.includes(path)),
      [],
      'files',
    );
  } finally {
    await server.close();
  }
}

/** One way makes JSON of what is written, whatever failed and wherever: a third of the failures that need no process takes it too. */
const AS_JSON: ReadonlySet<Failure> = new Set(
  oneIn(3, FAILURES).filter(({ isProcess }) => IS_LONG || !isProcess),
);

for (const failure of FAILURES) {
  test(failure.name, async () => {
    const isRun = (failure.command ?? 'sealpack') === 'sealpack' && failure.args === undefined;
    for (const flags of isRun && AS_JSON.has(failure) ? [[], ['--json']] : [[]]) {
      await attempt(failure, failure.isProcess || !isRun ? flags : [...flags, '--workers', '0']);
    }
  });
}

const RUN = { contentId: 'film', inputs: ['film.mp4'] };
const killed = async (config: object): Promise<string> => {
  const { cwd } = await prepare({ name: 'killed', config }, '');
  const orders = { from: 'journal', step: 12 } as const;
  const { wasKilled, text } = await runSealpack(cwd, { room: 'here', workers: 0, orders });
  assert.ok(wasKilled, text);
  return cwd;
};

test('what a killed run leaves in its hidden folder', async () => {
  const cwd = await killed({ preset: ['manual', { key: BOTH, keyId: KEY_ID }], ...RUN });
  const files = new Writings();
  const names = await files.addFiles(join(cwd, 'out'));
  assert.ok(names.some((name) => name.endsWith('/journal')));
  assert.equal(files.holding(IN_FILES), []);
});

test('the embedded key store: its keys are in it alone, for its owner alone, also when a run was killed', async () => {
  const cwd = await killed({ preset: 'local', ...RUN });
  const store = join(cwd, '.sealpack/keys');
  const words = new Writings();
  const after = await runSealpack(cwd, { room: 'here', workers: 0 });
  assert.is(after.status, 4, after.text); // its outputs are there: they were brought to their end
  words.add('terminal', after.text);
  const names = await words.addFiles(cwd);
  const keys = names.filter((name) => name.startsWith('.sealpack/keys/'));
  assert.ok(keys.length > 0);
  const secrets: Buffer[] = [];
  for (const name of keys) {
    assert.is((await stat(join(cwd, name))).mode & 0o777, 0o600, name);
    const { key } = JSON.parse(await readFile(join(cwd, name), 'utf8')) as { key: string };
    secrets.push(/^[0-9a-f]{32}$/i.test(key) ? Buffer.from(key, 'hex') : Buffer.from(key, 'base64'));
  }
  assert.is((await stat(store)).mode & 0o077, 0);
  assert.ok(secrets.every(({ length }) => length === 16));
  assert.equal(
    words.holding(secrets).filter((name) => !keys.includes(name)),
    [],
  );
});

test.run();
