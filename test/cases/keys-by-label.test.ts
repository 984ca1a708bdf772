/** Titles whose tracks have keys of their own, in every mode: each track under the key of its label and no other, told to players. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  ContentKey,
  ContentKeySet,
  identity,
  openTitle,
  type Plugin,
  packageTitle,
  planTitle,
  type Report,
} from '../../core/index.ts';
import type { KeyPolicy } from '../../core/keys/label-policy.ts';
import type { HdcpLevel, KeySignalling } from '../../core/keys/signalling.ts';
import { cmaf, dashCenc, demuxMp4, hlsAes, hlsNcg, ncg } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce } from '../helpers/commands/folders.ts';
import { dashSamplesByFfmpeg, dashSamplesByShaka, type HexKey } from '../helpers/oracles/dash.ts';
import { aes128SegmentsByOpenssl, hlsSamples } from '../helpers/oracles/hls.ts';
import { findBoxes, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { attribute, children, type MpdElement, parseMpd, textOf } from '../helpers/oracles/mpd-document.ts';
import { type CodedSample, codedSamples, IGNORE_EDITS, SLICES_AND_SEI } from '../helpers/oracles/samples.ts';
import { assertManifests } from '../helpers/oracles/valid-manifests.ts';
import { attributesOf } from '../helpers/oracles/valid-playlists.ts';
import { failureOf, titleOptions } from '../helpers/titles/package.ts';

const test = suite('keys by label');

const LABELS = ['VIDEO', 'AUDIO', 'SD', 'HD', 'UHD1', 'UHD2'];

/** The key of a label: its id and its bytes say whose it is. */
function keyFor(label: string, more: { signalling?: KeySignalling; hdcpLevel?: HdcpLevel } = {}): ContentKey {
  const place = LABELS.indexOf(label) + 1;
  assert.ok(place > 0, label);
  return new ContentKey({
    id: new Uint8Array(16).fill(place),
    key: Uint8Array.from({ length: 16 }, (_, n) => 0x20 * place + n),
    iv: new Uint8Array(16).fill(0xa0 + place),
    ...more,
  });
}

const hexKey = (label: string): HexKey & { readonly iv: string } => {
  const key = keyFor(label);
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  return { keyId: key.hexId, key: hex(key.reveal()), iv: hex(key.iv!) };
};

const keySource = (find: (label: string) => ContentKey | undefined = (label) => keyFor(label)): Plugin => ({
  name: 'key-test',
  apply: ({ hooks }) => hooks.acquireKey.tap('key-test', () => new ContentKeySet(({ label }) => find(label))),
});

/** Pictures of a size at a tiny rate, key frames each second; sound with the first. */
const picture = (width: number, height: number, sound = false): Promise<string> =>
  madeOnce(`by-label-${width}x${height}${sound ? '-sound' : ''}.mp4`, async (path) => {
    const source = ['-f', 'lavfi', '-t', '3', '-i', `testsrc2=size=${width}x${height}:rate=4`];
    const tone = ['-f', 'lavfi', '-t', '3', '-i', 'sine=440:sample_rate=48000'];
    const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '50', '-pix_fmt', 'yuv420p'];
    const frames = ['-x264-params', 'threads=2:keyint=4:min-keyint=4:scenecut=0'];
    const audio = sound ? ['-c:a', 'aac', '-b:a', '32k'] : [];
    await ffmpeg([...source, ...(sound ? tone : []), ...video, ...frames, ...audio, path]);
  });

interface Title {
  readonly keys: KeyPolicy;
  readonly inputs: () => Promise<string[]>;
  /** Of each picture, in order of the inputs. */
  readonly labels: readonly string[];
}

const TITLES: Readonly<Record<string, Title>> = {
  'two labels': {
    keys: 'audio-video',
    inputs: () => Promise.all([picture(320, 180, true), picture(1280, 720)]),
    labels: ['VIDEO', 'VIDEO'],
  },
  'five labels': {
    keys: 'by-quality',
    inputs: () =>
      Promise.all([picture(320, 180, true), picture(1280, 720), picture(3840, 2160), picture(4352, 2448)]),
    labels: ['SD', 'HD', 'UHD1', 'UHD2'],
  },
};

const fairplay = 'fairplay';

async function packaged(
  modes: readonly Plugin[],
  { keys, inputs }: Title,
  source = keySource(),
): Promise<Report> {
  const title = titleOptions({ inputs: await inputs(), keys, segmentDuration: 1 });
  const report = await packageTitle({ title, plugins: [demuxMp4(), source, ...modes] });
  await assertManifests(report.output);
  return report;
}

const hashes = (samples: readonly CodedSample[]) => samples.map(({ hash }) => hash);

/** The samples of a source file as they are. */
const sourceSamples = async (path: string, kind: 'video' | 'audio') =>
  hashes(await codedSamples(path, kind === 'video' ? 'v:0' : 'a:0', { demuxer: IGNORE_EDITS }));

/** Assert that a file of one track decrypts with the key of its label, by two tools, and with no other of the title. */
async function proveFile(
  file: string,
  source: string,
  kind: 'video' | 'audio',
  label: string,
  all: string[],
) {
  const wanted = await sourceSamples(source, kind);
  assert.ok(wanted.length > 8);
  assert.equal(
    hashes(await dashSamplesByShaka([file], kind, hexKey(label))),
    wanted,
    `${file}: Shaka, ${label}`,
  );
  const tenc = findBoxes(parseBoxes(readFileSync(file)), 'tenc');
  assert.ok(tenc.length > 0, file);
  for (const box of tenc) assert.is(String(box['default_KID']), hexKey(label).keyId, file);
  for (const other of all) {
    const found = await dashSamplesByFfmpeg([file], kind, hexKey(other).key).then(hashes, () => []);
    if (other === label) assert.equal(found, wanted, `${file}: ffmpeg, ${label}`);
    else assert.not.equal(found, wanted, `${file} is not under ${other}`);
  }
  // A key of another label under this one's id changes nothing of that.
  const [wrong] = all.filter((other) => other !== label);
  const { keyId } = hexKey(label);
  const found = await dashSamplesByShaka([file], kind, { keyId, key: hexKey(wrong!).key }).then(
    hashes,
    () => [],
  );
  assert.not.equal(found, wanted);
}

const uuidOf = (label: string) => keyFor(label).uuid;

/** The adaptation sets, as far as they are about keys. */
function setsOf(path: string) {
  const period = children(parseMpd(readFileSync(path, 'utf8')), 'Period')[0];
  return children(period, 'AdaptationSet').map((set) => {
    const protections = children(set, 'ContentProtection');
    const switching = children(set, 'SupplementalProperty').filter((property) =>
      attribute(property, 'schemeIdUri')?.endsWith('adaptation-set-switching:2016'),
    );
    return {
      id: attribute(set, 'id')!,
      kind: attribute(set, 'contentType')!,
      keyId: attribute(protections[0], 'cenc:default_KID') ?? attribute(protections[0], 'default_KID'),
      boxes: protections
        .flatMap((one) => children(one, 'cenc:pssh').concat(children(one, 'pssh')))
        .map(textOf),
      roles: children(set, 'Role').map((role) => attribute(role, 'value')),
      switchesTo: switching.map((property) => attribute(property, 'value')),
      files: children(set, 'Representation').map((one: MpdElement) => attribute(one, 'id')!),
    };
  });
}

function proveMpd(path: string, labels: readonly string[]): void {
  const sets = setsOf(path);
  const videoLabels = [...new Set(labels)];
  assert.equal(
    sets.map(({ kind, keyId }) => [kind, keyId]),
    [...videoLabels.map((label) => ['video', uuidOf(label)]), ['audio', uuidOf('AUDIO')]],
  );
  const videoIds = sets.filter(({ kind }) => kind === 'video').map(({ id }) => id);
  for (const { id, kind, roles, switchesTo, boxes } of sets) {
    const others = videoIds.filter((other) => other !== id);
    assert.equal(switchesTo, kind === 'video' && others.length > 0 ? [others.join(',')] : []);
    assert.equal(roles, ['main'], 'one choice, whatever the key');
    assert.ok(boxes.length >= 3);
  }
  for (const [index, { boxes }] of sets.entries()) {
    const own = Buffer.from([...videoLabels, 'AUDIO'].map((label) => keyFor(label).id)[index]!);
    const [common] = boxes.map((text) => Buffer.from(text, 'base64'));
    assert.ok(common!.includes(own) && boxes.length > 0, 'the set has the box of its own key');
    for (const label of [...videoLabels, 'AUDIO'].filter((_, place) => place !== index))
      assert.not.ok(common!.includes(Buffer.from(keyFor(label).id)), `and not that of ${label}`);
  }
}

/** The keys of a playlist, and of the multivariant one. */
const keyLines = (path: string) => attributesOf(readFileSync(path, 'utf8'), 'EXT-X-KEY');

const masterOf = (folder: string) => readFileSync(join(folder, 'master.m3u8'), 'utf8');

function proveKeyLines(folder: string, unit: string, label: string): void {
  const { keyId } = hexKey(label);
  for (const name of ['stream.m3u8', 'iframe.m3u8']) {
    if (!readdirSync(join(folder, unit)).includes(name)) continue;
    const lines = keyLines(join(folder, unit, name));
    assert.ok(lines.length > 0, `${unit}/${name}`);
    assert.ok(
      lines.some((line) => line.includes(keyId)),
      `${unit}/${name} has the key of ${label}`,
    );
    for (const other of LABELS.filter((one) => one !== label))
      assert.not.ok(
        lines.some((line) => line.includes(hexKey(other).keyId)),
        `${unit}/${name}: ${other}`,
      );
  }
}

const LEVELS: Readonly<Record<string, string>> = { SD: 'NONE', HD: 'TYPE-0', UHD1: 'TYPE-1', UHD2: 'TYPE-1' };

/** Session keys are the media playlists' own, each once; levels go by label, where labels go by quality. */
function proveMaster(folder: string, units: readonly string[], labels: readonly string[]): void {
  const text = masterOf(folder);
  const session = attributesOf(text, 'EXT-X-SESSION-KEY');
  const media = [...new Set(units.flatMap((unit) => keyLines(join(folder, unit, 'stream.m3u8'))))];
  assert.equal([...session].sort(), media.sort());
  const variants = attributesOf(text, 'EXT-X-STREAM-INF');
  const levels = variants.map((line) => /HDCP-LEVEL=([^,]+)/.exec(line)?.[1]);
  assert.equal(
    levels,
    labels.map((label) => LEVELS[label]),
  );
  const trick = attributesOf(text, 'EXT-X-I-FRAME-STREAM-INF').map(
    (line) => /HDCP-LEVEL=([^,]+)/.exec(line)?.[1],
  );
  assert.equal(trick, levels);
  assert.not.match(text, /ALLOWED-CPC/);
}

for (const [name, title] of Object.entries(TITLES)) {
  const all = [...new Set([...title.labels, 'AUDIO'])];

  /** Files and playlists of all tracks in fragments, and the multivariant playlist. */
  async function proveFragmentSet(folder: string): Promise<void> {
    const inputs = await title.inputs();
    const units = [...title.labels.map((_, index) => `video-${index + 1}`), 'audio-und'];
    for (const [index, unit] of units.entries()) {
      const label = title.labels[index] ?? 'AUDIO';
      const kind = unit.startsWith('video') ? 'video' : 'audio';
      await proveFile(join(folder, unit, 'media.mp4'), inputs[index] ?? inputs[0]!, kind, label, all);
      proveKeyLines(folder, unit, label);
    }
    proveMaster(folder, units, title.labels);
  }

  test(`dash-cenc, ${name}: a set for each key, files under the key of their label alone`, async () => {
    const { output } = await packaged([dashCenc({ folder: 'dash' })], title);
    const inputs = await title.inputs();
    for (const [index, label] of title.labels.entries())
      await proveFile(join(output, `dash/media-video-${index + 1}.mp4`), inputs[index]!, 'video', label, all);
    await proveFile(join(output, 'dash/media-audio-und.mp4'), inputs[0]!, 'audio', 'AUDIO', all);
    proveMpd(join(output, 'dash/stream.mpd'), title.labels);
  });

  for (const scheme of ['cbcs', 'cenc'] as const)
    test(`cmaf ${scheme}, ${name}: the same files for an MPD and for playlists`, async () => {
      const { output } = await packaged([cmaf({ scheme, folder: 'cmaf' })], title);
      const folder = join(output, 'cmaf');
      await proveFragmentSet(folder);
      proveMpd(join(folder, 'stream.mpd'), title.labels);
    });

  test(`hls-aes in fMP4, ${name}`, async () => {
    const { output } = await packaged([hlsAes({ container: 'fmp4', folder: 'hls' })], title);
    await proveFragmentSet(join(output, 'hls'));
  });

  test(`hls-aes in MPEG-TS, ${name}: sound under another key is a rendition of its own`, async () => {
    const { output } = await packaged(
      [hlsAes({ container: 'ts', systems: [fairplay], folder: 'hls' })],
      title,
    );
    const inputs = await title.inputs();
    const folder = join(output, 'hls');
    const units = [...title.labels.map((_, index) => `media-${index + 1}`), 'audio-und'];
    assert.equal(readdirSync(folder).sort(), [...units, 'master.m3u8'].sort());
    for (const [index, unit] of units.entries()) {
      const label = title.labels[index] ?? 'AUDIO';
      const stream = unit.startsWith('media') ? 'v:0' : 'a:0';
      const playlist = join(folder, unit, 'stream.m3u8');
      proveKeyLines(folder, unit, label);
      const wanted = (await clearTransport(inputs[index] ?? inputs[0]!, stream)).length;
      const own = await hlsSamples(playlist, stream, hexKey(label));
      const expected = await clearTransport(inputs[index] ?? inputs[0]!, stream);
      assert.is(own.length, wanted, unit);
      assert.equal(hashes(own), hashes(expected), `${unit} under ${label}`);
      for (const other of all.filter((one) => one !== label)) {
        const found = await hlsSamples(playlist, stream, hexKey(other)).then(hashes, () => []);
        assert.not.equal(found, hashes(expected), `${unit} is not under ${other}`);
      }
    }
    proveMaster(folder, units, title.labels);
    assert.match(masterOf(folder), /TYPE=AUDIO.*URI="audio-und\/stream\.m3u8"/);
  });

  test(`hls-ncg, ${name}: a file for each key`, async () => {
    const { output } = await packaged([hlsNcg({ folder: 'ncg' })], title);
    const folder = join(output, 'ncg');
    const units = [...title.labels.map((_, index) => `media-${index + 1}`), 'audio-und'];
    const files = all.map((label) => `key-${hexKey(label).keyId}.ncg`);
    assert.equal(readdirSync(folder).sort(), [...units, ...files, 'master.m3u8'].sort());
    for (const [index, unit] of units.entries()) {
      const label = title.labels[index] ?? 'AUDIO';
      proveKeyLines(folder, unit, label);
      const playlist = join(folder, unit, 'stream.m3u8');
      assert.ok((await aes128SegmentsByOpenssl(playlist, hexKey(label).key)).length >= 3);
      for (const other of all.filter((one) => one !== label)) {
        const found = await aes128SegmentsByOpenssl(playlist, hexKey(other).key).catch(() => undefined);
        assert.is(found, undefined, `${unit} is not under ${other}`);
      }
    }
  });
}

/** The samples of a source as MPEG-TS carries them, by ffmpeg. */
const clearTransport = async (path: string, stream: 'v:0' | 'a:0') =>
  codedSamples(path, stream, {
    demuxer: IGNORE_EDITS,
    filter: stream === 'v:0' ? `h264_mp4toannexb,${SLICES_AND_SEI}` : undefined,
  });

test('a key that is missing for one label ends the title before anything is written; one that is not used is not asked for', async () => {
  const { keys, inputs } = TITLES['five labels']!;
  const [small, , , large] = await inputs();
  const asked: string[] = [];
  const source = keySource((label) => {
    asked.push(label);
    return label === 'UHD2' ? undefined : keyFor(label);
  });
  const plugins = [demuxMp4(), source, dashCenc(), hlsAes({ container: 'ts' })];
  const title = titleOptions({ inputs: [small!, large!], keys, segmentDuration: 1 });
  const error = await failureOf(packageTitle({ title, plugins }));
  assert.is(error.code, 'NO_KEY');
  assert.match(error.message, /label UHD2, period 0/);
  assert.not.ok(existsSync(title.output), 'nothing is there');
  asked.length = 0;
  await packaged([dashCenc()], { keys, inputs: async () => [small!], labels: ['SD'] }, source);
  assert.equal(asked, ['SD', 'AUDIO']);
});

test('NCG takes files as they are, and refuses several labels', async () => {
  const { keys, inputs } = TITLES['two labels']!;
  const title = titleOptions({ inputs: await inputs(), keys });
  const error = await failureOf(packageTitle({ title, plugins: [demuxMp4(), keySource(), ncg()] }));
  assert.is(error.code, 'INVALID_OPTION');
  assert.match(error.message, /Mode ncg encrypts files as they are.*\(VIDEO, AUDIO\)/);
});

test('what the key source says of outputs and devices comes before what the quality asks for', async () => {
  const { keys, inputs } = TITLES['five labels']!;
  const [small, middle] = await inputs();
  const signalling: KeySignalling = {
    '94ce86fb-07ff-4f43-adb8-93d2fa968ca2': { uri: 'skd://hd', allowedCpc: ['AppleMain', 'Main'] },
  };
  const source = keySource((label) =>
    keyFor(label, label === 'HD' ? { hdcpLevel: 'TYPE-1', signalling } : {}),
  );
  const modes = [hlsAes({ container: 'fmp4', folder: 'hls' })];
  const title = { keys, inputs: async () => [small!, middle!], labels: ['SD', 'HD'] };
  const { output } = await packaged(modes, title, source);
  const [sd, hd] = attributesOf(masterOf(join(output, 'hls')), 'EXT-X-STREAM-INF');
  assert.match(sd!, /HDCP-LEVEL=NONE/);
  assert.not.match(sd!, /ALLOWED-CPC/);
  assert.match(hd!, /HDCP-LEVEL=TYPE-1,ALLOWED-CPC="com\.apple\.streamingkeydelivery:AppleMain\/Main"/);
});

test('two keys that players would know by one URI are refused before anything is written', async () => {
  const { keys, inputs } = TITLES['two labels']!;
  const title = titleOptions({ inputs: await inputs(), keys });
  for (const mode of [
    hlsAes({ systems: [['fairplay', { uri: 'skd://{contentId}' }]] }),
    hlsAes({ systems: [identity({ uri: 'https://keys.test/one' })] }),
    hlsNcg({ keyUri: 'https://keys.test/one' }),
  ]) {
    const error = await failureOf(packageTitle({ title, plugins: [demuxMp4(), keySource(), mode] }));
    assert.is(error.code, 'INVALID_OPTION');
    assert.match(error.message, /players could not tell them apart/);
    assert.not.ok(existsSync(title.output));
  }
});

test('labels that share a key share an adaptation set, and there are no levels', async () => {
  const source = keySource(() => keyFor('VIDEO'));
  const modes = [dashCenc({ folder: 'dash' }), hlsAes({ container: 'fmp4', folder: 'hls' })];
  const { output } = await packaged(modes, TITLES['five labels']!, source);
  const sets = setsOf(join(output, 'dash/stream.mpd'));
  assert.equal(
    sets.map(({ kind, files }) => [kind, files.length]),
    [
      ['video', 4],
      ['audio', 1],
    ],
  );
  assert.not.match(masterOf(join(output, 'hls')), /HDCP-LEVEL/);
});

test('sound that the config leaves clear stays with the pictures, and has no key', async () => {
  const { keys, inputs } = TITLES['two labels']!;
  const source = keySource((label) => (label === 'AUDIO' ? undefined : keyFor(label)));
  const title = titleOptions({ inputs: await inputs(), keys, clear: ['audio'], segmentDuration: 1 });
  const modes = [dashCenc({ folder: 'dash' }), hlsAes({ container: 'ts', folder: 'hls' })];
  const { output } = await packageTitle({ title, plugins: [demuxMp4(), source, ...modes] });
  await assertManifests(output);
  assert.equal(readdirSync(join(output, 'hls')).sort(), ['master.m3u8', 'media-1', 'media-2']);
  const [, audio] = setsOf(join(output, 'dash/stream.mpd'));
  assert.is(audio!.keyId, undefined);
  assert.equal(findBoxes(parseBoxes(readFileSync(join(output, 'dash/media-audio-und.mp4'))), 'tenc'), []);
});

test('a plan shows each key by label, and which tracks it is for', async () => {
  const { keys, inputs } = TITLES['five labels']!;
  const title = titleOptions({ inputs: await inputs(), keys });
  const opened = await openTitle(
    { title, plugins: [demuxMp4(), keySource(), dashCenc(), hlsNcg()] },
    { writes: false },
  );
  const { modes } = await planTitle(opened).finally(() => opened.title.close());
  assert.is(modes.length, 2);
  for (const mode of modes)
    assert.equal(
      mode.keys.map(({ label, period, keyId, tracks }) => [
        label,
        period,
        keyId,
        tracks.map(({ input }) => input),
      ]),
      [
        ...['SD', 'HD', 'UHD1', 'UHD2'].map((label, input) => [label, 0, uuidOf(label), [input]]),
        ['AUDIO', 0, uuidOf('AUDIO'), [0]],
      ],
    );
  assert.ok(modes[1]!.units.some(({ unit }) => unit === 'audio-und'));
  assert.is(modes[1]!.manifests.filter(({ path }) => path.endsWith('.ncg')).length, 5);
});

test.run();
