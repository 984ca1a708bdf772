import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { cmaf } from '../../../plugins/index.ts';
import { readFragments } from '../oracles/dash.ts';
import { fetchPlaylist } from '../oracles/hls-fmp4.ts';
import { assertAllNamed } from '../oracles/named-files.ts';
import { readIndex } from '../oracles/segment-index.ts';
import { filesBelow, outputFolder, packageWith } from '../titles/package.ts';
import { type Column, type PackagedRow, type Proof, SEGMENT } from './column.ts';
import { proveFragments, refusedByCbcs, refusedByCenc } from './prove-fragments.ts';
import type { RowStream } from './row.ts';

const MANIFESTS = ['stream.mpd', 'master.m3u8'];

/**
 * One file a track is decrypted; segments of their own are compared with it, byte for byte: so both layouts are proven at the
 * price of one. Manifests name all files, and the index that DASH goes by says what the playlist does.
 */
async function proveCmaf(column: Column, scheme: 'cbcs' | 'cenc', packaged: PackagedRow): Promise<Proof[]> {
  const { streams, inputs } = packaged;
  const name = outputFolder('CMAF', inputs[0] ?? '');
  const folder = join(packaged.output, name);
  await assertAllNamed(folder, MANIFESTS);
  const inSegments = await packageWith([cmaf({ scheme, layout: 'segments' })], {
    inputs,
    segmentDuration: SEGMENT,
  });
  const other = join(inSegments.output, name);
  await assertAllNamed(other, MANIFESTS);
  const fileOf = ({ unit }: RowStream): string => join(folder, unit, 'media.mp4');
  const tracks = streams.map((stream) => ({ stream, files: [fileOf(stream)] }));
  const proofs = await proveFragments(column, packaged, tracks);
  for (const stream of streams) {
    const path = fileOf(stream);
    const { segments } = await fetchPlaylist(join(folder, stream.unit, 'stream.m3u8'));
    assert.equal(
      (await readIndex(path)).map(({ offset, size }) => [offset, size]),
      segments.map(({ offset, bytes }) => [offset, bytes.length]),
      `${stream.unit}: sidx and playlist agree`,
    );
    const media = (await filesBelow(join(other, stream.unit))).filter((file) => file.endsWith('.m4s'));
    assert.is(media.length, segments.length, `${stream.unit}: a file for each segment`);
    const files = ['init.mp4', ...media.map((_, index) => `seg-${index + 1}.m4s`)];
    const [one, many] = [
      await readFragments([path]),
      await readFragments(files.map((file) => join(other, stream.unit, file))),
    ];
    assert.ok(one.init.equals(many.init), `${stream.unit}: initialisation sections are equal`);
    assert.ok(
      Buffer.concat(one.fragments).equals(Buffer.concat(many.fragments)),
      `${stream.unit}: so are fragments`,
    );
  }
  const units = new Set(streams.map(({ unit }) => unit));
  assert.is((await filesBelow(folder)).filter((file) => file.endsWith('.mp4')).length, units.size);
  return proofs;
}

/** CMAF, `cbcs`: one file a track, and a file a segment. */
export const cmafCbcsColumn: Column = {
  name: 'cmaf-cbcs',
  title: 'CMAF cbcs',
  oracles: ['F', 'S'],
  mode: () => cmaf(),
  refuses: refusedByCbcs,
  prove: (packaged) => proveCmaf(cmafCbcsColumn, 'cbcs', packaged),
};

/** CMAF, `cenc`: both layouts, too. */
export const cmafCencColumn: Column = {
  name: 'cmaf-cenc',
  title: 'CMAF cenc',
  oracles: ['F', 'S'],
  mode: () => cmaf({ scheme: 'cenc' }),
  refuses: refusedByCenc,
  prove: (packaged) => proveCmaf(cmafCencColumn, 'cenc', packaged),
};
