/**
 * What a demuxer of another format than MP4 builds tracks from: `videoTrack` where samples lie in the file as MP4 has them, packets
 * where they have to be made.
 */

export type { StoredPictures } from './describe-video.ts';
export { joinTracks } from './join-tracks.ts';
export { openMatroska } from './matroska-file.ts';
export { findByteStream, openByteStream } from './mp4-byte-stream.ts';
export type { OpenPackets, Packet, PacketReader } from './packet.ts';
export type {
  FoundMarker,
  ListedTrack,
  PacketFile,
  PacketTexts,
  ScannedText,
} from './packet-file.ts';
export type { PacketFormat } from './packet-format.ts';
export { type PacketColumns, sampleTable } from './packet-samples.ts';
export { PacketTrack } from './packet-track.ts';
export { findStart, scanTracks } from './scan-tracks.ts';
export { openScannedTrack, type PacketAccess, type ScannedTrack } from './scanned-track.ts';
export { type ClockRules, TimeBases } from './time-bases.ts';
export { openTransportStream } from './transport-file.ts';
export { type StoredTrack, videoTrack } from './video-track.ts';
