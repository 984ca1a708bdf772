/** Receipts of titles, on a disk and in a store of parts, and what `--resume` and verification make of them. */
import { createHash } from 'node:crypto';
import { appendFile, copyFile, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ModeDefinition } from '../../core/contract/packager.ts';
import { titleThere } from '../../core/engine/title-there.ts';
import { verifyTitle } from '../../core/engine/verify/verify-title.ts';
import { type Plugin, packageTitle, type TitleOptions } from '../../core/index.ts';
import { localPackage } from '../../core/inspect/files/local-package.ts';
import { checksumOf } from '../../core/io/checksum.ts';
import { openFile } from '../../core/io/file-source.ts';
import { isReceiptName, parseReceipt, receiptName, type TitleReceipt } from '../../core/io/title-receipt.ts';
import { keyManual } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { bucketPlugins } from '../helpers/titles/bucket-titles.ts';
import { modeNamed } from '../helpers/titles/modes.ts';
import { filesBelow, TEST_KEY, testPlugins, titleOptions } from '../helpers/titles/package.ts';

const test = suite('receipts', { input: '' });
test.before(async (context) => {
  context.input = await oddMedia('ctts-v0');
});

const plugins = (): Plugin[] => [
  ...testPlugins(),
  modeNamed('dash-segments').plugin(),
  modeNamed('hls-aes-ts').plugin(),
];

const receiptsIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter(isReceiptName).sort();

async function readReceipts(folder: string): Promise<TitleReceipt[]> {
  const texts = (await receiptsIn(folder)).map((name) => readFile(join(folder, name), 'utf8'));
  return (await Promise.all(texts)).map((text) => {
    const receipt = parseReceipt(text);
    if (!receipt) throw new Error('that is no receipt');
    return receipt;
  });
}

/** Files of all of them. */
const filesOf = async (folder: string): Promise<TitleReceipt['files']> =>
  (await readReceipts(folder)).flatMap(({ files }) => files);

async function assertChecksums(folder: string): Promise<void> {
  for (const { path, bytes, checksum } of await filesOf(folder)) {
    const source = await openFile(join(folder, path));
    assert.is(source.size, bytes, path);
    assert.equal(await checksumOf(source, checksum && { like: checksum }), checksum, path);
    await source.close();
    if (checksum?.algorithm !== 'sha256') continue;
    const whole = createHash('sha256').update(await readFile(join(folder, path)));
    assert.is(checksum.value, whole.digest('hex'));
  }
}

test('on a disk only where they are asked for, hidden, one an output; they name every file, in the order of publishing', async ({
  input,
}) => {
  const without = titleOptions({ inputs: [input] });
  await packageTitle({ title: without, plugins: plugins() });
  assert.equal(await receiptsIn(without.output), []);
  const title = titleOptions({ inputs: [input], receipt: true });
  const report = await packageTitle({ title, plugins: plugins() });
  assert.equal(
    (await filesOf(title.output)).map(({ path }) => path).sort(),
    (await filesBelow(title.output)).filter((name) => !isReceiptName(name)),
  );
  const outputs = report.modes.flatMap((mode) => mode.outputs);
  assert.equal(await receiptsIn(title.output), outputs.map(receiptName).sort());
  for (const { mode, keyId, outputs } of report.modes) {
    const text = await readFile(join(title.output, receiptName(outputs[0]!)), 'utf8');
    const receipt = parseReceipt(text)!;
    assert.is(receipt.contentId, report.contentId);
    assert.is(receipt.date, report.date);
    assert.equal(
      receipt.keys.map((key) => [key.mode, key.keyId]),
      [[mode, keyId]],
    );
    assert.equal(
      receipt.inputs.map(({ path, bytes }) => [path, bytes]),
      report.inputs.map(({ path, bytes }) => [path, bytes]),
    );
    const first = receipt.files.findIndex(({ path }) => /\.(mpd|m3u8)$/.test(path));
    assert.not(receipt.files.slice(first).some(({ path }) => /\.(m4s|ts|mp4)$/.test(path)));
  }
  await assertChecksums(title.output);
});

test('an output may lie in a folder: its receipt names its files, and is believed and verified', async ({
  input,
}) => {
  const own = modeNamed('dash-segments').plugin();
  const nested: Plugin = {
    ...own,
    apply: (packager) =>
      own.apply(
        new Proxy(packager, {
          get: (target, name) =>
            name === 'mode'
              ? (mode: ModeDefinition) => target.mode({ ...mode, folder: () => 'films/dash' })
              : Reflect.get(target, name, target),
        }),
      ),
  };
  const title = titleOptions({ inputs: [input], receipt: true });
  const options = { title, plugins: [...testPlugins(), nested] };
  await packageTitle(options);
  const files = await filesBelow(join(title.output, 'films'));
  assert.equal(
    (await filesOf(title.output)).map(({ path }) => path).sort(),
    files.map((name) => `films/${name}`).sort(),
  );
  const there = await titleThere(options, { byReceipt: true, byTime: false });
  assert.ok(there?.isCurrent, there?.differs);
  await appendFile(join(title.output, 'films/dash/stream.mpd'), ' ');
  const { findings } = await verifyTitle({ files: await localPackage(title.output), title: options });
  assert.equal(
    findings.filter(({ code }) => code === 'RECEIPT_MISMATCH').map(({ file }) => file),
    ['films/dash/stream.mpd'],
  );
});

test('in a store of parts: published last, with checksums that nobody has read back for', async ({
  input,
}) => {
  const folder = join(temporaryFolder('vault'), 'objects');
  const title = titleOptions({ inputs: [input], output: `vault://${folder}?key=x`, receipt: true });
  await packageTitle({ title, plugins: bucketPlugins(['dash-cenc', 'hls-ncg']) });
  const log = (await readFile(join(folder, '.log'), 'utf8')).trim().split('\n');
  const last = log.splice(-2);
  assert.ok(last.every(isReceiptName), last.join());
  const files = await filesOf(folder);
  assert.equal(files.map(({ path }) => path).sort(), log.sort());
  const algorithms = new Set(files.map(({ checksum }) => checksum?.algorithm));
  assert.equal([...algorithms].sort(), ['sha256', 'sha256-parts']);
  await assertChecksums(folder);
});

const base64 = (length: number, first: number): string =>
  Buffer.from(Array.from({ length }, (_, i) => first + i)).toString('base64');

/** The same plugins with another key. */
const under = (key: string, keyId: string): Plugin[] => {
  const manual = keyManual({ key, keyId });
  return [manual, ...plugins().filter(({ name }) => name !== manual.name)];
};

/** What is known of a title before it runs again. */
const there = (title: TitleOptions, own = plugins()) =>
  titleThere({ title, plugins: own }, { byReceipt: true, byTime: false });

const differs = async (title: TitleOptions, own = plugins()): Promise<string> =>
  (await there(title, own))?.differs ?? 'nothing';

test('a title is passed over whose receipt matches; else it is said what differs', async ({ input }) => {
  const copy = join(temporaryFolder('inputs'), 'film.mp4');
  await copyFile(input, copy);
  const title = titleOptions({ inputs: [copy], receipt: true });
  assert.is(await there(title), undefined, 'nothing is there yet');
  await packageTitle({ title, plugins: plugins() });

  assert.ok((await there(title))?.isCurrent);
  const replacing = { ...title, overwrite: true, workers: 2, receipt: false };
  assert.ok(
    (await there(replacing))?.isCurrent,
    'how it is worked on, and what may be replaced, is no other plan',
  );

  assert.match(await differs({ ...title, contentId: 'another' }), 'its content id is another');
  assert.match(await differs({ ...title, segmentDuration: 1 }), 'the options');
  assert.match(await differs({ ...title, clear: ['audio'] }), 'the options');
  assert.match(await differs({ ...title, inputs: [copy, input] }), 'it was made of 1 inputs, and has 2');
  assert.match(await differs({ ...title, inputs: [input.replace(/[^/]*$/, 'film.mp4')] }), 'in its place');
  assert.match(await differs(title, under(base64(32, 64), base64(16, 1))), 'its keys are others');
  const sameId = Buffer.from(TEST_KEY.keyId, 'hex').toString('base64');
  assert.match(await differs(title, under(base64(32, 64), sameId)), 'the options or the keys');
  const overwriting = { ...title, segmentDuration: 1, overwrite: true };
  assert.is(await there(overwriting), undefined, 'it is packaged anew where it may be replaced');

  const files = await filesOf(title.output);
  const media = join(title.output, files[0]!.path);
  await appendFile(media, 'x');
  assert.match(await differs(title), /was written with \d+ bytes, and has \d+/);
  await rm(media);
  assert.match(await differs(title), 'is not there any more');
  for (const { path } of files) await rm(join(title.output, path), { force: true });
  assert.is(await there(title), undefined, 'what is left of it is its receipt alone');

  await rm(title.output, { recursive: true });
  await packageTitle({ title, plugins: plugins() });
  await utimes(copy, 1e9, 1e9);
  assert.match(await differs(title), /film\.mp4 has changed: somebody has written to it/);
});

test('whatever of the options changes bytes is another plan', async ({ input }) => {
  const own = (options: NonNullable<Plugin['options']>, name = 'codec-acme'): Plugin[] => [
    ...plugins(),
    { name, options, apply: () => undefined },
  ];
  const signed = (token: string) => ({
    information: [{ title: 'Film', moreInformationUrl: `https://films.example/?t=${token}` }],
  });
  const title = titleOptions({ inputs: [input], receipt: true, details: signed('1') });
  const first = own({ tune: () => 1, at: new URL('https://acme.example/?1') });
  await packageTitle({ title, plugins: first });
  assert.ok((await there(title, own({ at: new URL('https://acme.example/?1'), tune: () => 1 })))?.isCurrent);
  assert.ok((await there(title, [...first, ...own({ token: 'new' }, 'store-acme').slice(-1)]))?.isCurrent);
  const others = [
    { tune: () => 2, at: new URL('https://acme.example/?1') },
    { tune: () => 1, at: new URL('https://acme.example/?2') },
  ];
  for (const options of others) assert.match(await differs(title, own(options)), 'the options');
  const moved = { ...title, details: signed('2') };
  assert.match(await differs(moved, first), 'the options');

  const path = join(title.output, (await receiptsIn(title.output))[0]!);
  const [receipt] = (await readReceipts(title.output)) as [TitleReceipt];
  await writeFile(path, JSON.stringify({ ...receipt, plan: receipt.plan.slice(2) }));
  assert.match(await differs(title, first), 'it is of an earlier Sealpack');
});

test('a receipt whose outputs are gone, or are replaced, is replaced', async ({ input }) => {
  const title = titleOptions({ inputs: [input], receipt: true });
  await packageTitle({ title, plugins: plugins() });
  const [name] = (await receiptsIn(title.output)) as [string];
  for (const one of await readdir(title.output))
    if (!isReceiptName(one)) await rm(join(title.output, one), { recursive: true });
  await writeFile(join(title.output, name), 'spoilt');
  await packageTitle({ title: { ...title, receipt: undefined }, plugins: plugins() });
  await assertChecksums(title.output);

  const replacing = { ...title, overwrite: true, segmentDuration: 1, receipt: undefined };
  await packageTitle({ title: replacing, plugins: plugins() });
  await assertChecksums(title.output);
  assert.ok((await there(replacing))?.isCurrent);
  const told = { ...replacing, overwrite: false };
  const [receipt] = (await readReceipts(title.output)) as [TitleReceipt];
  const odd = receipt.inputs.map((one) => ({ ...one, identity: 'of nobody: [' }));
  for (const [text, says] of [
    ['{"format":1}', 'its receipt cannot be read'],
    ['{"format":2,"version":"9.1.0"}', 'its receipt is of a newer Sealpack (9.1.0)'],
    [JSON.stringify({ ...receipt, inputs: odd }), /has changed: another/],
  ] as const) {
    await writeFile(join(title.output, name), text);
    assert.match(await differs(told), says);
  }
});

test('a title without a receipt is looked at once, though it may be known by its times', async ({
  input,
}) => {
  const title = titleOptions({ inputs: [input] });
  await packageTitle({ title, plugins: plugins() });
  let applied = 0;
  const counting = { name: 'counting', apply: () => void applied++ };
  const options = { title, plugins: [...plugins(), counting] };
  assert.ok((await titleThere(options, { byReceipt: true, byTime: true }))?.isCurrent);
  // The look, the receipts, the times.
  assert.is(applied, 3);
});

/** What verification finds wrong by receipts. */
async function mismatchesIn(folder: string): Promise<(string | undefined)[]> {
  const { findings } = await verifyTitle({ files: await localPackage(folder, ['']) });
  return findings.filter(({ code }) => code.startsWith('RECEIPT')).map(({ file }) => file);
}

for (const [before, after] of [
  [['dash-cenc'], ['dash-cenc', 'ncg']],
  [['dash-cenc', 'ncg'], ['dash-cenc']],
  [['ncg'], ['ncg', 'hls-aes']],
] as const)
  test(`outputs of ${before.join(' and ')} that ${after.join(' and ')} replace have the receipts of these`, async ({
    input,
  }) => {
    const underKey = (first: number): Plugin[] => [
      ...under(base64(32, first), base64(16, first + 100)),
      modeNamed('ncg').plugin(),
    ];
    const first = titleOptions({ inputs: [input], modes: before, receipt: true });
    await packageTitle({ title: first, plugins: underKey(1) });
    const second = { ...first, modes: after, overwrite: true, receipt: undefined };
    await packageTitle({ title: second, plugins: underKey(2) });
    assert.is(await differs(first, underKey(1)), 'its keys are others');
    assert.ok((await there(second, underKey(2)))?.isCurrent);
    // What it replaced is current for itself, what it left as it was is that of before.
    const common = before.filter((mode) => (after as readonly string[]).includes(mode));
    assert.ok((await there({ ...second, modes: common }, underKey(2)))?.isCurrent);
    for (const mode of before.filter((each) => !common.includes(each)))
      assert.ok((await there({ ...first, modes: [mode] }, underKey(1)))?.isCurrent);
    assert.equal(await mismatchesIn(first.output), []);
    const [gone] = (await receiptsIn(first.output)) as [string];
    await rm(join(first.output, gone));
    const all = [...new Set<string>([...before, ...after])];
    assert.not.ok((await there({ ...first, modes: all }, underKey(2)))?.isCurrent, 'an output has none');
  });

test('verification holds the files to the receipts', async ({ input }) => {
  const title = titleOptions({ inputs: [input], receipt: true });
  await packageTitle({ title, plugins: plugins() });
  assert.equal(await mismatchesIn(title.output), []);
  const files = await filesOf(title.output);
  const manifest = files.findLast(({ path }) => path.endsWith('.m3u8'))!.path;
  const text = await readFile(join(title.output, manifest), 'utf8');
  await writeFile(join(title.output, manifest), text.replace('#EXTM3U\n', '#EXTM3U\r'));
  const longer = files.find(({ path }) => path.endsWith('.mpd'))!.path;
  await appendFile(join(title.output, longer), '\n');
  const missing = files.find(({ path }) => path.endsWith('.m4s'))!.path;
  await rm(join(title.output, missing));
  assert.equal((await mismatchesIn(title.output)).sort(), [longer, manifest, missing].sort());
});

test.run();
