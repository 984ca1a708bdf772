/** Packages of every mode, written again in the clear: ffmpeg reads the samples of the source, all of them and no others. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decryptPackage } from '../../core/engine/decrypt/decrypt-package.ts';
import type { Plugin } from '../../core/index.ts';
import { cmaf, hlsAes, hlsNcg, keyManual, ncg } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { cutFilm, DAMAGE_KEYS, type PackageName, undamaged } from '../helpers/damage/packages.ts';
import { MADE_AUDIO } from '../helpers/media/audio-media.ts';
import { ODD_MEDIA } from '../helpers/media/odd-media.ts';
import {
  codedSamplesOf,
  hashes,
  IGNORE_EDITS,
  MP4_TO_TS,
  type SampleRequest,
  SLICES_AND_SEI,
} from '../helpers/oracles/samples.ts';
import { readPackets } from '../helpers/oracles/transport-stream.ts';
import { assertManifests } from '../helpers/oracles/valid-manifests.ts';
import {
  failureOf,
  filesBelow,
  packageWith,
  TEST_KEY,
  testKey,
  titleOptions,
} from '../helpers/titles/package.ts';

const test = suite('decrypt: modes');

const newOutput = (): string => join(temporaryFolder('clear'), 'out');

const decrypt = (reference: string, plugins: readonly Plugin[], output = newOutput()) =>
  decryptPackage({
    reference,
    base: '/',
    titles: [{ title: titleOptions({ inputs: [] }), plugins }],
    output,
    overwrite: false,
    signal: new AbortController().signal,
    warn: (message) => assert.unreachable(message),
  });

const damageKeys: Plugin = {
  name: 'keys-by-id',
  apply: (packager) =>
    packager.keyFinder({
      name: 'the keys of the tests',
      find: async (ids) => ids.flatMap((id) => DAMAGE_KEYS.get(id) ?? []),
    }),
};

/** A stream in the one form that it has in MP4 and MPEG-TS: pictures with start codes, sound without headers. */
function request(path: string, stream: 'v:0' | 'a:0', isAac = true): SampleRequest {
  const isTs = path.endsWith('.ts');
  const sound = isTs && isAac ? 'aac_adtstoasc' : undefined;
  return {
    path,
    stream,
    demuxer: isTs ? [] : IGNORE_EDITS,
    filter: stream === 'v:0' ? (isTs ? SLICES_AND_SEI : MP4_TO_TS) : sound,
  };
}

/** Files of media of a package, segments of one rendition as one file. */
async function mediaOf(folder: string): Promise<string[]> {
  const names = (await filesBelow(folder)).filter(
    (name) => /\.(?:mp4|m4s|ts)$/.test(name) && !/text|thumb/.test(name),
  );
  const rank = (name: string): number =>
    name.includes('init') ? -1 : Number(/\d+/.exec(basename(name))?.[0] ?? 0);
  const renditions = new Map<string, string[]>();
  for (const name of names) {
    const rendition = name.slice(0, name.lastIndexOf('/'));
    renditions.set(rendition, [...(renditions.get(rendition) ?? []), name]);
  }
  return Promise.all(
    [...renditions].map(async ([rendition, files]) => {
      if (files.length === 1) return join(folder, files[0]!);
      files.sort((one, other) => rank(one) - rank(other));
      const joined = join(temporaryFolder('joined'), `${rendition.replaceAll('/', '-')}.mp4`);
      const parts = await Promise.all(files.map((name) => readFile(join(folder, name))));
      await writeFile(joined, Buffer.concat(parts));
      return joined;
    }),
  );
}

/** What playlists and MPDs say: nothing of keys, and of MPEG-TS where segments and I-frames are now. */
async function assertRanges(folder: string): Promise<void> {
  await assertManifests(folder);
  for (const name of await filesBelow(folder)) {
    assert.not.match(name, /key/);
    if (!/(?:m3u8|mpd)$/.test(name)) continue;
    const text = await readFile(join(folder, name), 'utf8');
    assert.not.match(text, /-KEY:|ContentProtection/, name);
    if (!text.includes('media.ts')) continue;
    const media = await readFile(join(folder, name, '../media.ts'));
    const ranges = [...text.matchAll(/#EXT-X-BYTERANGE:(\d+)@(\d+)/g)].map(([, length, offset]) => {
      const from = Number(offset);
      return { from, to: from + Number(length) };
    });
    if (ranges.length === 0) {
      assert.is(text.split('media.ts').length, 2, `${name}: a file of one segment`);
      continue;
    }
    const isTrick = text.includes('I-FRAMES-ONLY');
    if (!isTrick) {
      const starts = ranges.slice(1).map(({ from }) => from);
      assert.equal(
        ranges.map(({ to }) => to),
        [...starts, media.length],
        name,
      );
    }
    for (const { from, to } of ranges) {
      const units = readPackets(media.subarray(from, to)).map(({ unitStart }) => unitStart);
      assert.is(units[0], true, name);
      if (isTrick) assert.is(units.lastIndexOf(true), 0, `${name}: one picture`);
    }
  }
}

const PACKAGES: readonly PackageName[] = [
  ...(['dash', 'dash-segments', 'dash-rotated', 'cmaf'] as const),
  ...(['hls-ts', 'hls-fmp4', 'hls-aes-128'] as const),
];

test('what is in the clear is the source, in every mode, container and layout', async () => {
  const [large = '', small = '', german = ''] = await Promise.all(
    ['sample-270p.mp4', 'sample-180p.mp4', 'sample-de.m4a'].map(cutFilm),
  );
  const outputs: string[] = [];
  for (const name of PACKAGES) {
    const { output } = await decrypt(await undamaged(name), [damageKeys]);
    await assertRanges(output);
    const media = await mediaOf(output);
    assert.ok(media.length >= (name === 'dash-rotated' ? 3 : 4), `${name}: ${media}`);
    outputs.push(...media);
  }
  const sources = [
    request(large, 'v:0'),
    request(small, 'v:0'),
    request(large, 'a:0'),
    request(german, 'a:0'),
  ];
  const isSound = (path: string): boolean => /audio/.test(path);
  const requests = [...sources, ...outputs.map((path) => request(path, isSound(path) ? 'a:0' : 'v:0'))];
  const read = await codedSamplesOf(requests);
  const known = new Map(read.slice(0, 4).map((samples, index) => [hashes(samples).join(), index]));
  assert.is(known.size, 4);
  const seen = [0, 0, 0, 0];
  for (const [index, samples] of read.slice(4).entries()) {
    const source = known.get(hashes(samples).join());
    assert.type(source, 'number', outputs[index]);
    seen[source!]! += 1;
  }
  assert.equal(seen, [PACKAGES.length, PACKAGES.length, PACKAGES.length, PACKAGES.length - 1]);
});

test('B-frames, several slices and surround sound: the source again, and I-frames where playlists say they are', async () => {
  const sources = await Promise.all([
    ODD_MEDIA.find(({ name }) => name === 'b-pyramid')!.file(),
    ODD_MEDIA.find(({ name }) => name === 'multi-slice')!.file(),
    MADE_AUDIO.find(({ name }) => name === 'ac-3 5.1')!.file(),
  ]);
  const pairs: SampleRequest[] = [];
  for (const [index, source] of sources.entries()) {
    const isSound = index === 2;
    const stream = isSound ? 'a:0' : 'v:0';
    const modes = [cmaf({ scheme: 'cenc' }), hlsAes({ container: 'ts' }), hlsNcg()];
    const { output } = await packageWith(isSound ? modes.slice(0, 2) : modes, { inputs: [source] });
    const clear = await decrypt(output, [testKey(), ...modes]);
    await assertRanges(clear.output);
    const media = (await mediaOf(clear.output)).filter((path) => isSound || !/audio/.test(path));
    assert.is(media.length, isSound ? 2 : 3);
    for (const path of media) pairs.push(request(path, stream, !isSound), request(source, stream));
  }
  const read = await codedSamplesOf(pairs);
  for (let at = 0; at < read.length; at += 2) {
    assert.ok(read[at]!.length > 50);
    assert.equal(hashes(read[at]!), hashes(read[at + 1]!), pairs[at]!.path);
  }
});

const WRONG = keyManual({ keyId: TEST_KEY.keyId, key: '5e'.repeat(16), iv: TEST_KEY.iv });
const MISSING = keyManual({ keyId: `${'f'.repeat(31)}0`, key: '6f'.repeat(16), iv: TEST_KEY.iv });

test('a file in the container of a vendor is what was put into it, under its own name', async () => {
  const source = await cutFilm('sample-180p.mp4');
  const { output } = await packageWith([ncg()], { inputs: [source] });
  const [wrapped = ''] = await filesBelow(output);
  assert.match(wrapped, /\.mp4\.ncg$/);
  for (const reference of [output, join(output, wrapped)]) {
    const clear = await decrypt(reference, [testKey(), ncg()]);
    assert.equal(await filesBelow(clear.output), [basename(wrapped, '.ncg')]);
    assert.equal(await readFile(join(clear.output, clear.files[0]!.path)), await readFile(source));
    assert.is(clear.files[0]!.isDecrypted, true);
  }
  const target = newOutput();
  for (const keys of [WRONG, MISSING])
    assert.is((await failureOf(decrypt(output, [keys, ncg()], target))).code, 'NO_KEY');
  assert.equal(await filesBelow(target), []);
  await cp(source, join(output, basename(wrapped, '.ncg')));
  assert.is((await failureOf(decrypt(output, [testKey(), ncg()], target))).code, 'UNSUPPORTED_INPUT');
});

test('of MPEG-TS nothing is written without its key, with another one, or where some of it would stay encrypted', async () => {
  const modes = [hlsAes({ container: 'ts' }), hlsNcg()];
  const { output } = await packageWith(modes, { inputs: [await cutFilm('sample-180p.mp4')] });
  const target = newOutput();
  const folders = [...new Set((await filesBelow(output)).map((name) => name.split('/')[0]!))];
  assert.is(folders.length, 2);
  for (const folder of folders)
    for (const keys of [WRONG, MISSING]) {
      const failure = await failureOf(decrypt(join(output, folder), [keys, ...modes], target));
      assert.is(failure.code, 'NO_KEY', failure.message);
    }
  const changes: readonly (readonly [pattern: RegExp, text: string])[] = [
    [/METHOD=(?:SAMPLE-AES|AES-128)/g, 'METHOD=SAMPLE-AES-CTR'],
    [/#EXT-X-I-FRAMES-ONLY\n([\s\S]*)@376\n/, '#EXT-X-I-FRAMES-ONLY\n$1@188\n'],
  ];
  for (const [pattern, text] of changes) {
    const copy = join(temporaryFolder('changed'), 'package');
    await mkdir(copy, { recursive: true });
    await cp(join(output, folders.find((name) => name.startsWith('HLS_'))!), copy, { recursive: true });
    for (const name of await filesBelow(copy)) {
      if (!name.endsWith('.m3u8')) continue;
      const before = await readFile(join(copy, name), 'utf8');
      await writeFile(join(copy, name), before.replace(pattern, text));
    }
    const failure = await failureOf(decrypt(copy, [testKey(), ...modes], target));
    assert.is(failure.code, 'UNSUPPORTED_INPUT', failure.message);
  }
  assert.equal(await filesBelow(target), []);
});

test.run();
