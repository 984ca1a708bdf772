import type { ListedRendition } from '../../inspect/model/listed-package.ts';
import type { PackageFiles } from '../../inspect/model/places.ts';
import { WRAPPER_HEAD } from '../../inspect/model/wrapper.ts';

/** What reads the files of a rendition. */
export type MediaKind = CodedKind | 'text' | 'image';

/** What holds samples of tracks. */
export type CodedKind = 'mp4' | 'transport';

const BOXES: ReadonlySet<string> = new Set([
  'ftyp',
  'styp',
  'moov',
  'moof',
  'sidx',
  'emsg',
  'prft',
  'free',
  'mdat',
]);

/** By what its manifest says of it, and else by the first bytes: names of files say nothing. */
export async function mediaKind(
  files: Pick<PackageFiles, 'open'>,
  { kind, mimeType = '', init, isIndexed, segments }: ListedRendition,
): Promise<MediaKind> {
  if (kind === 'image') return 'image';
  if (/^(text\/vtt|application\/ttml\+xml)/.test(mimeType)) return 'text';
  const [first] = segments;
  if (isIndexed || init || first?.init) return 'mp4';
  // What is encrypted whole shows nothing, and is transport streams or packed audio.
  if (!first || first.keys.some(({ method }) => method === 'AES-128')) return 'transport';
  const head = await headOf(files, first.place.path, first.place.offset);
  if (BOXES.has(head.toString('latin1', 4, 8))) return 'mp4';
  const text = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  return text.startsWith('WEBVTT') || text.startsWith('<') ? 'text' : 'transport';
}

/** Whether a file begins as media does: boxes, packets of MPEG-TS, frames of audio, a tag in front of these. */
export const isMedia = (head: Buffer): boolean =>
  BOXES.has(head.toString('latin1', 4, 8)) ||
  head[0] === 0x47 ||
  head.toString('latin1', 0, 3) === 'ID3' ||
  (head[0] === 0xff && (head[1]! & 0xe0) === 0xe0) ||
  (head[0] === 0x0b && head[1] === 0x77);

/** Up to so many bytes: as a rule those that media, or a vendor's files, are known by. */
export async function headOf(
  files: Pick<PackageFiles, 'open'>,
  path: string,
  offset = 0,
  most = WRAPPER_HEAD,
): Promise<Buffer> {
  const source = await files.open(path);
  try {
    const head = Buffer.alloc(Math.max(0, Math.min(most, source.size - offset)));
    if (head.length > 0) await source.read(offset, [head]);
    return head;
  } finally {
    await source.close();
  }
}
