import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { RowStream } from '../matrix/row.ts';
import { attribute, children, type MpdElement, textOf } from '../oracles/mpd-document.ts';
import { distinctKeys, type KeyedTitle, keysOf } from './keyed-title.ts';
import { type KeyLine, type ListedPlaylist, listedPlaylist, sessionKeys } from './played-playlist.ts';
import type { TitleKey } from './title-keys.ts';

const COMMON = 'urn:uuid:1077efec-c0b2-4d02-ace3-3c1e52e2fb4b';

/** Assert that an MPD names the first key of each stream, and has boxes for all of its keys and no others. */
export function proveMpd(mpd: MpdElement, title: KeyedTitle, streams: readonly RowStream[]): void {
  const found: string[] = [];
  for (const set of children(children(mpd, 'Period')[0], 'AdaptationSet')) {
    const protections = children(set, 'ContentProtection');
    for (const representation of children(set, 'Representation')) {
      const unit = attribute(representation, 'id') ?? '';
      found.push(unit);
      const stream = streams.find((one) => one.unit === unit);
      assert.ok(stream, `the MPD has ${unit}`);
      const keys = distinctKeys(title, [stream]);
      const named = protections.flatMap((one) => attribute(one, 'cenc:default_KID') ?? []);
      const plain = named.map((uuid) => uuid.replaceAll('-', ''));
      assert.equal(
        [...new Set(plain)],
        keys.slice(0, 1).map(({ keyId }) => keyId),
        `${unit}: default_KID`,
      );
      const common = protections.filter((one) => attribute(one, 'schemeIdUri')?.toLowerCase() === COMMON);
      assert.is(common.length, keys.length > 0 ? 1 : 0, unit);
      const boxes = common.flatMap((one) => children(one, 'cenc:pssh')).map(textOf);
      const listed = boxes.flatMap((text) => {
        const box = Buffer.from(text, 'base64');
        return (
          box
            .subarray(32, 32 + 16 * box.readUInt32BE(28))
            .toString('hex')
            .match(/.{32}/g) ?? []
        );
      });
      assert.equal(
        listed,
        keys.map(({ keyId }) => keyId),
        `${unit}: keys of its box`,
      );
    }
  }
  assert.equal(found.sort(), streams.map(({ unit }) => unit).sort());
}

/** A rendition of playlists: its folder, and a stream whose keys it has. */
export interface ListedUnit {
  readonly folder: string;
  readonly stream: RowStream;
}

/**
 * Assert that playlists, and those of I-frames, tell the key of each segment where it changes and of no other, and that the
 * multivariant playlist has those with which players begin.
 */
export async function provePlaylists(
  folder: string,
  title: KeyedTitle,
  units: readonly ListedUnit[],
): Promise<Map<string, ListedPlaylist>> {
  const all = distinctKeys(title, title.streams);
  const playlists = new Map<string, ListedPlaylist>();
  const firsts = new Set<KeyLine>();
  for (const { folder: unit, stream } of units) {
    const keys = keysOf(title, stream);
    for (const name of (await readdir(join(folder, unit))).filter((one) => one.endsWith('.m3u8')).sort()) {
      const playlist = await listedPlaylist(join(folder, unit, name));
      assert.is(playlist.segments.length, keys.length, `${unit}/${name}`);
      for (const [n, { keyLines }] of playlist.segments.entries()) {
        const what = `${unit}/${name}, segment ${n + 1}`;
        assert.is(keyLines.length > 0, keys[n] !== undefined, `${what}: clear or not`);
        for (const line of keyLines)
          assert.equal(namedBy(line, all), [keys[n]?.keyId], `${what}: ${line.slice(0, 80)}`);
      }
      const first = playlist.segments.find(({ keyLines }) => keyLines.length > 0);
      for (const line of first?.keyLines ?? []) firsts.add(line);
      if (name === 'stream.m3u8') playlists.set(unit, playlist);
    }
    const hasPictures = stream.kind === 'video';
    assert.is((await readdir(join(folder, unit))).includes('iframe.m3u8'), hasPictures, unit);
  }
  assert.equal((await sessionKeys(join(folder, 'master.m3u8'))).sort(), [...firsts].sort(), 'session keys');
  return playlists;
}

/** Ids of the keys that a line names: in letters, or in a box or header that its URI holds. */
function namedBy(line: KeyLine, all: readonly TitleKey[]): string[] {
  const [, data = ''] = /URI="data:[^,"]*,([^"]*)"/.exec(line) ?? [];
  const held = Buffer.from(data, 'base64');
  return all.map(({ keyId }) => keyId).filter((keyId) => line.includes(keyId) || holds(held, keyId));
}

/** PlayReady's headers have the id as a GUID, whose first three numbers are turned round, in Base64 and UTF-16. */
function holds(held: Buffer, keyId: string): boolean {
  const id = Buffer.from(keyId, 'hex');
  if (held.includes(id)) return true;
  const guid = Buffer.concat([
    Buffer.from(id.subarray(0, 4)).reverse(),
    Buffer.from(id.subarray(4, 6)).reverse(),
    Buffer.from(id.subarray(6, 8)).reverse(),
    id.subarray(8),
  ]);
  return held.includes(Buffer.from(guid.toString('base64'), 'utf16le'));
}
