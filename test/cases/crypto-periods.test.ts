/** Labels, crypto periods and clear segments through the engine, with a mode that writes nothing and keeps what it was given. */
import { createDecipheriv } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, copyBytes, toHex } from '../../core/base/bytes.ts';
import { executeUnit } from '../../core/engine/execute-unit.ts';
import { rehearseUnit } from '../../core/engine/rehearsal/rehearse-unit.ts';
import { acquireKeys, resolveKeys } from '../../core/engine/title-keys.ts';
import type { PlannedUnit } from '../../core/engine/unit-works.ts';
import { planUnits, unitWorks } from '../../core/engine/unit-works.ts';
import { ContentKey, ContentKeySet, openTitle, type Plugin } from '../../core/index.ts';
import type { LabelPolicy } from '../../core/keys/label-policy.ts';
import {
  carriesProtectable,
  createAes128Protector,
  createCencProtector,
  type EncryptRequest,
  firstIv,
  type Protector,
  planTracks,
  renditionTrack,
  type Segment,
} from '../../core/kit.ts';
import { filledSegments } from '../../core/media/timed-track.ts';
import { CLEAR } from '../../core/title/periods.ts';
import { demuxMp4 } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { failureOf, titleOptions } from '../helpers/titles/package.ts';

const test = suite('crypto periods');

const POLICY: LabelPolicy = {
  labels: ['AUDIO', 'VIDEO', 'UNUSED'],
  labelOf: ({ kind }) => (kind === 'audio' ? 'AUDIO' : 'VIDEO'),
};
/** The first segment is clear, then the key changes, and changes back. */
const PERIODS = Int32Array.of(CLEAR, 0, 1, 1, 0, 2);

/** The n-th key: its id and its bytes say whose it is. */
const keyOf = (label: string, period: number): ContentKey => {
  const first = POLICY.labels.indexOf(label);
  return new ContentKey({
    id: new Uint8Array(16).fill(16 * (first + 2) + period),
    key: new Uint8Array(16).fill(0x80 + 16 * first + period),
    iv: new Uint8Array(16).fill(7),
  });
};

type Find = (label: string, period: number) => ContentKey | undefined;

const keySource = (find: Find): Plugin => ({
  name: 'key-test',
  apply: ({ hooks }) =>
    hooks.acquireKey.tap('key-test', () => new ContentKeySet(({ label, period }) => find(label, period))),
});

/** What the mode was given of a segment, and what its protector made of that. */
interface Seen {
  readonly label: string;
  readonly index: number;
  readonly clear: Uint8Array;
  readonly segment: Segment;
}

interface Keeping {
  readonly protects: 'samples' | 'resources';
  encrypt(request: EncryptRequest, cenc: () => Protector): Protector;
}

/** A mode of one unit a track that keeps its segments. */
function keepingMode({ protects, encrypt }: Keeping): { plugin: Plugin; seen: Seen[]; asked: string[] } {
  const seen: Seen[] = [];
  const asked: string[] = [];
  const name = 'mode-keeping';
  const plugin: Plugin = {
    name,
    apply(packager) {
      const mode = packager.mode({
        ...{ name: 'keeping', title: 'Keeping', scheme: 'cenc', protects },
        carries: carriesProtectable,
        folder: () => 'keeping',
        plan: planTracks,
      });
      mode.encrypt.tap(name, (request, run) => {
        const { track, key, label, period } = request;
        asked.push(`${request.unit.id} ${label}/${period}`);
        return encrypt(request, () =>
          track
            ? createCencProtector({ track, key, iv: firstIv(request, run) })
            : createAes128Protector({ key, iv: () => key.requireIv('keeping') }),
        );
      });
      mode.segment.tapPromise(name, async (job) => {
        const [timed] = job.tracks;
        const reader = job.segments(timed!);
        for (const index of filledSegments(timed!)) {
          const read = await reader.read(index);
          const clear = copyBytes(read.data);
          let segment = timed!.protector?.protectSegment?.(read) ?? read;
          const cipher = job.resourceProtector?.protectResource?.(index);
          if (cipher) segment = { ...segment, data: concat([cipher.update(read.data), cipher.final()]) };
          seen.push({
            label: timed!.keyLabel,
            index,
            clear,
            segment: { ...segment, data: copyBytes(segment.data) },
          });
        }
        return {
          unit: job.unit,
          tracks: [renditionTrack(job, timed!)],
          files: [],
          timescale: 1,
          segments: { paths: [], offsets: [], sizes: [], starts: [], durations: [] },
        };
      });
    },
  };
  return { plugin, seen, asked };
}

/** A title that is open, with the policy and the periods above in place of its own. */
async function opened({ mode, find = keyOf }: { mode: Plugin; find?: Find }) {
  const title = titleOptions({ inputs: [await oddMedia('ctts-v0')], segmentDuration: 1 });
  const open = await openTitle({ title, plugins: [demuxMp4(), keySource(find), mode] }, { writes: false });
  const { packager, run, inputs } = open.title;
  const { count } = open.presentation.grid;
  assert.ok(count >= 5, `${count} segments`);
  const grid = { ...open.presentation.grid, periods: PERIODS.slice(0, count) };
  const presentation = { ...open.presentation, grid };
  const carried = new Map([...open.carried].map(([name, one]) => [name, { ...one, grid }]));
  const sources = await acquireKeys(packager, run, open.modes, POLICY.labels);
  const keys = await resolveKeys(sources, carried, POLICY, run.title).catch(async (cause) => {
    await open.title.close();
    throw cause;
  });
  const facts = { ...open, presentation, carried, policy: POLICY, keys };
  const units: PlannedUnit[] = open.modes.flatMap((one) =>
    one.plan(presentation, () => undefined).map((unit) => ({ mode: one, unit })),
  );
  return { facts, works: unitWorks(facts, units), context: { packager, run, inputs } };
}

async function write(mode: Plugin, find?: Find) {
  const { works, context } = await opened({ mode, ...(find && { find }) });
  try {
    const results = [];
    for (const work of structuredClone(works)) {
      const place = temporaryFolder('periods');
      results.push((await executeUnit(context, { ...work, place }, () => {})).result);
    }
    return results;
  } finally {
    await context.inputs.close();
  }
}

/** The samples of a segment under a key, by node's own cipher. */
function decrypted({ data, sizes, encryption }: Segment, key: ContentKey): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 0;
  let entry = 0;
  for (const [sample, size] of sizes.entries()) {
    const iv = concat([encryption!.ivs.subarray(8 * sample, 8 * sample + 8), new Uint8Array(8)]);
    const cipher = createDecipheriv('aes-128-ctr', key.reveal(), iv);
    const end = at + size;
    const entries = encryption!.subsamples ? encryption!.subsamples.counts[sample]! : 0;
    for (let n = 0; n < entries; n++, entry++) {
      const clear = encryption!.subsamples!.clear[entry]!;
      const secret = encryption!.subsamples!.protected[entry]!;
      parts.push(
        data.subarray(at, at + clear),
        cipher.update(data.subarray(at + clear, at + clear + secret)),
      );
      at += clear + secret;
    }
    if (entries === 0) parts.push(cipher.update(data.subarray(at, end)));
    at = end;
  }
  return concat(parts);
}

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

test('each segment is under the key of its label and period and no other; clear ones are as they were', async () => {
  const { plugin, seen, asked } = keepingMode({ protects: 'samples', encrypt: (_, cenc) => cenc() });
  const results = await write(plugin);
  assert.equal(new Set(asked).size, asked.length, 'each protector is asked for once');
  const keys = POLICY.labels.flatMap((label) => [0, 1, 2].map((period) => ({ label, period })));
  for (const { label, index, clear, segment } of seen) {
    const period = PERIODS[index]!;
    const what = `${label}, segment ${index + 1}`;
    if (period === CLEAR) {
      assert.ok(same(segment.data, clear) && !segment.encryption, `${what} is not clear`);
      continue;
    }
    const fits = keys.filter((place) => same(decrypted(segment, keyOf(place.label, place.period)), clear));
    assert.equal(fits, [{ label, period }], what);
  }
  for (const label of ['AUDIO', 'VIDEO']) {
    const own = seen.filter((one) => one.label === label && PERIODS[one.index] !== CLEAR);
    assert.ok(own.length >= 4, `${own.length} segments of ${label}`);
    const ivs = own.flatMap(({ segment }) => toHex(segment.encryption!.ivs).match(/.{16}/g)!);
    assert.is(new Set(ivs).size, ivs.length, 'no IV comes twice');
  }
  for (const { tracks } of results) {
    const { protection, sampleCount, encrypted } = tracks[0]!;
    assert.ok(encrypted);
    const label = POLICY.labelOf(tracks[0]!);
    const samples = seen
      .filter((one) => one.label === label && PERIODS[one.index] !== CLEAR)
      .reduce((sum, { segment }) => sum + segment.count, 0);
    assert.is(protection!.samples, samples);
    assert.ok(samples < sampleCount);
    assert.is(protection!.encrypted, protection!.coded - protection!.tooSmall);
  }
});

test('whole segments are encrypted in the same way', async () => {
  const { plugin, seen } = keepingMode({ protects: 'resources', encrypt: (_, cipher) => cipher() });
  const results = await write(plugin);
  for (const { label, index, clear, segment } of seen) {
    const period = PERIODS[index]!;
    if (period === CLEAR) {
      assert.ok(same(segment.data, clear), `${label}, segment ${index + 1}`);
      continue;
    }
    const key = keyOf(label, period);
    const decipher = createDecipheriv('aes-128-cbc', key.reveal(), key.iv!);
    assert.ok(same(concat([decipher.update(segment.data), decipher.final()]), clear));
  }
  const counted = results.map(({ encryptedResources }) => encryptedResources!.count);
  assert.is(
    counted.reduce((sum, count) => sum + count),
    seen.filter(({ index }) => PERIODS[index] !== CLEAR).length,
  );
});

test('a protector that leaves the segments of one period clear is found', async () => {
  for (const lazy of [0, 1]) {
    const { plugin } = keepingMode({
      protects: 'samples',
      encrypt: ({ period }, cenc) =>
        period === lazy ? { scheme: 'cenc', protectSegment: (segment) => segment } : cenc(),
    });
    assert.is((await failureOf(write(plugin))).code, 'LEFT_CLEAR');
  }
  const { plugin } = keepingMode({
    protects: 'resources',
    encrypt: ({ period }, cipher) =>
      period === 1
        ? {
            scheme: 'aes-128',
            protectResource: () => ({ update: (bytes) => bytes, final: () => new Uint8Array(0) }),
          }
        : cipher(),
  });
  assert.is((await failureOf(write(plugin))).code, 'LEFT_CLEAR');
});

test('protectors of one track that are of two schemes, or have two faces, are refused', async () => {
  const odd: readonly Protector[] = [
    { scheme: 'cbcs', protectSegment: (segment) => segment },
    { scheme: 'cenc', protectResource: () => assert.unreachable() as never },
  ];
  for (const one of odd) {
    const { plugin } = keepingMode({
      protects: 'samples',
      encrypt: ({ period }, cenc) => (period === 1 ? one : cenc()),
    });
    const error = await write(plugin).catch((cause: unknown) => cause);
    assert.instance(error, TypeError);
  }
});

test('only the keys that tracks need are fetched: by label, then by period', async () => {
  const asked: string[] = [];
  const { plugin } = keepingMode({ protects: 'samples', encrypt: (_, cenc) => cenc() });
  const { facts } = await opened({
    mode: plugin,
    find(label, period) {
      asked.push(`${label}/${period}`);
      return label === 'UNUSED' ? undefined : keyOf(label, period);
    },
  });
  await facts.title.close();
  const periods = [0, 1, 2].filter((period) => facts.presentation.grid.periods.includes(period));
  const wanted = ['AUDIO', 'VIDEO'].flatMap((label) => periods.map((period) => `${label}/${period}`));
  assert.equal(
    facts.keys.get('keeping')!.all.map(({ label, period }) => `${label}/${period}`),
    wanted,
  );
  assert.equal(asked.slice(1), wanted, 'the first question is that of a title with one key');
});

test('a key that is missing for one label in one period ends the title, and is named', async () => {
  const { plugin } = keepingMode({ protects: 'samples', encrypt: (_, cenc) => cenc() });
  const find: Find = (label, period) =>
    label === 'VIDEO' && period === 1 ? undefined : keyOf(label, period);
  const error = await failureOf(opened({ mode: plugin, find }));
  assert.is(error.code, 'NO_KEY');
  assert.match(error.message, 'no key for label VIDEO, period 1 of content "test-content" (mode keeping)');
});

test('a rehearsal describes the segments of each period as the real protectors do', async () => {
  const { plugin, seen } = keepingMode({ protects: 'samples', encrypt: (_, cenc) => cenc() });
  const { works, context } = await opened({ mode: plugin });
  for (const work of works) await rehearseUnit(context, work);
  await context.inputs.close();
  for (const { index, segment } of seen) {
    assert.is(segment.encryption?.ivSize, PERIODS[index] === CLEAR ? undefined : 8, `segment ${index + 1}`);
  }
});

test('a mode that can tell nobody of changing keys and clear segments is refused before anything is written', async () => {
  const { plugin } = keepingMode({ protects: 'samples', encrypt: (_, cenc) => cenc() });
  const { facts, context } = await opened({ mode: plugin });
  assert.throws(
    () => planUnits(facts, context.run),
    /Mode \S+ cannot tell players that the first segments are clear/,
  );
  await context.inputs.close();
});

test.run();
