import { PackagerError } from '../../base/errors.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { readTextDocument } from '../../text/read-text.ts';
import { SNIFFED, textFormat } from '../../text/sniff.ts';
import { DamageError } from '../model/damage-error.ts';
import { packedCodec } from '../mpegts/packed-audio.ts';
import { findPackets } from '../mpegts/packets.ts';
import { describeMp4, sentenceOf } from './describe-mp4.ts';
import { describeTransport } from './describe-transport.ts';
import type { FileDescription } from './description.ts';

/** More bytes are no subtitles. */
const MOST_TEXT = 64 * 2 ** 20;

/** Boxes that a file of MP4, QuickTime or DASH begins with. */
const BOXES: ReadonlySet<string> = new Set([
  'ftyp',
  'styp',
  'moov',
  'moof',
  'mdat',
  'sidx',
  'emsg',
  'free',
  'skip',
  'wide',
  'uuid',
  'prft',
  'pnot',
  'pssh',
]);

/**
 * What a file of media or text is, by its content. What is damaged is described up to there.
 * @param path what it is called in the answer
 * @returns `other`: nobody here knows it
 */
export async function describeFile(source: ByteSource, path: string): Promise<FileDescription> {
  const head = Buffer.alloc(Math.min(SNIFFED, source.size));
  await source.read(0, [head]);
  const file = { path, bytes: source.size };
  if (BOXES.has(head.toString('latin1', 4, 8)))
    return { ...file, format: 'mp4', ...(await describeMp4(source)) };
  const text = textFormat(head);
  if (text && text !== 'tx3g' && source.size <= MOST_TEXT)
    return { ...file, format: text, ...(await describeText(source)) };
  if (findPackets(head, 0, head.length) === 0 || packedCodec(head, 0, head.length))
    return describeStreams(source, file);
  return { ...file, format: 'other' };
}

async function describeStreams(
  source: ByteSource,
  file: Pick<FileDescription, 'path' | 'bytes'>,
): Promise<FileDescription> {
  try {
    const { transport, isPacked, damage } = await describeTransport(source);
    const format = isPacked ? 'packed-audio' : 'mpeg-ts';
    return { ...file, format, transport, ...(damage && { damage }) };
  } catch (cause) {
    if (!(cause instanceof DamageError)) throw cause;
    const damage = { offset: cause.offset, message: sentenceOf(cause, source) };
    return { ...file, format: 'mpeg-ts', damage };
  }
}

async function describeText(source: ByteSource): Promise<Pick<FileDescription, 'text' | 'damage'>> {
  const bytes = new Uint8Array(source.size);
  await source.read(0, [bytes]);
  try {
    const { cues, language } = readTextDocument(bytes, source.name);
    const end = cues.reduce((latest, cue) => Math.max(latest, cue.end), 0);
    const first = cues[0]?.start;
    return {
      text: {
        cues: cues.length,
        ...(first !== undefined && { first: first / 1000, end: end / 1000 }),
        ...(language !== undefined && { language }),
      },
    };
  } catch (cause) {
    if (!PackagerError.is(cause)) throw cause;
    return { damage: { offset: 0, message: cause.message } };
  }
}
