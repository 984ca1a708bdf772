/** Reading MP4, progressive and fragmented: what a demuxer builds tracks from. */

export { withFileName } from './box-walk.ts';
export { mediaPieces } from './edit-list.ts';
export { parseEsds } from './esds.ts';
export { type EntryHeaders, type MediaTrack, type Movie, type OtherTrack, readMovie } from './movie.ts';
export type { AudioHeaders, VideoHeaders } from './mp4box-headers.ts';
export { readSamples } from './read-samples.ts';
export type { SampleEntryParts } from './sample-entry.ts';
export type { Mp4Samples } from './sample-table.ts';
export { usedFormats } from './used-formats.ts';
