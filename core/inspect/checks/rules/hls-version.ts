import { finding } from '../../findings/make.ts';
import type { ListedPlaylist, ListedRendition } from '../../model/listed-package.ts';
import type { Check } from '../check.ts';

type Need = readonly [version: number, why: string];

/** EXT-X-VERSION is at least what the tags of a playlist need (RFC 8216, 7; RFC 8216bis, 8). */
export const checkVersions: Check = function* ({ packages }) {
  for (const { playlists = [], renditions } of packages)
    for (const playlist of playlists) {
      const said = Number(playlist.tags.find(({ name }) => name === 'EXT-X-VERSION')?.value ?? 1);
      const own = renditions.find(({ manifest }) => manifest === playlist.path);
      const needs = [
        ...ofTags(playlist),
        ...(own && !playlist.isMultivariant ? ofSegments(own, playlist) : []),
      ];
      const [version, why] = needs.reduce((most, need) => (need[0] > most[0] ? need : most), [1, ''] as Need);
      if (said < version)
        yield finding(
          'HLS_VERSION',
          { file: playlist.path },
          `${playlist.path} has version ${said}, and ${why} needs ${version}.`,
          { expected: version, found: said },
        );
    }
};

function* ofTags({ tags }: ListedPlaylist): Generator<Need, void> {
  const isIframes = tags.some(({ name }) => name === 'EXT-X-I-FRAMES-ONLY');
  for (const { name, attributes } of tags) {
    if (name === 'EXT-X-I-FRAMES-ONLY') yield [4, name];
    if (name === 'EXT-X-MAP') yield isIframes ? [5, name] : [6, name];
    if (name === 'EXT-X-DEFINE') yield attributes.has('QUERYPARAM') ? [11, name] : [8, name];
    if (attributes.get('INSTREAM-ID')?.startsWith('SERVICE')) yield [7, 'INSTREAM-ID of a service'];
    for (const attribute of attributes.keys()) if (attribute.startsWith('REQ-')) yield [12, attribute];
  }
}

function* ofSegments({ init, segments }: ListedRendition, { tags }: ListedPlaylist): Generator<Need, void> {
  const isIframes = tags.some(({ name }) => name === 'EXT-X-I-FRAMES-ONLY');
  if (init) yield isIframes ? [5, 'EXT-X-MAP'] : [6, 'EXT-X-MAP'];
  for (const { duration, place, keys } of segments) {
    if (!Number.isInteger(duration)) yield [3, 'a duration with a fraction'];
    if (place.length !== undefined) yield [4, 'EXT-X-BYTERANGE'];
    for (const { iv, method, keyFormat, keyFormatVersions } of keys) {
      if (iv) yield [2, 'an IV'];
      if (method.startsWith('SAMPLE-AES')) yield [5, method];
      if (keyFormat !== 'identity' || keyFormatVersions !== undefined) yield [5, 'KEYFORMAT'];
    }
  }
}
