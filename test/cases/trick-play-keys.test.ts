/** Keys of pictures for trick play: by quality, keys that change, a clear lead; and what a plan says of them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Plugin, packageTitle, type Report } from '../../core/index.ts';
import type { TrackChoice } from '../../core/kit.ts';
import { cmaf, dashCenc, demuxMp4, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { playedByMpd } from '../helpers/keyed/played.ts';
import { listedPlaylist } from '../helpers/keyed/played-playlist.ts';
import { type TitleKey, titleKey, titleKeySource } from '../helpers/keyed/title-keys.ts';
import { keyFramesOf, RENDITIONS, trickMedium } from '../helpers/media/trick-media.ts';
import { attribute, children, parseMpd } from '../helpers/oracles/mpd-document.ts';
import { md5 } from '../helpers/oracles/sample-aes-audio.ts';
import { sampleHashesByShaka } from '../helpers/oracles/shaka-by-key.ts';
import { assertManifests } from '../helpers/oracles/valid-manifests.ts';
import { attributesOf } from '../helpers/oracles/valid-playlists.ts';
import { assertForeseen, planOf } from '../helpers/titles/expected-sizes.ts';
import { setsOf } from '../helpers/titles/label-manifests.ts';
import { hexKey, keySource, LABEL_TITLES } from '../helpers/titles/label-titles.ts';
import { failureOf, filesBelow, outputFolder, testPlugins, titleOptions } from '../helpers/titles/package.ts';
import { decryptSample } from '../helpers/verify/common-encryption.ts';
import { readProtectedTrack } from '../helpers/verify/protected-samples.ts';

const test = suite('keys of trick play');

const SCHEME = 'http://dashif.org/guidelines/trickmode';

/** Ids of the sets for trick play of an MPD, each with those that it is for, and their key ids. */
async function trickSets(path: string) {
  const period = children(parseMpd(await readFile(path, 'utf8')), 'Period')[0];
  const known = setsOf(path);
  return children(period, 'AdaptationSet').flatMap((set) => {
    const property = children(set, 'EssentialProperty').find(
      (one) => attribute(one, 'schemeIdUri') === SCHEME,
    );
    const own = known.find(({ id }) => id === attribute(set, 'id'))!;
    const mains = attribute(property, 'value')?.split(' ') ?? [];
    const keyOf = (id: string) => known.find((one) => one.id === id)?.keyId;
    return property
      ? [{ files: own.files, keyId: own.keyId, for: mains, keysOfMains: mains.map(keyOf) }]
      : [];
  });
}

test('by quality: each set has the key frames of its own smallest rendition, under its own key', async () => {
  const { keys, inputs, labels } = LABEL_TITLES['five labels']!;
  const title = titleOptions({ inputs: await inputs(), keys, segmentDuration: 1, trickPlay: true });
  const modes = [dashCenc(), cmaf()];
  const { output } = await packageTitle({ title, plugins: [demuxMp4(), keySource(), ...modes] });
  await assertManifests(output);
  for (const prefix of ['DASH', 'CMAF']) {
    const folder = join(output, outputFolder(prefix, title.inputs[0]!));
    const path = join(folder, 'stream.mpd');
    const sets = await trickSets(path);
    assert.equal(
      sets.map(({ files }) => files),
      labels.map((_, n) => [`trick-${n + 1}`]),
    );
    for (const [n, set] of sets.entries()) {
      assert.equal(set.keysOfMains, [set.keyId], `${labels[n]}: one main set, with its key`);
      const { init, segments } = playedByMpd(path, parseMpd(await readFile(path, 'utf8'))).get(
        `trick-${n + 1}`,
      )!;
      const key = hexKey(labels[n]!);
      const source = (await keyFramesOf(title.inputs[n]!)).map(({ hash }) => hash);
      const read = segments.flatMap(({ bytes }) => readProtectedTrack(Buffer.concat([init, bytes])).samples);
      assert.ok(read.every(({ encryption }) => encryption?.keyId === key.keyId));
      assert.equal(
        read.map((sample) => md5(decryptSample(sample as never, Buffer.from(key.key, 'hex')))),
        source,
      );
      const stretches = [{ key, fragments: segments.map(({ bytes }) => bytes) }];
      assert.equal((await sampleHashesByShaka([{ kind: 'video', init, stretches }]))[0], source);
    }
  }
});

test('a function that names labels is asked once for each rendition: key frames are under the same', async () => {
  const asked: number[] = [];
  const keys = ({ kind, video }: { kind: string; video?: { height: number } }) => {
    if (kind === 'audio') return 'AUDIO';
    asked.push(video!.height);
    return asked.length % 2 === 1 ? 'SD' : 'HD';
  };
  const title = titleOptions({ inputs: RENDITIONS, keys, trickPlay: true });
  const { output } = await packageTitle({ title, plugins: [demuxMp4(), keySource(), dashCenc()] });
  assert.equal(asked, [360, 270, 180]);
  const sets = await trickSets(join(output, outputFolder('DASH', RENDITIONS[0]!), 'stream.mpd'));
  assert.ok(sets.length > 1 && sets.every(({ keyId, keysOfMains }) => keysOfMains.join() === keyId));
});

/** Keys that change each 6 s, and nothing encrypted before 4 s: of 20 s in segments of 2 s. */
const RULES = { keyRotation: 6, clearLead: 4, segmentDuration: 2 };
const PERIODS = ['clear', 'clear', 0, 1, 1, 1, 2, 2, 2, 3] as const;
const ALL: TitleKey[] = [0, 1, 2, 3].map((period) => titleKey('ALL', period));

const GIVEN = {
  'key frames of a rendition': async () => ({ inputs: RENDITIONS, trickPlay: true, source: RENDITIONS[2]! }),
  'an input that is given': async () => {
    const source = await trickMedium('2fps');
    const choices: (TrackChoice | undefined)[] = [undefined, undefined, undefined, { trickPlay: true }];
    return { inputs: [...RENDITIONS, source], choices, source };
  },
};

async function packaged(
  modes: readonly Plugin[],
  facts: { inputs: readonly string[] },
): Promise<{ report: Report; folder: (prefix: string) => string }> {
  const title = titleOptions({ ...facts, ...RULES });
  const plugins = [demuxMp4(), titleKeySource(['ALL'], 4), ...modes];
  const plan = await planOf({ title, plugins });
  const report = await packageTitle({ title, plugins });
  await assertManifests(report.output);
  assertForeseen(plan, report);
  return { report, folder: (prefix) => join(report.output, outputFolder(prefix, title.inputs[0]!)) };
}

for (const [name, facts] of Object.entries(GIVEN)) {
  for (const layout of ['single-file', 'segments'] as const) {
    test(`${name}, ${layout}: each picture is under the key of its time, or clear in the lead; as planned`, async () => {
      const { source, ...given } = await facts();
      const { folder } = await packaged([dashCenc({ layout }), cmaf({ layout })], given);
      const original = (await keyFramesOf(source)).map(({ hash }) => hash);
      for (const prefix of ['DASH', 'CMAF']) {
        const path = join(folder(prefix), 'stream.mpd');
        const { init, segments } = playedByMpd(path, parseMpd(await readFile(path, 'utf8'))).get('trick-1')!;
        assert.is(segments.length, PERIODS.length);
        let at = 0;
        for (const [n, { bytes }] of segments.entries()) {
          for (const sample of readProtectedTrack(Buffer.concat([init, bytes])).samples) {
            const what = `${prefix}, segment ${n + 1}`;
            const expected = original[at++];
            const period = PERIODS[n]!;
            assert.is(md5(sample.bytes) === expected, period === 'clear', what);
            if (period === 'clear') continue;
            assert.is(sample.encryption?.keyId, ALL[period]!.keyId, what);
            const fits = ALL.filter(
              ({ key }) => md5(decryptSample(sample as never, Buffer.from(key, 'hex'))) === expected,
            );
            assert.equal(fits, [ALL[period]], what);
          }
        }
        assert.is(at, original.length);
      }
    });
  }
}

test('I-frame playlists of what is given have the key lines of each period, and none in the lead', async () => {
  const { source: _, ...given } = await GIVEN['an input that is given']();
  for (const [prefix, mode] of [
    ['HLS', hlsAes({ container: 'ts' })],
    ['HLS', hlsAes({ container: 'fmp4' })],
    ['HLS-NCG', hlsNcg({ keyUri: 'https://keys.test/{keyId}' })],
    ['CMAF', cmaf()],
  ] as const) {
    const { folder } = await packaged([mode], given);
    const playlist = await listedPlaylist(join(folder(prefix), 'trick-1/iframe.m3u8'));
    assert.is(playlist.segments.length, 40);
    const lines = playlist.segments.map(({ keyLines }) => keyLines.join());
    for (const [n, line] of lines.entries()) {
      const period = PERIODS[Math.floor(n / 4)]!;
      if (period === 'clear') assert.is(line, '', `picture ${n + 1}`);
      else assert.ok(line !== '', `picture ${n + 1}`);
      // The same line as long as the key is the same, and another then.
      const before = PERIODS[Math.floor((n - 1) / 4)];
      if (n > 0) assert.is(line === lines[n - 1], period === before, `picture ${n + 1}`);
    }
    const master = await readFile(join(folder(prefix), 'master.m3u8'), 'utf8');
    assert.is(attributesOf(master, 'EXT-X-I-FRAME-STREAM-INF').length, 1);
  }
});

test('a plan names files, sizes and keys of what is for trick play', async () => {
  for (const facts of Object.values(GIVEN)) {
    const { source: _, ...given } = await facts();
    const title = titleOptions(given);
    const plugins = [...testPlugins(), dashCenc(), cmaf(), hlsAes()];
    const plan = await planOf({ title, plugins });
    const report = await packageTitle({ title, plugins });
    assertForeseen(plan, report);
    for (const mode of plan.modes) {
      const unit = mode.units.find((one) => one.unit === 'trick-1');
      const written = report.modes.find((one) => one.mode === mode.mode)!.files;
      for (const { path, bytes } of unit?.files ?? [])
        assert.is(written.find((file) => file.path === path)?.bytes, bytes, path);
    }
  }
});

test('clear pictures by intention: those for trick play too, and the MPD says so', async () => {
  const title = titleOptions({ inputs: RENDITIONS, trickPlay: true, clear: ['video'] });
  const { output } = await packageTitle({ title, plugins: [...testPlugins(), dashCenc()] });
  await assertManifests(output);
  const path = join(output, outputFolder('DASH', RENDITIONS[0]!), 'stream.mpd');
  const [set] = await trickSets(path);
  assert.is(set?.keyId, undefined);
  const { init, segments } = playedByMpd(path, parseMpd(await readFile(path, 'utf8'))).get('trick-1')!;
  const read = segments.flatMap(({ bytes }) => readProtectedTrack(Buffer.concat([init, bytes])).samples);
  assert.equal(
    read.map(({ bytes }) => md5(bytes)),
    (await keyFramesOf(RENDITIONS[2]!)).map(({ hash }) => hash),
  );
});

test('a protector that does nothing to pictures for trick play ends the title, and nothing is written', async () => {
  const idle: Plugin = {
    name: 'key-idle',
    apply: ({ hooks }) =>
      hooks.encrypt
        .for('dash-cenc')
        .tap({ name: 'key-idle', stage: -1 }, ({ unit }) =>
          unit.id === 'trick-1' ? { scheme: 'cenc', protectSegment: (segment) => segment } : undefined,
        ),
  };
  for (const facts of Object.values(GIVEN)) {
    const { source: _, ...given } = await facts();
    const title = titleOptions(given);
    const error = await failureOf(packageTitle({ title, plugins: [...testPlugins(), idle, dashCenc()] }));
    assert.is(error.code, 'LEFT_CLEAR');
    assert.equal(await filesBelow(title.output), []);
  }
});

test.run();
