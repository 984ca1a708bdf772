import type { Finding } from '../../findings/finding.ts';
import { finding } from '../../findings/make.ts';
import type { ListedRendition, ListedSegment } from '../../model/listed-package.ts';
import type { Mp4Layout } from '../../mp4/mp4-file.ts';
import { type Check, inManifest } from '../check.ts';
import type { RenditionFacts } from '../package-facts.ts';

/** Bytes of a packet of MPEG-TS. */
const PACKET = 188;

/** Byte ranges are whole boxes or packets, and all of the media in a file is in one of them. */
export const checkRanges: Check = function* ({ renditions, sizes }) {
  const ranges = rangesByFile(renditions);
  for (const rendition of renditions) {
    const { listed, media } = rendition;
    if (listed.kind === 'trick' || listed.kind === 'image') continue;
    for (const [path, segments] of rangesOf(listed)) {
      const layout = media?.layouts?.get(path);
      if (layout) {
        // What renditions of another kind list of the file: sound may lie between the pictures, and each lists its own.
        const others = (ranges.get(path) ?? []).filter(({ kind }) => kind !== listed.kind);
        const beside = others.flatMap((other) => other.segments);
        yield* ofBoxes(rendition, segments, beside, layout, sizes.get(path) ?? 0);
      } else if (media?.transport) yield* ofPackets(rendition, segments, sizes.get(path) ?? 0);
    }
  }
};

/** Segments that are ranges of a file. */
interface RangesOfFile {
  readonly kind: ListedRendition['kind'];
  readonly segments: readonly ListedSegment[];
}

/** Of all renditions but those for trick play, by the paths of the files. */
function rangesByFile(renditions: readonly RenditionFacts[]): ReadonlyMap<string, readonly RangesOfFile[]> {
  const all = new Map<string, RangesOfFile[]>();
  for (const { listed } of renditions) {
    if (listed.kind === 'trick') continue;
    for (const [path, segments] of rangesOf(listed)) {
      const list = all.get(path);
      if (list) list.push({ kind: listed.kind, segments });
      else all.set(path, [{ kind: listed.kind, segments }]);
    }
  }
  return all;
}

/** Segments of a rendition that are ranges, by the paths of their files. */
function rangesOf({ segments }: ListedRendition): Map<string, ListedSegment[]> {
  const byFile = new Map<string, ListedSegment[]>();
  for (const segment of segments) {
    if (segment.place.length === undefined) continue;
    const list = byFile.get(segment.place.path);
    if (list) list.push(segment);
    else byFile.set(segment.place.path, [segment]);
  }
  return byFile;
}

function* ofBoxes(
  rendition: RenditionFacts,
  segments: readonly ListedSegment[],
  others: readonly ListedSegment[],
  { boxes }: Mp4Layout,
  size: number,
): Generator<Finding, void> {
  const starts = new Set<number>([size]);
  for (let row = 0; row < boxes.count; row++) starts.add(boxes.position(row));
  for (const segment of segments) {
    const { offset, length } = segment.place;
    const end = offset + length!;
    const wrong = starts.has(offset) ? (starts.has(end) || end > size ? undefined : end) : offset;
    if (wrong !== undefined)
      yield wrongRange(rendition, segment, `at byte ${wrong}, where no box does`, wrong === offset);
  }
  const listed = [...segments, ...others].sort((one, other) => one.place.offset - other.place.offset);
  /** The last of them that begins before a box: boxes come in order. */
  let last = 0;
  for (let row = 0; row < boxes.count; row++) {
    if (boxes.type(row) !== 'moof') continue;
    const at = boxes.position(row);
    while (last + 1 < listed.length && listed[last + 1]!.place.offset <= at) last += 1;
    const { offset, length } = listed[last]!.place;
    if (offset <= at && at < offset + length!) continue;
    yield outside(rendition, segments[0]!.place.path, at);
    return;
  }
}

function* ofPackets(
  rendition: RenditionFacts,
  segments: readonly ListedSegment[],
  size: number,
): Generator<Finding, void> {
  let end = 0;
  let isBlocks: boolean | undefined;
  /** Where the first of segments of one kind should begin: packets that were encrypted fill other lengths. */
  let base = 0;
  for (const segment of segments) {
    const { offset, length, path } = segment.place;
    const wasBlocks = isBlocks;
    // AES-128 is of whole blocks, and hides the packets; others, as those of a clear lead, may lie in the same file.
    isBlocks = segment.keys.some(({ method }) => method === 'AES-128');
    if (isBlocks !== wasBlocks) base = end;
    const unit = isBlocks ? 16 : PACKET;
    const isStartWrong = (offset - base) % unit !== 0;
    if (isStartWrong || length! % unit !== 0)
      yield wrongRange(
        rendition,
        segment,
        `at byte ${isStartWrong ? offset : offset + length!}, within a ${isBlocks ? 'block' : 'packet'}`,
        isStartWrong,
      );
    else if (offset > end) yield outside(rendition, path, end);
    end = Math.max(end, offset + length!);
  }
  if (end < size) yield outside(rendition, segments[0]!.place.path, end);
}

const wrongRange = (
  rendition: RenditionFacts,
  { place, start }: ListedSegment,
  words: string,
  isStart: boolean,
): Finding =>
  finding(
    'RANGE_OF_SEGMENT',
    { ...inManifest(rendition), time: start },
    `${rendition.listed.manifest} lists a segment of ${place.path} that ${isStart ? 'begins' : 'ends'} ${words}.`,
  );

const outside = (rendition: RenditionFacts, path: string, at: number): Finding =>
  finding(
    'RANGE_GAP',
    { file: path, offset: at, rendition: rendition.listed.id },
    `${path} has media at byte ${at} that ${rendition.listed.manifest} lists in no segment.`,
  );
