import { lastAtOrBelow } from '../../base/ascending.ts';
import type { InputMarker } from '../../media/markers.ts';
import type { CodedTrack, CodedTrackInfo, SampleFormat } from '../../media/track.ts';
import { JoinedPackets } from './joined-packets.ts';
import type { OpenPackets, PacketReader } from './packet.ts';
import type { PacketFormat } from './packet-format.ts';
import { type PacketColumns, PacketSamples } from './packet-samples.ts';
import { type Checkpoint, PacketSource } from './packet-source.ts';
import { SplitPackets } from './split-packets.ts';

/** All that reading through a track has shown; plain data that crosses threads. */
export type ScannedTrack = CodedTrackInfo & ScannedSamples;

/** What has been found of its samples. */
export interface ScannedSamples extends SampleFormat, Pick<CodedTrack, 'presentationOffset'> {
  /** What the file says beside its tracks. */
  readonly markers?: readonly InputMarker[];
  readonly columns: PacketColumns;
  readonly checkpoints: readonly Checkpoint[];
  /** Places of packets behind the first sample that are none, ascending: pictures that cannot be decoded. */
  readonly leftOut: Float64Array;
  /** Parameter sets change, so that samples keep theirs. */
  readonly keepsParameterSets: boolean;
}

/** How the packets of a track are read. */
export interface PacketAccess {
  /** How messages name the file. */
  readonly name: string;
  readonly format: PacketFormat;
  readonly open: OpenPackets;
  /** What a failure of the reader is to be thrown as. */
  explain(cause: unknown): unknown;
}

/** The track that was scanned, in this thread or in another. Its bytes are made while they are read. */
export function openScannedTrack(
  scanned: ScannedTrack,
  { name, format, open, explain }: PacketAccess,
): CodedTrack {
  const { columns, checkpoints, leftOut, keepsParameterSets, ...facts } = scanned;
  const isLeftOut = (place: number) => leftOut[lastAtOrBelow(leftOut, place)] === place;
  return {
    ...facts,
    samples: new PacketSamples(columns),
    source: new PacketSource({
      ...{ name, size: facts.bytes, reader: openSamples(format, open), checkpoints, explain },
      sample: (packet) =>
        isLeftOut(packet.position) ? new Uint8Array(0) : format.sample(packet.data, keepsParameterSets),
    }),
  };
}

/** Read a track's packets, those of a sample as one, one of several samples as those. */
export function openSamples(format: PacketFormat, open: OpenPackets): PacketReader {
  if (format.joins) return new JoinedPackets(open(), (sample, packet) => format.joins!(sample, packet));
  return format.split ? new SplitPackets(open(), (packet) => format.split!(packet)) : open();
}
