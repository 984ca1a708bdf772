import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toBase64 } from '../../core/base/bytes.ts';
import { clearkey, common, playready, widevine } from '../../core/drm/index.ts';
import type { DashManifestInput } from '../../core/manifest/mpd.ts';
import {
  CONTEXT,
  child,
  document,
  type Element,
  english,
  hd,
  korean,
  list,
  manifest,
  oneKey,
  read,
  sets,
} from '../helpers/titles/mpd-documents.ts';
import { audioTrack, indexedFile, KEY_ID, secondKey, videoTrack } from '../helpers/titles/renditions.ts';

const test = suite('mpd');

/** The roles of each adaptation set of a title. */
const rolesIn = (renditions: DashManifestInput['renditions']): string[] =>
  sets(manifest({ renditions })).map((set) =>
    [set['Role']!]
      .flat()
      .map((role) => (role as Element)['@value'])
      .join(' '),
  );

test('mpd-parser reads an on-demand title: files, index and initialisation ranges', () => {
  const { playlists, mediaGroups, duration } = read(manifest());
  assert.is(duration, 13.013);
  assert.equal(
    playlists.map(({ attributes, sidx }) => [attributes['NAME'], attributes['CODECS'], sidx?.byterange]),
    [
      ['video-1', 'avc1.64001f', { length: 100, offset: 800 }],
      ['video-2', 'avc1.4d401f', { length: 100, offset: 800 }],
    ],
  );
  assert.equal(playlists[0]!.attributes['RESOLUTION'], { width: 1920, height: 1080 });
  assert.is(playlists[0]!.sidx!.map.resolvedUri, 'https://cdn.example/title/media-video-1.mp4');
  assert.equal(playlists[0]!.sidx!.map.byterange, { length: 800, offset: 0 });
  const audio = Object.values(mediaGroups.AUDIO['audio']!);
  assert.equal(
    audio.map(({ language, default: main }) => [language, main]),
    [
      ['en', true],
      ['ko', false],
    ],
  );
});

test('mpd-parser reads the DRM systems, with the box of each', () => {
  const { contentProtection } = read(manifest()).playlists[0]!;
  const boxes = Object.fromEntries(
    Object.entries(contentProtection!).map(([name, { pssh }]) => [name, pssh && toBase64(pssh)]),
  );
  assert.equal(boxes, {
    mp4protection: undefined,
    'com.widevine.alpha': toBase64(widevine().pssh!(CONTEXT)[0]!),
    'com.microsoft.playready': toBase64(
      playready({ licenseUrl: 'https://license.example/' }).pssh!(CONTEXT)[0]!,
    ),
    'org.w3.clearkey': toBase64(common().pssh!(CONTEXT)[0]!),
  });
});

test('the root: static, on-demand profile, times, and the namespaces that are used', () => {
  const root = Object.entries(document(manifest())).filter(([name]) => name.startsWith('@'));
  assert.equal(Object.fromEntries(root), {
    '@xmlns': 'urn:mpeg:dash:schema:mpd:2011',
    '@xmlns:cenc': 'urn:mpeg:cenc:2013',
    '@xmlns:mspr': 'urn:microsoft:playready',
    '@type': 'static',
    '@profiles': 'urn:mpeg:dash:profile:isoff-on-demand:2011',
    '@mediaPresentationDuration': 'PT13.013S',
    '@minBufferTime': 'PT6S',
  });
});

test('namespaces are declared once, on the root, and only when something uses them', () => {
  const with_ = manifest({ systems: [clearkey({ licenseUrl: 'https://keys.example/' })] });
  assert.is(with_.split('xmlns:dashif=').length, 2);
  assert.is(with_.split('xmlns:ck=').length, 2);
  assert.not.match(with_, /xmlns:mspr/);
  const clear = { ...hd, tracks: [videoTrack(1920, 1080, { encrypted: false })] };
  assert.not.match(manifest({ renditions: [clear] }), /xmlns:/);
});

test('a prefix that a custom system uses differently stays declared where it is', () => {
  const custom = {
    name: 'custom',
    contentProtection: () => ({
      name: 'ContentProtection',
      attributes: { 'xmlns:cenc': 'urn:other', schemeIdUri: 'urn:uuid:0' },
      children: [],
    }),
  };
  const text = manifest({ systems: [custom] });
  assert.match(text, /<ContentProtection xmlns:cenc="urn:other" schemeIdUri="urn:uuid:0"\/>/);
  assert.match(text, /<MPD [^>]*xmlns:cenc="urn:mpeg:cenc:2013"/);
});

test('a set says what is true of all its segments: the largest SAP type', () => {
  const starting = (startsWithSap: number) => ({
    ...hd,
    tracks: [videoTrack(1920, 1080, { startsWithSap })],
  });
  const [video, audio] = sets(manifest({ renditions: [starting(3), starting(2), english] }));
  assert.equal(
    [video, audio].map((set) => set!['@subsegmentStartsWithSAP']),
    ['3', '1'],
  );
});

test('the video set states its limits, each representation its own values', () => {
  const [video] = sets(manifest());
  const { '@id': id, '@contentType': type, '@mimeType': mime, '@lang': lang, '@par': par } = video!;
  assert.equal([id, type, mime, lang, par], ['1', 'video', 'video/mp4', undefined, '16:9']);
  assert.equal(
    [video!['@maxWidth'], video!['@maxHeight'], video!['@maxFrameRate']],
    ['1920', '1080', '30000/1001'],
  );
  assert.equal(
    [video!['@subsegmentAlignment'], video!['@subsegmentStartsWithSAP'], video!['@segmentAlignment']],
    ['true', '1', undefined],
  );
  assert.equal(
    list(video!, 'Representation').map((one) => [
      one['@width'],
      one['@height'],
      one['@frameRate'],
      one['@sar'],
    ]),
    [
      ['1920', '1080', '30000/1001', '1:1'],
      ['854', '480', '15', '1:1'],
    ],
  );
});

test('Dolby Vision under a plain entry is told beside @codecs, in a namespace that only it brings', () => {
  const picture = videoTrack(1920, 1080, {
    ...{ entry: 'hvc1', codecs: 'hvc1.2.4.L120.B0', supplementalCodecs: 'dvh1.08.06/db1p' },
  });
  const text = manifest({ renditions: [{ ...hd, tracks: [picture] }, english] });
  const [one] = list(sets(text)[0]!, 'Representation');
  const names = ['@codecs', '@scte214:supplementalCodecs', '@scte214:supplementalProfiles'];
  assert.equal(
    names.map((name) => one![name]),
    ['hvc1.2.4.L120.B0', 'dvh1.08.06', 'db1p'],
  );
  assert.match(text, /<MPD [^>]*xmlns:scte214="urn:scte:dash:scte214-extensions"/);
  assert.is(read(text).playlists[0]!.attributes['CODECS'], 'hvc1.2.4.L120.B0');
  assert.not.match(manifest(), /scte214/);
});

test('par is left out where the pictures differ in shape, and counts non-square pixels', () => {
  const shape = (width: number, height: number, num = 1, den = 1) => ({
    ...hd,
    tracks: [
      videoTrack(width, height, {
        video: { width, height, sar: { num, den }, frameRate: { num: 25, den: 1 } },
      }),
    ],
  });
  const par = (...renditions: DashManifestInput['renditions']) => sets(manifest({ renditions }))[0]!['@par'];
  assert.is(par(shape(1920, 1080), shape(640, 480)), undefined);
  assert.is(par(shape(1440, 1080, 4, 3), shape(1920, 1080)), '16:9');
});

test('one audio set a language: shortest tag, rate, channels, and one main role', () => {
  const [, en, ko] = sets(manifest());
  assert.equal([en!['@lang'], ko!['@lang']], ['en', 'ko']);
  assert.equal([child(en!, 'Role')['@value'], child(ko!, 'Role')['@value']], ['main', 'alternate']);
  const [audio] = list(en!, 'Representation');
  assert.is(audio!['@audioSamplingRate'], '48000');
  assert.equal(child(audio!, 'AudioChannelConfiguration'), {
    '@schemeIdUri': 'urn:mpeg:dash:23003:3:audio_channel_configuration:2011',
    '@value': '2',
  });
});

test('what players start with is main in every codec, range and channel count, encrypted and clear', () => {
  const picture = (more: Parameters<typeof videoTrack>[2]) => ({
    ...hd,
    tracks: [videoTrack(1920, 1080, more)],
  });
  const sound = (language: string, more: Parameters<typeof audioTrack>[1]) => ({
    ...english,
    tracks: [audioTrack(language, more)],
  });
  const renditions = [
    hd,
    picture({ entry: 'av01', codecs: 'av01.0.08M.08' }),
    picture({ entry: 'hvc1', codecs: 'hvc1.2.4.L120.B0', videoRange: 'PQ' }),
    picture({ encrypted: false }),
    picture({ roles: ['alternate'] }),
    sound('eng', { roles: ['commentary'] }),
    sound('eng', {}),
    sound('eng', { audio: { channels: 6, sampleRate: 48_000 } }),
    sound('eng', { entry: 'ec-3', codecs: 'ec-3', label: 'Loud' }),
    korean,
  ];
  assert.equal(rolesIn(renditions), [
    ...['main', 'main', 'main', 'main', 'alternate'],
    ...['commentary', 'main', 'main', 'alternate', 'alternate'],
  ]);
});

test('what is said to be the main one is, in its other codecs too; the default goes before, and a lone commentary is main', () => {
  const sound = (language: string, more: Parameters<typeof audioTrack>[1]) => ({
    ...english,
    tracks: [audioTrack(language, more)],
  });
  const original = sound('kor', { roles: ['main'] });
  const inAc3 = sound('kor', { entry: 'ac-3', codecs: 'ac-3' });
  assert.equal(rolesIn([english, original, inAc3]), ['alternate', 'main', 'main']);
  const dub = sound('eng', { roles: ['dub'], isDefault: true });
  assert.equal(rolesIn([dub, original, inAc3]), ['main dub', 'alternate', 'alternate']);
  assert.equal(rolesIn([sound('eng', { roles: ['commentary'] })]), ['main commentary']);
});

test('a language that is not known is left out', () => {
  const lang = (code: string) =>
    sets(manifest({ renditions: [{ ...korean, tracks: [audioTrack(code)] }] }))[0]!['@lang'];
  assert.equal(['und', '\u0000\u0000\u0000', 'fre', 'qaa'].map(lang), [undefined, undefined, 'fr', 'qaa']);
});

test('priming is declared as presentationTimeOffset, and only where there is any', () => {
  const [video, en] = sets(manifest());
  const base = (set: Element) => child(list(set, 'Representation')[0]!, 'SegmentBase');
  assert.equal(base(en!), {
    '@indexRange': '800-899',
    '@timescale': '48000',
    '@presentationTimeOffset': '1024',
    Initialization: { '@range': '0-799' },
  });
  assert.is(base(video!)['@presentationTimeOffset'], undefined);
});

test('protection: mp4protection first with the key id, then the systems in their order, alike in every set', () => {
  const all = sets(manifest()).map((set) => list(set, 'ContentProtection'));
  assert.is(all.length, 3);
  for (const protection of all) assert.equal(protection, all[0]);
  assert.equal(
    all[0]!.map((one) => [one['@schemeIdUri'], one['@value']]),
    [
      ['urn:mpeg:dash:mp4protection:2011', 'cenc'],
      ['urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed', 'Widevine'],
      ['urn:uuid:9a04f079-9840-4286-ab92-e65be0885f95', 'MSPR 2.0'],
      ['urn:uuid:1077efec-c0b2-4d02-ace3-3c1e52e2fb4b', undefined],
    ],
  );
  assert.is(String(all[0]![0]!['@cenc:default_KID']).replaceAll('-', ''), KEY_ID);
  const representations = sets(manifest()).flatMap((set) => list(set, 'Representation'));
  assert.ok(representations.every((one) => one['ContentProtection'] === undefined));
});

test('cbcs and another key show in every descriptor', () => {
  const text = manifest({ scheme: 'cbcs', keys: oneKey(secondKey()) });
  assert.match(text, /value="cbcs" cenc:default_KID="ffffffff-ffff-ffff-ffff-ffffffffffff"/);
  assert.not.match(text, /value="cenc"/);
});

test('a track that stays clear has no protection, and is not mixed with encrypted ones', () => {
  const clear = { ...english, tracks: [audioTrack('eng', { encrypted: false })] };
  const [video, en] = sets(manifest({ renditions: [hd, clear] }));
  assert.is(list(video!, 'ContentProtection').length, 4);
  assert.is(list(en!, 'ContentProtection').length, 0);
  assert.is(sets(manifest({ renditions: [english, clear] })).length, 2);
});

test('@bandwidth lets a player start after minBufferTime', () => {
  const [video] = sets(manifest({ minBufferTime: 2 }));
  // 500 000 and 700 000 bytes within 2 s and the 6.006 s between them; the second alone within 2 s
  assert.is(list(video!, 'Representation')[0]!['@bandwidth'], String((700_000 * 8) / 2));
  // By default the longest segment: @bandwidth is then about what the dearest segment needs.
  const [patient] = sets(manifest());
  assert.is(list(patient!, 'Representation')[0]!['@bandwidth'], String(Math.ceil((700_000 * 8) / 6)));
});

test('text that is one file is no segment: players wait for the longest of the others', () => {
  const facts = { id: 'text-en', tracks: [audioTrack('eng')], sizes: [5000], durations: [13_013 * 48] };
  const file = indexedFile(facts, 'text-en.vtt');
  const { audio: _, ...own } = audioTrack('eng');
  const track = { ...own, kind: 'text', format: 'webvtt', entry: 'wvtt', codecs: 'wvtt' } as const;
  const beside = (mimeType?: string) =>
    manifest({
      renditions: [hd, english, { ...file, tracks: [{ ...track, ...(mimeType && { mimeType }) }] }],
    });
  const [video, , text] = sets(beside('text/vtt'));
  assert.match(beside('text/vtt'), /minBufferTime="PT6S"/);
  assert.is(list(video!, 'Representation')[0]!['@bandwidth'], String(Math.ceil((700_000 * 8) / 6)));
  assert.is(text!['@mimeType'], 'text/vtt');
  assert.match(beside(), /minBufferTime="PT13S"/);
});

test('a title of a twentieth of a second has rates that are numbers', () => {
  const facts = { id: 'video-1', tracks: [videoTrack(1920, 1080)], sizes: [1000], durations: [1200] };
  const short = indexedFile(facts, 'a.mp4');
  const text = manifest({ renditions: [short], duration: 0.04 });
  assert.match(text, /minBufferTime="PT0.1S"/);
  assert.not.match(text, /Infinity|NaN/);
});

test('a rendition of two tracks is refused', () => {
  const both = { ...hd, tracks: [videoTrack(1920, 1080), audioTrack()] };
  assert.throws(() => manifest({ renditions: [both] }), /has 2 tracks/);
});

test.run();
