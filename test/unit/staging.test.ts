import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fileTree } from '../../core/io/file-tree.ts';
import { cleanOutput, Staging } from '../../core/io/staging/staging.ts';
import { type Disk, localSurroundings } from '../../core/io/staging/surroundings.ts';
import type { FoundRun } from '../../core/io/store.ts';
import { receiptName } from '../../core/io/title-receipt.ts';
import { codeOf } from '../helpers/commands/code-of.ts';

const test = suite<{ root: string; output: string }>('staging');

test.before.each(async (context) => {
  context.root = await mkdtemp(join(tmpdir(), 'sealpack-staging-'));
  context.output = join(context.root, 'a', 'out');
});
test.after.each(({ root }) => rm(root, { recursive: true, force: true }));

const open = (output: string, names: readonly string[], overwrite: boolean): Promise<Staging> =>
  Staging.open(output, names, { overwrite, inputs: [], warn: assert.unreachable });

test('nothing is visible before commit, everything after', async ({ output }) => {
  const staging = await open(output, ['DASH'], false);
  await fileTree(staging.folder, 'DASH').write('video/init.mp4', 'one');
  assert.ok((await readdir(output)).every((name) => name.startsWith('.')));
  await staging.commit([]);
  assert.equal(await readdir(output), ['DASH']);
  assert.is(await readFile(join(output, 'DASH/video/init.mp4'), 'utf8'), 'one');
});

test('discard leaves nothing, not even the folders made for the run', async ({ root, output }) => {
  const staging = await open(output, ['DASH'], false);
  await fileTree(staging.folder, 'DASH').write('x', 'one');
  await staging.discard();
  assert.equal(await readdir(root), []);
});

test('discard keeps an output folder that was there', async ({ output }) => {
  await mkdir(output, { recursive: true });
  await writeFile(join(output, 'mine'), '');
  const staging = await open(output, ['DASH'], false);
  await staging.discard();
  assert.equal(await readdir(output), ['mine']);
});

test('an existing output is refused before anything is made', async ({ output }) => {
  await mkdir(join(output, 'DASH'), { recursive: true });
  assert.is(await codeOf(open(output, ['DASH'], false)), 'OUTPUT_EXISTS');
  assert.equal(await readdir(output), ['DASH']);
});

test('with overwrite the old output is replaced whole', async ({ output }) => {
  await mkdir(join(output, 'DASH'), { recursive: true });
  await writeFile(join(output, 'DASH/old'), '');
  await writeFile(join(output, 'DASH/old.mpd'), '');
  const staging = await open(output, ['DASH'], true);
  await fileTree(staging.folder, 'DASH').write('new', '');
  await staging.commit([]);
  assert.equal(await readdir(join(output, 'DASH')), ['new']);
  assert.equal(await readdir(output), ['DASH']);
});

/** What a folder may hold, by paths, and whether a package takes its place whose files are `stream.xyz` and `video/1.m4s`. */
const EARLIER: readonly (readonly [isReplaced: boolean, ...files: string[]])[] = [
  [true],
  [true, 'master.m3u8', 'media-1/media.ts'],
  [true, 'notes.txt', 'STREAM.MPD'],
  [true, 'stream.xyz', 'old.bin'],
  [true, 'video/1.m4s', 'audio/1.m4s'],
  [true, '.sealpack.film.0123456789abcdef.json', 'film.bin'],
  [false, 'orig.mov'],
  [false, 'orig.mov', 'media/master-copy.bin'],
  [false, 'video/master.mov', 'stream/stream.xyz'],
  [false, 'stream.xyz/mine', 'video'],
  [false, 'deep/stream.mpd'],
  [false, '.git/HEAD'],
];

test('a folder is replaced where it is a package, and stays as it is where it is none', async ({
  output,
}) => {
  for (const [isReplaced, ...files] of EARLIER) {
    await rm(output, { recursive: true, force: true });
    await mkdir(join(output, 'DASH'), { recursive: true });
    for (const file of files) {
      await mkdir(dirname(join(output, 'DASH', file)), { recursive: true });
      await writeFile(join(output, 'DASH', file), '');
    }
    const before = await readdir(output, { recursive: true });
    const staging = await open(output, ['DASH', 'film.ncg'], true);
    await fileTree(staging.folder, 'DASH').write('stream.xyz', '');
    await fileTree(staging.folder, 'DASH').write('video/1.m4s', '');
    await fileTree(staging.folder).write('film.ncg', '');
    const error: unknown = await staging.commit([]).catch((cause: unknown) => cause);
    await staging.discard();
    const after = await readdir(output, { recursive: true });
    if (isReplaced) assert.ok(after.includes('DASH/video/1.m4s') && after.includes('film.ncg'), files.join());
    else {
      assert.equal(after.sort(), before.sort(), files.join());
      assert.match(String(error), /DASH is no package and was left as it is: it holds \S+, which/);
    }
  }
});

test('a folder is a package where a receipt beside it is of it', async ({ output }) => {
  await mkdir(join(output, 'DASH'), { recursive: true });
  await writeFile(join(output, 'DASH/old.bin'), '');
  await writeFile(join(output, receiptName('DASH')), '{}');
  const staging = await open(output, ['DASH'], true);
  await fileTree(staging.folder, 'DASH').write('new.bin', '');
  await staging.commit([]);
  assert.equal(await readdir(join(output, 'DASH')), ['new.bin']);
});

test('an output that appears during the run is not overwritten; all that was moved is taken back', async ({
  output,
}) => {
  const staging = await open(output, ['a', 'b'], false);
  await fileTree(staging.folder).write('a', 'ours');
  await fileTree(staging.folder).write('b', 'ours');
  await writeFile(join(output, 'b'), 'theirs');
  assert.is(await codeOf(staging.commit([])), 'OUTPUT_EXISTS');
  await staging.discard();
  assert.equal(await readdir(output), ['b']);
  assert.is(await readFile(join(output, 'b'), 'utf8'), 'theirs');
});

test('nothing is published when a file is missing or short, or the folder has gone', async ({ output }) => {
  const staging = await open(output, ['DASH'], false);
  await fileTree(staging.folder, 'DASH').write('a', 'four');
  const files = [{ path: 'DASH/a', bytes: 4 }];
  assert.is(await codeOf(staging.commit([...files, { path: 'DASH/b', bytes: 0 }])), 'OUTPUT_INCOMPLETE');
  assert.is(await codeOf(staging.commit([{ path: 'DASH/a', bytes: 5 }])), 'OUTPUT_INCOMPLETE');
  assert.ok((await readdir(output)).every((name) => name.startsWith('.')));
  await rm(dirname(staging.folder), { recursive: true });
  assert.is(await codeOf(staging.commit(files)), 'OUTPUT_LOST');
  assert.is(await codeOf(fileTree(staging.folder).write('c', '')), 'OUTPUT_NOT_WRITABLE');
  await staging.discard();
});

test('of two runs with one name the second is refused, whatever the names are that they do not share', async ({
  output,
}) => {
  const first = await open(output, ['a', 'b'], true);
  const others = await Promise.allSettled([open(output, ['c', 'b'], true), open(output, ['a', 'd'], true)]);
  for (const other of others) {
    assert.is(other.status, 'rejected');
    if (other.status === 'rejected')
      assert.match(other.reason.message, /^Another run is writing .*\/[ab]\.$/);
  }
  const third = await open(output, ['c', 'd'], true);
  await first.commit([]);
  await third.discard();
  const again = await open(output, ['a', 'b', 'c'], false);
  await again.discard();
  assert.equal(await readdir(output), []);
});

test('of many runs that start at the same moment with one name exactly one gets it', async ({ output }) => {
  const runs = await Promise.allSettled(Array.from({ length: 12 }, () => open(output, ['a'], true)));
  const won = runs.flatMap((run) => (run.status === 'fulfilled' ? [run.value] : []));
  assert.is(won.length, 1);
  await won[0]!.discard();
  assert.not(existsSync(output));
});

test('an old output that cannot be removed is replaced, with a warning, also by later runs', async ({
  output,
}) => {
  const local = localSurroundings();
  const disk: Disk = {
    ...local.disk,
    rm: async (path, options) => {
      await rm(join(String(path), 'new'), options);
      if (existsSync(join(String(path), 'old/DASH'))) throw new Error('EPERM: it is immutable');
      await rm(path, options);
    },
  };
  const warnings: string[] = [];
  const replace = async (text: string): Promise<void> => {
    const options = { overwrite: true, inputs: [], warn: (message: string) => void warnings.push(message) };
    const staging = await Staging.open(output, ['DASH'], options, { ...local, disk });
    await fileTree(staging.folder, 'DASH').write('a', text);
    await staging.commit([{ path: 'DASH/a', bytes: text.length }]);
    assert.is(await readFile(join(output, 'DASH/a'), 'utf8'), text);
  };
  await replace('one');
  assert.equal(warnings, []);
  await replace('two');
  await replace('three');
  assert.is(warnings.filter((warning) => warning.startsWith('Not all that was replaced')).length, 2);
  assert.is(
    warnings.filter((warning) => warning.endsWith('could not be removed: EPERM: it is immutable')).length,
    1,
  );
  const last = await open(output, ['other'], false); // now it can be removed
  await last.discard();
  assert.equal(await readdir(output), ['DASH']);
});

test('what replaces its own input is refused, by whatever name', async ({ root, output }) => {
  await mkdir(join(output, 'DASH/deep'), { recursive: true });
  const inside = join(output, 'DASH/deep/film.mp4');
  await writeFile(inside, 'film');
  await writeFile(join(root, 'film.mp4'), 'film');
  await symlink(join(output, 'DASH'), join(root, 'short-cut'));
  await symlink(join(root, 'film.mp4'), join(output, 'DASH/link.mp4'));
  await link(inside, join(output, 'film.ncg'));
  const inputs = [
    inside,
    join(root, 'short-cut/deep/film.mp4'),
    join(output, 'DASH/link.mp4'),
    join(output, 'x/../DASH/./deep/film.mp4'),
    join(output, 'film.ncg'),
  ];
  const options = { overwrite: true, warn: assert.unreachable };
  for (const input of inputs) {
    const opening = Staging.open(output, ['DASH', 'film.ncg'], { ...options, inputs: [input] });
    assert.is(await codeOf(opening), 'OUTPUT_IS_INPUT', input);
  }
  assert.equal((await readdir(output)).sort(), ['DASH', 'film.ncg']);
  const outside = await Staging.open(output, ['DASH'], { ...options, inputs: [join(root, 'film.mp4')] });
  await outside.discard();
});

test('what a killed run has left is removed by the next; that of a running one is not', async ({
  output,
}) => {
  const remains = `import { Staging } from '${new URL('../../core/io/staging/staging.ts', import.meta.url)}';
await Staging.open(${JSON.stringify(output)}, [], false);
process.kill(process.pid, 'SIGKILL');`;
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', remains];
  assert.is(spawnSync(process.execPath, args).signal, 'SIGKILL');
  const mine = await open(output, [], false);
  const other = await open(output, [], false);
  assert.equal(
    (await readdir(output)).sort(),
    [mine.folder, other.folder].map((folder) => basename(dirname(folder))).sort(),
  );
  await mine.discard();
  await other.discard();
});

/** As a run of another machine, or of another container, would have left it: its process cannot be asked. */
const LEFT = '.sealpack-0123456789ab-4194000-1-0123456789ab';

/** What settling says of each run that it finds. */
async function settled(output: string): Promise<FoundRun[]> {
  const found: FoundRun[] = [];
  await cleanOutput(output, (one) => void found.push(one), {
    ...localSurroundings(),
    processes: { own: '0123456789ab-7-1', stateOf: () => 'gone' },
  });
  return found;
}

/** A publication that a run has begun, of one name. @param parts made in place of the folders `new` and `old` and the files */
async function begun(
  output: string,
  parts: Readonly<Record<string, (path: string) => unknown>> = {},
): Promise<string> {
  const folder = join(output, LEFT);
  await mkdir(folder, { recursive: true });
  const made: Readonly<Record<string, (path: string) => unknown>> = {
    new: async (path) => {
      await mkdir(join(path, 'private'), { recursive: true });
    },
    old: (path) => mkdir(path),
    journal: (path) => writeFile(path, JSON.stringify({ names: ['private'], overwrite: false })),
    alive: (path) => writeFile(path, LEFT.slice('.sealpack-'.length)),
    ...parts,
  };
  for (const [name, make] of Object.entries(made)) await make(join(folder, name));
  return folder;
}

test('a publication that a run of this user has begun is finished', async ({ output }) => {
  await begun(output);
  assert.equal(
    (await settled(output)).map(({ state }) => state),
    ['published'],
  );
  assert.equal(await readdir(output), ['private']);
});

test('what looks like a run and has links or pipes in it moves nothing, and nobody waits', async ({
  root,
  output,
}) => {
  const home = join(root, 'home');
  const fifo = (path: string) => execFileSync('mkfifo', [path]);
  const ways: readonly Parameters<typeof begun>[1][] = [
    { new: (path) => symlink(home, path) },
    { old: (path) => symlink(home, path) },
    { journal: fifo },
    { alive: fifo },
    { journal: (path) => symlink(join(root, 'elsewhere'), path) },
    // It belongs to another user.
    ...(process.geteuid?.() === 0
      ? [{ old: (path: string) => mkdir(path).then(() => chown(path, 1234, 1234)) }]
      : []),
  ];
  await mkdir(join(home, 'private'), { recursive: true });
  await writeFile(join(root, 'elsewhere'), JSON.stringify({ names: ['private'], overwrite: false }));
  for (const parts of ways) {
    const folder = await begun(output, parts);
    const [found, ...others] = await settled(output);
    assert.is(found?.state, 'stuck');
    assert.match(
      found?.reason ?? '',
      /no (?:file|folder): no run has made it|belongs to another user \(1234\)/,
    );
    assert.equal(others, []);
    assert.equal(await readdir(home), ['private']);
    assert.equal(await readdir(output), [LEFT]);
    await rm(folder, { recursive: true });
  }
  // The folder itself.
  await symlink(home, join(output, LEFT));
  assert.is((await settled(output))[0]?.state, 'stuck');
  assert.equal(await readdir(home), ['private']);
});

test('a claim that is a pipe is not waited for', async ({ output }) => {
  const mine = await open(output, ['DASH'], false);
  execFileSync('mkfifo', [join(output, '.sealpack-claim-0123456789abcdef0123456789abcdef')]);
  await mine.discard();
});

test('a file in the way of the output folder is a clear error', async ({ root }) => {
  await writeFile(join(root, 'file'), '');
  assert.is(await codeOf(open(join(root, 'file'), [], false)), 'OUTPUT_NOT_WRITABLE');
  assert.is(await codeOf(open(join(root, 'x'.repeat(300)), [], false)), 'NAME_TOO_LONG');
});

test('files are exclusive, keep their reserved room and never leave the tree', async ({ root }) => {
  const tree = fileTree(root);
  const file = await tree.create('a/file');
  file.reserve(3);
  await file.append([Buffer.from('de'), Buffer.alloc(0), Buffer.from('f')]);
  await file.writeAt(0, Buffer.from('abc'));
  assert.is(file.position, 6);
  await file.close();
  assert.is(await readFile(join(root, 'a/file'), 'utf8'), 'abcdef');
  assert.is(await codeOf(tree.create('a/file')), 'OUTPUT_NOT_WRITABLE');
  try {
    await tree.create('../escape');
    assert.unreachable();
  } catch (error) {
    assert.instance(error, RangeError);
  }
});

test('a tree whose folder has vanished is not made again', async ({ root }) => {
  const base = join(root, 'base');
  await mkdir(base);
  const tree = fileTree(base, 'DASH');
  await tree.write('video/1.m4s', 'one');
  await rm(base, { recursive: true });
  for (const path of ['video/2.m4s', 'audio/1.m4s']) {
    assert.is(await codeOf(tree.write(path, '')), 'OUTPUT_NOT_WRITABLE');
    assert.is(await codeOf(fileTree(base).write(path, '')), 'OUTPUT_NOT_WRITABLE');
  }
  assert.equal(await readdir(root), []);
});

test('thousands of parts in one append arrive in order', async ({ root }) => {
  const file = await fileTree(root).create('many');
  const parts = Array.from({ length: 5000 }, (_, index) => Buffer.from([index & 255, index >> 8]));
  await file.append(parts);
  await file.close();
  assert.equal(await readFile(join(root, 'many')), Buffer.concat(parts));
});

test('closes what a failed unit has left open', async ({ root }) => {
  const tree = fileTree(root);
  const file = await tree.create('left');
  await tree.abandon();
  assert.is(await codeOf(file.append([Buffer.from('x')])), 'OUTPUT_NOT_WRITABLE');
});

test.run();
