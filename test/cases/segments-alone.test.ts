/** Segments of fragmented MP4 made by themselves, in any order: byte for byte those of a title that was written in one go. */

import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, copyBytes } from '../../core/base/bytes.ts';
import { FragmentedMp4Muxer, type FragmentedMp4MuxerOptions } from '../../core/containers/mp4/write/muxer.ts';
import type { Plugin } from '../../core/index.ts';
import {
  carriesProtectable,
  cbcsEncryption,
  cencEncryption,
  createCbcsProtector,
  createCencProtector,
  type FragmentedMp4Options,
  type OutputTree,
  type ProtectedTrack,
  type Protector,
  planTracks,
  type Segment,
  type SegmentJob,
  writeFragmentedMp4,
} from '../../core/kit.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { AVC_CLIPS, writeJoined } from '../helpers/media/joined-media.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { hasRealFile, realFile } from '../helpers/media/real-media.ts';
import { unevenTitle } from '../helpers/media/uneven-media.ts';
import { findBoxes, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { Dice } from '../helpers/random/dice.ts';
import { packageWith } from '../helpers/titles/package.ts';

const test = suite('segments made alone');

type Layout = Pick<FragmentedMp4Options, 'files' | 'index' | 'iframes' | 'editList' | 'cmaf'>;
type Scheme = 'cenc' | 'cbcs';

/** A segment as the muxer got it and as the file has it. */
interface Made {
  readonly samples: Segment;
  /** What the clear samples were found to be. */
  readonly conforms: boolean;
  readonly bytes: Buffer;
}

/** Copies what is reused. */
const kept = (segment: Segment): Segment => ({ ...segment, data: copyBytes(segment.data) });

/** Cuts in the middle of everything, and segments without samples: in front, between and at the end. */
function oddCuts(count: number): Uint32Array {
  const dice = new Dice(count);
  const starts = [0, 0];
  while (starts.at(-1)! < count) starts.push(starts.at(-1)! + dice.below(80) * dice.below(2));
  return Uint32Array.from([...starts.filter((start) => start <= count), count]);
}

/** A track with other cuts than the title has, and its protector as it is. */
const cutOddly = ({ timing, ...timed }: ProtectedTrack, protector: Protector): ProtectedTrack => ({
  ...timed,
  timing: { ...timing, segmentStarts: oddCuts(timed.track.samples.count) },
  protector,
});

/** Let every segment go through the engine's protector. */
async function protectAll(job: SegmentJob, timed: ProtectedTrack): Promise<void> {
  const reader = job.segments(timed);
  for (const index of timed.timing.segmentStarts.keys())
    timed.protector!.protectSegment!(await reader.read(index));
}

/** A mode that writes its units and then makes their segments once more. */
function aloneMode(scheme: Scheme, layout: Layout, cut: 'grid' | 'odd'): { plugin: Plugin; made: Made[][] } {
  const name = 'mode-alone';
  const made: Made[][] = [];
  const protectors = new Map<string, Protector>();
  const plugin: Plugin = {
    name,
    apply(packager) {
      const mode = packager.mode({
        name: 'alone',
        title: 'Alone',
        scheme,
        protects: 'samples',
        carries: carriesProtectable,
        folder: () => 'alone',
        plan: planTracks,
      });
      mode.encrypt.tap(name, ({ track, key, unit }, run) => {
        if (!track) return undefined;
        const iv = key.requireIv('alone');
        const warn = (line: string) => run.warn(line);
        const protector =
          scheme === 'cenc'
            ? createCencProtector({ track, key, iv: run.random(unit.id, 8) })
            : createCbcsProtector({ track, key, iv, warn });
        protectors.set(unit.id, protector);
        return protector;
      });
      mode.segment.tapPromise(name, async (job) => {
        const key = job.keys.only;
        const encryption =
          scheme === 'cenc'
            ? cencEncryption(key.id)
            : cbcsEncryption(job.tracks[0]!.track.kind, key.id, key.requireIv('alone'));
        const options = { ...layout, path: job.unit.id, encryption: () => encryption, pssh: () => [] };
        const [given] = job.tracks;
        const timed = cut === 'odd' ? cutOddly(given!, protectors.get(job.unit.id)!) : given!;
        const periods = new Int32Array(timed.timing.segmentStarts.length);
        const { result, segments } = await recorded(
          { ...job, grid: { ...job.grid, periods } },
          timed,
          options,
        );
        // The engine counts what comes by its own cuts.
        if (cut === 'odd') await protectAll(job, given!);
        makeAgain(timed, { ...options, encryption, pssh: [] }, segments);
        made.push(segments);
        return result;
      });
      mode.emitManifest.tap(name, () => {});
    },
  };
  return { plugin, made };
}

/** Write a unit; keep what went into the muxer, and what came out of it. */
async function recorded(job: SegmentJob, timed: ProtectedTrack, options: FragmentedMp4Options) {
  const watch = new FragmentedMp4Muxer(timed, { ...options, encryption: undefined, pssh: [] });
  const seen: Pick<Made, 'samples' | 'conforms'>[] = [];
  const protector = {
    ...timed.protector!,
    protectSegment(clear: Segment): Segment {
      const conforms = watch.conforms([clear]);
      const samples = timed.protector!.protectSegment!(clear);
      seen.push({ samples: kept(samples), conforms });
      return samples;
    },
  };
  const appended: Buffer[] = [];
  const output: OutputTree = {
    write: (path, content) => job.output.write(path, content),
    async create(path) {
      const file = await job.output.create(path);
      const append = file.append.bind(file);
      file.append = (parts) => {
        appended.push(Buffer.concat(parts));
        return append(parts);
      };
      return file;
    },
  };
  const result = await writeFragmentedMp4({ ...job, output, tracks: [{ ...timed, protector }] }, options);
  return { result, segments: seen.map((one, n): Made => ({ ...one, bytes: appended[n]! })) };
}

/** Once each by a muxer of its own, then all by one muxer, twice, in an order that only looks random. */
function makeAgain(
  timed: ProtectedTrack,
  options: FragmentedMp4MuxerOptions & Pick<FragmentedMp4Options, 'files'>,
  segments: readonly Made[],
): void {
  const fresh = () => new FragmentedMp4Muxer(timed, { ...options, segmentTypes: options.files === 'many' });
  const one = fresh();
  const dice = new Dice(segments.length);
  const shuffled = Array.from({ length: 2 * segments.length }, () => dice.of(segments));
  const attempts = [
    ...segments.map((segment) => ({ segment, muxer: fresh() })),
    ...shuffled.map((segment) => ({ segment, muxer: one })),
    ...segments.toReversed().map((segment) => ({ segment, muxer: one })),
  ];
  for (const { segment, muxer } of attempts) {
    const { index } = segment.samples;
    const { parts } = muxer.segment(index, [segment.samples], segment.conforms);
    assert.ok(segment.bytes.equals(concat(parts)), `segment ${index + 1} of ${timed.track.kind}`);
  }
}

const fragmentsOf = ({ bytes }: Made): number[] =>
  findBoxes(parseBoxes(bytes), 'mfhd').map((mfhd) => Number(mfhd['sequence_number']));

/** H.264 with B-frames, AAC. */
const REAL = 'bear-1280x720.mp4';

const LAYOUTS: Readonly<Record<string, Layout>> = {
  'a CMAF set: index, I-frames, edit list at once': {
    files: 'one',
    index: true,
    iframes: true,
    editList: true,
    cmaf: true,
  },
  'a file for each segment, with I-frames': { files: 'many', iframes: true, cmaf: true },
  'one file without any of it': { files: 'one' },
};

const INPUTS: Readonly<Record<string, () => Promise<string>>> = {
  'pictures and sound': () => oddMedia('b-pyramid'),
  'a format that changes and comes back': async () => {
    const [large, small] = [await AVC_CLIPS.large(), await AVC_CLIPS.small()];
    const path = join(temporaryFolder('alone'), 'joined.mp4');
    const files = [large, small, large];
    await writeJoined(path, { files, entries: [1, 2, 1], stsd: (own) => own.slice(0, 2) });
    return path;
  },
  'sound that starts late and ends early': () => unevenTitle('alone', [0, 12], [5, 8]),
  ...(hasRealFile(REAL) && { 'a real film': async () => realFile(REAL) }),
};

for (const [layoutName, layout] of Object.entries(LAYOUTS)) {
  for (const [inputName, input] of Object.entries(INPUTS)) {
    for (const scheme of ['cenc', 'cbcs'] as const) {
      test(`${layoutName}; ${inputName}; ${scheme}`, async () => {
        for (const cut of ['grid', 'odd'] as const) {
          const { plugin, made } = aloneMode(scheme, layout, cut);
          await packageWith([plugin], { inputs: [await input()], segmentDuration: 1 });
          assert.ok(made.length > 0);
          for (const segments of made) {
            assert.ok(segments.length > 1, 'one segment shows nothing');
            const numbers = segments.flatMap(fragmentsOf);
            assert.equal(
              numbers,
              numbers.map((_, n) => n + 1),
            );
          }
          const several = made.flat().some((segment) => fragmentsOf(segment).length > 1);
          if (!layout.iframes && !inputName.includes('format')) assert.not(several);
          else if (cut === 'odd') assert.ok(several, 'one fragment a segment shows little');
        }
      });
    }
  }
}

test.run();
