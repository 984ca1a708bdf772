import { createDecipheriv, createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type PesPacket, readPackets, readPes, readSections } from './transport-stream.ts';

/** An audio stream as the Program Map Table announces it. */
export interface AnnouncedStream {
  readonly pid: number;
  readonly streamType: number;
  /** Tag and content of each descriptor. */
  readonly descriptors: readonly (readonly [tag: number, content: Buffer])[];
}

const PMT = 0x100;
const AUDIO = 0x102;
const PRIVATE_STREAM_1 = 0xbd;

/** What each Program Map Table of a file says of the audio; they are all the same, or this throws. */
export async function announcedAudio(path: string): Promise<AnnouncedStream> {
  const sections = readSections(readPackets(await readFile(path)), PMT);
  const [first, ...others] = sections;
  if (!first || others.some((other) => !other.equals(first))) throw new Error(`${path}: several PMTs`);
  // ISO/IEC 13818-1, 2.4.4.8: 12 bytes and the program's descriptors, the streams, 4 bytes of CRC.
  for (let at = 12 + (first.readUInt16BE(10) & 0xfff); at < first.length - 4; ) {
    const pid = first.readUInt16BE(at + 1) & 0x1fff;
    const end = at + 5 + (first.readUInt16BE(at + 3) & 0xfff);
    const descriptors: [number, Buffer][] = [];
    for (let tag = at + 5; tag < end; tag += 2 + first[tag + 1]!) {
      descriptors.push([first[tag]!, first.subarray(tag + 2, tag + 2 + first[tag + 1]!)]);
    }
    if (pid === AUDIO) return { pid, streamType: first[at]!, descriptors };
    at = end;
  }
  throw new Error(`${path}: no audio`);
}

/** The access units of the audio as they are in the file: one a PES packet, of private_stream_1. */
export async function audioUnits(path: string): Promise<Buffer[]> {
  const units = readPes(readPackets(await readFile(path)), AUDIO);
  for (const { streamId, length, payload } of units) {
    if (streamId !== PRIVATE_STREAM_1) throw new Error(`stream_id ${streamId}`);
    if (length !== payload.length + 8)
      throw new Error(`a PES packet of ${length} bytes is not stated exactly`);
  }
  return units.map(({ payload }) => payload);
}

/** Hexadecimal. */
export interface SampleAesKey {
  readonly key: string;
  readonly iv: string;
}

/** The audio frames of a SAMPLE-AES transport stream, decrypted after Apple's text alone, as hashes. */
export async function sampleAesAudioHashes(
  path: string,
  codec: string,
  key: SampleAesKey,
): Promise<string[]> {
  if (codec !== 'aac') await audioUnits(path);
  return audioFrames(readPes(readPackets(await readFile(path)), AUDIO), codec).map((frame) =>
    audioHash(frame, codec, key),
  );
}

/** The frames of packets of sound: of AAC with their ADTS headers. */
export const audioFrames = (packets: readonly PesPacket[], codec: string): Buffer[] =>
  codec === 'aac' ? adtsFrames(packets) : packets.map(({ payload }) => payload);

/** The hash of a frame, decrypted in the same way; without a key: as it is. AAC is without its ADTS header. */
export function audioHash(frame: Buffer, codec: string, key?: SampleAesKey): string {
  if (codec === 'aac') return md5(key ? decryptAac(frame, key) : frame.subarray(frame[1]! & 1 ? 7 : 9));
  if (key === undefined) return md5(frame);
  return md5(codec === 'ac-3' ? decryptAc3(frame, key) : decryptEac3(frame, key));
}

/** The AAC frames of the audio, each with its ADTS header (ISO/IEC 14496-3, 1.A.2.2). */
export function adtsFrames(packets: readonly PesPacket[]): Buffer[] {
  const frames: Buffer[] = [];
  for (const { payload } of packets) {
    for (let at = 0; at < payload.length; ) {
      const [word, length] = [payload.readUInt16BE(at), (payload.readUInt32BE(at + 3) >> 13) & 0x1fff];
      if (word >> 4 !== 0xfff || length < 7) throw new Error(`no ADTS frame at ${at} of ${payload.length}`);
      frames.push(payload.subarray(at, at + length));
      at += length;
    }
  }
  return frames;
}

/** A raw AAC frame after Apple's text alone: the ADTS header and 16 bytes are clear, then all whole blocks, CBC from the IV. */
export function decryptAac(frame: Uint8Array, key: SampleAesKey): Buffer {
  const hasCrc = (frame[1]! & 1) === 0;
  const out = Buffer.from(frame.subarray(hasCrc ? 9 : 7));
  decryptBody(out, cbc(key));
  return out;
}

/** AC-3 after Apple's text alone: 16 bytes of a syncframe are clear, then all whole blocks, CBC from the IV. */
export function decryptAc3(unit: Uint8Array, key: SampleAesKey): Buffer {
  const out = Buffer.from(unit);
  decryptBody(out, cbc(key));
  return out;
}

/**
 * E-AC-3 after Apple's text alone: the same for each syncframe of an audio frame, but the chain is started once. frmsiz
 * is in the clear, so that syncframes can be told apart.
 */
export function decryptEac3(unit: Uint8Array, key: SampleAesKey): Buffer {
  const out = Buffer.from(unit);
  const decipher = cbc(key);
  for (let at = 0; at < out.length; ) {
    if (out.readUInt16BE(at) !== 0x0b77) throw new Error(`no syncframe at ${at} of ${out.length}`);
    const size = ((out.readUInt16BE(at + 2) & 0x7ff) + 1) * 2;
    decryptBody(out.subarray(at, at + size), decipher);
    at += size;
  }
  return out;
}

type Decipher = ReturnType<typeof cbc>;

function cbc({ key, iv }: SampleAesKey) {
  const decipher = createDecipheriv('aes-128-cbc', Buffer.from(key, 'hex'), Buffer.from(iv, 'hex'));
  return decipher.setAutoPadding(false);
}

function decryptBody(frame: Buffer, decipher: Decipher): void {
  for (let at = 16; at + 16 <= frame.length; at += 16)
    decipher.update(frame.subarray(at, at + 16)).copy(frame, at);
}

/** What `framemd5` prints. */
export const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');
