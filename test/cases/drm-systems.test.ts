/** What DRM systems say to players, against what Shaka Packager writes for the same key. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeXml } from '../../core/base/xml/write-xml.ts';
import type { DrmContext, DrmSystem } from '../../core/drm/drm-system.ts';
import { common, fairplay, marlin, playready, widevine } from '../../core/drm/index.ts';
import { parseKeyLine } from '../../core/drm/key-line.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { shakaPackager } from '../helpers/oracles/shaka-packager.ts';
import { KEY_ID, testKey } from '../helpers/titles/renditions.ts';

const test = suite('DRM systems beside Shaka Packager');

const INPUT = join(import.meta.dirname, '../media/sample-180p.mp4');
const IV = 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf';
const LICENSE = 'https://license.example/?a=1&b=2';

/** Shaka's MPD, playlist and first bytes of the file. */
async function packaged(scheme: 'cenc' | 'cbcs') {
  const folder = temporaryFolder('drm-systems');
  await shakaPackager(
    [
      `in=${INPUT},stream=video,output=video.mp4,playlist_name=video.m3u8`,
      '--enable_raw_key_encryption',
      `--keys=label=:key_id=${KEY_ID}:key=101112131415161718191a1b1c1d1e1f`,
      `--iv=${IV}`,
      `--protection_scheme=${scheme}`,
      '--protection_systems=Widevine,PlayReady,Marlin,FairPlay,CommonSystem',
      `--playready_extra_header_data=<LA_URL>${LICENSE.replace('&', '&amp;')}</LA_URL>`,
      ...['--mpd_output=stream.mpd', '--hls_master_playlist_output=master.m3u8'],
    ],
    folder,
  );
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  return {
    mpd: text('stream.mpd'),
    keys: text('video.m3u8')
      .split('\n')
      .filter((line) => line.startsWith('#EXT-X-KEY'))
      .map((line) => parseKeyLine(line).key),
    head: readFileSync(join(folder, 'video.mp4')).subarray(0, 4096),
  };
}

/** The scheme and the children of descriptors, without white space: attributes that are informative differ. */
const descriptors = (xml: string): Map<string, string> =>
  new Map(
    [...xml.matchAll(/<ContentProtection ([^>]*[^/>])>(.*?)<\/ContentProtection>/gs)].map(
      ([, attributes = '', children = '']) => [
        /schemeIdUri="([^"]*)"/.exec(attributes)?.[1] ?? '',
        children
          .replace(/>\s+/g, '>')
          .replace(/\s+</g, '<')
          .replace(/ xmlns:\w+="[^"]*"/g, ''),
      ],
    ),
  );

for (const scheme of ['cenc', 'cbcs'] as const) {
  const context: DrmContext = { contentId: 'x', keys: [testKey(IV)], scheme };
  const inManifests = [common(), widevine(), playready({ licenseUrl: LICENSE }), marlin()];

  test(`${scheme}: the descriptors of common, Widevine, PlayReady and Marlin are byte for byte the same`, async () => {
    const { mpd } = await packaged(scheme);
    const theirs = descriptors(mpd);
    const ours = descriptors(
      inManifests.map((system) => writeXml(system.contentProtection!(context))).join(),
    );
    assert.is(ours.size, inManifests.length);
    for (const [id, children] of ours) assert.is(children, theirs.get(id), id);
  });

  test(`${scheme}: so are the boxes in files`, async () => {
    const { head } = await packaged(scheme);
    for (const system of inManifests) {
      for (const box of system.pssh!(context)) assert.ok(head.includes(Buffer.from(box)), system.name);
    }
  });

  test(`${scheme}: so are the key URIs of playlists`, async () => {
    const { keys } = await packaged(scheme);
    const systems: DrmSystem[] = [widevine(), playready({ licenseUrl: LICENSE })];
    // FairPlay plays no cenc, though Shaka writes it a line.
    if (scheme === 'cbcs') systems.push(fairplay({ uri: 'skd://{keyIdBase64}' }));
    for (const system of systems) {
      const ours = system.hlsKey!(context);
      const { iv, ...theirs } = keys.find((key) => key.keyFormat === ours.keyFormat)!;
      assert.equal(ours, theirs, system.name);
    }
  });
}

test.run();
