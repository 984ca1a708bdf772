import type { RowStream } from './row.ts';

/** A rendition in a transport stream of its own. */
export interface HlsRendition {
  /** Its folder in the mode's. */
  readonly folder: string;
  readonly streams: readonly RowStream[];
}

/** As HLS modes cut a title: each video track with the first audio track, every further audio track by itself. */
export function hlsRenditions(streams: readonly RowStream[]): HlsRendition[] {
  const video = streams.filter(({ kind }) => kind === 'video');
  const [main, ...others] = streams.filter(({ kind }) => kind === 'audio');
  const muxed = main === undefined ? [] : [main];
  const renditions = video.length > 0 ? video.map((stream) => [stream, ...muxed]) : [muxed];
  return [
    ...renditions.map((list, index) => ({ folder: `media-${index + 1}`, streams: list })),
    ...others.map((stream) => ({ folder: stream.unit, streams: [stream] })),
  ];
}

/** The files that an HLS mode in MPEG-TS writes, sorted. */
export function hlsTsFiles(renditions: readonly HlsRendition[], further: readonly string[] = []): string[] {
  const files = renditions.flatMap(({ folder, streams }) => [
    `${folder}/media.ts`,
    `${folder}/stream.m3u8`,
    ...(streams.some(({ kind }) => kind === 'video') ? [`${folder}/iframe.m3u8`] : []),
  ]);
  return ['master.m3u8', ...files, ...further].sort();
}
