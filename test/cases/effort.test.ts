/**
 * What it takes to write a title, counted: calls of the system, ciphers and large pieces of memory, whatever the machine. A change that makes one of
 * them a third more shows here; figures are of what is there, and a change for the better lowers them.
 */
import crypto from 'node:crypto';
import { stat } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageTitle } from '../../core/index.ts';
import { fileHandles, Replaced } from '../helpers/commands/replaced.ts';
import { modeNamed } from '../helpers/titles/modes.ts';
import { testPlugins, titleOptions } from '../helpers/titles/package.ts';

const test = suite('effort');

const SAMPLE = join(import.meta.dirname, '../media/sample-360p.mp4');

/** Of the sample: two tracks on a grid of 2 s. */
const SEGMENTS = 20;
const SAMPLES = 500 + 939;

interface Counted {
  /** Calls that read of files, and bytes of the input. */
  reads: number;
  readBytes: number;
  /** Calls that write files, and bytes. */
  writes: number;
  writtenBytes: number;
  /** Cipher objects, their calls, and bytes that they were given. */
  ciphers: number;
  cipherCalls: number;
  cipherBytes: number;
  /** Pieces of memory of 64 KiB and more that were made. */
  pieces: number;
}

const lengthOf = (parts: unknown): number =>
  (parts as readonly Uint8Array[]).reduce((sum, { length }) => sum + length, 0);

/** Do something, and count what it takes. Everything is as it was afterwards. */
async function count(work: () => Promise<unknown>): Promise<Counted> {
  const counted: Counted = {
    ...{ reads: 0, readBytes: 0, writes: 0, writtenBytes: 0 },
    ...{ ciphers: 0, cipherCalls: 0, cipherBytes: 0, pieces: 0 },
  };
  const handles = await fileHandles();
  const ciphers = Object.getPrototypeOf(crypto.createCipheriv('aes-128-ecb', Buffer.alloc(16), null));
  const replaced = new Replaced();
  const watch = (owner: object, name: string, note: (args: readonly unknown[]) => void): void =>
    replaced.replace(
      owner as Record<string, (...args: unknown[]) => unknown>,
      name,
      (own) =>
        function (this: unknown, ...args: unknown[]): unknown {
          note(args);
          return Reflect.apply(own, this, args);
        },
    );
  watch(handles, 'readv', ([parts]) => {
    counted.reads += 1;
    counted.readBytes += lengthOf(parts);
  });
  watch(handles, 'writev', ([parts]) => {
    counted.writes += 1;
    counted.writtenBytes += lengthOf(parts);
  });
  watch(handles, 'write', () => {
    counted.writes += 1;
  });
  watch(crypto, 'createCipheriv', () => {
    counted.ciphers += 1;
  });
  watch(ciphers, 'update', ([bytes]) => {
    counted.cipherCalls += 1;
    counted.cipherBytes += (bytes as Uint8Array).length;
  });
  watch(Buffer, 'allocUnsafeSlow', ([bytes]) => {
    if (Number(bytes) >= 65_536) counted.pieces += 1;
  });
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    replaced.undo();
    syncBuiltinESMExports();
  }
  return counted;
}

/** What a mode takes: calls a segment, objects and calls a sample, bytes a byte of the input. */
interface Effort {
  readonly reads: number;
  readonly readBytes: number;
  readonly writes: number;
  readonly writtenBytes: number;
  readonly ciphers: number;
  readonly cipherCalls: number;
  readonly cipherBytes: number;
  readonly pieces: number;
}

const LIMITS: Readonly<Record<string, Effort>> = {
  'dash-cenc': {
    reads: 2.3,
    readBytes: 1.778,
    writes: 0.8,
    writtenBytes: 1.009,
    ciphers: 0.099,
    cipherCalls: 0.118,
    cipherBytes: 0.991,
    pieces: 0.8,
  },
  'cmaf-cbcs': {
    reads: 2.3,
    readBytes: 1.777,
    writes: 1,
    writtenBytes: 1.006,
    ciphers: 0.002,
    cipherCalls: 1,
    cipherBytes: 0.198,
    pieces: 0.5,
  },
  'hls-aes-ts': {
    reads: 1.9,
    readBytes: 1.759,
    writes: 0.65,
    writtenBytes: 1.095,
    ciphers: 0.002,
    cipherCalls: 1,
    cipherBytes: 0.19,
    pieces: 0.65,
  },
  'hls-ncg': {
    reads: 1.9,
    readBytes: 1.759,
    writes: 0.7,
    writtenBytes: 1.095,
    ciphers: 0.008,
    cipherCalls: 0.03,
    cipherBytes: 1.094,
    pieces: 0.65,
  },
  ncg: {
    reads: 0.05,
    readBytes: 1,
    writes: 0.1,
    writtenBytes: 1,
    ciphers: 0.002,
    cipherCalls: 0.024,
    cipherBytes: 1,
    pieces: 0.2,
  },
};

/** Above that it is another way of working, not chance. */
const LEEWAY = 1.2;

for (const [name, limits] of Object.entries(LIMITS)) {
  test(`${name} takes no more than it did`, async () => {
    const { size } = await stat(SAMPLE);
    const title = titleOptions({ inputs: [SAMPLE] });
    const plugins = [...testPlugins(), modeNamed(name).plugin()];
    const counted = await count(() => packageTitle({ title, plugins }));
    const effort: Effort = {
      reads: counted.reads / SEGMENTS,
      readBytes: counted.readBytes / size,
      writes: counted.writes / SEGMENTS,
      writtenBytes: counted.writtenBytes / size,
      ciphers: counted.ciphers / SAMPLES,
      cipherCalls: counted.cipherCalls / SAMPLES,
      cipherBytes: counted.cipherBytes / size,
      pieces: counted.pieces / SEGMENTS,
    };
    for (const [what, limit] of Object.entries(limits)) {
      const found = effort[what as keyof Effort];
      assert.ok(found <= LEEWAY * limit, `${what}: ${found.toFixed(3)}, and it was ${limit}`);
    }
  });
}

test.run();
