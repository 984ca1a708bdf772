import { readFile, writeFile } from 'node:fs/promises';
import { crc32Mpeg } from '../../../core/containers/mpegts/crc32.ts';
import { ffmpeg, ffprobe } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';

/** Seconds at which the film of markers has key frames, beside those of every other second. */
export const KEY_FRAMES_AT = [5.2, 8.04] as const;

/** 12 s at 25 pictures a second with sound; key frames at 0, 2, 4 … and at `KEY_FRAMES_AT`. */
export const markerMedia = (height: 90 | 180): Promise<string> =>
  madeOnce(`markers-${height}.mp4`, async (path) => {
    const times = [...Array.from({ length: 6 }, (_, n) => 2 * n), ...KEY_FRAMES_AT].sort((a, b) => a - b);
    await ffmpeg([
      ...['-f', 'lavfi', '-i', `testsrc2=size=${(height * 16) / 9}x${height}:rate=25:duration=12`],
      ...['-f', 'lavfi', '-i', 'sine=duration=12', '-pix_fmt', 'yuv420p'],
      ...['-c:v', 'libx264', '-x264-params', 'keyint=300:scenecut=0:bframes=2'],
      ...['-force_key_frames', times.join(','), '-c:a', 'aac', path],
    ]);
  });

const [PACKET, CUE_PID, PMT_PID] = [188, 0x1f0, 0x1000];

/**
 * The film of markers as MPEG-TS with sections of SCTE 35, each sent twice.
 * @param sectionsAt sections, Base64, of a stream whose first picture is presented at so many seconds of its clock
 */
export async function cueMedia(
  path: string,
  sectionsAt: (first: number) => readonly string[],
): Promise<void> {
  await ffmpeg(['-i', await markerMedia(90), '-c', 'copy', path]);
  await addCues(path, (first) => {
    const sections = sectionsAt(first).map((section) => Buffer.from(section, 'base64'));
    return [
      { place: 40, sections },
      { place: 80, sections },
    ];
  });
}

/** Sections, and the number of the packet of a file that they are put in front of. */
export interface PlacedSections {
  readonly place: number;
  readonly sections: readonly Uint8Array[];
}

/** Put sections of SCTE 35 into an MPEG transport stream. @param cuesAt see `cueMedia`; in the order of places */
export async function addCues(
  path: string,
  cuesAt: (first: number, packets: number) => readonly PlacedSections[],
): Promise<void> {
  const shown = (await ffprobe(path, ['-select_streams', 'v', '-show_entries', 'packet=pts_time'])) as {
    packets: readonly { pts_time: string }[];
  };
  const file = await readFile(path);
  const packets = Array.from({ length: file.length / PACKET }, (_, n) =>
    file.subarray(n * PACKET, (n + 1) * PACKET),
  );
  const tables = packets.map((packet) => (pidOf(packet) === PMT_PID ? withCueStream(packet) : packet));
  const parts: Uint8Array[] = [];
  let done = 0;
  let counter = 0;
  const first = shown.packets.reduce(
    (least, { pts_time }) => Math.min(least, Number(pts_time)),
    Number.POSITIVE_INFINITY,
  );
  for (const { place, sections } of cuesAt(first, packets.length)) {
    parts.push(
      ...tables.slice(done, place),
      ...sections.map((one) => sectionPacket(CUE_PID, counter++, one)),
    );
    done = place;
  }
  await writeFile(path, Buffer.concat([...parts, ...tables.slice(done)]));
}

const pidOf = (packet: Buffer): number => packet.readUInt16BE(1) & 0x1fff;

function sectionPacket(pid: number, counter: number, section: Uint8Array): Buffer {
  const packet = Buffer.alloc(PACKET, 0xff);
  packet.writeUInt8(0x47, 0);
  packet.writeUInt16BE(0x4000 | pid, 1);
  packet.writeUInt8(0x10 | (counter & 15), 3);
  packet.writeUInt8(0, 4);
  packet.set(section, 5);
  return packet;
}

/** A Program Map Table in one packet, with another stream in it. */
function withCueStream(packet: Buffer): Buffer {
  const start = 5;
  const length = packet.readUInt16BE(start + 1) & 0xfff;
  const body = Buffer.from(packet.subarray(start, start + 3 + length - 4));
  const stream = Buffer.from([0x86, 0xe0 | (CUE_PID >> 8), CUE_PID & 0xff, 0xf0, 0]);
  body.writeUInt16BE(0xb000 | (length + stream.length), 1);
  const table = Buffer.concat([body, stream]);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32Mpeg(table));
  return sectionPacket(PMT_PID, packet[3]! & 15, Buffer.concat([table, crc]));
}
