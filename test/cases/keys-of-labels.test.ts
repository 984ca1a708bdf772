/** Keys by label where not every label has a key of its own, and what is refused: before anything is written. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunEvent } from '../../core/contract/events.ts';
import { identity, openTitle, packageTitle, planTitle } from '../../core/index.ts';
import { ContentKey } from '../../core/keys/content-key.ts';
import type { KeySignalling } from '../../core/keys/signalling.ts';
import { cmaf, dashCenc, demuxMp4, hlsAes, hlsNcg, ncg } from '../../plugins/index.ts';
import { findBoxes, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { assertManifests } from '../helpers/oracles/valid-manifests.ts';
import { attributesOf } from '../helpers/oracles/valid-playlists.ts';
import { masterOf, setsOf } from '../helpers/titles/label-manifests.ts';
import { keyFor, keySource, LABEL_TITLES, packageLabels, uuidOf } from '../helpers/titles/label-titles.ts';
import { failureOf, titleOptions } from '../helpers/titles/package.ts';

const test = suite('labels and their keys');

test('a key that is missing for one label ends the title before anything is written; one that is not used is not asked for', async () => {
  const { keys, inputs } = LABEL_TITLES['five labels']!;
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
  await packageLabels([dashCenc()], { keys, inputs: async () => [small!], labels: ['SD'] }, source);
  assert.equal(asked, ['SD', 'AUDIO']);
});

test('one key a mode is counted when keys are acquired; of more it is said for how many modes they are', async () => {
  const { inputs } = LABEL_TITLES['two labels']!;
  const plugins = [demuxMp4(), keySource(() => keyFor('VIDEO')), dashCenc(), hlsAes({ container: 'ts' })];
  const toldOf = async (rules: object) => {
    const told: (string | undefined)[] = [];
    const title = titleOptions({ inputs: await inputs(), segmentDuration: 1, ...rules });
    const onEvent = (event: RunEvent) => {
      if (event.type === 'stage' && event.stage === 'acquire-key' && event.state === 'end')
        told.push(event.detail);
    };
    await openTitle({ title, plugins, onEvent }).then(({ title: opened }) => opened.close());
    return told;
  };
  assert.equal(await toldOf({}), ['2 keys']);
  assert.equal(await toldOf({ keys: 'audio-video' }), ['keys for 2 modes']);
  assert.equal(await toldOf({ keyRotation: 2 }), ['keys for 2 modes']);
});

test('NCG takes files as they are, and refuses several labels', async () => {
  const { keys, inputs } = LABEL_TITLES['two labels']!;
  const title = titleOptions({ inputs: await inputs(), keys });
  const error = await failureOf(packageTitle({ title, plugins: [demuxMp4(), keySource(), ncg()] }));
  assert.is(error.code, 'INVALID_OPTION');
  assert.match(error.message, /Mode ncg encrypts files as they are.*\(VIDEO, AUDIO\)/);
});

test('what the key source says of outputs and devices comes before what the quality asks for', async () => {
  const { keys, inputs } = LABEL_TITLES['five labels']!;
  const [small, middle] = await inputs();
  const signalling: KeySignalling = {
    '94ce86fb-07ff-4f43-adb8-93d2fa968ca2': { uri: 'skd://hd', allowedCpc: ['AppleMain', 'Main'] },
  };
  const source = keySource((label) =>
    keyFor(label, label === 'HD' ? { hdcpLevel: 'TYPE-1', signalling } : {}),
  );
  const modes = [hlsAes({ container: 'fmp4', folder: 'hls' })];
  const title = { keys, inputs: async () => [small!, middle!], labels: ['SD', 'HD'] };
  const { output } = await packageLabels(modes, title, source);
  const [sd, hd] = attributesOf(masterOf(join(output, 'hls')), 'EXT-X-STREAM-INF');
  assert.match(sd!, /HDCP-LEVEL=NONE/);
  assert.not.match(sd!, /ALLOWED-CPC/);
  assert.match(hd!, /HDCP-LEVEL=TYPE-1,ALLOWED-CPC="com\.apple\.streamingkeydelivery:AppleMain\/Main"/);
});

test('two keys that players would know by one URI are refused before anything is written', async () => {
  const { keys, inputs } = LABEL_TITLES['two labels']!;
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

test('a source that makes a new key for one id each time it is asked is refused: one licence opens one of them', async () => {
  const { inputs } = LABEL_TITLES['two labels']!;
  const title = titleOptions({ inputs: await inputs() });
  const key = keyFor('VIDEO');
  let made = 0x50;
  const source = keySource(() => new ContentKey({ id: key.id, key: new Uint8Array(16).fill(++made) }));
  const modes = [dashCenc(), cmaf({ scheme: 'cenc' })];
  const error = await failureOf(packageTitle({ title, plugins: [demuxMp4(), source, ...modes] }));
  assert.is(error.code, 'INVALID_KEY');
  assert.match(error.message, `Modes dash-cenc and cmaf were given two keys with one key id: ${key.uuid}.`);
  assert.not.ok(existsSync(title.output));
});

test('labels that share a key share an adaptation set, and there are no levels', async () => {
  const source = keySource(() => keyFor('VIDEO'));
  const modes = [dashCenc({ folder: 'dash' }), hlsAes({ container: 'fmp4', folder: 'hls' })];
  const { output } = await packageLabels(modes, LABEL_TITLES['five labels']!, source);
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
  const { keys, inputs } = LABEL_TITLES['two labels']!;
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
  const { keys, inputs } = LABEL_TITLES['five labels']!;
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
