import type { ByteSource } from '../../io/byte-source.ts';
import { childrenOf, EbmlError, type Element, elementAt, elements } from './ebml.ts';
import { LARGEST_HEADER, type MatroskaTrack, readTrack } from './track-entries.ts';

export interface MatroskaHeaders {
  /** Nanoseconds of a tick. */
  readonly timestampScale: number;
  readonly tracks: readonly MatroskaTrack[];
}

const EBML = 0x1a45dfa3;
const [SEGMENT, CLUSTER] = [0x18538067, 0x1f43b675] as const;
const [SEEK_HEAD, SEEK, SEEK_ID, SEEK_POSITION] = [0x114d9b74, 0x4dbb, 0x53ab, 0x53ac] as const;
const INFO = 0x1549a966;
const TIMESTAMP_SCALE = 0x2ad7b1;
const TRACKS = 0x1654ae6b;
const TRACK_ENTRY = 0xae;

/** Elements of the segment to look at; clusters in front of `Tracks` are stepped over. */
const MOST_ELEMENTS = 100_000;
const DEFAULT_SCALE = 1_000_000;

/**
 * Read what a Matroska or WebM file says of its tracks.
 * @throws EbmlError when it is damaged or has no tracks
 */
export async function readMatroskaHeaders(source: ByteSource): Promise<MatroskaHeaders> {
  let timestampScale: number | undefined;
  let tracks: readonly MatroskaTrack[] | undefined;
  let seekHead: Element | undefined;
  let [at, segment] = [0, 0];
  for (let count = 0; count < MOST_ELEMENTS && !(tracks && timestampScale); count++) {
    const element = await elementAt(source, at);
    if (!element || (tracks && element.id === CLUSTER)) break;
    const { id, start, end } = element;
    if (id === TRACKS) tracks ??= readTracks(await dataOf(source, start, end));
    else if (id === INFO) timestampScale = scaleOf(await dataOf(source, start, end));
    else if (id === SEEK_HEAD) seekHead ??= element;
    if (id === SEGMENT) {
      if (end !== undefined && end > source.size)
        throw new EbmlError(
          `its segment claims ${end - start} bytes where only ${source.size - start} are left`,
        );
      at = start;
      segment = start;
    } else if (end !== undefined && (id !== EBML || at === 0)) at = end;
    else break;
  }
  if (!tracks) throw new EbmlError('it lists no tracks');
  if (timestampScale === undefined && seekHead) timestampScale = await soughtScale(source, seekHead, segment);
  return { timestampScale: timestampScale ?? DEFAULT_SCALE, tracks };
}

const readTracks = (data: Uint8Array): MatroskaTrack[] =>
  [...elements(data)].filter(({ id }) => id === TRACK_ENTRY).map((child) => readTrack(child.data));

/** TimestampScale of Info; its default where it has none. */
const scaleOf = (data: Uint8Array): number => childrenOf(data).number(TIMESTAMP_SCALE, 0) || DEFAULT_SCALE;

/** The same of Info where SeekHead says that it is, if it is there (RFC 9559, 5.1.1). @param segment where its data begins */
async function soughtScale(
  source: ByteSource,
  { start, end }: Element,
  segment: number,
): Promise<number | undefined> {
  for (const { id, data } of elements(await dataOf(source, start, end))) {
    const seek = id === SEEK ? childrenOf(data) : undefined;
    if (seek?.number(SEEK_ID, 0) !== INFO) continue;
    const found = await elementAt(source, segment + seek.number(SEEK_POSITION, 0));
    return found?.id === INFO ? scaleOf(await dataOf(source, found.start, found.end)) : undefined;
  }
  return undefined;
}

async function dataOf(source: ByteSource, start: number, end = source.size): Promise<Uint8Array> {
  if (end > source.size) throw new EbmlError('its headers are cut short');
  if (end - start > LARGEST_HEADER) throw new EbmlError('its headers have an impossible size');
  const data = new Uint8Array(end - start);
  await source.read(start, [data]);
  return data;
}
