/** Renditions of HLS playlists, and readers of these. */
import { Parser } from 'm3u8-parser';
import { fromHex } from '../../../core/base/bytes.ts';
import type { RenditionResult } from '../../../core/contract/rendition.ts';
import type { HlsKey } from '../../../core/drm/drm-system.ts';
import { audioTrack, inOneFile, type RenditionShape, videoTrack } from './renditions.ts';

/** Bytes of PAT and PMT, before every I-frame. */
export const PSI = 376;
/** A key with a URI of its own. */
export const FAIRPLAY: HlsKey = {
  method: 'SAMPLE-AES',
  uri: 'skd://abc',
  keyFormat: 'com.apple.streamingkeydelivery',
  keyFormatVersions: '1',
};
/** A key whose URI is relative, with its IV. */
export const AES: HlsKey = {
  method: 'AES-128',
  uri: 'key.ncg',
  iv: fromHex('000102030405060708090a0b0c0d0e0f'),
};

/** A muxed rendition in 90 kHz ticks, three segments and an I-frame index of two a segment. */
export function muxed(
  id: string,
  width: number,
  height: number,
  more: Partial<RenditionShape> = {},
): RenditionResult {
  const folder = id.replace('rendition', 'media');
  const path = `${folder}/media.ts`;
  const tracks = [videoTrack(width, height, { timescale: 90_000 }), audioTrack('eng')];
  const sizes = [564_000, 752_000, 188_000];
  const shape = { id, tracks, sizes, durations: [540_540, 540_540, 90_090], ...more };
  return {
    ...inOneFile(shape, path),
    iframes: {
      paths: [path, path, path],
      offsets: [PSI, 564_000 + PSI, 1_316_000 + PSI],
      sizes: [18_800, 28_200, 9_400],
      starts: [0, 540_540, 1_081_080],
      durations: [540_540, 540_540, 90_090],
    },
  };
}

/** The one most tests are about. */
export const rendition = muxed('rendition-1', 1280, 720);
/** Its media playlist. */
export const input = { path: 'media-1/stream.m3u8', rendition, keys: [FAIRPLAY], targetDuration: 6 };

/** The playlist by m3u8-parser, and what that complains about. */
export function read(text: string) {
  const parser = new Parser();
  const warnings: string[] = [];
  parser.on('warn', ({ message }) => warnings.push(message));
  parser.push(text);
  parser.end();
  return { ...parser.manifest, warnings };
}
/** The lines of a tag. */
export const linesWith = (text: string, tag: string) =>
  text.split('\n').filter((line) => line.startsWith(`#${tag}:`));
