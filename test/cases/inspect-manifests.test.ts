/** What readers of manifests say of real packages, beside what the parsers of others say: ours in all modes, Shaka Packager's, FFmpeg's. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageTitle } from '../../core/index.ts';
import { readPsshBoxes } from '../../core/inspect/drm/pssh-boxes.ts';
import { readPro, readPssh } from '../../core/inspect/drm/system-data.ts';
import { openPackage } from '../../core/inspect/files/open-package.ts';
import type { ListedPackage } from '../../core/inspect/model/listed-package.ts';
import type { PackageFiles, PlaceOfBytes } from '../../core/inspect/model/places.ts';
import { byMedia, readPackage } from '../../core/inspect/read-package.ts';
import { cmaf, dashCenc } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { assertLikeMpdParser, assertLikePlaylistParsers } from '../helpers/oracles/listed-beside.ts';
import { readIndex } from '../helpers/oracles/segment-index.ts';
import { shakaPackager } from '../helpers/oracles/shaka-packager.ts';
import { packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { resolveInProject, startConfig } from '../recorded/sample-config.ts';

const test = suite('manifests of finished packages');

const MEDIA = join(import.meta.dirname, '../media');
const SAMPLES = ['270p', '180p'].map((size) => join(MEDIA, `sample-${size}.mp4`));
const KEYS = `label=:key_id=${TEST_KEY.keyId}:key=${TEST_KEY.key}`;

interface Read {
  readonly files: PackageFiles;
  readonly packages: readonly ListedPackage[];
}

/** Read a package, compare it with other parsers, and look that all it lists is there. */
async function readBeside(folder: string): Promise<Read> {
  const files = await openPackage(folder);
  const packages = await readPackage(files);
  for (const listed of packages) {
    assert.equal(listed.faults, [], listed.manifest);
    if (listed.kind === 'mpd') {
      assertLikeMpdParser(folder, listed);
    } else for (const rendition of listed.renditions) assertLikePlaylistParsers(folder, rendition);
  }
  await assertPlaces({ files, packages });
  return { files, packages };
}

async function assertIndexes(folder: string, { renditions }: ListedPackage): Promise<void> {
  for (const { id, segments, isIndexed, index, timescale, presentationTimeOffset } of renditions) {
    if (!isIndexed) continue;
    const rows = await readIndex(join(folder, index!.path));
    const shift = presentationTimeOffset / timescale;
    assert.equal(
      segments.map(({ place, start, duration }) => [
        place.offset,
        place.length,
        start.toFixed(6),
        duration.toFixed(6),
      ]),
      rows.map(({ offset, size, start, duration }) => [
        offset,
        size,
        (start - shift).toFixed(6),
        duration.toFixed(6),
      ]),
      `${id}: its index`,
    );
  }
}

async function assertPlaces({ files, packages }: Read): Promise<void> {
  const sizes = new Map((await files.list!()).map(({ path, bytes }) => [path, bytes]));
  const isThere = ({ path, offset, length }: PlaceOfBytes) =>
    offset + (length ?? 1) <= (sizes.get(path) ?? Number.NEGATIVE_INFINITY);
  for (const { renditions } of packages) {
    for (const { id, init, index, segments } of renditions) {
      const places = [init, index, ...segments.map(({ place }) => place)].filter(
        (place) => place !== undefined,
      );
      assert.ok(segments.length > 0, id);
      for (const place of places) assert.ok(isThere(place), `${id}: ${JSON.stringify(place)}`);
    }
  }
}

const kindsOf = ({ renditions }: ListedPackage): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { kind } of renditions) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

test('the sample in all modes, and as CMAF: as other parsers read it, every place in its file', async () => {
  const options = await resolveInProject({
    ...(await startConfig()),
    output: join(temporaryFolder(), 'out'),
    workers: 0,
  });
  const more = [cmaf({ layout: 'segments', folder: 'CMAF' })];
  const { output } = await packageTitle({ ...options, plugins: [...options.plugins, ...more] });
  const { packages } = await readBeside(output);
  assert.equal(
    packages.map(({ manifest }) => manifest),
    [
      'CMAF/master.m3u8',
      'CMAF/stream.mpd',
      'DASH_sample-360p_mp4/stream.mpd',
      'HLS-NCG_sample-360p_mp4/master.m3u8',
      'HLS_sample-360p_mp4/master.m3u8',
    ],
  );
  const [master, mpd, dash, aes128, sampleAes] = packages as [
    ListedPackage,
    ListedPackage,
    ListedPackage,
    ListedPackage,
    ListedPackage,
  ];
  for (const listed of [dash, mpd]) await assertIndexes(output, listed);
  for (const listed of packages) assert.ok(Math.abs(listed.duration! - 20) < 0.1, listed.manifest);
  assert.equal(kindsOf(dash), { video: 3, audio: 3, text: 2, image: 1 });
  assert.equal(kindsOf(mpd), { video: 3, audio: 3, text: 2, image: 1 });
  assert.equal(kindsOf(master), { video: 3, audio: 3, text: 2, image: 1, trick: 3 });
  // The sound of the first language is in the pictures' segments.
  assert.equal(kindsOf(sampleAes), { video: 3, audio: 2, text: 2, image: 1, trick: 3 });
  const codecs = sampleAes.renditions.filter(({ kind }) => kind === 'video' || kind === 'audio');
  for (const { kind, codecs: own } of codecs)
    assert.match(own.join(), kind === 'video' ? /^avc1\.\w{6},mp4a\.40\.2$/ : /^mp4a\.40\.2$/);
  assert.equal(
    sampleAes.renditions[0]!.segments[0]!.keys.map(({ method, keyFormat, kid }) => [method, keyFormat, kid]),
    [['SAMPLE-AES', 'com.apple.streamingkeydelivery', TEST_KEY.keyId]],
  );
  assert.is(aes128.renditions[0]!.segments[0]!.keys[0]!.method, 'AES-128');
  for (const { kind, protection } of [...dash.renditions, ...mpd.renditions]) {
    const isProtected = kind === 'video' || kind === 'audio';
    assert.is(
      protection.find(({ defaultKid }) => defaultKid)?.defaultKid,
      isProtected ? TEST_KEY.keyId : undefined,
    );
    for (const box of protection.flatMap(({ pssh }) => pssh)) {
      const [found] = readPsshBoxes(box).boxes;
      assert.equal(readPssh(found!).kids, [TEST_KEY.keyId]);
      assert.equal(readPssh(found!).faults, []);
    }
  }
  // One CMAF set under two manifests: the same media in both but for what is for one alone.
  const both = byMedia([master, mpd]).filter((list) => list.length > 1);
  assert.is(both.length, 9);
  for (const [one, other] of both) {
    assert.is(one!.listed, master);
    assert.is(other!.rendition.kind, one!.rendition.kind);
    assert.is(other!.rendition.segments.length, one!.rendition.segments.length);
  }
});

test('what was made for a CDN is read here, where its files lie', async () => {
  const url = 'https://cdn.example/films/';
  const report = await packageWith([cmaf(), dashCenc({ layout: 'segments' })], {
    inputs: SAMPLES.slice(1),
    details: { baseUrls: [{ url }] },
  });
  for (const folder of [report.output, join(report.output, 'CMAF_sample-180p_mp4')]) {
    const files = await openPackage(folder);
    const packages = await readPackage(files);
    for (const listed of packages) {
      assert.equal(listed.faults, []);
      assert.is(listed.elsewhere?.length, 1);
      assert.match(listed.elsewhere![0]!, url);
    }
    await assertPlaces({ files, packages });
  }
});

test("Shaka Packager's: one file a track, and segments under a template", async () => {
  for (const [layout, video, audio] of [
    ['single', 'output=v.mp4', 'output=a.mp4'],
    [
      'segments',
      'init_segment=v/i.mp4,segment_template=v/$Number%04d$.m4s',
      'init_segment=a/i.mp4,segment_template=a/$Time$.m4s',
    ],
  ]) {
    const folder = temporaryFolder(`shaka-${layout}`);
    const [input] = SAMPLES.slice(1);
    await shakaPackager(
      [
        `in=${input},stream=video,${video},playlist_name=v.m3u8,iframe_playlist_name=i.m3u8`,
        `in=${input},stream=audio,${audio},playlist_name=a.m3u8,hls_group_id=aud,hls_name=English`,
        ...['--enable_raw_key_encryption', '--keys', KEYS, '--clear_lead', '4', '--segment_duration', '2'],
        ...[
          '--protection_scheme',
          'cbcs',
          '--protection_systems',
          'Widevine,PlayReady,FairPlay,CommonSystem',
        ],
        '--playready_extra_header_data=<LA_URL>https://l.example/?a=1&amp;b=2</LA_URL>',
        ...[
          '--mpd_output',
          'stream.mpd',
          '--hls_master_playlist_output',
          'master.m3u8',
          '--generate_static_live_mpd',
        ],
      ],
      folder,
    );
    const { packages } = await readBeside(folder);
    const [master, mpd] = packages as [ListedPackage, ListedPackage];
    assert.equal(
      packages.map(({ manifest }) => manifest),
      ['master.m3u8', 'stream.mpd'],
    );
    assert.equal(kindsOf(master), { video: 1, audio: 1, trick: 1 });
    const [variant] = master.renditions;
    // A clear lead of two segments, of which its playlist of ranges says nothing.
    assert.equal(
      variant!.segments.slice(0, 3).map(({ keys }) => keys.length),
      layout === 'single' ? [4, 4, 4] : [0, 0, 4],
    );
    assert.equal(
      variant!.segments[2]!.keys.map(({ keyFormat, kid }) => [keyFormat.slice(0, 13), kid]),
      [
        // It puts the key id where the key ought to be: nobody takes the one for the other here.
        ['identity', undefined],
        ['com.microsoft', TEST_KEY.keyId],
        ['urn:uuid:edef', TEST_KEY.keyId],
        ['com.apple.str', TEST_KEY.keyId],
      ],
    );
    const [widevine, playready] = ['edef8ba9', '9a04f079'].map((id) =>
      mpd.renditions[0]!.protection.find(({ schemeIdUri }) => schemeIdUri.startsWith(`urn:uuid:${id}`)),
    );
    const data = readPssh(readPsshBoxes(widevine!.pssh[0]!).boxes[0]!);
    assert.equal(
      [data.system, data.kids, data.widevine?.protectionScheme],
      ['Widevine', [TEST_KEY.keyId], 'cbcs'],
    );
    const pro = readPro(playready!.pro!);
    assert.equal(
      [pro.kids, pro.playready?.licenseUrl, pro.faults],
      [[TEST_KEY.keyId], 'https://l.example/?a=1&b=2', []],
    );
    assert.is(byMedia(packages).filter((list) => list.length > 1).length, 2);
  }
});

test("FFmpeg's: MPEG-TS under AES-128, fragmented MP4 in one file", async () => {
  const folder = temporaryFolder('ffmpeg-hls');
  writeFileSync(join(folder, 'key.bin'), Buffer.from(TEST_KEY.key, 'hex'));
  writeFileSync(join(folder, 'key-info'), `key.bin\n${join(folder, 'key.bin')}\n${TEST_KEY.iv}\n`);
  const hls = ['-i', SAMPLES[1]!, '-c', 'copy', '-f', 'hls', '-hls_time', '2', '-hls_list_size', '0'];
  await ffmpeg([...hls, '-hls_key_info_file', 'key-info', 'ts.m3u8'], { cwd: folder });
  await ffmpeg([...hls, '-hls_segment_type', 'fmp4', '-hls_flags', 'single_file', 'mp4.m3u8'], {
    cwd: folder,
  });
  const { packages } = await readBeside(folder);
  assert.equal(
    packages.map(({ manifest, renditions }) => [manifest, renditions.length]),
    [
      ['mp4.m3u8', 1],
      ['ts.m3u8', 1],
    ],
  );
  const [mp4, ts] = packages.map(({ renditions: [rendition] }) => rendition!);
  assert.is(mp4!.init?.path, 'mp4.m4s');
  assert.is(Buffer.from(ts!.segments[0]!.keys[0]!.iv!).toString('hex'), TEST_KEY.iv);
});

test.run();
