/** Protectors that answer and do nothing, or too little: found by what comes back from them, in every mode. */

import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { copyBytes } from '../../core/base/bytes.ts';
import type { ProtectedTrack, SegmentJob } from '../../core/contract/segment-job.ts';
import type { Plugin } from '../../core/index.ts';
import { type Segment, writeFragmentedMp4 } from '../../core/kit.ts';
import type { ResourceCipher } from '../../core/protection/protector.ts';
import { dashCenc, hlsAes, hlsNcg, ncg } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { AV1_MEDIA } from '../helpers/media/av1-media.ts';
import { HEVC_MEDIA } from '../helpers/media/hevc-media.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { VP9_MEDIA } from '../helpers/media/vp9-media.ts';
import { failureOf, filesBelow, packageWith, titleOptions } from '../helpers/titles/package.ts';
import { idleMode, idleResources } from '../plugins/mode-idle.ts';

const test = suite('left clear');

async function refused(plugin: Plugin, input: string, clear: readonly ('video' | 'audio')[] = []) {
  const { output } = titleOptions({ inputs: [] });
  const error = await failureOf(packageWith([plugin], { inputs: [input], output, clear }));
  assert.is(error.code, 'LEFT_CLEAR', error.message);
  assert.equal(await filesBelow(output), []);
  return error;
}

/** XOR in the place of a cipher: what counts is which bytes change. */
function change(data: Uint8Array, from: number, to: number): void {
  for (let at = from; at < to; at += 1) data[at]! ^= 0xa5;
}

/** Visit the bounds of each sample of a segment. */
function eachSample({ sizes }: Segment, visit: (start: number, end: number, sample: number) => void): void {
  let end = 0;
  for (const [sample, size] of sizes.entries()) {
    end += size;
    visit(end - size, end, sample);
  }
}

for (const scheme of ['cenc', 'cbcs', 'sample-aes', 'acme-1']) {
  test(`a protector of ${scheme} that answers what it is given`, async () => {
    const error = await refused(idleMode({ scheme }), await oddMedia('video-only'));
    assert.match(
      error.message,
      /Mode idle would leave video track 1 \(avc1.*\) of input 1, .*video-only\.mp4 clear/,
    );
    assert.match(error.message, /50 of 50 samples .* segment 1 came back .* as they were/);
    assert.is(error.plugin, 'mode-idle');
    assert.match(error.hint ?? '', /taps `encrypt`/);
  });
}

test('in every codec, and for sound', async () => {
  for (const media of [HEVC_MEDIA[0]!, AV1_MEDIA[0]!, VP9_MEDIA[0]!])
    await refused(idleMode(), await media.file());
  const error = await refused(idleMode(), await oddMedia('ctts-v0'), ['video']);
  assert.match(error.message, /audio track 2/);
});

test('one that answers a copy, or has changed nothing but headers', async () => {
  const copy = (segment: Segment): Segment => ({ ...segment, data: copyBytes(segment.data) });
  await refused(idleMode({ protectSegment: copy }), await oddMedia('video-only'));
  const headers = (segment: Segment): Segment => {
    eachSample(segment, (start) => change(segment.data, start + 4, start + 5));
    return segment;
  };
  await refused(idleMode({ scheme: 'acme', protectSegment: headers }), await oddMedia('multi-slice'));
});

test('one that makes samples longer and leaves them as they are', async () => {
  const padded = (segment: Segment): Segment => {
    const parts: Uint8Array[] = [];
    eachSample(segment, (start, end) => parts.push(copyBytes(segment.data, start, end), new Uint8Array(7)));
    return { ...segment, data: Buffer.concat(parts), sizes: segment.sizes.map((size) => size + 7) };
  };
  const error = await refused(idleMode({ protectSegment: padded }), await oddMedia('video-only'));
  assert.match(error.message, /50 of 50 samples/);
});

test('one that misses a single sample of the last segment', async () => {
  let segments = 0;
  const almost = (segment: Segment): Segment => {
    segments += 1;
    eachSample(segment, (start, end, sample) => {
      if (segments < 3 || sample !== 7) change(segment.data, start, end);
    });
    return segment;
  };
  const error = await refused(
    idleMode({ scheme: 'acme', protectSegment: almost }),
    await oddMedia('video-only'),
  );
  assert.match(error.message, /: 1 of \d+ samples with something to encrypt in segment 3/);
});

test('a mode that asks for a protector and does not use it', async () => {
  const careless: Plugin = {
    name: 'mode-careless',
    apply(packager) {
      const mode = packager.mode({
        name: 'careless',
        title: 'Careless',
        scheme: 'cenc',
        protects: 'samples',
        carries: ['avc1'],
        folder: () => 'careless',
        plan: ({ video }) => [
          { id: 'v', input: 0, tracks: [{ input: 0, id: video[0]!.track.id }], bytes: 1 },
        ],
      });
      mode.encrypt.tap('mode-careless', () => ({ scheme: 'cenc', protectSegment: (segment) => segment }));
      mode.segment.tapPromise('mode-careless', (job) =>
        writeFragmentedMp4(
          { ...job, tracks: job.tracks.map((timed) => ({ ...timed, protector: undefined })) },
          {
            files: 'many',
            path: 'v',
            encryption: ({ id }) => ({ scheme: 'cenc', keyId: id, perSampleIvSize: 8 }),
            pssh: () => [],
          },
        ),
      );
    },
  };
  const error = await refused(careless, await oddMedia('video-only'));
  assert.match(error.message, /125 of its 125 samples never went through the protector/);
});

test('resources that come back as they were: at once, as a copy, in part', async () => {
  const input = await oddMedia('ctts-v0');
  const error = await refused(idleResources(), input);
  assert.match(error.message, /Mode idle-resources would leave media-1 clear: bytes of resource 1 came back/);
  await refused(
    idleResources((bytes) => copyBytes(bytes)),
    input,
  );
  let pieces = 0;
  const everyOther = (bytes: Uint8Array): Uint8Array => {
    if (pieces++ % 2 === 0) change(bytes, 0, bytes.length);
    return bytes;
  };
  await refused(idleResources(everyOther), input);
  const held = (bytes: Uint8Array): Uint8Array => Buffer.concat([Uint8Array.of(1, 2, 3), bytes]);
  await refused(idleResources(held), input);
  assert.match(
    (
      await refused(
        idleResources(() => new Uint8Array(0)),
        input,
      )
    ).message,
    /the protector answered 0/,
  );
});

test('a mode that protects one segment twice, and another not at all', async () => {
  const changed = (segment: Segment): Segment => {
    eachSample(segment, (start, end) => change(segment.data, start, end));
    return segment;
  };
  const idle = idleMode({ scheme: 'acme', protectSegment: changed });
  const twice: Plugin = {
    ...idle,
    apply(packager) {
      idle.apply(packager);
      packager.hooks.segment.for('idle').intercept({
        register: (tap) => ({
          ...tap,
          fn: (job: SegmentJob) => tap.fn({ ...job, tracks: job.tracks.map(firstAgain) }),
        }),
      });
    },
  };
  const error = await refused(twice, await oddMedia('video-only'));
  assert.match(error.message, /50 of its 125 samples never went through the protector/);
});

/** Its protector is given the first segment again where it should be given the second, which goes out as it is. */
function firstAgain(timed: ProtectedTrack): ProtectedTrack {
  const { protector } = timed;
  let first: Segment | undefined;
  return {
    ...timed,
    protector: protector && {
      ...protector,
      protectSegment(segment) {
        first ??= { ...segment, data: copyBytes(segment.data) };
        if (segment.index !== 1) return protector.protectSegment!(segment);
        protector.protectSegment!(first);
        return segment;
      },
    },
  };
}

/** What a protector of `cenc` might answer, with columns of its own: every byte changed, a subsample for each sample. */
function coded(segment: Segment): Segment {
  const { count, sizes } = segment;
  const data = segment.data.map((byte) => byte ^ 0xa5);
  const subsamples = {
    counts: new Uint16Array(count).fill(1),
    clear: new Uint16Array(count),
    protected: sizes.slice(),
  };
  return { ...segment, data, encryption: { ivSize: 8, ivs: new Uint8Array(8 * count), subsamples } };
}

const withSubsamples = (segment: Segment, other: object): Segment => {
  const { encryption, ...rest } = coded(segment);
  return { ...rest, encryption: { ...encryption!, subsamples: { ...encryption!.subsamples!, ...other } } };
};

/** The size of the first sample grows by what the second one loses. */
const shifted = (sizes: Uint32Array): Uint32Array =>
  sizes.map((size, sample) => size + (sample === 0 ? 1 : sample === 1 ? -1 : 0));

const UNFIT: readonly [string, RegExp, (segment: Segment) => unknown][] = [
  ['nothing', /segment 1 is no segment/, () => undefined],
  ['a promise', /is no segment/, async (segment) => coded(segment)],
  [
    'no data',
    /has 0 bytes of data for samples of/,
    (segment) => ({ ...coded(segment), data: new Uint8Array(0) }),
  ],
  [
    'a byte too few',
    /has \d+ bytes of data for samples of/,
    (segment) => ({ ...coded(segment), data: coded(segment).data.subarray(1) }),
  ],
  [
    'other sizes',
    /bytes of sample 2, which had/,
    (segment) => ({ ...coded(segment), sizes: shifted(segment.sizes) }),
  ],
  [
    'sizes changed where they were',
    /bytes of sample 2, which had/,
    (segment) => {
      segment.sizes.set(shifted(segment.sizes));
      return coded(segment);
    },
  ],
  ['another segment', /says that it is segment 100/, (segment) => ({ ...coded(segment), index: 99 })],
  [
    'another time',
    /begins at NaN in place of 0/,
    (segment) => ({ ...coded(segment), decodeTime: Number.NaN }),
  ],
  [
    'other durations',
    /another duration.* of sample 1 than/,
    (segment) => ({ ...coded(segment), durations: segment.durations.map((ticks) => 2 * ticks) }),
  ],
  [
    'fewer durations',
    /columns of other lengths/,
    (segment) => ({ ...coded(segment), durations: segment.durations.slice(1) }),
  ],
  ['no encryption', /has no `encryption`/, (segment) => ({ ...coded(segment), encryption: undefined })],
  [
    'three bytes of IVs',
    /has 3 bytes of IVs for 50 samples with 8 each/,
    (segment) => ({
      ...coded(segment),
      encryption: { ...coded(segment).encryption, ivs: new Uint8Array(3) },
    }),
  ],
  [
    'IVs of 7 bytes',
    /IVs of 7 bytes in place/,
    (segment) => ({ ...coded(segment), encryption: { ivSize: 7, ivs: new Uint8Array(7 * segment.count) } }),
  ],
  [
    'subsamples of another sample',
    /has subsamples of \d+ bytes for sample 1, which has/,
    (segment) => withSubsamples(segment, { protected: segment.sizes.toReversed() }),
  ],
  [
    'subsamples of nothing',
    /rows of subsamples in place of 50/,
    (segment) => withSubsamples(segment, { clear: new Uint16Array(segment.count + 1) }),
  ],
];

test('one that has encrypted all, and answers what nobody could decrypt', async () => {
  const input = await oddMedia('video-only');
  const { modes } = await packageWith([idleMode({ protectSegment: coded })], { inputs: [input] });
  assert.is(modes[0]!.renditions[0]!.tracks[0]!.protection!.encrypted, 125);
  for (const [what, message, answer] of UNFIT) {
    const { output } = titleOptions({ inputs: [] });
    const protectSegment = answer as (segment: Segment) => Segment;
    const error = await failureOf(packageWith([idleMode({ protectSegment })], { inputs: [input], output }));
    assert.is(error.code, 'NOT_PROTECTED', `${what}: ${error.message}`);
    assert.match(error.message, message, what);
    assert.equal(await filesBelow(output), []);
  }
});

test('a mode that encrypts its first resource alone', async () => {
  const idle = idleResources((bytes) => {
    change(bytes, 0, bytes.length);
    return bytes;
  });
  const onlyFirst: Plugin = {
    ...idle,
    apply(packager) {
      idle.apply(packager);
      packager.hooks.segment.for('idle-resources').intercept({
        register: (tap) => ({
          ...tap,
          fn: (job: SegmentJob) =>
            tap.fn({
              ...job,
              resourceProtector: {
                scheme: 'aes-128',
                protectResource: (index: number) =>
                  index === 0 ? job.resourceProtector!.protectResource!(0) : PLAIN,
              },
            }),
        }),
      });
    },
  };
  const error = await refused(onlyFirst, await oddMedia('ctts-v0'));
  assert.match(error.message, /of 3 segments with \d+ bytes 1 with \d+ went through the protector/);
});

const PLAIN: ResourceCipher = { update: (bytes) => bytes, final: () => new Uint8Array(0) };

test('a kind that the config leaves clear is not asked after', async () => {
  const { modes } = await packageWith([idleMode()], {
    inputs: [await oddMedia('video-only')],
    clear: ['video'],
  });
  assert.is(modes[0]!.renditions[0]!.tracks[0]!.protection, undefined);
});

test('pictures that are all too small for the scheme stay clear by its rule, and a warning says so', async () => {
  const input = join(temporaryFolder(), 'tiny.mp4');
  await ffmpeg(['-f', 'lavfi', '-i', 'color=size=32x32:duration=2', '-c:v', 'libx264', input]);
  const { warnings, modes } = await packageWith([hlsAes()], { inputs: [input] });
  const { coded, tooSmall, encrypted } = modes[0]!.renditions[0]!.tracks[0]!.protection!;
  assert.equal([coded, tooSmall, encrypted], [50, 50, 0]);
  assert.match(
    warnings.join(),
    /nothing of video track 1 .* is encrypted in mode hls-aes: .* too small for the scheme sample-aes/,
  );
});

test('the report says what was encrypted, by track', async () => {
  const plugins = [dashCenc(), hlsAes(), hlsNcg(), ncg()];
  const { modes } = await packageWith(plugins, { inputs: [await oddMedia('ctts-v0')] });
  for (const { mode, renditions } of modes) {
    const found = renditions.flatMap(({ tracks }) => tracks).flatMap(({ protection }) => protection ?? []);
    assert.is(found.length, mode === 'dash-cenc' || mode === 'hls-aes' ? 2 : 0, mode);
    for (const { samples, coded, tooSmall, encrypted, bytes, protectedBytes } of found) {
      assert.equal([coded, encrypted], [samples, samples - tooSmall]);
      assert.ok(protectedBytes > 0.9 * bytes && protectedBytes <= bytes, `${protectedBytes} of ${bytes}`);
    }
    const resources = renditions.flatMap(({ encryptedResources }) => encryptedResources ?? []);
    const expected: Readonly<Record<string, number[]>> = { 'hls-ncg': [3], ncg: [1] };
    assert.equal(
      resources.map(({ count }) => count),
      expected[mode] ?? [],
    );
  }
});

test.run();
