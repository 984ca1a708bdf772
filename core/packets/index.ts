/** Reading containers that are made of packets: what a demuxer of another format than MP4 builds tracks from. */

export { EbmlError } from '../matroska/ebml.ts';
export { type MatroskaTrack, readMatroskaHeaders } from '../matroska/track-entries.ts';
export { findPackets, type PacketLayout } from '../mpegts/read/packet-layout.ts';
export { type ProgramStream, readProgram } from '../mpegts/read/program.ts';
export { matroskaFormat } from './matroska-format.ts';
export type { OpenPackets, Packet, PacketReader } from './packet.ts';
export type { PacketFormat } from './packet-format.ts';
export { PacketTrack } from './packet-track.ts';
export { scanTracks } from './scan-tracks.ts';
export { isEncryptedStream, transportFormat } from './transport-format.ts';
