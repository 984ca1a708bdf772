/** Titles whose tracks have keys of their own, each in half of the modes: each track under the key of its label and no other, told to players. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { cmaf, dashCenc, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { IS_LONG } from '../helpers/commands/extent.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { aes128SegmentsByOpenssl } from '../helpers/oracles/hls.ts';
import {
  assertKeyLines,
  assertMaster,
  assertSetsByLabel,
  masterOf,
} from '../helpers/titles/label-manifests.ts';
import { hexKey, LABEL_TITLES, packageLabels } from '../helpers/titles/label-titles.ts';
import { assertFilesUnder, assertPlaylistsUnder, type LabelFile } from '../helpers/titles/under-label.ts';

const test = sideBySide('keys by label');

for (const [name, title] of Object.entries(LABEL_TITLES)) {
  /** A test of the titles whose turn it is in this mode; of all with `npm run test:long`. */
  const testOf = (turn: keyof typeof LABEL_TITLES, what: string, prove: () => Promise<void>): void => {
    if (IS_LONG || turn === name) test(what, prove);
  };

  const all = [...new Set([...title.labels, 'AUDIO'])];

  /** A file for each picture, and one of the sound, which is of the first input. */
  async function filesIn(pathOf: (unit: string) => string): Promise<LabelFile[]> {
    const inputs = await title.inputs();
    const pictures = title.labels.map((label, index): LabelFile => {
      const file = pathOf(`video-${index + 1}`);
      return { file, kind: 'video', label, source: inputs[index]! };
    });
    return [...pictures, { file: pathOf('audio-und'), kind: 'audio', label: 'AUDIO', source: inputs[0]! }];
  }

  /** Files and playlists of all tracks in fragments, and the multivariant playlist. */
  async function assertFragments(folder: string): Promise<void> {
    await assertFilesUnder(await filesIn((unit) => join(folder, unit, 'media.mp4')), all);
    const units = [...title.labels.map((_, index) => `video-${index + 1}`), 'audio-und'];
    for (const [index, unit] of units.entries()) assertKeyLines(folder, unit, title.labels[index] ?? 'AUDIO');
    assertMaster(folder, units, title.labels);
  }

  testOf(
    'five labels',
    `dash-cenc, ${name}: a set for each key, files under the key of their label alone`,
    async () => {
      const { output } = await packageLabels([dashCenc({ folder: 'dash' })], title);
      await assertFilesUnder(await filesIn((unit) => join(output, `dash/media-${unit}.mp4`)), all);
      assertSetsByLabel(join(output, 'dash/stream.mpd'), title.labels);
    },
  );

  for (const scheme of ['cbcs', 'cenc'] as const)
    testOf(
      scheme === 'cbcs' ? 'five labels' : 'two labels',
      `cmaf ${scheme}, ${name}: the same files for an MPD and for playlists`,
      async () => {
        const { output } = await packageLabels([cmaf({ scheme, folder: 'cmaf' })], title);
        const folder = join(output, 'cmaf');
        await assertFragments(folder);
        assertSetsByLabel(join(folder, 'stream.mpd'), title.labels);
      },
    );

  testOf('two labels', `hls-aes in fMP4, ${name}`, async () => {
    const { output } = await packageLabels([hlsAes({ container: 'fmp4', folder: 'hls' })], title);
    await assertFragments(join(output, 'hls'));
  });

  testOf(
    'five labels',
    `hls-aes in MPEG-TS, ${name}: sound under another key is a rendition of its own`,
    async () => {
      const { output } = await packageLabels(
        [hlsAes({ container: 'ts', systems: ['fairplay'], folder: 'hls' })],
        title,
      );
      const inputs = await title.inputs();
      const folder = join(output, 'hls');
      const units = [...title.labels.map((_, index) => `media-${index + 1}`), 'audio-und'];
      assert.equal(readdirSync(folder).sort(), [...units, 'master.m3u8'].sort());
      const playlists = units.map((unit, index) => ({
        playlist: join(folder, unit, 'stream.m3u8'),
        kind: unit.startsWith('media') ? ('video' as const) : ('audio' as const),
        label: title.labels[index] ?? 'AUDIO',
        source: inputs[index] ?? inputs[0]!,
      }));
      for (const [index, unit] of units.entries()) assertKeyLines(folder, unit, playlists[index]!.label);
      await assertPlaylistsUnder(playlists, all);
      assertMaster(folder, units, title.labels);
      assert.match(masterOf(folder), /TYPE=AUDIO.*URI="audio-und\/stream\.m3u8"/);
    },
  );

  testOf('two labels', `hls-ncg, ${name}: a file for each key`, async () => {
    const { output } = await packageLabels([hlsNcg({ folder: 'ncg' })], title);
    const folder = join(output, 'ncg');
    const units = [...title.labels.map((_, index) => `media-${index + 1}`), 'audio-und'];
    const files = all.map((label) => `key-${hexKey(label).keyId}.ncg`);
    assert.equal(readdirSync(folder).sort(), [...units, ...files, 'master.m3u8'].sort());
    for (const [index, unit] of units.entries()) {
      const label = title.labels[index] ?? 'AUDIO';
      assertKeyLines(folder, unit, label);
      const playlist = join(folder, unit, 'stream.m3u8');
      assert.ok((await aes128SegmentsByOpenssl(playlist, hexKey(label).key)).length >= 3);
      for (const other of all.filter((one) => one !== label)) {
        const found = await aes128SegmentsByOpenssl(playlist, hexKey(other).key).catch(() => undefined);
        assert.is(found, undefined, `${unit} is not under ${other}`);
      }
    }
  });
}

test.run();
