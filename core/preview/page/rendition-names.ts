import type { PreviewRendition } from '../api.ts';
import { bitRate, codecName, distinctLabels, trackLabel } from './players/labels.ts';

/** What people call renditions, each by another name: `640 × 360 · H.264`, `English · AAC · 128 kbit/s`. */
export const renditionNames = (renditions: readonly PreviewRendition[]): string[] =>
  distinctLabels(renditions.map(partsOf), 2);

function partsOf(rendition: PreviewRendition): string[] {
  const { kind, width, height, language = '', label = null, roles, codecs, bandwidth, id } = rendition;
  const isSized = kind === 'video' && width !== undefined && height !== undefined;
  return [
    isSized ? `${width} × ${height}` : kind === 'audio' ? trackLabel({ language, label, roles }) : id,
    codecs[0] === undefined ? '' : codecName(codecs[0]),
    bandwidth === undefined ? '' : bitRate(bandwidth),
    id,
  ];
}
