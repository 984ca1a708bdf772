import { isDeepStrictEqual } from 'node:util';
import { fail } from '../../base/errors.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { readMatroskaHeaders } from '../matroska/headers.ts';
import type { MatroskaFile } from './matroska-blocks.ts';
import { matroskaFormat, type NamedCodecs } from './matroska-format.ts';
import { MatroskaPackets } from './matroska-packets.ts';
import { soundUses } from './matroska-sound-use.ts';
import { textBlockFormat } from './matroska-text-format.ts';
import { matroskaTexts } from './matroska-texts.ts';
import { explainReading, NO_PACKETS, type PacketFile } from './packet-file.ts';

const EBML_MAGIC = 0x1a45dfa3;
const NANOSECONDS = 1e9;

/**
 * Look into a Matroska or WebM file; `undefined` when it is none.
 * @param codecs those of the packager: its plugins may bring some
 * @throws PackagerError NOT_MEDIA when its headers are damaged
 */
export async function openMatroska(
  source: ByteSource,
  codecs?: NamedCodecs,
): Promise<PacketFile | undefined> {
  if (source.size < 4) return undefined;
  const magic = new Uint8Array(4);
  await source.read(0, [magic]);
  if (new DataView(magic.buffer).getUint32(0) !== EBML_MAGIC) return undefined;
  const explain = (cause: unknown) => explainReading(cause, source.name, 'Matroska');
  const headers = await readMatroskaHeaders(source).catch((cause) => {
    throw explain(cause);
  });
  const { timestampScale, tracks } = headers;
  const clock = NANOSECONDS / timestampScale;
  const uses = soundUses(tracks);
  const file: MatroskaFile = {
    source,
    clock,
    async checkNext(at) {
      if (!isDeepStrictEqual(await readMatroskaHeaders(behind(source, at)), headers))
        throw otherTracks(source.name, at);
    },
  };
  return {
    ...{ clock, isClockFree: false },
    clockRules: { wrap: Number.POSITIVE_INFINITY, isSettable: false },
    tracks: tracks.map((track) => ({
      // Nobody misses what no player plays.
      ...{ id: track.id, kind: track.isEnabled ? track.kind : 'other', language: track.language },
      use: uses.get(track.id),
      ...(track.text && { isText: typeof textBlockFormat(track) === 'object' }),
      // Who goes without subtitles is told; a film is not refused for them.
      isEncrypted: track.isEncrypted && !track.text,
      isSeen: false, // only its blocks would tell
      delay: track.codecDelay / NANOSECONDS,
      pictureSeconds: track.kind === 'video' ? track.defaultDuration / NANOSECONDS : 0,
      format: () => matroskaFormat(track, source.name, codecs),
    })),
    open: async () => (id) => {
      const track = tracks.find((candidate) => candidate.id === id);
      return track ? new MatroskaPackets(file, track) : NO_PACKETS;
    },
    texts: matroskaTexts(file, tracks),
    explain,
  };
}

/** What is behind a place of a file, as a file. */
const behind = (source: ByteSource, start: number): ByteSource => ({
  name: source.name,
  size: source.size - start,
  read: (position, targets) => source.read(start + position, targets),
  close: async () => {},
});

const otherTracks = (name: string, at: number) =>
  fail.unsupportedInput(
    name,
    `it is several recordings one behind the other: the one at byte ${at} has other tracks than the first.`,
    'Join them: mkvmerge -o out.mkv first.mkv + second.mkv',
  );
