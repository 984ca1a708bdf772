/** Segments of a unit that others make: what is written must be what one alone writes, whatever the samples hold and whenever they end. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { helpWrite } from '../../core/engine/help-write.ts';
import type { Helpers } from '../../core/engine/segment-help.ts';
import type { UnitContext, WrittenWork } from '../../core/engine/unit-parts.ts';
import { planUnits, unitWorks } from '../../core/engine/unit-works.ts';
import { WorkerPool } from '../../core/engine/worker-pool.ts';
import { openTitle, type Plugin, publishTitle, writeTitle } from '../../core/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { oneIn } from '../helpers/commands/extent.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { writeChangingSets } from '../helpers/media/changing-sets.ts';
import { DOLBY_VISION_MEDIA } from '../helpers/media/dolby-vision.ts';
import { HEVC_MEDIA } from '../helpers/media/hevc-media.ts';
import { LAYERED_MEDIA } from '../helpers/media/layered-media.ts';
import { ODD_MEDIA, oddMedia } from '../helpers/media/odd-media.ts';
import { lateManySlices } from '../helpers/media/slice-media.ts';
import { bucketOrigin, bucketPlugins, digestsBelow } from '../helpers/titles/bucket-titles.ts';
import { modeNamed } from '../helpers/titles/modes.ts';
import { failureOf, testKey, titleOptions } from '../helpers/titles/package.ts';
import { periodKeys } from '../helpers/titles/period-keys.ts';
import { unitsWritten } from '../helpers/titles/units-written.ts';

const test = suite('shared segments');

const SAMPLE = join(import.meta.dirname, '../media/sample-360p.mp4');

/** Where a helper stops: after so many messages of its. */
interface Ends {
  readonly after: number;
}

interface Helping {
  readonly helpers: number;
  readonly ends?: Ends;
}

/** What was written, and how many segments others made. */
interface Outcome {
  readonly written: unknown;
  readonly made: number;
}

async function write(
  input: string,
  mode: Plugin,
  { helpers: count, ends }: Helping,
  facts: Partial<Parameters<typeof titleOptions>[0]> = {},
  keys: () => Plugin = testKey,
): Promise<Outcome> {
  const helping: Promise<void>[] = [];
  let made = 0;
  const begin = (context: UnitContext, work: WrittenWork): MessagePort[] =>
    Array.from({ length: count }, () => {
      const { port1, port2 } = new MessageChannel();
      const post = port2.postMessage.bind(port2);
      let sent = 0;
      port2.postMessage = (...[reply, moved]: Parameters<MessagePort['postMessage']>) => {
        if (ends && sent++ === ends.after) port2.close();
        else if (!ends || sent <= ends.after) post(reply, moved as never);
      };
      port1.on('message', (reply) => {
        if ('made' in reply) made += 1;
      });
      helping.push(helpWrite(context, structuredClone(work), port2));
      return port1;
    });
  const helpersOf = (context: UnitContext): Helpers | undefined =>
    count > 0 ? { begin: (work) => begin(context, work) } : undefined;
  const written = await unitsWritten({ inputs: [input], segmentDuration: 1, ...facts }, [keys(), mode], {
    options: (context) => ({ helpers: helpersOf(context) }),
    settled: () => Promise.all(helping),
  });
  return { written, made };
}

/** What several write is what one writes. @returns segments that others made */
async function sameAsAlone(
  input: string,
  mode: string,
  helping: Helping,
  facts: Parameters<typeof write>[3] = {},
  keys?: () => Plugin,
): Promise<number> {
  const { plugin } = modeNamed(mode);
  const alone = await write(input, plugin(), { helpers: 0 }, facts, keys);
  const shared = await write(input, plugin(), helping, facts, keys);
  assert.equal(shared.written, alone.written);
  return shared.made;
}

/** The same, and others made more than so many segments: who makes how many is a race, and a machine that has other things to do runs it oddly now and then. */
async function sameAndShared(more: number, ...asked: Parameters<typeof sameAsAlone>): Promise<void> {
  const counts: number[] = [];
  while ((counts.at(-1) ?? -1) <= more) {
    assert.ok(counts.length < 10, `others made ${counts.join(', ')} segments, never more than ${more}`);
    counts.push(await sameAsAlone(...asked));
  }
}

const ODD = [...ODD_MEDIA, ...HEVC_MEDIA, ...LAYERED_MEDIA, ...DOLBY_VISION_MEDIA];

const FREE_MODES = ['dash-cenc', 'dash-segments', 'cmaf-cbcs', 'cmaf-cenc', 'hls-aes-fmp4'];

for (const mode of FREE_MODES) {
  test(`${mode}: two and three make what one makes`, async () => {
    await sameAndShared(7, SAMPLE, mode, { helpers: 1 });
    await sameAndShared(10, SAMPLE, mode, { helpers: 2 });
  });
}

test('a clear lead and crypto periods', async () => {
  const facts = { clearLead: 4, keyRotation: 4 };
  for (const mode of ['dash-cenc', 'cmaf-cbcs'])
    await sameAndShared(8, SAMPLE, mode, { helpers: 1 }, facts, periodKeys);
});

test('a title that stays clear in part', async () => {
  await sameAndShared(8, SAMPLE, 'dash-cenc', { helpers: 1 }, { clear: ['audio'] });
});

for (const { name, file } of oneIn(8, ODD)) {
  test(`odd media: ${name}`, async () => {
    for (const mode of ['dash-cenc', 'cmaf-cbcs']) {
      const alone = await write(await file(), modeNamed(mode).plugin(), { helpers: 0 }).catch(
        (error: Error) => error,
      );
      if (alone instanceof Error) {
        const shared = await failureOf(write(await file(), modeNamed(mode).plugin(), { helpers: 1 }));
        assert.is(shared.message, alone.message);
      } else
        assert.equal(
          (await write(await file(), modeNamed(mode).plugin(), { helpers: 1 })).written,
          alone.written,
        );
    }
  });
}

for (const name of ['another SPS, the same PPS', 'another SPS, the same PPS, nothing repeated'] as const) {
  test(`parameter sets in the samples: ${name}`, async () => {
    const path = join(temporaryFolder('sets'), 'sets.mp4');
    await writeChangingSets(name, path);
    await sameAsAlone(path, 'dash-cenc', { helpers: 1 });
    await sameAsAlone(path, 'cmaf-cbcs', { helpers: 2 });
  });
}

test('a warning is told once, with the number of the picture in the title', async () => {
  await sameAsAlone(await lateManySlices(), 'dash-cenc', { helpers: 1 });
});

test('a helper may end at any moment', async () => {
  const alone = await write(SAMPLE, modeNamed('dash-cenc').plugin(), { helpers: 0 });
  for (const after of [0, 1, 2, 3, 6]) {
    const { written, made } = await write(SAMPLE, modeNamed('dash-cenc').plugin(), {
      helpers: 2,
      ends: { after },
    });
    assert.equal(written, alone.written);
    assert.ok(made <= 4 * after, `${made} segments after ${after} messages`);
  }
});

/** The threads have loaded all that they need of a title. */
async function readiness(pool: WorkerPool, open: Awaited<ReturnType<typeof openTitle>>): Promise<void> {
  const { run, threads } = open.title;
  const [work] = unitWorks(open, planUnits(open, run));
  const ports = pool.help(threads!.place, run, { ...work!, place: undefined });
  await Promise.all(ports.map((port) => new Promise((resolve) => port.once('message', resolve))));
  const ends = ports.map((port) => new Promise((resolve) => port.once('close', resolve)));
  for (const port of ports) port.close();
  await Promise.all(ends);
}

test('threads that have nothing else to do help with a long unit', async () => {
  const long = join(temporaryFolder('long'), 'long.mp4');
  const times = Math.ceil(130e6 / (await stat(SAMPLE)).size);
  await ffmpeg(['-stream_loop', `${times}`, '-i', SAMPLE, '-c', 'copy', long]);
  const names = ['dash-cenc'];
  /** @returns the files, and how many segments threads made */
  const digests = async (threads: number): Promise<[files: readonly string[], made: number]> => {
    const title = titleOptions({ inputs: [long], segmentDuration: 6, workers: undefined });
    const opened = await openTitle({ title, plugins: bucketPlugins(names) });
    const { entry, data } = bucketOrigin(names);
    let made = 0;
    if (threads > 0) {
      const pool = new WorkerPool({ entry, threads });
      const { help } = pool;
      pool.help = (...args) => {
        const ports = help.apply(pool, args);
        for (const port of ports)
          port.on('message', (reply) => {
            if ('made' in reply) made += 1;
          });
        return ports;
      };
      opened.title.useThreads(pool, data, { areHelpers: true });
      await readiness(pool, opened);
    }
    await publishTitle(await writeTitle(opened));
    return [await digestsBelow(title.output as string), made];
  };
  const [alone] = await digests(0);
  // A machine that has other things to do may be done before they have begun.
  for (let tries = 0, made = 0; made === 0; tries++) {
    assert.ok(tries < 10, 'no thread ever helped');
    const [files, others] = await digests(2);
    assert.equal(files, alone);
    made = others;
  }
});

test('modes whose segments go on from one to the next are written by one', async () => {
  assert.is(await sameAsAlone(SAMPLE, 'hls-aes-ts', { helpers: 1 }), 0);
  assert.is(await sameAsAlone(await oddMedia('ctts-v0'), 'ncg', { helpers: 1 }), 0);
});

test.run();
