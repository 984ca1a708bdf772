/** A process that a config or a plugin brings to its end has packaged nothing, whatever status it asked for. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { MANUAL, packager } from '../helpers/commands/packager-command.ts';
import { sealpack } from '../helpers/commands/sealpack-command.ts';

const test = suite('a process that ends before its command');
const MOVIE = join(import.meta.dirname, '../media/sample-180p.mp4');

const EXIT = { does: 'process.exit(0)', code: 'ENDED_EARLY' };
const WAIT = { does: 'await new Promise(() => {})', code: 'NEVER_SETTLED' };
const CASES = [
  { where: 'config', ...EXIT },
  { where: 'config', ...WAIT },
  { where: 'acquireKey', ...WAIT },
  { where: 'demux', ...EXIT },
];

for (const { where, does, code } of CASES) {
  test(`${does} in ${where}`, async () => {
    const folder = temporaryFolder('early-end');
    const config = `export default async () => {
      ${where === 'config' ? does : ''};
      const tap = { name: 'ends', stage: -1 };
      const apply = ({ hooks }) => hooks.${where}.tapPromise(tap, async () => { ${does}; });
      const plugins = ${where === 'config' ? '[]' : "[{ name: 'ends', apply }]"};
      return { preset: 'local', inputs: [${JSON.stringify(MOVIE)}], modes: ['dash-cenc'], plugins };
    };`;
    await writeFile(join(folder, 'packager.config.mjs'), config);
    const { status, stderr } = await sealpack(['--workers', '0'], folder);
    assert.is(status, 1, stderr);
    assert.match(stderr, `code: ${code}`);
    const names = await readdir(join(folder, 'out')).catch(() => []);
    assert.equal(
      names.filter((name) => !name.startsWith('.')),
      [],
    );
  });
}

test('PallyConPackager prints its result all the same', async () => {
  // The command listens for the end of the process when it begins.
  const script = "process.on('newListener',(name)=>name==='exit'&&setImmediate(()=>process.exit(0)))";
  const env = { NODE_OPTIONS: `--import="data:text/javascript,${encodeURIComponent(script)}"` };
  const args = [...MANUAL, '--dash', '--i', MOVIE, '--o', temporaryFolder('early-end')];
  const { status, result, info } = await packager(args, { env, isProcess: true });
  assert.equal([status, result], [1, 1102]);
  assert.match(info ?? '', 'The process was ended before its work was');
});

test.run();
