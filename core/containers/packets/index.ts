/** Reading containers that are made of packets: what a demuxer of another format than MP4 builds tracks from. */

export { joinTracks } from './join-tracks.ts';
export { openMatroska } from './matroska-file.ts';
export { findByteStream, openByteStream } from './mp4-byte-stream.ts';
export type { OpenPackets, Packet, PacketReader } from './packet.ts';
export type { ListedTrack, PacketFile } from './packet-file.ts';
export type { PacketFormat } from './packet-format.ts';
export { PacketTrack } from './packet-track.ts';
export { findStart, scanTracks } from './scan-tracks.ts';
export { openScannedTrack, type PacketAccess, type ScannedTrack } from './scanned-track.ts';
export { type ClockRules, TimeBases } from './time-bases.ts';
export { openTransportStream } from './transport-file.ts';
