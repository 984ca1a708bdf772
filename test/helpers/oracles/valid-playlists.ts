import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import HLS, { type types } from 'hls-parser';
import { type BoxPart, type FileParts, faultsOf, type Part } from './file-parts.ts';
import { textFaults } from './playlist-text.ts';
import { imagePlaylistFaults } from './valid-thumbnails.ts';

HLS.setOptions({ strictMode: true });

/**
 * Parse strictly. An apostrophe is a character like others (RFC 8216, 4.2), but begins a quotation for hls-parser 0.16.1, which
 * then loses the attributes behind: it sees another one, of as many bytes.
 * @throws Error when hls-parser says that it is no playlist
 */
export const parsePlaylist = (text: string): types.MasterPlaylist | types.MediaPlaylist =>
  HLS.parse(text.replaceAll("'", '~'));

/** What a multivariant playlist has to know of a media playlist. */
export interface MediaFacts {
  readonly isIFrame: boolean;
  readonly targetDuration: number;
  /** Bits a second: of all of it, and of its worst run of segments. */
  readonly average: number;
  readonly peak: number;
  /** Attributes of its keys, as they stand there. */
  readonly keys: readonly string[];
}

/** A playlist and what is wrong with it; `media`: not a multivariant playlist. */
export interface CheckedPlaylist {
  readonly path: string;
  readonly text: string;
  readonly parsed: ReturnType<typeof parsePlaylist> | undefined;
  readonly media: MediaFacts | undefined;
  readonly faults: readonly string[];
}

/** Check a playlist by itself: its letters, hls-parser's rules, and what it addresses. */
export function checkPlaylist(path: string, files: FileParts): CheckedPlaylist {
  const text = readFileSync(path, 'utf8');
  const faults = textFaults(text);
  let parsed: CheckedPlaylist['parsed'];
  let media: MediaFacts | undefined;
  faults.push(
    ...faultsOf('hls-parser', () => {
      parsed = parsePlaylist(text);
      return [];
    }),
  );
  if (text.includes('\n#EXT-X-IMAGES-ONLY\n'))
    faults.push(...faultsOf('images', () => imagePlaylistFaults(path, text)));
  else if (parsed && !parsed.isMasterPlaylist) {
    const playlist = parsed;
    faults.push(
      ...faultsOf('segments', () => {
        const addressed = new Addressed(dirname(path), playlist, files);
        media = factsOf(playlist, addressed, attributesOf(text, 'EXT-X-KEY'));
        return [...headFaults(playlist, media), ...keyLineFaults(text), ...addressed.faults()];
      }),
    );
  }
  return { path, text, parsed, media, faults };
}

/** What is behind the name of each line with a tag. */
export const attributesOf = (text: string, tag: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith(`#${tag}:`))
    .map((line) => line.slice(tag.length + 2));

/** VOD with something in it; SAMPLE-AES needs version 5 (RFC 8216, 7), of which hls-parser knows nothing. */
function headFaults(playlist: types.MediaPlaylist, { keys }: MediaFacts): string[] {
  const faults: string[] = [];
  if (!playlist.endlist || playlist.playlistType !== 'VOD') faults.push('it is not said to be complete');
  if (playlist.segments.length === 0) faults.push('it has none');
  if (keys.some((key) => key.startsWith('METHOD=SAMPLE-AES')) && (playlist.version ?? 1) < 5)
    faults.push('SAMPLE-AES needs EXT-X-VERSION 5');
  return faults;
}

/**
 * Key lines stand together, and each time for the same KEYFORMATs: another set would leave an old key in force beside the new one, or
 * a player without any. A line that is like the one in force before is one too many.
 */
export function keyLineFaults(text: string): string[] {
  const faults = new Set<string>();
  let known: string | undefined;
  let before = '';
  for (const [block] of text.matchAll(/(?:^#EXT-X-KEY:.*\n)+/gm)) {
    const lines = block.trimEnd().split('\n');
    const formats = lines.map((line) => /KEYFORMAT="[^"]*"/.exec(line)?.[0] ?? 'identity');
    if (new Set(formats).size < formats.length) faults.add('two keys of one KEYFORMAT are in force');
    known ??= formats.join();
    if (known !== formats.join()) faults.add('a key is told for other KEYFORMATs than the one before');
    if (block === before) faults.add('a key is told again that is in force');
    before = block;
  }
  return [...faults];
}

function factsOf(playlist: types.MediaPlaylist, addressed: Addressed, keys: readonly string[]): MediaFacts {
  const rows = addressed.segments.map(({ part, duration }) => ({ bits: part.length * 8, duration }));
  const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((all, row) => all + of(row), 0);
  const average = sum(({ bits }) => bits) / sum(({ duration }) => duration);
  const { targetDuration, isIFrame = false } = playlist;
  return { isIFrame, targetDuration, average, peak: Math.max(average, worstRun(rows, targetDuration)), keys };
}

/** A file that says of itself what it is, and what its times mean (RFC 8216, 3.5). */
const webvttFaults = (bytes: Uint8Array): string[] =>
  /^WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:\d+,LOCAL:00:00:00\.000\n(?:\n|$)/.test(Buffer.from(bytes).toString())
    ? []
    : ['not WebVTT with a map of its times'];

/** The rate of the worst run of segments that lasts 0.5 to 1.5 target durations (RFC 8216, 4.1); 0 when there is none. */
function worstRun(rows: readonly { bits: number; duration: number }[], targetDuration: number): number {
  let worst = 0;
  for (const start of rows.keys()) {
    let [bits, seconds] = [0, 0];
    for (let at = start; at < rows.length; at++) {
      bits += rows[at]!.bits;
      seconds += rows[at]!.duration;
      if (seconds > 1.5 * targetDuration) break;
      if (seconds >= 0.5 * targetDuration) worst = Math.max(worst, bits / seconds);
    }
  }
  return worst;
}

interface AddressedSegment {
  readonly path: string;
  readonly part: Part;
  readonly duration: number;
  /** As a whole: nothing can be seen of what is in there. */
  readonly isEncrypted: boolean;
  readonly hasMap: boolean;
}

/** What a media playlist addresses. */
class Addressed {
  readonly segments: readonly AddressedSegment[];
  readonly #maps: readonly { readonly path: string; readonly part: Part }[];
  readonly #isIFrame: boolean;
  readonly #files: FileParts;

  /** @throws Error when a file is not there */
  constructor(folder: string, { segments, isIFrame = false }: types.MediaPlaylist, files: FileParts) {
    const place = ({ uri, byterange }: { uri: string; byterange?: Part | undefined }) => {
      const path = join(folder, decodeURIComponent(uri));
      const size = files.size(path);
      const part = byterange ?? { offset: 0, length: size };
      if (part.length === 0 || part.offset + part.length > size)
        throw new Error(`${part.length}@${part.offset} is not in ${uri}, which has ${size} bytes`);
      return { path, part };
    };
    this.#files = files;
    this.#isIFrame = isIFrame;
    this.#maps = [...new Set(segments.map(({ map }) => map))].filter(Boolean).map(place);
    this.segments = segments.map((segment) => ({
      ...place(segment),
      duration: segment.duration,
      isEncrypted: segment.key?.method === 'AES-128',
      hasMap: Boolean(segment.map),
    }));
  }

  faults(): string[] {
    return [
      ...this.#maps.flatMap(({ path, part }) =>
        faultsOf('EXT-X-MAP', () => {
          const types = this.#files.boxes(path, part).map(({ type }) => type);
          return types.join() === 'ftyp,moov' ? [] : [`it has ${types.join()}`];
        }),
      ),
      ...this.segments.flatMap((segment, index) => {
        return faultsOf(`segment ${index}`, () => this.#contentFaults(segment));
      }),
    ];
  }

  #contentFaults({ path, part, isEncrypted, hasMap }: AddressedSegment): string[] {
    // An I-frame may begin anywhere in what was encrypted whole: a client takes the blocks around it (RFC 8216, 6.2.3).
    if (isEncrypted) return this.#isIFrame || part.length % 16 === 0 ? [] : ['not whole blocks of AES'];
    if (path.endsWith('.vtt')) return webvttFaults(this.#files.read(path, part));
    if (this.#files.read(path, { offset: part.offset, length: 1 })[0] === 0x47)
      return part.length % 188 === 0 ? [] : ['not whole packets of MPEG-TS'];
    if (!hasMap) return ['fragmented MP4 without EXT-X-MAP'];
    return this.#isIFrame ? this.#iframeFaults(path, part) : fragmentFaults(this.#files.boxes(path, part));
  }

  /** A fragment that a client may fetch up to the end of its first picture. */
  #iframeFaults(path: string, { offset, length }: Part): string[] {
    const moof = this.#files.box(path, offset, offset + length);
    if (moof.type !== 'moof') return [`it begins with "${moof.type}", not with its "moof"`];
    const mdat = this.#files.box(path, offset + moof.length, this.#files.size(path));
    if (mdat.type !== 'mdat') return [`"${mdat.type}" comes behind its "moof"`];
    const room = length - moof.length;
    return room > mdat.header && room <= mdat.length ? [] : ['it does not end in its "mdat"'];
  }
}

/** A media segment of ISO/IEC 14496-12: whole fragments, and what may stand before them. */
export function fragmentFaults(boxes: readonly BoxPart[]): string[] {
  const types = boxes.map(({ type }) => type).join();
  return /^(styp,)?(sidx,)?(emsg,)*(moof,mdat,?)+$/.test(types) && !types.endsWith(',')
    ? []
    : [`it has ${types}`];
}
