import * as assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { packageTitle } from '../../core/index.ts';
import { hlsAes, hlsNcg } from '../../plugins/index.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { modeNamed, type TestMode } from '../helpers/titles/modes.ts';
import { filesBelow, testPlugins, titleOptions } from '../helpers/titles/package.ts';
import { leftIn, objectsBelow, type Setting } from './setting.ts';

/** Single files and segments of all modes. */
const MODES: readonly TestMode[] = [
  ...['dash-cenc', 'dash-segments', 'dash-cbcs', 'hls-aes-ts', 'hls-aes-fmp4', 'hls-ncg', 'ncg'].map(
    modeNamed,
  ),
  ...['cmaf-cbcs', 'cmaf-cenc'].map(modeNamed),
  { name: 'hls-aes-ts-segments', plugin: () => hlsAes({ layout: 'segments' }) },
  { name: 'hls-ncg-segments', plugin: () => hlsNcg({ layout: 'segments' }) },
];

/** Sources and outputs in the bucket: the bytes of a run on the disk, and nothing beside them. */
export async function checkMatrix(setting: Setting): Promise<string> {
  const { client, bucket } = setting;
  let compared = 0;
  for (const media of ['ctts-v0']) {
    const input = await oddMedia(media);
    const name = basename(input);
    await client.put(`masters/${name}`, await readFile(input));
    for (const mode of MODES) {
      const plugins = [...testPlugins(), setting.plugin(), mode.plugin()];
      const local = titleOptions({ inputs: [input], receipt: false });
      await packageTitle({ title: local, plugins });
      const inputs = [`s3://${bucket}/masters/${name}`];
      for (const overwrite of [false, true]) {
        const title = { ...local, inputs, output: `s3://${bucket}/out/${mode.name}`, overwrite };
        await packageTitle({ title, plugins });
        const found = await objectsBelow(setting, `out/${mode.name}`);
        assert.deepEqual([...found.keys()].sort(), await filesBelow(local.output), mode.name);
        for (const [path, bytes] of found) {
          const expected = await readFile(join(local.output, path));
          assert.ok(expected.equals(bytes), `${mode.name} ${path} is not that of the disk`);
          compared++;
        }
      }
      assert.deepEqual(await leftIn(setting), [], mode.name);
    }
  }
  return `${MODES.length} modes, ${compared} files are those of the disk`;
}
