import * as assert from 'node:assert/strict';
import { Packager } from '../../core/index.ts';
import { publishTitle, TITLE } from '../helpers/servers/s3-world.ts';
import { removeTitle, storeOf } from './behaviour.ts';
import { leftIn, objectsBelow, type Setting } from './setting.ts';

/** Nothing of it is decoded, and nothing is a query. */
const ODD = ['a b.mp4', 'a%20b.mp4', 'a+b.mp4', 'a#b.mp4', 'a?b=c.mp4', "é'(&)<~>!*.mp4"];

/** Names as they are written, each of another object, in inputs as in lists. */
export async function checkNames({ client, plugin, bucket }: Setting): Promise<string> {
  for (const name of ODD) await client.put(`names/${name}`, Buffer.from(name));
  const found: string[] = [];
  for await (const { key } of client.list('names/')) found.push(key.slice('names/'.length));
  assert.deepEqual(found.sort(), [...ODD].sort());
  const packager = new Packager([plugin()]);
  const { signal } = new AbortController();
  for (const name of ODD) {
    const { bytes } = await packager.sources.of(`s3://${bucket}/names/${name}`).look({ signal });
    assert.equal(bytes, Buffer.byteLength(name), name);
  }
  await client.deleteAll(ODD.map((name) => `names/${name}`));
  for await (const { key } of client.list('names/')) assert.fail(`${key} is still there`);
  return `${ODD.length} names: written, listed, looked at and deleted as they are`;
}

/** A manifest of several parts is put whole, under a condition, and another does not replace it. */
export async function checkLongManifest(setting: Setting): Promise<string> {
  const text = (end: string) => `${'#EXTINF:6\n'.repeat(700_000)}${end}`;
  const title = { ...TITLE, 'audio.m3u8': text('first') };
  await publishTitle(storeOf(setting), { title });
  await assert.rejects(publishTitle(storeOf(setting), { title }), { code: 'OUTPUT_EXISTS' });
  await publishTitle(storeOf(setting), {
    title: { ...title, 'audio.m3u8': text('second') },
    overwrite: true,
  });
  const found = (await objectsBelow(setting, 'night/film')).get('audio.m3u8');
  assert.ok(Buffer.from(found ?? []).toString() === text('second'));
  assert.deepEqual(await leftIn(setting), []);
  await removeTitle(setting);
  return `${((found?.length ?? 0) / 1e6).toFixed(1)} MB, written and replaced`;
}
