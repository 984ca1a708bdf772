import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { dashCenc } from '../../../plugins/index.ts';
import { cbcsMode } from '../../plugins/mode-cbcs.ts';
import { filesBelow, outputFolder } from '../titles/package.ts';
import type { Column, PackagedRow, Proof } from './column.ts';
import { proveFragments, refusedByCbcs, refusedByCenc } from './prove-fragments.ts';

async function proveDash(column: Column, packaged: PackagedRow, folder: string): Promise<Proof[]> {
  const { streams, output } = packaged;
  const file = (unit: string): string => `media-${unit}.mp4`;
  const files = [...streams.map(({ unit }) => file(unit)), 'stream.mpd'].sort();
  assert.equal(await filesBelow(join(output, folder)), files);
  const tracks = streams.map((stream) => ({ stream, files: [join(output, folder, file(stream.unit))] }));
  return proveFragments(column, packaged, tracks);
}

/** DASH, `cenc` (ISO/IEC 23001-7, 10.1). */
export const dashCencColumn: Column = {
  name: 'dash-cenc',
  title: 'DASH cenc',
  oracles: ['F', 'S'],
  mode: () => dashCenc(),
  refuses: refusedByCenc,
  prove: (packaged) => proveDash(dashCencColumn, packaged, outputFolder('DASH', packaged.inputs[0] ?? '')),
};

/** DASH, `cbcs` (ISO/IEC 23001-7, 10.4), in a mode of the tests' own. */
export const dashCbcsColumn: Column = {
  name: 'dash-cbcs',
  title: 'DASH cbcs',
  oracles: ['F', 'S'],
  mode: cbcsMode,
  refuses: refusedByCbcs,
  prove: (packaged) => proveDash(dashCbcsColumn, packaged, 'cbcs'),
};
