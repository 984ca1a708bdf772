/** Reading MP4, progressive and fragmented: what a demuxer builds tracks from. */

export { withFileName } from '../../../base/box-walk.ts';
export {
  type EntryFormat,
  encryptedTrack,
  entryFormat,
  isEncryptedEntry,
  largerFormat,
} from './entry-format.ts';
export type { EventTrack } from './event-clock.ts';
export { eventMarkers } from './event-markers.ts';
export { EventMessages } from './event-messages.ts';
export { whyUnknown } from './known-codec.ts';
export { besideTheFilm } from './main-pictures.ts';
export {
  type EntryHeaders,
  type MediaTrack,
  type Movie,
  type OtherTrack,
  readMovie,
  type TextBoxes,
} from './movie.ts';
export { whyNotMp3 } from './mpeg-layer.ts';
export { presentedMedia } from './presented.ts';
export { readSamples } from './read-samples.ts';
export type { Mp4Samples } from './sample-table.ts';
export type { RecordedTrack } from './text-recordings.ts';
export { readTextTrack } from './text-track.ts';
export { mediaFacts, trackLanguage } from './track-facts.ts';
export { usedFormats } from './used-formats.ts';
