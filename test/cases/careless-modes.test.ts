/** Modes in JavaScript, where nothing checks what they say of themselves: what would leave a title clear is refused, or lies where nobody looks. */

import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ModeDefinition } from '../../core/contract/packager.ts';
import { type Plugin, packageTitle } from '../../core/index.ts';
import { createAes128Protector, type RenditionResult, type SegmentJob } from '../../core/kit.ts';
import { demuxMp4 } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { failureOf, filesBelow, testKey, titleOptions } from '../helpers/titles/package.ts';

const test = suite('careless modes');

interface Careless {
  /** What it says of itself in place of the right words. */
  readonly says?: Readonly<Record<string, unknown>>;
  /** What it writes of the input, in place of the whole encrypted. */
  write?(job: SegmentJob, clear: Uint8Array): readonly Uint8Array[];
  /** As segments, one for each part of what it writes; else as a file that is delivered whole. */
  readonly inSegments?: true;
}

/** A mode of whole files, encrypted with AES-128. */
function wholeMode({ says, write = encrypted, inSegments }: Careless): Plugin {
  const name = 'mode-whole';
  return {
    name,
    apply(packager) {
      const definition: ModeDefinition = {
        ...{ name: 'whole', title: 'Whole', scheme: 'aes-128', protects: 'resources' },
        files: (inputs) => inputs.map((input) => `${input.name}.enc`),
        plan: ({ inputs }) =>
          inputs.map(({ index, bytes }) => ({ id: `file-${index}`, input: index, tracks: [], bytes })),
      };
      const mode = packager.mode({ ...definition, ...says });
      mode.encrypt.tap(name, ({ key }) => createAes128Protector({ key, iv: () => key.requireIv('whole') }));
      mode.segment.tapPromise(name, async (job): Promise<RenditionResult> => {
        const parts = write(job, await readWhole(job));
        const path = `${job.input.name}.enc`;
        const file = await job.output.create(path);
        await file.append(parts);
        await file.close();
        const sizes = inSegments ? parts.map(({ length }) => length) : [];
        const each = sizes.map(() => 0);
        return {
          unit: job.unit,
          tracks: [],
          files: [{ path, bytes: file.position }],
          timescale: 1,
          segments: { paths: each.map(() => path), offsets: each, sizes, starts: each, durations: each },
        };
      });
    },
  };
}

async function readWhole(job: SegmentJob): Promise<Uint8Array> {
  const source = await job.openInput();
  const bytes = Buffer.alloc(source.size);
  await source.read(0, [bytes]);
  await source.close();
  return bytes;
}

/** A resource of so many bytes, of the unit's own protector. */
function encrypted(job: SegmentJob, bytes: Uint8Array, index = 0): readonly Uint8Array[] {
  const cipher = job.resourceProtector!.protectResource!(index);
  return [Buffer.concat([cipher.update(Buffer.from(bytes)), cipher.final()])];
}

async function run(plugin: Plugin, output = join(temporaryFolder(), 'deep/out')) {
  const title = titleOptions({ inputs: [await oddMedia('ctts-v0')], output });
  return packageTitle({ title, plugins: [demuxMp4(), testKey(), plugin] });
}

async function refused(careless: Careless, code: string, message: RegExp): Promise<void> {
  const parent = temporaryFolder();
  const error = await failureOf(run(wholeMode(careless), join(parent, 'deep/out')));
  assert.is(error.code, code, error.message);
  assert.match(error.message, message);
  assert.equal(await filesBelow(parent), [], 'files were left behind');
}

test('the mode as it should be is fine, and so is a header of its own', async () => {
  const { modes } = await run(wholeMode({}));
  assert.is(modes[0]!.files.length, 1);
  const headed = wholeMode({ write: (job, clear) => [Buffer.alloc(1000), ...encrypted(job, clear)] });
  assert.is((await run(headed)).modes[0]!.files.length, 1);
  const inSegments = wholeMode({
    inSegments: true,
    write: (job, clear) => [0, 1].flatMap((index) => encrypted(job, clear, index)),
  });
  assert.is((await run(inSegments)).modes[0]!.files.length, 1);
});

test('a mode that does not say what it protects, or says it in other words', async () => {
  for (const protects of [undefined, 'none', 'sample', 'Samples', '', ['samples'], null])
    await refused(
      { says: { protects } },
      'INVALID_OPTION',
      /Mode whole does not say what it encrypts: its `protects`/,
    );
});

test('a mode of samples that plans a unit without tracks, and copies the file', async () => {
  const copy = (_: SegmentJob, clear: Uint8Array) => [clear];
  const message = /Mode whole would leave file-0 clear: .* plans none for it/;
  await refused({ says: { protects: 'samples' }, write: copy }, 'LEFT_CLEAR', message);
  await refused(
    { says: { protects: 'samples', carries: ['avc1', 'mp4a'] }, write: copy },
    'LEFT_CLEAR',
    message,
  );
});

test('a mode of resources that encrypts some bytes, and writes the rest as it is', async () => {
  const few = (job: SegmentJob, clear: Uint8Array) => [...encrypted(job, clear.subarray(0, 100)), clear];
  await refused({ write: few }, 'LEFT_CLEAR', /of \d+ bytes that it writes 112 went through the protector/);
  const aside = (job: SegmentJob, clear: Uint8Array) => {
    encrypted(job, clear.subarray(0, 100));
    return [clear];
  };
  const ofSegment = /of \d+ bytes of segment 1 112 went through the protector/;
  await refused({ write: aside, inSegments: true }, 'LEFT_CLEAR', ofSegment);
});

test('a mode of resources that encrypts one twice, and writes another as it is', async () => {
  const twice = (job: SegmentJob, clear: Uint8Array) => {
    encrypted(job, clear);
    encrypted(job, clear.subarray(0, 100), 1);
    return [...encrypted(job, clear), clear];
  };
  const message = /of \d+ bytes of segment 2 112 went through the protector/;
  await refused({ write: twice, inSegments: true }, 'LEFT_CLEAR', message);
});

test('a mode whose folder or files are not below the output folder', async () => {
  const outside = [
    '../sib',
    'a/../..',
    '../../../x',
    '/tmp/x',
    '..',
    '.',
    '',
    'a//b',
    'a\\..\\b',
    undefined,
    7,
  ];
  for (const folder of outside)
    await refused(
      { says: { folder: () => folder } },
      'INVALID_OPTION',
      /Mode whole would write to .*no path below/,
    );
  for (const file of ['../x.enc', '/tmp/x.enc', '', undefined])
    await refused(
      { says: { files: () => [file] } },
      'INVALID_OPTION',
      /Mode whole would write to .*no path below/,
    );
  const { modes } = await run(wholeMode({ says: { folder: () => 'films/whole' } }));
  assert.equal(modes[0]!.outputs, ['films/whole']);
});

test.run();
