import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import HLS, { type types } from 'hls-parser';
import { Parser } from 'm3u8-parser';
import { parse as parseMpd } from 'mpd-parser';
import * as assert from 'uvu/assert';
import type {
  ListedPackage,
  ListedRendition,
  ListedSegment,
} from '../../../core/inspect/model/listed-package.ts';
import { parsePlaylist } from './valid-playlists.ts';

/** A segment in words that all readers have. */
const row = (
  path: string,
  offset: number | undefined,
  length: number | undefined,
  duration: number,
  init: string,
): string => [path, offset ?? 0, length ?? 'all', duration.toFixed(6), init].join(' ');

const initOf = (place: ListedRendition['init']): string =>
  place === undefined ? 'none' : `${place.path}@${place.offset}+${place.length ?? 'all'}`;

const ownRow = (
  { place: { path, offset, length }, duration, init }: ListedSegment,
  rendition: ListedRendition,
): string => row(path, offset, length, duration, initOf(init ?? rendition.init));

/** Assert that m3u8-parser and hls-parser find the same segments, ranges, init segments, durations and keys in a media playlist. */
export function assertLikePlaylistParsers(folder: string, rendition: ListedRendition): void {
  const text = readFileSync(join(folder, rendition.id), 'utf8');
  const at = (uri: string) => join(dirname(rendition.id), decodeURIComponent(uri));
  const own = rendition.segments.map((segment) => ownRow(segment, rendition));

  const parser = new Parser();
  parser.push(text);
  parser.end();
  const { segments, targetDuration } = parser.manifest;
  const theirs = segments.map(({ uri, byterange, duration, map }) => {
    const range = map?.byterange;
    const init = map ? `${at(map.uri)}@${range?.offset ?? 0}+${range?.length ?? 'all'}` : 'none';
    return row(at(uri), byterange?.offset, byterange?.length, duration, init);
  });
  assert.equal(own, theirs, `${rendition.id}: segments, by m3u8-parser`);
  assert.is(rendition.targetDuration, targetDuration, rendition.id);

  HLS.setOptions({ strictMode: false });
  const parsed = parsePlaylist(text) as types.MediaPlaylist;
  HLS.setOptions({ strictMode: true });
  assert.equal(
    own,
    parsed.segments.map(({ uri, byterange, duration, map }) => {
      const range = map?.byterange;
      const init = map ? `${at(map.uri)}@${range?.offset ?? 0}+${range?.length ?? 'all'}` : 'none';
      return row(at(uri), byterange?.offset, byterange?.length, duration, init);
    }),
    `${rendition.id}: segments, by hls-parser`,
  );
  for (const [index, { key, discontinuity, mediaSequenceNumber }] of parsed.segments.entries()) {
    const segment = rendition.segments[index]!;
    assert.is(segment.number, mediaSequenceNumber, rendition.id);
    assert.is(segment.discontinuity, discontinuity ?? false, rendition.id);
    // It knows the last key line alone.
    const last = segment.keys.at(-1);
    assert.equal(
      [last?.method, last?.uri, last?.iv && Buffer.from(last.iv).toString('hex')],
      key?.method === undefined || key.method === 'NONE'
        ? [undefined, undefined, undefined]
        : [key.method, key.uri, key.iv && Buffer.from(key.iv).toString('hex')],
      `${rendition.id}: key of segment ${index}`,
    );
  }
}

/** Assert that mpd-parser finds the same segments, durations, codecs and sizes in an MPD: of video and audio, which it knows. */
export function assertLikeMpdParser(folder: string, { manifest, renditions }: ListedPackage): void {
  const text = readFileSync(join(folder, manifest), 'utf8');
  const host = 'https://package.example/';
  const parsed = parseMpd(text, { manifestUri: host + manifest });
  const pathOf = (uri: string) => decodeURIComponent(uri.slice(host.length));
  const audio = Object.values(parsed.mediaGroups.AUDIO).flatMap((group) =>
    Object.values(group).flatMap(({ playlists = [] }) => playlists),
  );
  const all = [...parsed.playlists, ...audio];
  for (const playlist of all) {
    const { NAME, BANDWIDTH, CODECS, RESOLUTION } = playlist.attributes;
    const rendition = renditions.find(({ id }) => id === NAME)!;
    assert.ok(rendition, `${manifest}: ${NAME} is listed`);
    assert.is(rendition.bandwidth, BANDWIDTH, rendition.id);
    assert.is(rendition.codecs.join(), String(CODECS), rendition.id);
    assert.is(rendition.width, RESOLUTION?.width, rendition.id);
    const { sidx } = playlist;
    if (sidx) {
      const { offset, length } = sidx.byterange;
      assert.equal([rendition.index?.offset, rendition.index?.length], [offset, length], rendition.id);
      assert.is(rendition.init?.path, pathOf(sidx.map.resolvedUri), rendition.id);
      assert.is(rendition.init?.length, sidx.map.byterange?.length, rendition.id);
    } else {
      assert.equal(
        rendition.segments.map(({ place, duration, start }) => [
          place.path,
          duration.toFixed(6),
          start.toFixed(3),
        ]),
        playlist.segments.map(({ resolvedUri, duration, presentationTime }) => [
          pathOf(resolvedUri),
          duration.toFixed(6),
          presentationTime.toFixed(3),
        ]),
        `${rendition.id}: segments, by mpd-parser`,
      );
      assert.is(rendition.init?.path, pathOf(playlist.segments[0]!.map!.resolvedUri), rendition.id);
    }
  }
  const known = renditions.filter(({ kind }) => kind === 'video' || kind === 'audio');
  assert.is(all.length, known.length, `${manifest}: as many as mpd-parser finds`);
}
