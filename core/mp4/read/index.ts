/** Reading progressive MP4: what a demuxer builds tracks from. */

export { withFileName } from './box-walk.ts';
export { presentationOffset } from './edit-list.ts';
export { parseEsds } from './esds.ts';
export { type MediaTrack, type Movie, type OtherTrack, readMovie } from './movie.ts';
export type { AudioHeaders, VideoHeaders } from './mp4box-headers.ts';
export { Mp4SampleTable } from './sample-table.ts';
