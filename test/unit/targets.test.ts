/** What a title is to play on: which combination of modes and tracks a device family plays, and the sentence for each that it does not. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Plugin, playready, type Target, widevine } from '../../core/index.ts';
import { cmaf, dashCenc, hlsAes, hlsNcg, ncg } from '../../plugins/index.ts';
import { type TargetName, targets } from '../../presets/index.ts';
import { picture, sound, type TargetTitle, targetVerdict } from '../helpers/titles/target-verdict.ts';

const test = suite('targets');

const film = () => [picture('H.264'), sound('AAC')];
const with_ = (...codecs: Parameters<typeof picture>) => [picture(...codecs), sound('AAC')];
const heard = (...codecs: Parameters<typeof sound>[0][]) => [
  picture('H.264'),
  ...codecs.map((codec) => sound(codec)),
];
const cbcs = () => cmaf();
const cenc = () => cmaf({ scheme: 'cenc' });
const fmp4 = (...systems: readonly ('fairplay' | 'widevine')[]) =>
  hlsAes({ container: 'fmp4', ...(systems.length > 0 && { systems }) });
const rawKey = () => hlsNcg({ keyUri: 'https://keys.example/1' });

type Combination = readonly [
  target: TargetName,
  modes: readonly Plugin[],
  tracks: ReturnType<typeof film>,
  /** The modes that it plays; or why it plays none, and what to choose. */
  expected: readonly string[] | { readonly why: string; readonly hint: string },
  warning?: string,
];

const no = (why: string, hint: string) => ({ why, hint });
const APPLE_CHOICE = "Choose mode hls-aes, or mode cmaf with scheme: 'cbcs'.";
const CBCS_CHOICE = "Choose mode dash-cenc, or mode cmaf with scheme: 'cbcs'.";
const CENC_CHOICE = "Choose mode dash-cenc, or mode cmaf with scheme: 'cenc'.";

const COMBINATIONS: readonly Combination[] = [
  ['safari', [dashCenc()], film(), no('mode dash-cenc: it reads HLS, not DASH', APPLE_CHOICE)],
  ['safari', [hlsAes()], film(), ['hls-aes']],
  ['safari', [dashCenc(), hlsAes()], film(), ['hls-aes']],
  ['safari', [cbcs()], film(), ['cmaf']],
  ['safari', [cenc()], film(), no('mode cmaf: it decrypts cbcs in fMP4 of HLS, not cenc', APPLE_CHOICE)],
  [
    'safari',
    [hlsNcg()],
    film(),
    no('mode hls-ncg: it gets keys for AES-128 by identity, and HLS signals hls-ncg', APPLE_CHOICE),
  ],
  ['safari', [rawKey()], film(), ['hls-ncg']],
  [
    'safari',
    [ncg()],
    film(),
    no('mode ncg: it has no way to it: the mode delivers nothing that players know', APPLE_CHOICE),
  ],
  ['safari', [hlsAes()], with_('HEVC'), ['hls-aes']],
  [
    'safari',
    [hlsAes()],
    with_('AV1'),
    no(
      'mode hls-aes: it decodes AV1 in some models alone: Macs with M3, iPhone 15 Pro and newer models (video track 1 (av01.0.08M.08) of input 1)',
      'Encode the video as H.264 or HEVC.',
    ),
  ],
  [
    'safari',
    [hlsAes()],
    [...with_('H.264'), picture('AV1')],
    ['hls-aes'],
    '/media/3.mp4: target safari decodes AV1 in some models alone: Macs with M3, iPhone 15 Pro and newer models: ' +
      'it goes without video track 1 (av01.0.08M.08) of input 3 in mode hls-aes.',
  ],
  [
    'safari',
    [dashCenc()],
    [picture('VP9'), sound('Opus')],
    no(
      'mode dash-cenc: it reads HLS, not DASH',
      `${APPLE_CHOICE} Encode the video as H.264 or HEVC. Encode the audio as AAC, MP3, AC-3 or E-AC-3.`,
    ),
  ],
  [
    'ios',
    [fmp4('widevine')],
    film(),
    no(
      'mode hls-aes: it gets keys for cbcs by fairplay or identity, and HLS signals widevine',
      'Add fairplay or identity to the `systems` of mode hls-aes.',
    ),
  ],
  [
    'ios',
    [fmp4()],
    heard('AAC', 'Opus'),
    ['hls-aes'],
    '/media/3.mp4: target ios decodes Opus in some models alone: iOS 17 and newer: it goes without audio track 1 (opus) of input 3 in mode hls-aes.',
  ],
  ['apple-tv', [hlsAes()], heard('AAC', 'E-AC-3'), ['hls-aes']],
  ['android', [dashCenc()], film(), ['dash-cenc']],
  ['android', [cbcs()], film(), ['cmaf']],
  ['android', [hlsAes()], film(), no('mode hls-aes: it plays fMP4 in HLS, not MPEG-TS', CBCS_CHOICE)],
  [
    'android',
    [fmp4('fairplay')],
    film(),
    no(
      'mode hls-aes: it gets keys for cbcs by widevine, and HLS signals fairplay',
      'Add widevine to the `systems` of mode hls-aes.',
    ),
  ],
  ['android', [fmp4('fairplay', 'widevine')], film(), ['hls-aes']],
  [
    'android',
    [dashCenc()],
    heard('E-AC-3'),
    no(
      'mode dash-cenc: it does not decode E-AC-3 (audio track 1 (ec-3) of input 2)',
      'Encode the audio as AAC, MP3, FLAC or Opus.',
    ),
  ],
  [
    'android',
    [dashCenc()],
    heard('E-AC-3', 'AAC'),
    ['dash-cenc'],
    '/media/2.mp4: target android does not decode E-AC-3: it goes without audio track 1 (ec-3) of input 2 in mode dash-cenc.',
  ],
  ['android-4.4', [cbcs()], film(), no('mode cmaf: it decrypts cenc in fMP4 of DASH, not cbcs', CENC_CHOICE)],
  ['android-4.4', [cenc()], film(), ['cmaf']],
  [
    'android-4.4',
    [dashCenc()],
    with_('HEVC'),
    no(
      'mode dash-cenc: it decodes HEVC in some models alone: Android 5.0 and newer (video track 1 (hvc1.1.6.L120.90) of input 1)',
      'Encode the video as H.264 or VP9.',
    ),
  ],
  ['android-tv', [dashCenc({ systems: [playready()] })], film(), ['dash-cenc']],
  [
    'android-tv',
    [cmaf({ systems: [playready()] })],
    film(),
    no(
      'mode cmaf: it gets keys for cbcs by widevine, and DASH signals playready',
      'Add widevine to the `systems` of mode cmaf.',
    ),
  ],
  [
    'fire-tv',
    [hlsAes(), ncg()],
    film(),
    no(
      'mode hls-aes: it plays fMP4 in HLS, not MPEG-TS; mode ncg: it has no way to it: the mode delivers nothing that players know',
      CBCS_CHOICE,
    ),
  ],
  [
    'chrome',
    [dashCenc({ systems: [playready()] })],
    film(),
    no(
      'mode dash-cenc: it gets keys for cenc by widevine, and DASH signals playready',
      'Add widevine to the `systems` of mode dash-cenc.',
    ),
  ],
  [
    'chrome',
    [dashCenc()],
    with_('HEVC'),
    no(
      'mode dash-cenc: it decodes HEVC in some models alone: computers that decode it in hardware (video track 1 (hvc1.1.6.L120.90) of input 1)',
      'Encode the video as H.264, VP9 or AV1.',
    ),
  ],
  [
    'chrome',
    [hlsAes()],
    film(),
    no('mode hls-aes: it decrypts AES-128 in MPEG-TS of HLS, not SAMPLE-AES', CBCS_CHOICE),
  ],
  ['edge', [dashCenc({ systems: [playready()] })], film(), ['dash-cenc']],
  ['firefox', [cbcs()], film(), ['cmaf']],
  ['chromecast', [dashCenc()], with_('H.264', 1080, 1920), ['dash-cenc']],
  [
    'chromecast',
    [dashCenc()],
    with_('H.264', 3840, 2160),
    no(
      'mode dash-cenc: it decodes H.264 up to 1920x1080, not 3840x2160 (video track 1 (avc1.640028) of input 1)',
      'Encode the video as H.264 of at most 1920x1080.',
    ),
  ],
  [
    'chromecast',
    [dashCenc()],
    [...with_('H.264'), picture('H.264', 3840, 2160)],
    ['dash-cenc'],
    '/media/3.mp4: target chromecast decodes H.264 up to 1920x1080, not 3840x2160: it goes without video track 1 (avc1.640028) of input 3 in mode dash-cenc.',
  ],
  [
    'chromecast-ultra',
    [cbcs()],
    film(),
    no('mode cmaf: it decrypts cenc in fMP4 of DASH, not cbcs', CENC_CHOICE),
  ],
  ['tizen', [cbcs()], film(), no('mode cmaf: it decrypts cenc in fMP4 of DASH, not cbcs', CENC_CHOICE)],
  ['tizen', [rawKey()], film(), ['hls-ncg']],
  ['webos', [hlsAes()], film(), no('mode hls-aes: it reads DASH, not HLS', CENC_CHOICE)],
  ['roku', [cbcs()], film(), ['cmaf']],
  [
    'roku',
    [dashCenc()],
    heard('AC-3'),
    no(
      'mode dash-cenc: it decodes AC-3 in some models alone: models that decode Dolby, or pass it on to what does (audio track 1 (ac-3) of input 2)',
      'Encode the audio as AAC.',
    ),
  ],
  [
    'xbox',
    [dashCenc({ systems: [widevine()] })],
    film(),
    no(
      'mode dash-cenc: it gets keys for cenc by playready, and DASH signals widevine',
      'Add playready to the `systems` of mode dash-cenc.',
    ),
  ],
  ...(['playready-sl150', 'playready-sl2000', 'playready-sl3000'] as const).map(
    (level): Combination => [
      level,
      [cbcs()],
      film(),
      no('mode cmaf: it decrypts cenc in fMP4 of DASH, not cbcs', CENC_CHOICE),
    ],
  ),
  ['playready-sl3000', [dashCenc()], film(), ['dash-cenc']],
  ['playready-4', [cbcs()], film(), ['cmaf']],
  [
    'windows-sl3000',
    [dashCenc()],
    film(),
    no(
      'mode dash-cenc: it takes sound in the clear or under a key of its own, and here it is under the key of the pictures',
      "Leave the sound clear (clear: ['audio']), or give it a key of its own (keys: 'audio-video').",
    ),
  ],
  [
    'hls-4',
    [hlsNcg()],
    film(),
    no(
      'mode hls-ncg: it gets keys for AES-128 by identity, and HLS signals hls-ncg',
      "Choose mode hls-ncg with keyUri: 'https://keys.example/your-key'.",
    ),
  ],
  ['hls-4', [rawKey()], film(), ['hls-ncg']],
];

for (const [index, [name, modes, tracks, expected, warning]] of COMBINATIONS.entries()) {
  const what = `${modes.map((mode) => mode.name.replace('mode-', '')).join(' and ')}, ${tracks.map(({ codecs }) => codecs).join(' ')}`;
  const isPlayed = Array.isArray(expected);
  test(`${index + 1}. ${name} ${isPlayed ? 'plays' : 'plays no'} ${what}`, async () => {
    const { message, hint, plays, warnings } = await targetVerdict([targets[name]], modes, tracks);
    assert.equal(warnings, warning === undefined ? [] : [warning]);
    if ('why' in expected) {
      const head = `Target ${name} (${targets[name].title}) can play none of this title's modes: `;
      assert.is(message, `${head}${expected.why}.`);
      assert.is(hint, expected.hint);
    } else {
      assert.is(message, undefined);
      assert.equal(plays, expected);
    }
  });
}

test('hardware DRM of Windows takes sound that stays clear, or is under a key of its own', async () => {
  const ask = async (title: TargetTitle) =>
    (await targetVerdict([targets['windows-sl3000']], [dashCenc()], film(), title)).plays;
  assert.equal(await ask({ clear: ['audio'] }), ['dash-cenc']);
  const policy = { labels: ['VIDEO', 'AUDIO'], labelOf: ({ kind }: { kind: string }) => kind.toUpperCase() };
  assert.equal(await ask({ policy }), ['dash-cenc']);
  assert.is(await ask({ policy: { ...policy, labelOf: () => 'AUDIO' } }), undefined);
});

test('of several targets each has to play something, and the first that plays nothing is named', async () => {
  const both = [targets.safari, targets.android];
  const { message } = await targetVerdict(both, [hlsAes()], film());
  assert.match(message!, /^Target android /);
  assert.is((await targetVerdict(both, [hlsAes(), dashCenc()], film())).message, undefined);
});

test('what a target is told to choose, it plays', async () => {
  const factories: Readonly<Record<string, (options: object) => Plugin>> = {
    ...{ 'dash-cenc': dashCenc, cmaf, 'hls-aes': hlsAes, 'hls-ncg': hlsNcg },
  };
  for (const target of Object.values(targets)) {
    assert.ok(target.choose?.length, target.name);
    for (const { mode, options = {} } of target.choose ?? []) {
      const plugin = factories[mode]!(options);
      const { message, plays } = await targetVerdict([target], [plugin], film(), { clear: ['audio'] });
      assert.equal(plays, [mode], message);
    }
  }
});

const BOX: Target = {
  name: 'box',
  title: 'our own box',
  plays: [
    {
      manifests: ['dash'],
      containers: ['fmp4'],
      encryptions: ['cenc'],
      systems: ['playready'],
      ivs: [16],
      files: ['segments'],
    },
  ],
};

const delivering = (iv: 8 | 16, files: 'single-file' | 'segments'): Plugin => ({
  name: 'mode-own',
  apply(packager) {
    packager.mode({
      name: 'own',
      title: 'OWN',
      scheme: 'cenc',
      protects: 'samples',
      carries: ['avc1', 'mp4a'],
      plan: ({ video, audio }) =>
        [...video, ...audio].map(({ track: { input, id, bytes } }, index) => ({
          ...{ id: `${index}`, input, bytes },
          tracks: [{ input, id }],
        })),
      delivers: [
        { manifest: 'dash', container: 'fmp4', encryption: 'cenc', iv, files, systems: ['playready'] },
      ],
    });
  },
});

test('a target and a mode of somebody else: what counts is what each says of itself, not its name', async () => {
  const ask = (plugin: Plugin, target = BOX) => targetVerdict([target], [plugin], film());
  assert.equal((await ask(delivering(16, 'segments'))).plays, ['own']);
  const other = await ask(delivering(8, 'segments'));
  assert.match(
    other.message!,
    /it wants an IV of 16 bytes for each sample with cenc, not an IV of 8 bytes for each sample\.$/,
  );
  assert.is(other.hint, 'It plays DASH in fMP4 with cenc under playready.');
  const whole = await ask(delivering(16, 'single-file'));
  assert.match(whole.message!, /it takes a file for each segment, not byte ranges of one file\.$/);
});

test('sound serves in place of other sound in its own language alone', async () => {
  const ask = (language: string) =>
    targetVerdict([targets.ios], [fmp4()], [...film(), sound('Opus', language)]);
  assert.equal((await ask('eng')).plays, ['hls-aes']);
  const { message, hint } = await ask('fra');
  assert.match(
    message!,
    /: it decodes Opus in some models alone: iOS 17 and newer \(audio track 1 \(opus\) of input 3\)\.$/,
  );
  assert.is(hint, 'Encode the audio as AAC, MP3, AC-3 or E-AC-3.');
});

test('sound in one stream with the pictures is decoded with them, or neither is', async () => {
  const deaf: Target = { ...targets.safari, decodes: { audio: [{ codec: 'AAC' }] } };
  const ask = (codec: 'AC-3' | 'AAC') => targetVerdict([deaf], [hlsAes()], [...heard(codec), sound('AAC')]);
  const { message, hint } = await ask('AC-3');
  assert.match(message!, /: it does not decode AC-3 \(audio track 1 \(ac-3\) of input 2\)\.$/);
  assert.is(hint, 'Encode the audio as AAC.');
  assert.is((await ask('AAC')).message, undefined);
});

test.run();
