import { concat } from '../../../base/bytes.ts';
import { CLEAR_TYPES, streamKind, TAG } from '../stream-types.ts';
import { crc32, type Descriptor, type Program, type ProgramStream } from '../tables.ts';

/** Names of codecs in the clear, for what needs one (ATSC A/53, A.5). */
const REGISTRATIONS: ReadonlyMap<number, string> = new Map([
  [0x81, 'AC-3'],
  [0x87, 'EAC3'],
]);
const FIXED = 12;
const CRC = 4;

/** The Program Map Table of a program whose streams are in the clear, with its CRC. */
export function clearProgram({ section, streams }: Program): Uint8Array {
  const infoBytes = ((section[FIXED - 2]! & 0x0f) << 8) | section[FIXED - 1]!;
  const body = concat([
    section.subarray(0, FIXED + infoBytes),
    ...streams.map(clearStream),
    new Uint8Array(CRC),
  ]);
  const length = body.length - 3;
  body[1] = (section[1]! & 0xf0) | (length >> 8);
  body[2] = length & 0xff;
  new DataView(body.buffer).setUint32(body.length - CRC, crc32(body.subarray(0, -CRC)));
  return body;
}

function clearStream(stream: ProgramStream): Uint8Array {
  const { pid, streamType } = stream;
  const clearType = CLEAR_TYPES.get(streamType);
  const kept =
    clearType === undefined ? stream.descriptors : stream.descriptors.filter((one) => !isOfSampleAes(one));
  const name = clearType === undefined ? undefined : REGISTRATIONS.get(clearType);
  const named = name === undefined ? kept : [{ tag: TAG.registration, content: Buffer.from(name) }, ...kept];
  const descriptors = concat(
    named.flatMap(({ tag, content }) => [Uint8Array.of(tag, content.length), content]),
  );
  const head = Uint8Array.of(
    clearType ?? streamType,
    0xe0 | (pid >> 8),
    pid & 0xff,
    0xf0 | (descriptors.length >> 8),
    descriptors.length & 0xff,
  );
  return concat([head, descriptors]);
}

const isOfSampleAes = ({ tag, content }: Descriptor): boolean =>
  tag === TAG.privateData || (tag === TAG.registration && Buffer.from(content.subarray(0, 4)).equals(APAD));

const APAD = Buffer.from('apad');

/** PIDs of streams in SAMPLE-AES. */
export const protectedStreams = ({ streams }: Program): ProgramStream[] =>
  streams.filter((stream) => streamKind(stream).isProtected);
